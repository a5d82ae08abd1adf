/** What an author decides of a clip of theirs: who sees it, who may remix it, under which terms others may use it. */
import { api } from "./api.js";
import { h, setText } from "./dom.js";
import { LICENSES } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Clip} Clip */

/** What there is to choose, and its words. @type {Record<string, [string, string][]>} */
export const CHOICES = {
  visibility: [["public", t("terms.public")], ["unlisted", t("terms.unlisted")], ["private", t("terms.private")]],
  remixing: [["everyone", t("terms.everyone")], ["mutuals", t("terms.mutuals")], ["nobody", t("terms.nobody")]],
  license: Object.entries(LICENSES),
};
/** @type {Record<string, string>} */
const LABELS = { visibility: t("terms.visibility"), remixing: t("terms.remixing"), license: t("terms.license") };

/** @type {Record<string, string>} */
const SEEN = { public: t("terms.seen.public"), unlisted: t("terms.seen.unlisted"), private: t("terms.seen.private") };

export class TermsSheet {
  /** @param {{changed(clip: Clip): void, toast(text: string): void}} on */
  constructor(on) {
    this.on = on;
    /** @type {Clip | null} */
    this.clip = null;
    this.fields = Object.fromEntries(Object.entries(CHOICES).map(([name, choices]) => [name, h("select.field", { id: `terms-${name}`, "data-testid": `terms-${name}` }, ...choices.map(([value, words]) => h("option", { value }, words)))]));
    this.problem = h("p.answer", { role: "status", hidden: true, "data-testid": "terms-problem" });
    const save = h("button.primary", { type: "submit", "data-testid": "terms-save" }, t("save"));
    const form = h("form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#save()) },
      ...Object.entries(this.fields).map(([name, field]) => h("label.terms-row", { for: `terms-${name}` }, h("span", {}, LABELS[name]), field)),
      h("p.hint", {}, t("terms.hint")), this.problem, h("div.finish", {}, save));
    this.dialog = h("dialog.sheet.terms", { "aria-labelledby": "terms-title", "data-sheet": "terms", "data-testid": "terms", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, h("h2.sheet-title", { id: "terms-title" }, t("terms.title")), h("button.round", { type: "button", "aria-label": t("close"), onclick: () => this.dialog.close() }, icon("close"))), form);
    document.body.append(this.dialog);
  }

  /** @param {Clip} clip */
  open(clip) {
    this.clip = clip;
    this.problem.hidden = true;
    for (const [name, field] of Object.entries(this.fields)) field.value = /** @type {any} */ (clip)[name];
    this.dialog.showModal();
  }

  async #save() {
    if (!this.clip) return;
    const before = this.clip.visibility;
    try {
      const clip = await api.changeClip(this.clip.id, Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value])));
      this.on.changed(clip);
      this.dialog.close();
      this.on.toast(clip.visibility === before ? t("terms.saved") : SEEN[clip.visibility]);
    } catch (error) {
      setText(this.problem, /** @type {Error} */ (error).message);
      this.problem.hidden = false;
    }
  }
}
