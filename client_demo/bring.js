/** Bringing along what one had at another instance, and what of it can be drawn again. */
import { api } from "./api.js";
import { h, refill, said, setText } from "./dom.js";
import { t } from "./words.js";

export class BringForm {
  /** @param {{draw(text: string): void}} on */
  constructor(on) {
    this.on = on;
    this.named = said("span", {}, t("bring.file"));
    this.file = h("input.unseen", { type: "file", accept: ".zip,application/zip", "data-testid": "bring-file", onchange: () => setText(this.named, this.file.files?.[0]?.name ?? t("bring.file")) });
    this.send = h("button.plain", { type: "submit", "data-testid": "bring-send" }, t("bring.send"));
    this.said = h("p.hint", { role: "status", "data-testid": "bring-said" });
    this.list = h("ul.account-list", { "data-testid": "bring-recipes" });
    const form = h("form", { onsubmit: (/** @type {Event} */ event) => this.#bring(event) }, h("p.hint", {}, t("bring.hint")), h("div.finish.pair", {}, h("label.plain.pick", {}, this.file, this.named), this.send));
    this.failed = (/** @type {Error} */ { message }) => setText(this.said, message);
    this.element = h("details.account", { "data-testid": "bring", ontoggle: () => this.element.open && this.#show().catch(this.failed) }, h("summary", {}, t("bring.title")), form, this.said, this.list);
  }

  async #show() {
    const { recipes } = await api.recipes();
    refill(this.list, ...recipes.map((/** @type {any} */ one) => this.#item(one)));
  }

  /** @param {{id: string, text: string}} recipe */
  #item({ id, text }) {
    const forget = () => api.dropRecipe(id).then(() => this.#show()).catch(this.failed);
    return h("li", {}, said("span.account-name", {}, text), h("button.plain", { type: "button", "data-testid": "bring-draw", onclick: () => this.on.draw(text) }, t("bring.draw")), h("button.plain", { type: "button", "data-testid": "bring-forget", onclick: forget }, t("bring.forget")));
  }

  /** @param {Event} event */
  async #bring(event) {
    event.preventDefault();
    const [file] = this.file.files ?? [];
    if (!file) return;
    this.send.disabled = true;
    setText(this.said, t("bring.sending"));
    try {
      const { films, recipes, comments, known, refused } = await api.importArchive(file);
      setText(this.said, [t("bring.films", { n: films }), t("bring.recipes", { n: recipes }), t("bring.comments", { n: comments }), t("bring.known", { n: known }), t("bring.refused", { n: refused })].join(" · "));
      await this.#show();
    } catch (error) {
      this.failed(/** @type {Error} */ (error));
    } finally {
      this.send.disabled = false;
    }
  }
}
