/** Sentences that one may ask for, as the server tells them in the language of the page. */
import { api } from "./api.js";

/** @type {Promise<string[]> | null} */
let told = null;

/** All of them, asked for once. @returns {Promise<string[]>} */
function sentences() {
  told ??= api.examples().then(({ texts }) => texts, (error) => {
    told = null; // asked again the next time
    throw error;
  });
  return told;
}

/**
 * Several of them, each once. Pure.
 * @template T @param {readonly T[]} items @param {number} count @param {() => number} random
 * @returns {T[]}
 */
export const some = (items, count, random) => items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).slice(0, count).map(({ item }) => item);

/** Several, none where they cannot be had: nobody waits for them. @param {number} count */
export const examples = async (count) => some(await sentences().catch(() => []), count, Math.random);
