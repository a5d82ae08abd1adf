/** What was being written, one draft for each thing that it was for: none overwrites another. */
import { memory } from "./dom.js";

const KEPT = 12;

/** @typedef {{text: string, seconds: string, seed: string}} Draft */

export class Drafts {
  constructor() {
    /** @type {Map<string, Draft>} the one written last at the end */
    this.drafts = new Map(memory.read("drafts", []));
  }

  /** @param {string} name what it is for */
  get(name) {
    return this.drafts.get(name);
  }

  /** @param {string} name @param {Draft} draft */
  keep(name, draft) {
    this.drafts.delete(name);
    this.drafts.set(name, draft);
    memory.write("drafts", [...this.drafts].slice(-KEPT));
  }

  /** It was sent. @param {string} name */
  drop(name) {
    this.drafts.delete(name);
    memory.write("drafts", [...this.drafts].slice(-KEPT));
  }
}

/** What a draft is for: a clip of one's own, a remix or a fork of one, or a given sentence. Pure.
 * @param {{text?: string, parent?: {id: string} | null, second?: number | null}} asked */
export function draftName({ text, parent = null, second = null }) {
  if (parent) return `${second === null ? "remix" : "fork"}:${parent.id}`;
  return text === undefined ? "new" : `text:${text}`;
}
