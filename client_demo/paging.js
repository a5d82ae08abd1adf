/** Where the next clips come from: the feed, in the order that the person chose. */
import { api } from "./api.js";
import { forming } from "./merge.js";

const PAGE = 8;

/** @typedef {"foryou" | "latest" | "following" | "live"} Mode */

export class Pages {
  /** @param {Mode | null} mode null for the order that the server remembers @param {import("./interest.js").Interest} interest */
  constructor(mode, interest) {
    this.mode = mode;
    this.interest = interest;
    /** @type {string | null} */
    this.cursor = null;
    this.over = false;
    this.busy = false;
    /** @type {string | null} the clip of which it is shown first how it came to be */
    this.birth = null;
    /** Whether the person wishes that not everything comes. */
    this.filtered = false;
  }

  /**
   * The next page; empty when there is nothing more or one is already on its way.
   * @param {string[]} listed ids that the column holds
   * @returns {Promise<import("./merge.js").Clip[]>}
   */
  async next(listed) {
    if (this.over || this.busy) return [];
    this.busy = true;
    try {
      return await this.#ask(listed);
    } finally {
      this.busy = false;
    }
  }

  /** @param {string[]} listed */
  async #ask(listed) {
    const wanted = this.interest.with(listed);
    const first = listed.length === 0 && wanted.seen.length === 0 && !this.mode ? given() : null;
    let page = first;
    // Where next to nothing is wished for, one answer looks only so far.
    while (!page || (page.clips.length === 0 && page.cursor)) page = await api.feed({ ...wanted, order: this.mode }, page ? page.cursor : this.cursor, PAGE);
    const { clips, cursor, birth } = page;
    this.mode = page.order ?? this.mode ?? "foryou"; // an earlier release says none
    this.filtered = page.filtered;
    this.birth ??= birth ?? null;
    this.cursor = cursor ?? null;
    if (clips.length === 0 && listed.length === 0 && this.mode === "foryou") return this.#again();
    this.over = this.cursor === null;
    return clips;
  }

  /** Everything was seen in this visit: it begins anew rather than show nothing. */
  async #again() {
    this.over = true;
    return (await api.feed({ ...this.interest.with([]), seen: [], skipped: [], order: this.mode }, null, PAGE * 3)).clips;
  }
}

/**
 * Whether news of a clip may put it into a column that shows nothing. Where the feed is filtered it is asked
 * for anew then, at the first news and when the status is another: progress changes nothing. Pure.
 * @param {import("./merge.js").Clip} clip @param {import("./merge.js").Clip | undefined} before @param {boolean} filtered
 */
export const mayShow = (clip, before, filtered) =>
  // Or done already: a short one can be, before its first event is heard.
  (forming(clip) || clip.status === "done") && !(filtered && before?.status === clip.status);

/** The first page, which stands in the document of somebody new: once. */
function given() {
  const block = document.querySelector("#first-clips");
  block?.remove();
  return block ? JSON.parse(/** @type {string} */ (block.textContent)) : null;
}
