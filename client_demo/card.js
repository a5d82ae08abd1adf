/** One clip in the feed: its picture, its words and what one can do with it. */
import { Caption } from "./caption.js";
import { calm, h } from "./dom.js";
import { burst } from "./gestures.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { Rail } from "./rail.js";
import { Ring } from "./ring.js";
import { Shade } from "./shade.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Entry} Entry */

/** So long the words of a clip stand as they are, then they fold, so that they do not lie over what it shows. */
const FOLD_MS = 2000;
/** So often a film is looked at again: whether what lies over it can still be read. */
const LOOK_MS = 1000;
const SHADE = new Shade();

/**
 * @typedef {{like(id: string, on?: boolean): void, comments(id: string): void, remix(id: string): void, fork(id: string): void,
 *   lineage(id: string): void, share(id: string): void, more(id: string): void, made(id: string): void, cancel(id: string): void, remove(id: string): void, profile(handle: string): void, find(tag: string): void,
 *   propose(id: string, text: string): void, vote(id: string, proposal: string): void,
 *   again(id: string): void, toggle(): void, birth(): void, sound(): void, isMine(id: string): boolean, showsMe(id: string): boolean, withdraw(id: string): void}} Actions
 */

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
      "aria-describedby": `who-${this.id}`,
      "aria-setsize": "-1",
      tabindex: "0",
    });
    this.full = false;
    this.before = false;
    this.share = 0;
    this.lookedAt = 0;
    this.heard = this.offered = false;
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
    this.poster = h("img.poster", { hidden: true, crossorigin: true, decoding: "async", alt: "", onload: () => SHADE.over(this.stage, this.poster) });
    this.still = h("canvas.still", { hidden: true });
    this.frame = h("div.picture", {}, h("div.dream", {}, h("i"), h("i")), this.poster, this.still, h("div.scrim"));
    this.hearts = h("div.hearts", { "aria-hidden": "true" });
    this.playButton = h("button.play", { type: "button", hidden: true, "data-testid": "play", "aria-label": t("play"), onclick: actions.toggle }, icon("play"));
    this.played = h("div.played", { "aria-hidden": "true" });
    this.caption = new Caption(clip, actions, () => this.#fold(this.element.dataset.folded !== "true"));
    this.rail = new Rail(id, actions);
    this.hearButton = h("button.hear", { type: "button", hidden: true, "data-testid": "tap-sound", "aria-keyshortcuts": "m", onclick: () => actions.sound() }, icon("sound"), t("sound.tap"));
    this.stage = h("div.stage", {}, this.frame, this.hearts, this.played, this.playButton, this.hearButton, this.caption.element, this.rail.element);
    this.element.replaceChildren(this.stage);
    this.element.dataset.folded = "false";
    this.update(this.entry);
  }

  /** Whether it is the clip before the person. @param {boolean} on */
  turn(on) {
    this.element.inert = !on;
    if (on === this.before) return;
    this.before = on;
    clearTimeout(this.folding);
    this.#fold(false);
    if (on) this.folding = setTimeout(() => this.caption?.inUse || this.#fold(true), FOLD_MS);
  }

  /** @param {boolean} on */
  #fold(on) {
    clearTimeout(this.folding);
    this.element.dataset.folded = String(on);
    this.caption?.fold(on);
  }

  /** @param {Entry} entry */
  update(entry) {
    this.entry = entry;
    const { clip } = entry;
    this.element.dataset.state = clip.status;
    this.element.dataset.model = clip.recipe?.model;
    if (!this.full) return;
    this.rail?.update(entry);
    this.hear(this.heard, this.offered);
    this.#light(entry);
    this.caption?.update(entry);
    if (clip.poster_url && this.poster.getAttribute("src") !== clip.poster_url) {
      this.poster.fetchPriority = this.before ? "high" : "low";
      this.poster.src = clip.poster_url;
      this.poster.hidden = false;
    }
  }

  /** @param {Entry} entry */
  #light({ clip, progress }) {
    if (forming(clip) && !this.ring) {
      this.ring = new Ring();
      this.frame.append(this.ring.element);
    }
    this.element.dataset.formed = String((progress?.percent ?? 0) >= 100);
    this.ring?.update(forming(clip) ? progress : clip.status === "done" ? FULL : null);
  }

  /** @param {HTMLVideoElement} video */
  mount(video) {
    this.still.before(video);
  }

  unmount() {
    this.element.dataset.picture = "none";
    this.playButton.hidden = true;
    this.still.hidden = true;
    this.setPlayed(0);
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

  /** How much of the film has been played, 0 to 1. @param {number} share */
  setPlayed(share) {
    const back = share < this.share; // it begins anew: the line does not run back
    this.share = share;
    this.played.classList.toggle("back", back);
    this.played.style.transform = `scaleX(${share})`;
  }

  /** @param {boolean} on */
  setPlaying(on) {
    this.element.dataset.playing = String(on);
    if (on) this.playButton.hidden = true;
  }

  /** Whether its sound is on, and whether it shows how it is turned on. @param {boolean} on @param {boolean} offered */
  hear(on, offered) {
    this.heard = on;
    this.offered = offered;
    this.rail?.hear(on);
    if (this.hearButton) this.hearButton.hidden = !offered || !this.entry.clip.recipe?.sound;
  }

  /** Whether it is shown how the clip came to be. @param {boolean} on */
  setBorn(on) {
    this.element.dataset.born = String(on);
    this.caption?.setBorn(on);
  }

  /** Keeps the last picture of a stream in sight while the file is opened. @param {HTMLVideoElement} video */
  freeze(video) {
    if (!video.videoWidth) return;
    Object.assign(this.still, { width: video.videoWidth, height: video.videoHeight, hidden: false });
    this.still.getContext("2d")?.drawImage(video, 0, 0);
  }

  /** What it played is not to be had: its poster stands for it. */
  lose() {
    this.element.dataset.picture = "none";
  }

  /** A film goes on: what lies over it is to be read. @param {HTMLVideoElement} video */
  look(video) {
    if (video.readyState < 2 || performance.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = performance.now();
    SHADE.over(this.stage, video);
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
