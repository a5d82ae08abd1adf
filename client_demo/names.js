/** What a model calls what it draws, in the language of the page: the server says it with the words of the model. */

/** @type {Map<string, [string, string]>} an article, if there is one, and a name */
const NAMES = new Map();

/** @param {Record<string, [string, string]>} names none where the page speaks as the model does */
export function learnNames(names) {
  for (const [value, name] of Object.entries(names)) NAMES.set(value, name);
}

/** "hot-air-balloon" -> "hot air balloon". @param {string} value */
export const nameOf = (value) => NAMES.get(value)?.[1] ?? value.replaceAll("-", " ");
