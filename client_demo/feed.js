/** The column of clips: which is before the person, which are filled, which have a video. */
import { Channel } from "/client.js";
import { Card } from "./card.js";
import { calm, saveData } from "./dom.js";
import { Hearing } from "./hearing.js";
import { Line } from "./line.js";
import { Player } from "./player.js";

const FILLED = 2;
const AHEAD = 4;

/** Indices that get one of the three players: the current clip first, then next, then previous. Pure. */
export const lent = (/** @type {number} */ current, /** @type {number} */ length, sparing = false) =>
  (sparing ? [current] : [current, current + 1, current - 1]).filter((i) => i >= 0 && i < length);

/**
 * @typedef {{more(): void, current(id: string | null, before: string | null): void}} Listener
 */

export class Feed {
  /**
   * @param {HTMLElement} root the scrolling element
   * @param {import("./state.js").Store} store
   * @param {import("./card.js").Actions} actions
   * @param {Listener} listener
   */
  constructor(root, store, actions, listener) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.listener = listener;
    this.list = /** @type {HTMLElement} */ (root.querySelector("[role=feed]")); // it holds articles only
    /** @type {Card[]} */
    this.cards = [];
    this.index = -1;
    this.hearing = new Hearing((on, offered) => this.#hear(on, offered));
    /** Whether the focus goes along with the step under way. */
    this.leads = false;
    /** Which screen is before the person: a clip's index, or one more for the tail. */
    this.place = 0;
    /** @type {number | undefined} where a scroll under way ends */
    this.target = undefined;
    this.channel = new Channel();
    this.line = new Line();
    this.players = [1, 2, 3].map(() => new Player(this.channel, this.line, { through: (player) => player.card === this.current && this.#ahead(), refused: () => this.hearing.refuse() }));
    for (const player of this.players) player.video.muted = !this.hearing.on;
    root.addEventListener("scrollend", () => (this.target = undefined));
    root.addEventListener("scroll", () => this.#settle(), { passive: true });
    new ResizeObserver(() => this.#realign()).observe(root);
    store.listeners.add((id, entry) => this.#changed(id, entry));
  }

  get ids() {
    return this.cards.map((card) => card.id);
  }

  get current() {
    return this.cards[this.index] ?? null;
  }

  get player() {
    return this.players.find((player) => player.card && player.card === this.current) ?? null;
  }

  /** What is seen of the current clip: its video, or its poster; null before either can be drawn. */
  get picture() {
    if (!this.current?.full) return null;
    const video = this.player?.video;
    if (video && video.readyState >= 2) return video;
    const { poster } = this.current;
    return poster.complete && poster.naturalWidth ? poster : null;
  }

  /** Turns the sound of all clips on or off. */
  toggleSound() {
    this.hearing.toggle();
  }

  /** @param {boolean} on @param {boolean} offered */
  #hear(on, offered) {
    for (const player of this.players) player.video.muted = !on;
    for (const card of this.cards) card.hear(on, offered);
  }

  /** The line is back: what could not be played is tried again. */
  comeBack() {
    for (const player of this.players) player.comeBack();
  }

  /** Empties the column. */
  clear() {
    for (const player of this.players) player.release();
    for (const card of this.cards) card.setFull(false), card.element.remove();
    this.cards = [];
    this.list.hidden = true;
    // Left alone in the column the last screen would be what it snaps to, and stay in sight below the clips that come.
    this.root.querySelector(".tail")?.setAttribute("hidden", "");
    this.#setCurrent(-1);
    this.root.scrollTop = 0;
    this.place = 0;
    this.target = undefined;
  }

  /** Adds clips that are not there yet, at the end or after the current one. @param {string[]} ids */
  add(ids, { next = false } = {}) {
    const there = new Set(this.ids);
    const fresh = ids.filter((id) => !there.has(id));
    const at = next ? this.index + 1 : this.cards.length;
    const cards = fresh.map((id) => new Card(/** @type {any} */ (this.store.get(id)), this.actions));
    const after = this.cards[at]?.element ?? null;
    for (const card of cards) this.list.insertBefore(card.element, after);
    this.cards.splice(at, 0, ...cards);
    this.list.hidden = this.cards.length === 0;
    for (const card of cards) card.hear(this.hearing.on, this.hearing.offered);
    this.cards.forEach((card, i) => card.element.setAttribute("aria-posinset", String(i + 1)));
    if (this.index < 0 && this.cards.length) this.#settle();
    else this.#refill();
    return fresh.length;
  }

  /** Puts clips in the place of all that wait behind the current one. @param {string[]} ids */
  renew(ids) {
    const waiting = this.ids.slice(this.index + 1);
    const kept = waiting.findIndex((id, i) => id !== ids[i]); // what is loaded and stays is not loaded anew
    for (const id of kept < 0 ? [] : waiting.slice(kept)) this.remove(id);
    this.add(ids);
  }

  /** Takes a clip out; what is before the person stays there, unless it is that one. @param {string} id */
  remove(id) {
    const at = this.ids.indexOf(id);
    if (at < 0) return;
    const [card] = this.cards.splice(at, 1);
    this.list.hidden = this.cards.length === 0;
    this.players.find((player) => player.card === card)?.release();
    card.setFull(false);
    card.element.remove();
    this.cards.forEach((one, i) => one.element.setAttribute("aria-posinset", String(i + 1)));
    const place = this.place - (at < this.place ? 1 : 0);
    this.root.scrollTo({ top: place * this.root.clientHeight, behavior: "instant" });
    this.#settle();
    this.#refill();
  }

  /** @param {number} delta @param {{focus?: boolean}} [options] whether the focus goes along, as it does with keys */
  step(delta, { focus = false } = {}) {
    this.leads = focus;
    this.#scrollTo((this.target ?? this.place) + delta);
  }

  /** Goes to a clip of the column at once. @param {string} id */
  goTo(id) {
    const index = this.ids.indexOf(id);
    if (index < 0) return;
    this.root.scrollTo({ top: index * this.root.clientHeight, behavior: "instant" });
    this.#settle();
  }

  /** @param {number} index may be the tail's, one past the last clip */
  #scrollTo(index) {
    const to = Math.max(0, Math.min(index, this.cards.length));
    if (to === this.cards.length && this.root.querySelector(".tail")?.hasAttribute("hidden")) return;
    const far = Math.abs(to - this.place) > 1;
    this.target = to; // several keys in a row go several clips, however long the way takes
    this.root.scrollTo({ top: to * this.root.clientHeight, behavior: far || calm.matches ? "instant" : "smooth" });
  }

  /** Keeps the clip in place when the window changes its height. */
  #realign() {
    if (this.index >= 0) this.root.scrollTo({ top: this.place * this.root.clientHeight, behavior: "instant" });
  }

  #settle() {
    const height = this.root.clientHeight || 1;
    const index = Math.round(this.root.scrollTop / height);
    this.place = index;
    if (index === this.target) this.target = undefined;
    this.#setCurrent(Math.min(index, this.cards.length - 1), index >= this.cards.length);
  }

  /** @param {number} index @param {boolean} [tail] */
  #setCurrent(index, tail = false) {
    this.root.dataset.tail = String(tail);
    const before = this.shown ?? null;
    const focused = this.cards.some((card) => card.id === before && card.element.contains(document.activeElement));
    this.index = index;
    this.shown = this.current?.id ?? null;
    if (before === this.shown) return;
    this.#refill();
    if (focused || this.leads) this.current?.element.focus({ preventScroll: true });
    this.leads = false;
    if (before !== null && this.store.get(before)?.clip.recipe?.sound) this.hearing.pass();
    this.listener.current(this.shown, before);
    if (index >= this.cards.length - AHEAD) this.listener.more();
  }

  #refill() {
    this.cards.forEach((card, i) => {
      const near = Math.abs(i - this.index) <= FILLED;
      if (!near) this.players.find((player) => player.card === card)?.release();
      card.turn(i === this.index);
      card.setFull(near);
    });
    this.#lend();
  }

  #lend() {
    const wanted = lent(this.index, this.cards.length, saveData()).map((i) => this.cards[i]);
    const free = this.players.filter((player) => !player.card || !wanted.includes(player.card));
    for (const card of wanted) {
      const entry = /** @type {any} */ (this.store.get(card.id));
      const player = this.players.find((one) => one.card === card) ?? /** @type {Player} */ (free.pop());
      player.bind(card, entry);
      player.setActive(card === this.current);
    }
    for (const player of free) player.release();
    this.#ahead();
    const next = this.cards[this.index + 1];
    this.channel.next = next && this.store.get(next.id)?.clip.status === "live" ? next.id : null;
  }

  /** The next clip is loaded when the current one can be played through. */
  #ahead() {
    const may = this.player?.through ?? true;
    for (const player of this.players) player.setAhead(may);
  }

  /** Shows all clips anew. */
  update() {
    for (const card of this.cards) card.update(/** @type {any} */ (this.store.get(card.id)));
  }

  /** @param {string} id @param {import("./merge.js").Entry} entry */
  #changed(id, entry) {
    const card = this.cards.find((one) => one.id === id);
    if (!card) return;
    card.update(entry);
    this.players.find((player) => player.card === card)?.update(entry);
  }
}
