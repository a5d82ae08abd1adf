/** What a model calls what it draws, in the language of the page: the server says it with the words of the model. */

/** @type {Map<string, string>} */
const NAMES = new Map();

/** @param {Record<string, string>} names none where the page speaks as the model does */
export function learnNames(names) {
  for (const [value, name] of Object.entries(names)) NAMES.set(value, name);
}

/** "hot-air-balloon" -> "hot air balloon". @param {string} value */
export const nameOf = (value) => NAMES.get(value) ?? value.replaceAll("-", " ");
