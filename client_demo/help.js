/** The dialog that names the keys, and lets one choose a language. */
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

export class HelpDialog {
  constructor() {
    const rows = HELP.map(([keys, what]) => h("div", {}, h("dt", {}, ...keys.split("  ").map((key) => h("kbd", {}, key))), h("dd", {}, what)));
    this.dialog = h("dialog.sheet.help", { "data-sheet": "help", "aria-labelledby": "help-title", "data-testid": "help", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, h("h2.sheet-title", { id: "help-title" }, t("keys.title")), h("button.round", { type: "button", "aria-label": t("close"), onclick: () => this.dialog.close() }, icon("close"))),
      h("dl", {}, ...rows), languageChoice("help-language"));
    document.body.append(this.dialog);
  }

  open() {
    this.dialog.showModal();
  }
}
