/** The prompt box: a sentence, a length, and the answer of the policy in kind words. */
import { newKey, Problem } from "/client.js";
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { chip, h, lasting, said, setText } from "./dom.js";
import { draftName, Drafts } from "./drafts.js";
import { length, strengthWords } from "./format.js";
import { icon } from "./icons.js";
import { ModelChoice } from "./models.js";
import { LiveReading } from "./reading.js";
import { refusalWords } from "./refusal.js";
import { examples } from "./examples.js";
import { CHOICES } from "./terms.js";
import { t } from "./words.js";

const EXAMPLES = 4;
/** Who sees a clip, and in which words. @type {[string, string][]} */
const SEEN = [["public", t("composer.public")], ["unlisted", t("composer.unlisted")], ["private", t("composer.private")]];

/** @typedef {{text?: string, parent?: import("./merge.js").Clip | null,
 *   second?: number | null}} Draft with a ``second`` the parent is forked there, else remixed */

export class Composer {
  /** @param {{created(clip: import("./merge.js").Clip): void}} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {import("./merge.js").Clip | null} */
    this.parent = null;
    this.forking = false;
    this.key = newKey();
    this.drafts = new Drafts();
    this.model = new ModelChoice(() => this.dialog.open && this.reading.read(this.text.value));
    this.reading = new LiveReading(() => ({ changes: this.parent !== null, parent: this.parent?.id ?? "", ...this.model.prompt }));
    this.draft = draftName({});
    this.#build();
  }

  #build() {
    this.title = h("h2.sheet-title");
    this.text = h("textarea.prompt", {
      name: "text", rows: 2, placeholder: t("composer.placeholder"), maxlength: 500, required: true, autocomplete: "off", dir: "auto", enterkeyhint: "send",
      "aria-label": t("composer.prompt"), "data-testid": "composer-input", oninput: () => this.#typed(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#enter(event),
    });
    this.answer = h("div.answer", { role: "status", "data-testid": "composer-answer", hidden: true });
    this.examples = h("div.examples", { "data-testid": "examples" });
    this.kin = h("div.kin", { hidden: true });
    this.submit = h("button.primary", { type: "submit", "data-testid": "composer-submit" }, h("span", {}, t("composer.draw")), icon("send"));
    this.form = h("form.composer", { method: "dialog", onsubmit: (/** @type {Event} */ event) => this.#send(event) },
      sheetHead(this.title),
      this.kin, this.text, this.reading.element, this.answer, this.examples, this.#options());
    this.dialog = makeSheet("composer-sheet", { "data-sheet": "compose", "data-testid": "composer", onclose: () => this.#keepDraft() }, this.form);
  }

  #options() {
    this.seconds = h("input", { type: "range", name: "seconds", min: 1, max: 10, value: 5, id: "seconds", "data-testid": "seconds" });
    this.seed = h("input.field", { type: "text", inputmode: "numeric", pattern: "[0-9]{1,10}", id: "seed", placeholder: t("composer.seed.any"), "data-testid": "seed" });
    this.strength = h("input", { type: "range", min: 0.05, max: 1, step: 0.05, value: 0.6, id: "strength", "data-testid": "strength" });
    const long = slider(t("fact.length"), this.seconds, (value) => length(value));
    this.second = h("input", { type: "range", min: 1, max: 9, value: 1, id: "second", "data-testid": "second" });
    this.from = slider(t("composer.keep"), this.second, (value) => length(value));
    this.change = slider(t("composer.change"), this.strength, strengthWords);
    this.seen = h("select.field", { id: "visibility", "data-testid": "visibility" }, ...SEEN.map(([value, words]) => h("option", { value }, words)));
    const more = h("details.more", {}, h("summary", {}, t("menu.title")),
      h("label.row", { for: "visibility" }, h("span", {}, t("composer.seen")), this.seen),
      ...this.#terms(),
      h("label.row", { for: "seed" }, h("span", {}, t("fact.seed")), this.seed));
    return h("footer", {}, this.model.element, this.change, this.from, long, h("div.finish", {}, more, this.submit));
  }

  /** Who may remix it and what others may do with it: what was chosen last, also on another day. */
  #terms() {
    const chosen = lasting.read("terms", {});
    /** @type {Record<string, any>} */
    this.terms = Object.fromEntries(["remixing", "license"].map((name) => [name, h("select.field", { id: `new-${name}`, "data-testid": `new-${name}`, onchange: () => lasting.write("terms", this.#chosen()) }, ...CHOICES[name].map(([value, words]) => h("option", { value, selected: value === chosen[name] }, words)))]));
    return [h("label.row", { for: "new-remixing" }, h("span", {}, t("remixes")), this.terms.remixing), h("label.row", { for: "new-license" }, h("span", {}, t("fact.license")), this.terms.license)];
  }

  #chosen() {
    return Object.fromEntries(Object.entries(this.terms ?? {}).map(([name, field]) => [name, field.value]));
  }

  /** @param {Draft} [draft] */
  open({ text, parent = null, second = null } = {}) {
    this.draft = draftName({ text, parent, second });
    this.parent = parent;
    this.forking = parent !== null && second !== null;
    this.dialog.dataset.sheet = this.forking ? "fork" : parent ? "remix" : "compose";
    setText(this.title, this.forking ? t("composer.fork") : parent ? t("remix") : t("composer.title"));
    setText(this.submit.firstChild, this.forking ? t("composer.fork.send") : parent ? t("composer.remix.send") : t("composer.draw"));
    this.change.hidden = !parent || this.forking;
    this.from.hidden = !this.forking;
    this.kin.hidden = !parent;
    this.#fill(this.drafts.get(this.draft) ?? { text: text ?? "", seconds: String(parent?.seconds ?? this.seconds.value), seed: "" });
    if (parent) {
      this.#keep(parent, second ?? 0);
      const poster = parent.poster_url && h("img", { src: parent.poster_url, alt: "" });
      this.kin.replaceChildren(poster || h("span.no-poster"), h("p", {}, h("small", {}, t("composer.from", { who: `@${parent.author.handle}` })), said("span", {}, parent.text)));
    }
    this.#clearAnswer();
    this.suggest();
    this.model.offer(!parent);
    if (!this.dialog.open) this.dialog.showModal();
    this.#typed();
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  /** @param {import("./drafts.js").Draft} draft */
  #fill({ text, seconds, seed }) {
    this.text.value = text;
    this.seconds.value = seconds;
    this.seed.value = seed;
    this.seconds.dispatchEvent(new Event("input"));
  }

  /** Keeps what is written, whatever is opened next. */
  #keepDraft() {
    const [text, seconds, seed] = [this.text, this.seconds, this.seed].map((input) => input.value);
    if (text.trim()) this.drafts.keep(this.draft, { text, seconds, seed });
    else this.drafts.drop(this.draft);
  }

  /** Something must be left to draw. @param {import("./merge.js").Clip} parent @param {number} second */
  #keep(parent, second) {
    this.second.max = Math.min(9, parent.seconds);
    this.second.value = Math.max(1, Math.min(second, parent.seconds - 1));
    this.second.dispatchEvent(new Event("input"));
    if (this.forking && parent.seconds === 1) this.seconds.value = 2;
    this.seconds.dispatchEvent(new Event("input"));
  }

  /** Shows other examples. */
  async suggest() {
    const made = await examples(EXAMPLES);
    const shuffle = h("button.round.small", { type: "button", "aria-label": t("composer.shuffle"), "data-testid": "shuffle", onclick: () => this.suggest() }, icon("shuffle"));
    this.examples.replaceChildren(...made.map((text) => chip(text, () => this.#use(text))), shuffle);
  }

  /** @param {string} text */
  #use(text) {
    this.text.value = text;
    this.#clearAnswer();
    this.#typed();
    this.text.focus();
  }

  #typed() {
    this.key = newKey();
    if (this.dialog?.open) this.#keepDraft();
    if (this.dialog?.open) this.reading.read(this.text.value);
    if (!this.counting) this.submit.disabled = !this.text.value.trim();
  }

  /** @param {KeyboardEvent} event */
  #enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.submit.disabled) this.form.requestSubmit();
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    await this.#create(false);
  }

  /** @param {boolean} mine whether another is meant than what was asked about */
  async #create(mine) {
    const prompt = { ...this.#prompt(), ...(mine && { mine }) };
    if (mine) this.key = newKey();
    this.submit.disabled = true;
    this.dialog.dataset.busy = "true";
    try {
      const clip = await api.create(prompt, this.key);
      this.drafts.drop(this.draft);
      this.text.value = "";
      this.seed.value = "";
      this.dialog.close();
      this.listener.created(clip);
    } catch (error) {
      this.#refused(error, prompt.text, mine);
    } finally {
      this.dialog.dataset.busy = "false";
      if (!this.counting) this.submit.disabled = false;
    }
  }

  #prompt() {
    const seed = this.seed.value.trim();
    return {
      text: this.text.value.trim(),
      seconds: Number(this.seconds.value),
      visibility: this.seen.value,
      ...this.#chosen(),
      ...this.model.prompt,
      ...(seed && { seed: Number(seed) }),
      ...(this.parent && this.#from(this.parent)),
    };
  }

  /** @param {import("./merge.js").Clip} parent */
  #from({ id }) {
    if (this.forking) return { fork: { parent: id, second: Number(this.second.value) } };
    return { parent: id, strength: Number(this.strength.value) };
  }

  /** @param {unknown} error @param {string} text @param {boolean} mine */
  #refused(error, text, mine) {
    if (error instanceof Problem && error.refusal) return this.#show(error.refusal.code === "likeness_asked" ? "wait" : "refusal", ...refusalWords(error.refusal, text, { use: (to) => this.#use(to), mine: () => this.#create(true) }, this.parent?.id));
    if (error instanceof Problem && error.retryS !== null) {
      // A server that starts, or has no room, is asked again for who waits; who asked too often presses again.
      const { key } = this;
      const again = error.status === 503 ? () => key === this.key && this.dialog.open && this.#create(mine) : () => {};
      return this.#count(error.message, Math.ceil(error.retryS), again);
    }
    const message = error instanceof Problem ? error.message : t("composer.away");
    this.#show("problem", h("p", {}, message));
  }

  /** @param {string} message @param {number} seconds @param {() => void} then */
  #count(message, seconds, then) {
    clearInterval(this.counting);
    const clock = h("b", { "data-testid": "countdown" });
    this.#show("wait", h("p", {}, message, " ", clock));
    let rest = seconds;
    const tick = () => {
      setText(clock, rest > 0 ? t("composer.wait", { time: length(rest) }) : "");
      this.submit.disabled = rest > 0;
      if (rest-- > 0) return;
      this.#clearAnswer();
      then();
    };
    this.counting = setInterval(tick, 1000);
    tick();
  }

  /** @param {string} kind @param {...Node} content */
  #show(kind, ...content) {
    this.answer.dataset.kind = kind;
    this.answer.replaceChildren(...content);
    this.answer.hidden = false;
    this.examples.hidden = true; // the answer takes their room
  }

  #clearAnswer() {
    clearInterval(this.counting);
    this.counting = undefined;
    this.answer.hidden = true;
    this.examples.hidden = Boolean(this.parent);
    this.submit.disabled = !this.text.value.trim();
  }
}

/** @param {string} label @param {HTMLInputElement} input @param {(value: number) => string} words */
function slider(label, input, words) {
  const value = h("output", { for: input.id });
  const say = () => {
    setText(value, words(Number(input.value)));
    input.setAttribute("aria-valuetext", words(Number(input.value)));
    const share = (Number(input.value) - Number(input.min)) / (Number(input.max) - Number(input.min));
    input.style.setProperty("--share", `${share * 100}%`);
  };
  input.addEventListener("input", say);
  say();
  return h("label.row", { for: input.id }, h("span", {}, label), input, value);
}
