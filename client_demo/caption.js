/** The words of one clip: who, what, how far it is, and what the model understood. */
import { api } from "./api.js";
import { h, nameLink, said, setText, sureButton } from "./dom.js";
import { ago, goes, heard, left, list, moment, secondsNow, short, SLOTS, stage } from "./format.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { Steering } from "./steering.js";
import { LANGUAGE, t } from "./words.js";

/** @typedef {import("./merge.js").Clip} Clip @typedef {import("./merge.js").Progress} Progress @typedef {import("./merge.js").Waiting} Waiting */

/** Who sees a clip that is not for everybody. @type {Record<string, string>} */
const SEEN = { public: t("seen.public"), unlisted: t("seen.unlisted"), private: t("seen.private") };

export class Caption {
  /** @param {Clip} clip @param {import("./card.js").Actions} actions @param {() => void} unfold or fold again */
  constructor(clip, actions, unfold) {
    const { id } = clip;
    this.actions = actions;
    /** Why it failed, in the page's language. */
    this.why = "";
    /** @type {Promise<any> | undefined} */
    this.asked = undefined;
    this.progress = said("p.progress", { "data-testid": "progress" });
    this.cancel = h("button.quiet", { type: "button", "data-testid": "cancel", onclick: () => actions.cancel(id) }, t("caption.stop"));
    this.again = h("button.quiet", { type: "button", "data-testid": "again", onclick: () => actions.again(id) }, t("caption.again"));
    this.status = h("div.status", {}, h("span.lamp"), this.progress, this.cancel, this.again);
    this.stop = h("button.stop-use", { type: "button", hidden: true, "data-testid": "stop-me", onclick: () => actions.withdraw(id) }, icon("stop"), t("caption.stop.me"));
    this.out = sureButton("button.quiet", "take-me-out", t("caption.back.me"), t("sure"), () => actions.withdraw(id));
    this.author = nameLink("author", clip.author, actions.profile, { "data-testid": "author" });
    this.age = h("span.age");
    this.past = h("p.past", { "data-testid": "past", hidden: true }, icon("birth"), t("birth.past"));
    this.viewers = h("span.viewers", { "data-testid": "viewers" });
    this.slots = h("p.slots.rest", { "data-testid": "understood" });
    this.birth = h("button.quiet.birth", { type: "button", "data-testid": "birth", "aria-pressed": "false", onclick: actions.birth }, icon("birth"), t("birth.watch"));
    this.remove = sureButton("button.quiet", "delete", t("delete"), t("sure"), () => actions.remove(id));
    this.open = h("p.open-slots.rest", { "data-testid": "left-open" });
    this.undrawn = said("p.open-slots.rest", { "data-testid": "undrawn" });
    this.unread = said("p.open-slots.rest", { "data-testid": "unread" });
    this.seen = h("span.age", { "data-testid": "seen-by" });
    this.expiry = h("span.age", { "data-testid": "expiry", hidden: true });
    this.unfold = h("button.unfold", { type: "button", "aria-expanded": "true", "aria-label": t("caption.unfold"), "data-testid": "unfold-words", onclick: unfold }, icon("unfold"));
    const made = h("button.ai", { type: "button", "aria-label": t("ai.how"), "data-testid": "ai", onclick: () => actions.made(id) }, t("ai.mark"));
    const house = clip.author.id === "house" && h("span.house", { title: t("house.title"), role: "img", "aria-label": t("house.title"), "data-testid": "house" }, icon("house"));
    const who = h("p.who", { id: `who-${id}` }, this.author, house, this.age, made, this.seen, this.expiry, this.viewers, this.unfold);
    const text = said("h2.text", { id: `text-${id}`, "data-testid": "text", onclick: unfold }, clip.text);
    this.steering = new Steering(id, actions);
    this.element = h("div.info", {}, this.status, this.stop, this.past, who, text, this.steering.element, this.slots, this.open, this.undrawn, this.unread, h("div.after.rest", {}, this.birth, this.remove, this.out));
  }

