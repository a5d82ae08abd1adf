/** Clips as stills in a grid. */
import { h, refill, said } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Clip} Clip */

/** Where a picture of a clip is, from its first light on. @param {Clip} clip */
export const stillOf = ({ id, poster_url, status }) => poster_url ?? (status === "live" ? `/v1/clips/${encodeURIComponent(id)}/poster.jpg` : null);

/** @param {Clip} clip @param {(clip: Clip) => void} go */
export function tile(clip, go) {
  const picture = stillOf(clip);
  const inside = picture ? h("img", { src: picture, alt: "", loading: "lazy" }) : said("span.still-words", {}, clip.text);
  const live = clip.status === "live" && h("span.lamp", { "aria-hidden": "true" });
  return h("button.still", { type: "button", "aria-label": clip.text, title: clip.text, "data-tile": clip.id, onclick: () => go(clip) }, inside, live);
}

/** Replaces what a grid holds. @param {HTMLElement} grid @param {Clip[]} clips @param {(clip: Clip) => void} go @param {string} none what is said of nothing @param {(clip: Clip) => void} [forget] takes one out of it */
export function fillGrid(grid, clips, go, none, forget) {
  const out = (/** @type {Clip} */ clip) => forget && h("button.forget", { type: "button", "aria-label": t("history.forget", { text: clip.text }), "data-testid": "forget", onclick: () => forget(clip) }, icon("close"));
  refill(grid, ...clips.map((clip) => h("li", {}, tile(clip, go), out(clip))));
  if (!clips.length) grid.replaceChildren(h("li.hint.nothing", {}, none));
}
