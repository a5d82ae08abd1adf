/** The dialog that names the keys, and lets one choose a language. */
import { makeSheet, sheetHead } from "./dialog.js";
import { h } from "./dom.js";
import { languageChoice, privacyLink } from "./language.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const HELP = [
  ["J  ↓", t("keys.next")], ["K  ↑", t("keys.previous")], [t("keys.space"), t("keys.pause")], ["L", t("rail.like")],
  ["N", t("keys.compose")], ["C", t("comments.title")], ["R", t("remix")], ["T", t("lineage.title")], ["S", t("rail.share")], ["B", t("keys.birth")], ["M", t("rail.sound")],
  ["/", t("finder.title")], ["1  2  3  4", t("keys.modes")], ["W", t("tune.title")], ["D", t("debug.title")], ["?", t("keys.help")], [t("keys.escape"), t("close")],
];

export class HelpDialog {
  constructor() {
    const rows = HELP.map(([keys, what]) => h("div", {}, h("dt", {}, ...keys.split("  ").map((key) => h("kbd", {}, key))), h("dd", {}, what)));
    this.dialog = makeSheet("help", {},
      sheetHead(t("keys.title")),
      h("dl", {}, ...rows), languageChoice("help-language"), privacyLink());
  }

  open() {
    this.dialog.showModal();
  }
}