  /** @param {import("./merge.js").Entry} entry */
  update(entry) {
    const { clip, progress, waiting, viewers } = entry;
    this.steering.update(entry);
    this.#status(clip, progress, waiting);
    this.#understood(clip);
    setText(this.author, `@${clip.author.handle}`);
    this.author.href = `/@${clip.author.handle}`;
    setText(this.age, ago(clip.created_at, secondsNow()));
    this.age.title = moment(clip.created_at);
    this.seen.hidden = clip.visibility === "public";
    setText(this.seen, clip.withheld ? (clip.withheld_for === "consent" ? t("seen.back") : clip.withheld_for === "match" ? t("seen.match") : t("seen.withheld")) : SEEN[clip.visibility]);
    this.expiry.hidden = !clip.expires_at || !this.actions.isMine(clip.id);
    if (clip.expires_at) setText(this.expiry, goes(clip.expires_at, secondsNow()));
    this.birth.hidden = clip.status !== "done" || !clip.birth_url;
    const shown = this.actions.showsMe(clip.id) && !clip.withheld && !this.actions.isMine(clip.id);
    this.stop.hidden = !shown || !forming(clip);
    this.out.hidden = !shown || clip.status !== "done";
    this.remove.hidden = !this.actions.isMine(clip.id) || forming(clip);
    this.viewers.hidden = viewers < 2;
    this.viewers.replaceChildren(icon("eye"), short(viewers), h("span.unseen", {}, t("caption.watching")));
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
    this.past.hidden = !on;
  }

  /** @param {Clip} clip @param {Progress | null} progress @param {Waiting | null} waiting */
  #status(clip, progress, waiting) {
    const mine = this.actions.isMine(clip.id);
    const over = clip.status === "failed" || clip.status === "cancelled";
    this.status.hidden = !forming(clip) && !over;
    this.cancel.hidden = !mine || !forming(clip);
    this.again.hidden = !mine || !over;
    if (clip.status === "failed" && LANGUAGE !== "en") this.#askWhy(clip.id);
    setText(this.progress, statusWords(LANGUAGE === "en" ? clip : { ...clip, reason: this.why }, progress, waiting));
  }

  /** Events tell everybody in one language why a clip failed; who asks is told in their own. @param {string} id */
  #askWhy(id) {
    this.asked ??= api.clip(id).then(({ clip }) => clip.reason && setText(this.progress, capital((this.why = clip.reason))), () => null);
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
    this.slots.title = unsure ? t("slot.title.unsure") : t("slot.title");
    this.open.hidden = !forming(clip) || open.length === 0;
    setText(this.open, chance(words, open));
    this.undrawn.hidden = undrawn.length === 0;
    setText(this.undrawn, t("slot.undrawn", { words: list(undrawn.map((one) => t("quoted", { words: one }))) }));
    this.unread.hidden = !unread;
    setText(this.unread, t("slot.unread", { words: t("quoted", { words: unread }) }));
  }
}

/** What was not said, or not in words that the model knows. @param {string[]} words @param {string[]} open */
function chance(words, open) {
  if (!open.length) return "";
  if (!words.length) return t("slot.new");
  return t("slot.chance", { slots: list(open.map((name) => SLOTS[name] ?? name)) });
}

/** @param {Clip} clip @param {Progress | null} progress @param {Waiting | null} waiting */
function statusWords(clip, progress, waiting) {
  if (clip.status === "queued") return waiting ? inLine(waiting) : t("status.waiting");
  if (clip.status === "cancelled") return t("status.stopped");
  if (clip.status === "failed") return capital(clip.reason || t("status.failed"));
  if (!progress) return stage(0);
  if (progress.percent >= 100) return t("status.showing");
  return [stage(progress.percent), left(progress.eta_s)].filter(Boolean).join(" · ");
}

/** @param {Waiting} waiting */
function inLine({ place, wait_s }) {
  const begins = left(wait_s);
  return [place === 1 ? t("status.next") : t("status.line", { n: place - 1 }), begins && t("status.begins", { time: begins })].filter(Boolean).join(" · ");
}

const capital = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
