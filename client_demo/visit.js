/** How long each clip was watched: counts a view after two seconds, a skip below one and a half. */
import { api } from "./api.js";

const VIEW_MS = 2000;

export class Visit {
  /** @param {import("./interest.js").Interest} interest @param {(id: string, watchedMs: number) => void} tell */
  constructor(interest, tell) {
    this.interest = interest;
    this.tell = tell;
    /** @type {string | null} */
    this.id = null;
    this.since = 0;
    /** @type {Set<string>} */
    this.counted = new Set();
  }

  /** Another clip, or none, is before the person. @param {string | null} id */
  turn(id) {
    const now = performance.now();
    if (this.id) {
      this.interest.watched(this.id, now - this.since);
      this.tell(this.id, now - this.since);
    }
    clearTimeout(this.timer);
    this.id = id;
    this.since = now;
    if (id && !this.counted.has(id)) this.timer = setTimeout(() => this.#view(id), VIEW_MS);
  }

  /** @param {string} id */
  #view(id) {
    if (document.hidden) return;
    this.counted.add(id);
    api.viewed(id).catch(() => this.counted.delete(id));
  }
}
