/** The keyboard. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { languageChoice } from "./language.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const HELP = [
  ["J  ↓", t("keys.next")], ["K  ↑", t("keys.previous")], [t("keys.space"), t("keys.pause")], ["L", t("rail.like")],
  ["N", t("keys.compose")], ["C", t("comments.title")], ["R", t("remix")], ["T", t("lineage.title")], ["S", t("rail.share")], ["B", t("keys.birth")], ["M", t("rail.sound")],
  ["/", t("finder.title")], ["1  2", t("keys.modes")], ["D", t("debug.title")], ["?", t("keys.help")], [t("keys.escape"), t("close")],
];

/**
 * The deed that a key means, null for none. Pure.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {string | null}
 */
export function deedOf({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  /** @type {Record<string, string>} */
  const deeds = {
    j: "next", arrowdown: "next", pagedown: "next", k: "previous", arrowup: "previous", pageup: "previous", " ": "pause",
    l: "like", n: "compose", c: "comments", r: "remix", t: "lineage", s: "share", b: "birth", m: "sound", 1: "foryou", 2: "latest", d: "debug", "?": "help", "/": "search", escape: "close",
  };
  return deeds[key.toLowerCase()] ?? null;
}

/** @param {Record<string, () => void>} deeds */
export function keyboard(deeds) {
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches("input, textarea, select, [contenteditable]");
    const pressing = event.key === " " && target.matches("button, summary, a");
    const scrolling = target.matches(".scroll, .family *") && event.key.startsWith("Arrow");
    const deed = deedOf(event);
    if (!deed || document.querySelector("dialog[open]")) return;
    if ((typing && deed !== "close") || pressing || scrolling) return;
    event.preventDefault();
    deeds[deed]();
  });
}

/** The dialog that names the keys. */
export function helpDialog() {
  const rows = HELP.map(([keys, what]) => h("div", {}, h("dt", {}, ...keys.split("  ").map((key) => h("kbd", {}, key))), h("dd", {}, what)));
  const dialog = h("dialog.sheet.help", { "data-sheet": "help", "aria-labelledby": "help-title", "data-testid": "help", onclick: (/** @type {Event} */ event) => event.target === dialog && dialog.close() },
    h("div.head", {}, h("h2.sheet-title", { id: "help-title" }, t("keys.title")), h("button.round", { type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
    h("dl", {}, ...rows), languageChoice("help-language"));
  document.body.append(dialog);
  return dialog;
}
