/** What happened while one was away, before anything else: a card over the first clip. */
import { api } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { loadStyles } from "./style.js";
import { t } from "./words.js";

/** @typedef {import("./inbox.js").Notice} Notice */

export class NewsCard {
  /** @param {{row(notice: Notice): HTMLElement, all(): void}} on ``row`` makes the row of a notice, ``all`` opens the inbox */
  constructor(on) {
    this.on = on;
    this.rows = h("ul.news-rows");
    this.all = h("button.quiet", { type: "button", "data-testid": "news-all", onclick: () => (this.#leave(), on.all()) });
    const close = h("button.round", { type: "button", "aria-label": t("close"), "data-testid": "news-close", onclick: () => this.#close() }, icon("close"));
    this.element = h("aside.news", { "aria-labelledby": "news-title", "data-testid": "news" }, h("div.head", {}, h("h2.sheet-title", { id: "news-title" }, t("news.title")), this.all, close), this.rows);
    this.rows.addEventListener("click", () => this.#leave());
  }

  /** The card with its looks. @param {ConstructorParameters<typeof NewsCard>[0]} on */
  static async load(on) {
    await loadStyles("news.css");
    return new NewsCard(on);
  }

  /** Shows what is new, first in the order of keys. @param {Notice[]} notices the newest first @param {number} unread how many there are */
  show(notices, unread) {
    this.newest = notices[0].at;
    this.whole = unread <= notices.length;
    this.all.hidden = this.whole;
    this.all.textContent = t("news.all", { n: unread });
    this.rows.replaceChildren(...notices.map((one) => this.#row(one)));
    document.body.prepend(this.element);
  }

  /** @param {Notice} notice */
  #row(notice) {
    const row = this.on.row(notice);
    if (notice.clip) row.prepend(h("img.news-still", { src: `/v1/clips/${encodeURIComponent(notice.clip)}/poster.jpg`, alt: "" }));
    return row;
  }

  /** Whoever has seen all of it here need not look again. */
  #close() {
    this.#leave();
    if (this.whole) api.looked(/** @type {number} */ (this.newest)).catch(() => null);
  }

  #leave() {
    this.element.remove();
  }
}
