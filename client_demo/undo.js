/** A short message with a way back. */
import { h } from "./dom.js";
import { loadStyles } from "./style.js";
import { complain } from "./toast.js";
import { t } from "./words.js";

const STAY_MS = 10_000;

/** Says what was done, and offers to undo it for a while. @param {string} text @param {() => Promise<any>} undo */
export async function offerUndo(text, undo) {
  await loadStyles("tune.css");
  const place = /** @type {HTMLElement} */ (document.querySelector("#toasts"));
  const press = () => (element.remove(), undo().catch(complain));
  const element = h("p.toast.undo", {}, h("span", {}, text), h("button", { type: "button", "data-testid": "undo", onclick: press }, t("undo")));
  place.replaceChildren(element);
  setTimeout(() => element.remove(), STAY_MS);
}
