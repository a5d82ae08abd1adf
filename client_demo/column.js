/** What the column held, over a reload: the clips before the current one too, and no question to the server. */
import { memory } from "./dom.js";

/** So many clips before the current one are kept, and so many after it: about 100 kB. */
const KEPT = { before: 40, after: 12 };

/** @typedef {{mode: string, at: string, clips: import("./merge.js").Clip[]}} Column */

/**
 * The part of a column that is kept. Pure.
 * @template T @param {T[]} clips @param {number} at
 * @returns {T[]}
 */
export const around = (clips, at) => clips.slice(Math.max(0, at - KEPT.before), at + KEPT.after + 1);

/** @param {string} mode @param {import("./merge.js").Clip[]} clips @param {string | null} at the current one */
export function keepColumn(mode, clips, at) {
  const index = clips.findIndex((clip) => clip.id === at);
  memory.write("column", index < 0 ? null : { mode, at, clips: around(clips, index) });
}

/**
 * The column of the page before a reload, if the address still names a clip of it.
 * @param {string} mode @param {string | null} wanted the clip that the address names
 * @returns {Column | null}
 */
export function keptColumn(mode, wanted) {
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (visit?.type !== "reload" && visit?.type !== "back_forward") return null;
  /** @type {Column | null} */
  const column = memory.read("column", null);
  const at = wanted ?? column?.at;
  return column?.mode === mode && column.clips.some((clip) => clip.id === at) ? { ...column, at: /** @type {string} */ (at) } : null;
}
