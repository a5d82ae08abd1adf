/** Where a clip comes from and what became of it, as a tree of posters. */
import { markChanges } from "./diff.js";
import { h, said } from "./dom.js";
import { ago, secondsNow } from "./format.js";
import { tile } from "./tiles.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Clip} Clip @typedef {{clip: Clip, children: Branch[]}} Branch */

/**
 * The tree of a family, oldest first on every level; a clip whose parent is gone is a root. Pure.
 * @param {Clip[]} clips
 * @returns {Branch[]}
 */
export function tree(clips) {
  const branches = new Map(clips.map((clip) => [clip.id, /** @type {Branch} */ ({ clip, children: [] })]));
  /** @type {Branch[]} */
  const roots = [];
  for (const branch of branches.values()) {
    const above = branch.clip.parent ? branches.get(branch.clip.parent) : undefined;
    (above?.children ?? roots).push(branch);
  }
  return roots;
}

/**
 * @param {Branch[]} branches @param {string} current @param {(clip: Clip) => void} go @param {Clip} [parent] of the branches
 * @returns {HTMLElement}
 */
export function family(branches, current, go, parent) {
  return h("ul", {}, ...branches.map(({ clip, children }) => h("li", {}, leaf(clip, current, go, parent), children.length > 0 && family(children, current, go, clip))));
}

/** All remixes of one clip, with what each says otherwise. @param {Clip} base @param {Clip[]} clips @param {(clip: Clip) => void} go */
export function gallery(base, clips, go) {
  if (!clips.length) return h("p.none", {}, t("lineage.none"));
  return h("ul.gallery", { "data-testid": "remix-gallery" }, ...clips.map((clip) => h("li", {}, tile(clip, go), h("p.kin-words", {}, h("small", {}, `@${clip.author.handle}`), markChanges(base.text, clip.text)))));
}

/** @param {Clip} clip @param {string} current @param {(clip: Clip) => void} go @param {Clip} [parent] */
function leaf(clip, current, go, parent) {
  const poster = clip.poster_url ? h("img", { src: clip.poster_url, alt: "", loading: "lazy", width: 36, height: 64 }) : h("span.no-poster");
  const words = h("span.leaf-words", {}, parent ? h("b", {}, markChanges(parent.text, clip.text)) : said("b", {}, clip.text), h("small", {}, `@${clip.author.handle} · ${ago(clip.created_at, secondsNow())}`));
  const here = clip.id === current;
  return h("button.leaf", { type: "button", "data-lineage": clip.id, "data-testid": "lineage-clip", "aria-current": here && "true", onclick: () => go(clip) }, poster, words);
}
