/** One clip in the feed: its picture, its words and what one can do with it. */
import { calm, h, setText } from "./dom.js";
import { ago, heard, left, list, short, stage } from "./format.js";
import { burst } from "./gestures.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { Ring } from "./ring.js";

/** @typedef {import("./merge.js").Entry} Entry */
/**
 * @typedef {{like(id: string, on?: boolean): void, comments(id: string): void, remix(id: string): void,
 *   lineage(id: string): void, share(id: string): void, cancel(id: string): void,
 *   again(id: string): void, toggle(): void, isMine(id: string): boolean}} Actions
 */

/** @param {string} name @param {string} test @param {string} label @param {() => void} onclick @param {boolean} [counts] */
function railButton(name, test, label, onclick, counts = true) {
  const count = h("span.count", { "data-testid": `${test}-count` });
  const button = h("button.act", { type: "button", "data-testid": test, "aria-label": label, onclick }, icon(name), counts && count);
  return { button, count };
}

export class Card {
  /** @param {Entry} entry @param {Actions} actions */
  constructor(entry, actions) {
    this.id = entry.clip.id;
    this.actions = actions;
    this.element = h("article.card", {
      "data-clip": this.id,
      "data-testid": "clip",
      "data-state": entry.clip.status,
      "data-picture": "none",
      "aria-labelledby": `text-${this.id}`,
      "aria-setsize": "-1",
      tabindex: "0",
    });
    this.full = false;
    this.entry = entry;
  }

  /** Fills the shell; cards far from the person are empty shells. @param {boolean} full */
  setFull(full) {
    if (full === this.full) return;
    this.full = full;
    if (full) this.#build();
    else this.#clear();
  }

