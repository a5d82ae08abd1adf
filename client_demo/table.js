/** The words of the page's language, from their file; in the bundle each stands where it is said, and this is empty. */
const file = new URL(`./words/${document.documentElement.lang || "en"}.json`, import.meta.url);

/** @type {Record<string, string | Record<string, string>>} */
export const TABLE = await fetch(file).then((answer) => answer.json());
