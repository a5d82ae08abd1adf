/** The words of one clip: who, what, how far it is, and what the model understood. */
import { h, nameLink, said, setText } from "./dom.js";
import { ago, goes, heard, left, list, short, stage } from "./format.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { Steering } from "./steering.js";

/** @typedef {import("./merge.js").Clip} Clip @typedef {import("./merge.js").Progress} Progress @typedef {import("./merge.js").Waiting} Waiting */

export class Caption {
  /** @param {Clip} clip @param {import("./card.js").Actions} actions @param {() => void} unfold or fold again */
  constructor(clip, actions, unfold) {
    const { id } = clip;
    this.actions = actions;
    this.progress = said("p.progress", { "data-testid": "progress" });
    this.cancel = h("button.quiet", { type: "button", "data-testid": "cancel", onclick: () => actions.cancel(id) }, "Stop");
    this.again = h("button.quiet", { type: "button", "data-testid": "again", onclick: () => actions.again(id) }, "Try again");
    this.status = h("div.status", {}, h("span.lamp"), this.progress, this.cancel, this.again);
    this.author = nameLink("author", clip.author.handle, actions.profile, { "data-testid": "author" });
    this.age = h("span.age");
    this.viewers = h("span.viewers", { "data-testid": "viewers" });
    this.slots = h("p.slots.rest", { "data-testid": "understood" });
    this.birth = h("button.quiet.birth", { type: "button", "data-testid": "birth", "aria-pressed": "false", onclick: actions.birth }, icon("birth"), "Watch it being born");
    this.remove = removal(() => actions.remove(id));
    this.open = h("p.open-slots.rest", { "data-testid": "left-open" });
    this.undrawn = said("p.open-slots.rest", { "data-testid": "undrawn" });
    this.unread = said("p.open-slots.rest", { "data-testid": "unread" });
    this.seen = h("span.age", { "data-testid": "seen-by" });
    this.expiry = h("span.age", { "data-testid": "expiry", hidden: true });
    this.unfold = h("button.unfold", { type: "button", "aria-expanded": "true", "aria-label": "All its words", "data-testid": "unfold-words", onclick: unfold }, icon("unfold"));
    const made = h("button.ai", { type: "button", "aria-label": "AI: how it was made", "data-testid": "ai", onclick: () => actions.made(id) }, "AI");
    const who = h("p.who", { id: `who-${id}` }, this.author, this.age, made, this.seen, this.expiry, this.viewers, this.unfold);
    const text = said("h2.text", { id: `text-${id}`, "data-testid": "text", onclick: unfold }, clip.text);
    this.steering = new Steering(id, actions);
    this.element = h("div.info", {}, this.status, who, text, this.steering.element, this.slots, this.open, this.undrawn, this.unread, h("div.after.rest", {}, this.birth, this.remove));
  }

  /** @param {import("./merge.js").Entry} entry */
  update(entry) {
    const { clip, progress, waiting, viewers } = entry;
    this.steering.update(entry);
    this.#status(clip, progress, waiting);
    this.#understood(clip);
    setText(this.author, `@${clip.author.handle}`);
    this.author.href = `/@${clip.author.handle}`;
    setText(this.age, ago(clip.created_at, Date.now() / 1000));
    this.seen.hidden = clip.visibility === "public";
    setText(this.seen, clip.withheld ? "hidden by a moderator" : clip.visibility);
    this.expiry.hidden = !clip.expires_at || !this.actions.isMine(clip.id);
    if (clip.expires_at) setText(this.expiry, goes(clip.expires_at, Date.now() / 1000));
    this.birth.hidden = clip.status !== "done" || !clip.birth_url;
    this.remove.hidden = !this.actions.isMine(clip.id) || forming(clip);
    this.viewers.hidden = viewers < 2;
    this.viewers.replaceChildren(icon("eye"), short(viewers), h("span.unseen", {}, " watching now"));
  }

  /** @param {boolean} on */
  fold(on) {
    this.unfold.setAttribute("aria-expanded", String(!on));
  }

  /** Whether somebody is at its buttons or writes a line. */
  get inUse() {
    return this.element.contains(document.activeElement);
  }

  /** Whether it is shown how the clip came to be. @param {boolean} on */
  setBorn(on) {
    this.birth.setAttribute("aria-pressed", String(on));
  }

  /** @param {Clip} clip @param {Progress | null} progress @param {Waiting | null} waiting */
  #status(clip, progress, waiting) {
    const mine = this.actions.isMine(clip.id);
    const over = clip.status === "failed" || clip.status === "cancelled";
    this.status.hidden = !forming(clip) && !over;
    this.cancel.hidden = !mine || !forming(clip);
    this.again.hidden = !mine || !over;
    setText(this.progress, statusWords(clip, progress, waiting));
  }

  /** What the clip shows; what the model was sure of can be pressed. @param {string[]} words @param {(string | null)[]} tags */
  #tags(words, tags) {
    if (this.slots.textContent === words.join(" · ")) return;
    this.slots.replaceChildren(...words.flatMap((word, i) => {
      const tag = tags[i];
      return [i ? " · " : "", tag ? h("button.tag", { type: "button", "data-testid": "tag", onclick: () => this.actions.find(tag) }, word) : word];
    }));
  }

  /** @param {Clip} clip */
  #understood(clip) {
    const { words, tags, unsure, open, unread, undrawn } = heard(clip.understood);
    this.slots.hidden = words.length === 0;
    this.#tags(words, tags);
    this.slots.title = unsure ? "What the model drew; it was not sure of the words with a question mark" : "What the model drew";
    this.open.hidden = !forming(clip) || open.length === 0;
    setText(this.open, chance(words, open));
    this.undrawn.hidden = undrawn.length === 0;
    setText(this.undrawn, `Not drawn, since this model cannot: ${list(undrawn.map((one) => `“${one}”`))}`);
    this.unread.hidden = !unread;
    setText(this.unread, `Too long for this model, which did not read: “${unread}”`);
  }
}

/** A button that asks once more before it does what cannot be undone. @param {() => void} deed */
function removal(deed) {
  const button = h("button.quiet", { type: "button", "data-testid": "delete" }, "Delete");
  const calm = () => (setText(button, "Delete"), (button.dataset.sure = "false"));
  button.onblur = calm;
  button.onclick = () => {
    if (button.dataset.sure === "true") return deed();
    button.dataset.sure = "true";
    setText(button, "Sure?");
  };
  return button;
}

/** What was not said, or not in words that the model knows. @param {string[]} words @param {string[]} open */
function chance(words, open) {
  if (!open.length) return "";
  if (!words.length) return "These words are new to the model, so it chooses for itself";
  return `Left to chance: ${list(open)}`;
}

/** @param {Clip} clip @param {Progress | null} progress @param {Waiting | null} waiting */
function statusWords(clip, progress, waiting) {
  if (clip.status === "queued") return waiting ? inLine(waiting) : "Waiting for light";
  if (clip.status === "cancelled") return "Stopped before it came to light";
  if (clip.status === "failed") return capital(clip.reason || "This one did not come to light");
  if (!progress) return stage(0);
  if (progress.percent >= 100) return "First showing";
  return [stage(progress.percent), left(progress.eta_s)].filter(Boolean).join(" · ");
}

/** @param {Waiting} waiting */
function inLine({ place, wait_s }) {
  const begins = left(wait_s);
  return [place === 1 ? "Next in line" : `In line, ${place - 1} before it`, begins && `begins in about ${begins}`].filter(Boolean).join(" · ");
}

const capital = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
