/** What an author decides of a clip of theirs: who sees it, who may remix it, under which terms others may use it. */
import { api } from "./api.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h } from "./dom.js";
import { LICENSES } from "./format.js";
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
    this.problem = new ErrorLine({ "data-testid": "terms-problem" });
    const save = h("button.primary", { type: "submit", "data-testid": "terms-save" }, t("save"));
    const form = h("form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.problem.attempt(() => this.#save())) },
      ...Object.entries(this.fields).map(([name, field]) => h("label.terms-row", { for: `terms-${name}` }, h("span", {}, LABELS[name]), field)),
      h("p.hint", {}, t("terms.hint")), this.problem.element, h("div.finish", {}, save));
    this.dialog = makeSheet("terms", {},
      sheetHead(t("terms.title")), form);
  }

  /** @param {Clip} clip */
  open(clip) {
    this.clip = clip;
    this.problem.clear();
    for (const [name, field] of Object.entries(this.fields)) field.value = /** @type {any} */ (clip)[name];
    this.dialog.showModal();
  }

  async #save() {
    if (!this.clip) return;
    const before = this.clip.visibility;
    const clip = await api.changeClip(this.clip.id, Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value])));
    this.on.changed(clip);
    this.dialog.close();
    this.on.toast(clip.visibility === before ? t("terms.saved") : SEEN[clip.visibility]);
  }
}
