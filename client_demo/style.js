/** Looks that are loaded with what they are for, so that the first picture does not wait for them. */
import { h } from "./dom.js";

/** @type {Map<string, Promise<any>>} */
const LOADED = new Map();

/** Resolves once they count; the first counts least. One that could not be had is asked for again the next time. @param {...string} names @returns {Promise<any>} */
export const loadStyles = (...names) => Promise.all(names.map(loadStyle));

/** @param {string} name @returns {Promise<any>} */
function loadStyle(name) {
  const loaded = LOADED.get(name) ?? fetchStyle(name).catch((error) => {
    LOADED.delete(name);
    throw error;
  });
  LOADED.set(name, loaded);
  return loaded;
}

/** @param {string} name @returns {Promise<any>} */
function fetchStyle(name) {
  return new Promise((done, failed) => {
    const onerror = () => (link.remove(), failed(new TypeError(name)));
    const link = h("link", { rel: "stylesheet", href: `/client/${name}`, onload: done, onerror });
    document.head.append(link);
  });
}
