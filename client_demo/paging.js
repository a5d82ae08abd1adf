/** Where the next clips come from: the person's own feed, or the newest first. */
import { api } from "./api.js";

const PAGE = 8;

/** @typedef {"foryou" | "latest" | "following"} Mode */

export class Pages {
  /** @param {Mode} mode @param {import("./interest.js").Interest} interest */
  constructor(mode, interest) {
    this.mode = mode;
    this.interest = interest;
    /** @type {string | null} */
    this.cursor = null;
    this.over = false;
    this.busy = false;
    /** @type {string | null} the clip of which it is shown first how it came to be */
    this.birth = null;
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
      return this.mode === "foryou" ? await this.#forYou(listed) : await this.#newest();
    } finally {
      this.busy = false;
    }
  }

  async #newest() {
    const { clips, cursor } = await (this.mode === "latest" ? api.latest(this.cursor, PAGE) : api.following(this.cursor, PAGE));
    this.cursor = cursor ?? null;
    this.over = this.cursor === null;
    return clips;
  }

  /** @param {string[]} listed */
  async #forYou(listed) {
    const wanted = this.interest.with(listed);
    const first = listed.length === 0 && wanted.seen.length === 0 ? given() : null;
    const { clips, cursor, birth } = first ?? await api.feed(wanted, this.cursor, PAGE);
    this.birth ??= birth ?? null;
    this.cursor = cursor ?? null;
    if (clips.length === 0 && listed.length === 0) return this.#again();
    this.over = this.cursor === null;
    return clips;
  }

  /** Everything was seen in this visit: it begins anew rather than show nothing. */
  async #again() {
    this.over = true;
    return (await api.feed({ ...this.interest.with([]), seen: [], skipped: [] }, null, PAGE * 3)).clips;
  }
}

/** The first page, which stands in the document of somebody new: once. */
function given() {
  const block = document.querySelector("#first-clips");
  block?.remove();
  return block ? JSON.parse(/** @type {string} */ (block.textContent)) : null;
}
