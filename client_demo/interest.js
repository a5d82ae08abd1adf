/** What this visit liked, skipped and saw; it leaves the page only with a question for a feed. */
import { memory } from "./dom.js";

const KEPT = 120;
export const SKIP_MS = 1500;

/** The list with the id at its end, once, and no longer than kept. Pure. */
export const remember = (/** @type {string[]} */ ids, /** @type {string} */ id) =>
  [...ids.filter((old) => old !== id), id].slice(-KEPT);

export class Interest {
  constructor() {
    const { seen = [], liked = [], skipped = [] } = memory.read("interest", {});
    /** @type {{seen: string[], liked: string[], skipped: string[]}} */
    this.lists = { seen, liked, skipped };
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

  /** The lists with further ids that need not come again. @param {string[]} listed */
  with(listed) {
    const seen = [...new Set([...this.lists.seen, ...listed])].slice(-KEPT + 40);
    return { ...this.lists, seen };
  }

  /** @param {"seen" | "liked" | "skipped"} name @param {string} id */
  #add(name, id) {
    this.lists = { ...this.lists, [name]: remember(this.lists[name], id) };
    memory.write("interest", this.lists);
  }

  /** @param {"seen" | "liked" | "skipped"} name @param {string} id */
  #remove(name, id) {
    this.lists = { ...this.lists, [name]: this.lists[name].filter((old) => old !== id) };
    memory.write("interest", this.lists);
  }
}
