/** Looks that are loaded with what they are for, so that the first picture does not wait for them. */
import { h } from "./dom.js";

/** @type {Map<string, Promise<any>>} */
const LOADED = new Map();

/** Resolves once they count, or could not be had; the first counts least. @param {...string} names @returns {Promise<any>} */
export const loadStyles = (...names) => Promise.all(names.map(loadStyle));

/** @param {string} name @returns {Promise<any>} */
function loadStyle(name) {
  const load = () => new Promise((done) => document.head.append(h("link", { rel: "stylesheet", href: `/client/${name}`, onload: done, onerror: done })));
  const loaded = LOADED.get(name) ?? load();
  LOADED.set(name, loaded);
  return loaded;
}
