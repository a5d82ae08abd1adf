/** What the line gives, and which file of a clip that is enough for. */
import { saveData } from "./dom.js";

/** A large file is judged when it has been loading for so long: by then a good line is past its slow start. */
const JUDGED_MS = 2000;
/** After a stall the large file is not tried again for so long, then twice as long. */
const WEAK_MS = 60_000;
const WEAK_MOST_MS = 15 * 60_000;

/**
 * Whether the half-size file is the better one. Pure.
 * @param {{sparing: boolean, weak: boolean, kind: string | undefined}} facts ``weak``: a large file was too much not
 *   long ago; ``kind``: the browser's effective type. Its figure for the downlink says nothing: where Chromium knows
 *   nothing yet it gives 1.55 Mbit/s.
 */
export const wantsHalf = ({ sparing, weak, kind = "4g" }) => sparing || weak || kind !== "4g";

/** Whether a file comes more slowly than it plays. Pure. @param {number} loadedS film that came @param {number} tookMs */
export const tooSlow = (loadedS, tookMs) => tookMs >= JUDGED_MS && loadedS * 1000 < tookMs;

export class Line {
  weakUntil = 0;
  weakMs = WEAK_MS;

  /** A large file could not be played through. */
  stalled() {
    this.weakUntil = performance.now() + this.weakMs;
    this.weakMs = Math.min(2 * this.weakMs, WEAK_MOST_MS);
  }

  get weak() {
    return wantsHalf({ sparing: saveData(), weak: performance.now() < this.weakUntil, kind: navigator.connection?.effectiveType });
  }

  /** The file of a clip that fits. @param {import("./merge.js").Clip} clip */
  fileOf({ video_url, half_url }) {
    return (this.weak && half_url) || video_url;
  }
}
