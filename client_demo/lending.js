/** Who may show one, in what not, until when; and people who were approved or shut out by name. */
import { pick, tick } from "./choices.js";
import { consent } from "./consent.js";
import { dayOf, endOf } from "./days.js";
import { ErrorLine } from "./dialog.js";
import { h, nameLink } from "./dom.js";
import { secondsNow } from "./format.js";
import { surely } from "./passkeys.js";
import { t } from "./words.js";

/** @type {[string, string, string][]} */
const SCOPES = [
  ["me", t("scope.me"), t("scope.me.hint")], ["approved", t("scope.approved"), t("scope.approved.hint")],
  ["mutuals", t("scope.mutuals"), t("scope.mutuals.hint")], ["everyone", t("scope.everyone"), t("scope.everyone.hint")],
];

/** The same in a sentence. @type {Record<string, string>} */
export const SCOPE_WORDS = { me: t("scope.me"), approved: t("scope.approved"), mutuals: t("scope.mutuals"), everyone: t("scope.everyone") };

/** Those of the policy's categories that the server says in a sentence of its own. @type {Record<string, string>} */
const NEVER = { drugs: t("never.drugs"), gambling: t("never.gambling"), weapons: t("never.weapons"), horror: t("never.horror"), suggestive: t("never.suggestive"), dangerous_acts: t("never.dangerous") };

/** A category in short. @param {string} code @param {string} name */
export const categoryWords = (code, name) => NEVER[code] ?? name;

/** Words as one writes them. Pure. @param {string} text */
export const splitWords = (text) => [...new Set(text.split(/[,;\n]/).map((word) => word.trim()).filter((word) => word.length > 1))];

export class TermsForm {
  /** @param {(terms: import("./consent.js").Terms) => Promise<any>} save */
  constructor(save) {
    this.scopes = h("fieldset.scopes", {}, h("legend", {}, t("lend.who")), ...SCOPES.map(([value, words, hint]) => tick(h("input", { type: "radio", name: "scope", value, "data-testid": `scope-${value}` }), words, hint)));
    this.each = h("input", { type: "checkbox", "data-testid": "ask-each" });
    this.until = h("input.field", { type: "date", min: dayOf(secondsNow()), "data-testid": "lend-until" });
    this.categories = h("div.card-field");
    this.words = h("input.field", { type: "text", maxlength: 1000, dir: "auto", placeholder: t("lend.words.box"), "data-testid": "lend-words" });
    const button = h("button.primary", { type: "submit", "data-testid": "lend-save" }, t("lend.save"));
    this.how = h("p.hint");
    this.element = h("form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), save(this.terms)) },
      this.how, this.scopes,
      tick(this.each, t("lend.each"), t("lend.each.hint")),
      h("fieldset.scopes", {}, h("legend", {}, t("lend.never")), this.categories, h("label.own-words", {}, h("span", {}, t("lend.words")), this.words)),
      h("label.row", {}, h("span", {}, t("lend.until")), this.until),
      h("div.finish", {}, h("p.hint", {}, t("lend.hint")), button));
  }

  /** @returns {import("./consent.js").Terms} */
  get terms() {
    const chosen = new FormData(this.element);
    return { scope: String(chosen.get("scope") ?? "me"), ask_each: this.each.checked, until: endOf(this.until.value), rules: { categories: chosen.getAll("category").map(String), words: splitWords(this.words.value) } };
  }

  /** @param {import("./consent.js").Own} own */
  fill({ likeness: { terms }, categories }) {
    for (const radio of this.scopes.querySelectorAll("input")) radio.checked = radio.value === terms.scope;
    this.each.checked = terms.ask_each;
    this.until.value = dayOf(terms.until);
    this.words.value = terms.rules.words.join(", ");
    this.categories.replaceChildren(...categories.map(({ code, name }) => pick({ type: "checkbox", name: "category", value: code, checked: terms.rules.categories.includes(code), "data-testid": `never-${code}` }, h("span.choice", {}, categoryWords(code, name)))));
  }
}

export class PeopleList {
  /** @param {(handle: string) => void} profile */
  constructor(profile) {
    this.profile = profile;
    this.problem = new ErrorLine();
    this.list = h("ul.account-list", { "data-testid": "likeness-people" });
    this.handle = h("input.field", { name: "handle", required: true, maxlength: 25, placeholder: "@", "aria-label": t("lend.handle"), autocapitalize: "none", spellcheck: "false", autocomplete: "off", "data-testid": "people-handle" });
    const form = h("form.pair", { onsubmit: (/** @type {any} */ event) => (event.preventDefault(), this.#set(event.submitter?.value !== "bar")) }, this.handle,
      h("button.plain", { type: "submit", value: "allow", "data-testid": "people-allow" }, t("lend.allow")), h("button.plain", { type: "submit", value: "bar", "data-testid": "people-bar" }, t("lend.bar")));
    this.element = h("section.likeness-people", {}, h("h3.account-title", {}, t("lend.people")), this.list, form, this.problem.element);
  }

  async show() {
    const people = await consent.people();
    this.list.replaceChildren(...people.map(({ person: { handle }, allowed }) => h("li", { "data-allowed": String(allowed) },
      nameLink("account-name", { handle }, this.profile), h("span.account-when", {}, allowed ? t("lend.allowed") : t("lend.barred")),
      h("button.plain", { type: "button", "aria-label": t("account.end", { deed: t("account.remove"), name: `@${handle}` }), onclick: () => this.problem.attempt(() => surely(() => consent.forget(handle)).then(() => this.show())) }, t("account.remove")))));
  }

  /** @param {boolean} allowed */
  #set(allowed) {
    return this.problem.attempt(async () => {
      const handle = this.handle.value.trim().replace(/^@/, "").toLowerCase();
      await (allowed ? surely(() => consent.allow(handle, true)) : consent.allow(handle, false));
      this.handle.value = "";
      await this.show();
    });
  }
}
