/** What this visit liked, skipped and saw; it leaves the page only with a question for a feed. */
import { memory } from "./dom.js";

/** How many ids a list keeps. */
const KEPT = { seen: 4000, liked: 120, skipped: 120 };
/** How many reactions of a kind the server reads. */
const TASTE = 40;
/** The server ranks so many clips, its newest: what is older need not be told. */
const RANKED = 500;
export const SKIP_MS = 1500;

/** The list with the id at its end, once, and no longer than kept. Pure. */
export const remember = (/** @type {string[]} */ ids, /** @type {string} */ id, kept = KEPT.liked) =>
  [...ids.filter((old) => old !== id), id].slice(-kept);

/** Those of the ids that are of the newest clips, in their order: ids sort by time. Pure. @param {string[]} ids */
export function newest(ids, count = RANKED) {
  const kept = new Set([...ids].sort().slice(-count));
  return ids.filter((id) => kept.has(id));
}

export class Interest {
  constructor() {
    const { seen = [], liked = [], skipped = [] } = memory.read("interest", {});
    /** @type {{seen: string[], liked: string[], skipped: string[]}} */
    this.lists = { seen, liked, skipped };
    addEventListener("cleared", (event) => this.forget(/** @type {CustomEvent} */ (event).detail));
  }

  /** What was seen, of one clip or of all, does not count any more. @param {string} [id] */
  forget(id) {
    for (const name of /** @type {const} */ (["seen", "skipped"])) this.#keep(name, this.lists[name].filter((old) => id && old !== id));
  }

  /** @param {string} id @param {number} watchedMs */
  watched(id, watchedMs) {
    this.#add("seen", id);
    if (watchedMs < SKIP_MS && !this.lists.liked.includes(id)) this.#add("skipped", id);
    else this.#remove("skipped", id);
  }

  /** @param {string} id @param {boolean} on */
  liked(id, on) {
    if (on) this.#add("liked", id);
    else this.#remove("liked", id);
    this.#remove("skipped", id);
  }

  /** The lists as a feed is asked, with further ids that need not come again. @param {string[]} listed */
  with(listed) {
    const known = new Set(this.lists.seen);
    const seen = newest([...listed.filter((id) => !known.has(id)), ...this.lists.seen]); // the last one seen stays last
    return { seen, liked: this.lists.liked.slice(-TASTE), skipped: this.lists.skipped.slice(-TASTE) };
  }

  /** @param {"seen" | "liked" | "skipped"} name @param {string} id */
  #add(name, id) {
    this.#keep(name, remember(this.lists[name], id, KEPT[name]));
  }

  /** @param {"seen" | "liked" | "skipped"} name @param {string} id */
  #remove(name, id) {
    this.#keep(name, this.lists[name].filter((old) => old !== id));
  }

  /** @param {"seen" | "liked" | "skipped"} name @param {string[]} ids */
  #keep(name, ids) {
    this.lists = { ...this.lists, [name]: ids };
    memory.write("interest", this.lists);
  }
}
