/** Oneself: a tap on one's name opens the choice of another, and the account. */
import { Account } from "./account.js";
import { api } from "./api.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h } from "./dom.js";
import { languageChoice, privacyLink } from "./language.js";
import { BringForm } from "./bring.js";
import { LimitsForm } from "./limits.js";
import { addressOf, placeOf } from "./trail.js";
import { t } from "./words.js";

/** Somebody else is here now: the page is loaded anew, without the sheet that its address names. */
const beginAnew = () => location.replace(addressOf({ ...placeOf(location.pathname + location.search), sheet: null }));

export class NameDialog {
  /** @param {{renamed(person: import("./merge.js").Person): void, desk(): void, decisions(): void, likeness(): void, feed(): void, draw(text: string): void, clips(): void}} on */
  constructor(on) {
    this.input = h("input.field.big", { name: "handle", required: true, minlength: 2, maxlength: 24, pattern: "[a-z0-9][a-z0-9_]{1,23}", autocomplete: "nickname", autocapitalize: "none", spellcheck: "false", id: "handle", "data-testid": "handle-input", oninput: () => (this.input.value = this.input.value.toLowerCase()) });
    this.problem = new ErrorLine();
    this.account = new Account({ changed: () => beginAnew(), desk: () => (this.dialog.close(), on.desk()), decisions: () => (this.dialog.close(), on.decisions()), likeness: () => (this.dialog.close(), on.likeness()) });
    const save = h("button.primary", { type: "submit", "data-testid": "handle-save" }, t("name.change"));
    const form = h("form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.problem.attempt(() => this.#save(on.renamed))) },
      sheetHead(t("name.title")),
      h("label.at", { for: "handle" }, h("span", { "aria-hidden": "true" }, "@"), h("span.unseen", {}, t("name.handle")), this.input),
      h("p.hint", {}, t("name.form")), this.problem.element, h("div.finish", {}, h("button.plain", { type: "button", "data-testid": "own-clips", onclick: () => (this.dialog.close(), on.clips()) }, t("name.clips")), h("button.plain", { type: "button", "data-testid": "own-feed", onclick: () => (this.dialog.close(), on.feed()) }, t("tune.title")), save));
    this.dialog = makeSheet("name", {}, form, this.account.element, new BringForm({ draw: (text) => (this.dialog.close(), on.draw(text)) }).element, new LimitsForm().element, languageChoice("language"), privacyLink());
  }

  /** @param {string} handle */
  open(handle) {
    this.input.value = handle;
    this.dialog.showModal();
    this.input.select();
    this.problem.attempt(() => this.account.show());
  }

  /** @param {(person: any) => void} renamed */
  async #save(renamed) {
    renamed(await api.rename(this.input.value));
    this.dialog.close();
  }
}
