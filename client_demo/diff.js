/** What a prompt says otherwise than the one that it goes on from. */
import { h, said } from "./dom.js";

/** @typedef {{text: string, kind: "same" | "gone" | "new"}} Stretch */

/**
 * The stretches of two texts, word by word: what both say, what only the first and only the second one says. Pure.
 * (The longest common subsequence; of 500 characters each that is at most some 60,000 steps.)
 * @param {string} before @param {string} after
 * @returns {Stretch[]}
 */
export function difference(before, after) {
  const a = words(before);
  const b = words(after);
  const same = a.map((one) => b.map((other) => one.toLowerCase() === other.toLowerCase()));
  const longest = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) longest[i][j] = same[i][j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  /** @type {Stretch[]} */
  const found = [];
  const add = (/** @type {string} */ text, /** @type {Stretch["kind"]} */ kind) => {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += ` ${text}`;
    else found.push({ text, kind });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same[i][j]) (add(b[j], "same"), i++, j++);
    else if (j >= b.length || (i < a.length && longest[i + 1][j] >= longest[i][j + 1])) add(a[i++], "gone");
    else add(b[j++], "new");
  }
  return found;
}

const words = (/** @type {string} */ text) => text.split(/\s+/).filter(Boolean);

/** The second text, with what it says otherwise marked. @param {string} before @param {string} after @returns {HTMLElement} */
export function markChanges(before, after) {
  const parts = difference(before, after).map(({ text, kind }) => (kind === "same" ? text : h(kind === "gone" ? "del" : "ins", {}, text)));
  return said("span.difference", { "data-testid": "difference" }, ...parts.flatMap((part, i) => (i ? [" ", part] : [part])));
}
