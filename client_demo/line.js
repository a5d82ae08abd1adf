/** What the line gives, and which file of a clip that is enough for. */
import { saveData } from "./dom.js";

/** What a finished clip takes at most, in kbit/s, and how much more a line should give for it. */
const FULL_KBIT = 2500;
const MARGIN = 1.5;
/** After a stall the large file is not tried again for so long, then twice as long. */
const WEAK_MS = 60_000;
const WEAK_MOST_MS = 15 * 60_000;

/**
 * Whether the half-size file is the better one. Pure.
 * @param {{sparing: boolean, weak: boolean, downlinkMbit: number | null}} facts ``weak``: a large file stalled not
 *   long ago; ``downlinkMbit``: the browser's own estimate, where it makes one
 */
export const wantsHalf = ({ sparing, weak, downlinkMbit }) =>
  sparing || weak || (downlinkMbit !== null && downlinkMbit * 1000 < FULL_KBIT * MARGIN);

export class Line {
  weakUntil = 0;
  weakMs = WEAK_MS;

  /** A large file could not be played through. */
  stalled() {
    this.weakUntil = performance.now() + this.weakMs;
    this.weakMs = Math.min(2 * this.weakMs, WEAK_MOST_MS);
  }

  get weak() {
    const downlinkMbit = navigator.connection?.downlink ?? null;
    return wantsHalf({ sparing: saveData(), weak: performance.now() < this.weakUntil, downlinkMbit });
  }

  /** The file of a clip that fits. @param {import("./merge.js").Clip} clip */
  fileOf({ video_url, half_url }) {
    return (this.weak && half_url) || video_url;
  }
}
