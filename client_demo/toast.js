/** Short messages that need no answer. */
import { said } from "./dom.js";
import { t } from "./words.js";

const STAY_MS = 4200;

/** @param {string} text */
export function toast(text) {
  const place = /** @type {HTMLElement} */ (document.querySelector("#toasts"));
  const element = said("p.toast", {}, text);
  place.replaceChildren(element);
  setTimeout(() => element.remove(), STAY_MS);
}

/** Whether the server could not be reached at all. @param {unknown} error */
export const isAway = (error) => error instanceof TypeError;

/** @param {unknown} error */
export const complain = (error) =>
  toast(isAway(error) ? t("error.away") : /** @type {Error} */ (error).message);
