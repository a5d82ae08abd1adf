/** What one ticks or picks: a box with its words, and a chip or a swatch. */
import { h } from "./dom.js";

/** A box with its words and what they mean. @param {HTMLInputElement} input @param {string} words @param {string} [hint] */
export const tick = (input, words, hint = "") => h("label.tick", {}, input, h("span", {}, words, hint && h("small", {}, hint)));

/** One of several that look as they are called. @param {Record<string, any>} attributes of its input @param {Element} shown */
export const pick = (attributes, shown) => h("label.pickone", {}, h("input.unseen", attributes), shown);
