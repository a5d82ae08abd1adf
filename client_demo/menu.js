/** What else one can do with a clip: a sheet of rows behind the last button of the rail. */
import { Problem } from "/client.js";
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { forming } from "./merge.js";
import { complain, toast } from "./toast.js";
import { offerUndo } from "./undo.js";
import { t } from "./words.js";

/** @param {string} id @param {boolean} on */
const save = (id, on) => api.save(id, on).then(() => toast(on ? t("saved.on") : t("saved.off")), complain);

/**
 * @typedef {import("./later.js").Later<any>} Later
 * @typedef {{store: import("./state.js").Store, birth(): void, made(id: string): void, terms: Later, report: Later, tune: Later,
 *   drop(id: string): void, show(clip: import("./merge.js").Clip): void}} Deeds ``drop`` takes a clip out of the column, ``show`` goes to one
 */

/** The name of a clip's file on one's own disk. Pure. @param {string} text */
export const fileName = (text) => `${text.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "clip"}.mp4`;

/** Until a file is there. @param {string} href */
async function prepare(href) {
  // One byte: the browser fetches the file itself, and shows how far it has come.
  const answer = await fetch(href, { headers: { range: "bytes=0-0" }, redirect: "manual" });
  if (answer.ok || answer.type === "opaqueredirect") return;
  throw new Problem(answer.status, await answer.json().catch(() => null), answer.headers.get("retry-after"));
}

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
    const mine = this.deeds.store.isMine(id);
    if (!mine) rows.push(this.#row("less", t("menu.reject"), "more-reject", () => this.#reject(clip)));
    rows.push(this.#why(id), this.#row("tune", t("tune.title"), "more-tune", () => this.deeds.tune.open()));
    if (status === "done" && video_url) rows.push(this.#download(id, fileName(text)));
    if (status === "done" && birth_url) rows.push(this.#row("birth", t("birth.watch"), "more-birth", () => this.deeds.birth()));
    const saving = this.#row("save", t("menu.save"), "more-save", () => save(id, saving.dataset.saved !== "true"));
    rows.push(saving);
    api.clip(id).then(({ saved }) => saved && (saving.dataset.saved = "true", saving.lastChild && (saving.lastChild.textContent = t("menu.unsave"))), () => null);
    if (mine && !forming(clip)) rows.push(this.#row("terms", visibility === "private" ? t("menu.publish") : t("menu.terms"), "more-terms", () => this.deeds.terms.open(clip)));
    rows.push(this.#row("spark", t("menu.made"), "more-made", () => this.deeds.made(id)));
    if (!mine) rows.push(this.#row("flag", t("report"), "more-report", () => this.deeds.report.open({ kind: "clip", subject: id, name: t("report.clip") })));
    return rows;
  }

  /** Why the clip is there: the answer takes the place of the question. @param {string} id */
  #why(id) {
    const words = h("span", { role: "status" }, t("menu.why"));
    const row = h("button.menu-row", { type: "button", "data-testid": "more-why" }, icon("why"), words);
    row.onclick = () => api.call("GET", `/v1/feed/explain?clip=${encodeURIComponent(id)}`).then(({ sentence }) => setText(words, sentence), ({ message }) => setText(words, message));
    return row;
  }

  /** The film to keep has a mark that everybody sees, which the server lays on it the first time that somebody asks. @param {string} id @param {string} name */
  #download(id, name) {
    const words = h("span", { role: "status" }, t("menu.download"));
    const href = `/v1/clips/${encodeURIComponent(id)}/download.mp4`;
    const row = h("a.menu-row", { href, download: name, "data-testid": "download" }, icon("download"), words);
    let asked = false;
    row.onclick = async (/** @type {MouseEvent} */ event) => {
      if (row.dataset.ready) return;
      event.preventDefault();
      if (asked) return;
      asked = true;
      setText(words, t("menu.preparing"));
      try {
        await prepare(href);
        row.dataset.ready = "true";
        row.click();
      } catch (error) {
        complain(error);
      }
      asked = false;
      setText(words, t("menu.download"));
    };
    return row;
  }

  /** It leaves at once, and comes back if that is undone. @param {import("./merge.js").Clip} clip */
  async #reject(clip) {
    const path = `/v1/clips/${encodeURIComponent(clip.id)}/not-for-me`;
    this.deeds.drop(clip.id);
    try {
      await api.call("PUT", path);
      await offerUndo(t("menu.rejected"), () => api.call("DELETE", path).then(() => this.deeds.show(clip)));
    } catch (error) {
      complain(error);
    }
  }

  /** @param {string} name of its icon @param {string} words @param {string} test @param {() => void} deed */
  #row(name, words, test, deed) {
    return h("button.menu-row", { type: "button", "data-testid": test, onclick: () => (this.dialog.close(), deed()) }, icon(name), words);
  }
}
