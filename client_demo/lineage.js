/** Where a clip comes from and what became of it, as a tree of posters. */
import { h, said } from "./dom.js";
import { ago } from "./format.js";

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
 * @param {Branch[]} branches @param {string} current @param {(clip: Clip) => void} go
 * @returns {HTMLElement}
 */
export function family(branches, current, go) {
  return h("ul", {}, ...branches.map(({ clip, children }) => h("li", {}, leaf(clip, current, go), children.length > 0 && family(children, current, go))));
}

/** @param {Clip} clip @param {string} current @param {(clip: Clip) => void} go */
function leaf(clip, current, go) {
  const poster = clip.poster_url ? h("img", { src: clip.poster_url, alt: "", loading: "lazy", width: 36, height: 64 }) : h("span.no-poster");
  const words = h("span.leaf-words", {}, said("b", {}, clip.text), h("small", {}, `@${clip.author.handle} · ${ago(clip.created_at, Date.now() / 1000)}`));
  const here = clip.id === current;
  return h("button.leaf", { type: "button", "data-lineage": clip.id, "data-testid": "lineage-clip", "aria-current": here && "true", onclick: () => go(clip) }, poster, words);
}
