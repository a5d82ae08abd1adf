/** Everything the page knows of clips, and who wants to hear of a change. */
import { entryOf, forming, mergeClip } from "./merge.js";

/** @typedef {import("./merge.js").Entry} Entry */

export class Store {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** @type {import("./merge.js").Person | null} */
    this.me = null;
    /** @type {Set<string>} people whose clips and words are not shown */
    this.hidden = new Set();
    /** @type {Set<(id: string, entry: Entry, before: Entry | undefined) => void>} */
    this.listeners = new Set();
    /** @type {Set<(id: string, entry: Entry) => void>} who wants to hear that a clip is gone */
    this.mourners = new Set();
  }

  /** @param {string} id */
  get(id) {
    return this.entries.get(id);
  }

  /** @param {string} id @param {(entry: Entry) => Entry} change does nothing for a clip never seen */
  update(id, change) {
    const before = this.entries.get(id);
    if (!before) return;
    const after = change(before);
    if (after === before) return;
    this.entries.set(id, after);
    for (const listener of this.listeners) listener(id, after, before);
  }

  /** Takes a clip as a page or an event tells it. @param {import("./merge.js").Clip} clip */
  meet(clip) {
    if (this.entries.has(clip.id)) return this.update(clip.id, (entry) => mergeClip(entry, clip, false));
    const entry = entryOf(clip);
    this.entries.set(clip.id, entry);
    for (const listener of this.listeners) listener(clip.id, entry, undefined);
  }

  /** Drops a clip that was removed. @param {string} id */
  forget(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id); // first: who mourns counts those that are left
    for (const mourner of this.mourners) mourner(id, entry);
  }

  /** Ids of the clips being drawn now, oldest first: those in line are not to be seen yet. */
  onAir() {
    return this.#idsOf((clip) => clip.status === "live");
  }

  /** Ids of the clips that are in line or being drawn, oldest first. */
  onTheirWay() {
    return this.#idsOf(forming);
  }

  /** @param {(clip: import("./merge.js").Clip) => boolean} holds */
  #idsOf(holds) {
    return [...this.entries.values()].filter((entry) => holds(entry.clip)).map((entry) => entry.clip.id).sort();
  }

  /** @param {string} id */
  isMine(id) {
    return this.me !== null && this.get(id)?.clip.author.id === this.me.id;
  }

  /** Whether a clip shows one as one chose to be drawn. @param {string} id */
  showsMe(id) {
    const looks = this.get(id)?.clip.recipe?.looks ?? [];
    return looks.some((/** @type {{owner: string}} */ { owner }) => owner === this.me?.handle);
  }
}
