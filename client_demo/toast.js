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

/** @param {unknown} error */
export const complain = (error) =>
  toast(error instanceof TypeError ? t("error.away") : /** @type {Error} */ (error).message);