  #clear() {
    this.ring?.stop();
    this.ring = undefined;
    this.element.replaceChildren();
    this.element.dataset.picture = "none";
  }

  #build() {
    const { id, actions } = this;
    const { clip } = this.entry;
    this.poster = h("img.poster", { alt: "", decoding: "async", hidden: true });
    this.still = h("canvas.still", { hidden: true });
    this.picture_ = h("div.picture", {}, h("div.dream", {}, h("i"), h("i")), this.poster, this.still, h("div.scrim"));
    this.hearts = h("div.hearts", { "aria-hidden": "true" });
    this.playButton = h("button.play", { type: "button", hidden: true, "data-testid": "play", "aria-label": "Play", onclick: actions.toggle }, icon("play"));
    this.like = railButton("heart", "like", "Like", () => actions.like(id));
    this.comment = railButton("comment", "comments", "Comments", () => actions.comments(id));
    this.remix = railButton("remix", "remix", "Remix this clip", () => actions.remix(id));
    const lineage = railButton("lineage", "lineage", "Lineage", () => actions.lineage(id), false).button;
    const share = railButton("share", "share", "Share", () => actions.share(id), false).button;
    const rail = h("div.rail", {}, this.like.button, this.comment.button, this.remix.button, lineage, share);
    this.stage = h("div.stage", {}, this.picture_, this.hearts, this.playButton, this.#info(clip), rail);
    this.element.replaceChildren(this.stage);
    this.update(this.entry);
  }

  /** @param {import("./merge.js").Clip} clip */
  #info(clip) {
    this.progress = h("p.progress", { "data-testid": "progress" });
    this.cancelButton = h("button.quiet", { type: "button", "data-testid": "cancel", onclick: () => this.actions.cancel(this.id) }, "Stop");
    this.againButton = h("button.quiet", { type: "button", "data-testid": "again", onclick: () => this.actions.again(this.id) }, "Try again");
    this.status = h("div.status", {}, h("span.lamp"), this.progress, this.cancelButton, this.againButton);
    this.viewers = h("span.viewers", { "data-testid": "viewers" });
    this.author = h("span.author");
    this.age = h("span.age");
    this.slots = h("p.slots", { "data-testid": "understood" });
    this.openSlots = h("p.open-slots", { "data-testid": "left-open" });
    const text = h("h2.text", { id: `text-${clip.id}`, "data-testid": "text" }, clip.text);
    return h("div.info", {}, this.status, h("p.who", {}, this.author, this.age, this.viewers), text, this.slots, this.openSlots);
  }

  /** @param {Entry} entry */
  update(entry) {
    this.entry = entry;
    const { clip } = entry;
    this.element.dataset.state = clip.status;
    if (!this.full) return;
    this.#counts(entry);
    this.#status(entry);
    this.#understood(clip);
    setText(this.author, `@${clip.author.handle}`);
    setText(this.age, ago(clip.created_at, Date.now() / 1000));
    if (clip.poster_url && this.poster.getAttribute("src") !== clip.poster_url) {
      this.poster.src = clip.poster_url;
      this.poster.hidden = false;
    }
  }

  /** @param {Entry} entry */
  #counts({ clip, liked, viewers }) {
    const { likes, comments, remixes } = clip.counts;
    this.like.button.setAttribute("aria-pressed", String(liked));
    setText(this.like.count, short(likes));
    setText(this.comment.count, short(comments));
    setText(this.remix.count, short(remixes));
    this.like.button.setAttribute("aria-label", `Like, ${likes}`);
    this.comment.button.setAttribute("aria-label", `Comments, ${comments}`);
    this.remix.button.setAttribute("aria-label", `Remix this clip, ${remixes}`);
    this.viewers.hidden = viewers < 2;
    this.viewers.replaceChildren(icon("eye"), `${short(viewers)}`, h("span.unseen", {}, " watching now"));
  }

  /** @param {Entry} entry */
  #status({ clip, progress }) {
    const mine = this.actions.isMine(clip.id);
    const over = clip.status === "failed" || clip.status === "cancelled";
    if (forming(clip) && !this.ring) {
      this.ring = new Ring();
      this.picture_.append(this.ring.element);
    }
    if (this.ring) this.ring.update(forming(clip) ? progress : clip.status === "done" ? FULL : null);
    this.status.hidden = !forming(clip) && !over;
    this.cancelButton.hidden = !mine || !forming(clip);
    this.againButton.hidden = !mine || !over;
    setText(this.progress, statusWords(clip, progress));
  }

  /** @param {import("./merge.js").Clip} clip */
  #understood(clip) {
    const { words, unsure, open } = heard(clip.understood);
    this.slots.hidden = words.length === 0;
    setText(this.slots, words.join(" · "));
    this.slots.title = unsure ? "What the model drew; it was not sure of the words with a question mark" : "What the model drew";
    this.openSlots.hidden = !forming(clip) || open.length === 0;
    setText(this.openSlots, open.length ? `Left to chance: ${list(open)}` : "");
  }

  /** @param {HTMLVideoElement} video */
  mount(video) {
    this.still.before(video);
  }

  unmount() {
    this.element.dataset.picture = "none";
    this.playButton.hidden = true;
    this.still.hidden = true;
  }

  /** True where motion waits for the person's wish. */
  waits() {
    if (!calm.matches) return false;
    this.offerPlay();
    return true;
  }

  offerPlay() {
    this.playButton.hidden = false;
  }

  /** @param {boolean} on */
  setPlaying(on) {
    this.element.dataset.playing = String(on);
    if (on) this.playButton.hidden = true;
  }

  /** Keeps the last picture of a stream in sight while the file is opened. @param {HTMLVideoElement} video */
  freeze(video) {
    if (!video.videoWidth) return;
    Object.assign(this.still, { width: video.videoWidth, height: video.videoHeight, hidden: false });
    this.still.getContext("2d")?.drawImage(video, 0, 0);
  }

  /** A picture of this source stands. @param {string} source */
  picture(source) {
    this.element.dataset.picture = source;
    if (source === "file") this.still.hidden = true;
  }

  /** @param {number} x @param {number} y px in the window */
  heart(x, y) {
    burst(this.hearts, x, y);
  }
}

const FULL = { step: 0, steps: 0, chunk: 0, chunks: 0, percent: 100, sigma: 0, eta_s: 0 };

/** @param {import("./merge.js").Clip} clip @param {import("./merge.js").Progress | null} progress */
function statusWords(clip, progress) {
  if (clip.status === "queued") return "Waiting for light";
  if (clip.status === "failed") return clip.reason ?? "This one did not come to light.";
  if (clip.status === "cancelled") return clip.reason ?? "Stopped before it came to light.";
  if (!progress) return stage(0);
  return [stage(progress.percent), left(progress.eta_s)].filter(Boolean).join(" · ");
}
