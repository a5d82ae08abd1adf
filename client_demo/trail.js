/** Where one has been: clips, and sheets over them, as entries of the browser's history. */

/** @typedef {{clip: string | null, sheet: string | null}} Place the sheet is the uppermost one */

/** A sheet that has no address: Back closes it all the same. */
export const UNNAMED = "-";

/** The address of a place. Pure. @param {Place} place */
export function addressOf({ clip, sheet }) {
  if (sheet?.startsWith("@")) return `/${sheet}`; // which others see, too; the clip below it is in the history's state
  const query = new URLSearchParams();
  if (clip) query.set("clip", clip);
  if (sheet && sheet !== UNNAMED) query.set("sheet", sheet);
  const words = query.toString().replaceAll("%40", "@");
  return words ? `/?${words}` : "/";
}

/** The place of an address. Pure. @param {string} address its path and query @returns {Place} */
export function placeOf(address) {
  const { pathname, search } = new URL(address, "http://here");
  if (pathname.startsWith("/@")) return { clip: null, sheet: decodeURIComponent(pathname.slice(1)) };
  const query = new URLSearchParams(search);
  return { clip: query.get("clip"), sheet: query.get("sheet") };
}

const here = () => location.pathname + location.search;

/**
 * How a place follows another in the history. Pure.
 * @param {Place} before @param {Place} place @param {boolean} covered whether the sheet of the place before is still open
 * @returns {"stay" | "replace" | "push"}
 */
export function follows(before, place, covered) {
  if (before.clip === place.clip && before.sheet === place.sheet) return "stay";
  if (before.clip === null || place.clip === null) return before.sheet === null && place.sheet !== null ? "push" : "replace";
  return before.sheet !== null && !covered ? "replace" : "push";
}

export class Trail {
  /** @type {boolean} on the way back from a sheet that was closed by hand */
  #leaving = false;
  /** @type {Place | null} where one went meanwhile */
  #later = null;

  /** @param {(place: Place) => void} go shows where Back or Forward leads */
  constructor(go) {
    this.go = go;
    /** The sheet that the address names, which is opened over the clip. */
    this.wanted = placeOf(here()).sheet;
    /** @type {Place} */
    this.place = history.state ?? { clip: placeOf(here()).clip, sheet: null };
    history.replaceState(this.place, "", addressOf(this.place));
    addEventListener("popstate", ({ state }) => this.#popped(state ?? placeOf(here())));
  }

  /** Another clip is before the person. @param {string | null} clip @param {string | null} sheet what is open over it */
  turn(clip, sheet) {
    this.#record({ clip, sheet }, sheet === this.place.sheet);
  }

  /**
   * Another sheet is the uppermost one, or none is.
   * @param {string | null} sheet @param {{fresh: boolean, covered: boolean}} how whether it was opened just now, and
   *   whether the sheet of the place before is still open below it
   */
  cover(sheet, { fresh, covered }) {
    if (sheet === this.place.sheet) return;
    const place = { clip: this.place.clip, sheet };
    if (fresh || this.#leaving || history.length === 1) return this.#record(place, covered);
    this.place = place;
    this.#leaving = true;
    history.back();
  }

  /** @param {Place} place @param {boolean} covered */
  #record(place, covered) {
    if (this.#leaving) return void (this.#later = place);
    const how = follows(this.place, place, covered);
    this.place = place;
    if (how === "stay") return;
    try {
      history[`${how}State`](place, "", addressOf(place));
    } catch {
      // Browsers refuse more than about 100 entries in half a minute: that clip is none then.
    }
  }

  /** @param {Place} place */
  #popped(place) {
    const later = this.#later;
    const left = this.#leaving;
    this.#leaving = false;
    this.#later = null;
    this.place = place;
    if (later) return this.#record(later, false);
    if (!left) this.go(place);
  }
}
