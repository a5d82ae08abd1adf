/**
 * What the page says, in the language of its document: `t("rail.like")`, `t("profile.clips", { n })`. The words are
 * in words/en.json and words/fr.json; the key of a call is always written out, since the bundle puts the words there.
 */
import { TABLE } from "./table.js";

export const LANGUAGE = document.documentElement.lang || "en";
/** With the person's region, where the browser has one of this language: numbers and dates are written as there. */
export const LOCALE = navigator.languages?.find((tag) => tag.split("-")[0] === LANGUAGE) ?? LANGUAGE;

const PLURALS = new Intl.PluralRules(LANGUAGE);
const NUMBERS = new Intl.NumberFormat(LOCALE);

/** @typedef {string | number} Value */

/**
 * A message for a number `n` has forms for the plural categories of its language; others are just a text.
 * @param {string} key @param {Record<string, any>} values
 */
function messageOf(key, values) {
  const message = TABLE[key] ?? key;
  return typeof message === "string" ? message : (message[PLURALS.select(values.n)] ?? message.other);
}

/** @param {any} value */
const shown = (value) => (typeof value === "number" ? NUMBERS.format(value) : value);

/**
 * What is said under a key, with its values in their places; numbers as the language writes them.
 * @param {string} key @param {Record<string, Value>} [values]
 * @returns {string}
 */
export const t = (key, values = {}) => messageOf(key, values).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));

/**
 * The same in parts, for elements among the words.
 * @param {string} key @param {Record<string, Value | Node>} values
 * @returns {(string | Node)[]}
 */
export const parts = (key, values) =>
  messageOf(key, values).split(/\{(\w+)\}/).map((part, i) => (i % 2 ? shown(values[part]) : part)).filter((part) => part !== "");
