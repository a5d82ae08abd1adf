/** What else one can do with a clip: a sheet of rows behind the last button of the rail. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { t } from "./words.js";

/** @typedef {{birth(): void, save(id: string, on: boolean): void, terms(id: string): void, made(id: string): void, report(id: string): void, isMine(id: string): boolean}} Deeds */

/** The name of a clip's file on one's own disk. Pure. @param {string} text */
export const fileName = (text) => `${text.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "clip"}.mp4`;

export class MoreSheet {
  /** @param {Deeds} deeds */
  constructor(deeds) {
    this.deeds = deeds;
    this.rows = h("ul.menu-rows");
    this.dialog = makeSheet("menu", { "data-sheet": "more", "data-testid": "more-sheet" },
      sheetHead(t("menu.title")), this.rows);
  }

  /** @param {import("./merge.js").Clip} clip */
  open(clip) {
    this.rows.replaceChildren(...this.#entries(clip).map((row) => h("li", {}, row)));
    this.dialog.showModal();
  }

  /** The rows of a clip, from the most wanted to the rarest. @param {import("./merge.js").Clip} clip @returns {HTMLElement[]} */
  #entries(clip) {
    const { id, status, video_url, birth_url, text, visibility } = clip;
    const rows = [];
    if (status === "done" && video_url) rows.push(h("a.menu-row", { href: video_url, download: fileName(text), "data-testid": "download" }, icon("download"), t("menu.download")));
    if (status === "done" && birth_url) rows.push(this.#row("birth", t("birth.watch"), "more-birth", () => this.deeds.birth()));
    const saving = this.#row("save", t("menu.save"), "more-save", () => this.deeds.save(id, saving.dataset.saved !== "true"));
    rows.push(saving);
    api.clip(id).then(({ saved }) => saved && (saving.dataset.saved = "true", saving.lastChild && (saving.lastChild.textContent = t("menu.unsave"))), () => null);
    if (this.deeds.isMine(id) && !forming(clip)) rows.push(this.#row("terms", visibility === "private" ? t("menu.publish") : t("menu.terms"), "more-terms", () => this.deeds.terms(id)));
    rows.push(this.#row("spark", t("menu.made"), "more-made", () => this.deeds.made(id)));
    if (!this.deeds.isMine(id)) rows.push(this.#row("flag", t("report"), "more-report", () => this.deeds.report(id)));
    return rows;
  }

  /** @param {string} name of its icon @param {string} words @param {string} test @param {() => void} deed */
  #row(name, words, test, deed) {
    return h("button.menu-row", { type: "button", "data-testid": test, onclick: () => (this.dialog.close(), deed()) }, icon(name), words);
  }
}
