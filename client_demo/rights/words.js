/** What the pages of the registry of rights have in common: its words, and how it is asked. */
import { api } from "../api.js";
import { setText } from "../dom.js";
import { t } from "../words.js";

/** @type {Record<string, string>} */
export const KINDS = { name: t("rights.kind.name"), character: t("rights.kind.character"), style: t("rights.kind.style"), brand: t("rights.kind.brand"), estate: t("rights.kind.estate") };

/** @type {Record<string, string>} */
export const MODES = { refuse: t("rights.mode.refuse"), ask: t("rights.mode.ask"), licence: t("rights.mode.licence"), allow: t("rights.mode.allow") };

/** @type {Record<string, string>} */
export const MODE_HINTS = { refuse: t("rights.mode.refuse.hint"), ask: t("rights.mode.ask.hint"), licence: t("rights.mode.licence.hint"), allow: t("rights.mode.allow.hint") };

/** @type {Record<string, string>} */
export const STATES = { asks: t("rights.state.asks"), waits: t("rights.state.waits"), confirmed: t("rights.state.confirmed"), rejected: t("rights.state.rejected"), withdrawn: t("rights.state.withdrawn") };

/** @type {Record<string, string>} */
export const CONFLICTS = { "common words": t("rights.why.common"), "other letters": t("rights.why.letters"), "somebody else's entry": t("rights.why.taken"), "a style": t("rights.why.style"), "an estate": t("rights.why.estate"), contested: t("rights.why.contested") };

/** @type {Record<string, string>} */
export const DEEDS = { registered: t("rights.deed.registered"), confirmed: t("rights.deed.confirmed"), rejected: t("rights.deed.rejected"), contested: t("rights.deed.contested"), withdrawn: t("rights.deed.withdrawn") };

/** @param {string} method @param {string} path @param {any} [body] @returns {Promise<any>} */
export const ask = (method, path, body) => api.call(method, path, { body });

/**
 * Does something, and says what went wrong; meanwhile its button cannot be pressed again.
 * @param {HTMLElement} problem @param {any} button @param {() => Promise<any>} deed
 */
export async function attempt(problem, button, deed) {
  setText(problem, "");
  if (button) button.disabled = true;
  try {
    await deed();
  } catch (error) {
    setText(problem, /** @type {Error} */ (error).message);
    problem.scrollIntoView({ block: "nearest" });
  } finally {
    if (button) button.disabled = false;
  }
}
