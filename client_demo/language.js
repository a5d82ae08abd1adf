/** What stands at the foot of sheets: the choice of a language, whatever the browser asks for, and what is stored of one. */
import { h } from "./dom.js";
import { LANGUAGE, t } from "./words.js";

/** Each in its own words. */
const LANGUAGES = { en: "English", fr: "Français" };
const YEAR_S = 365 * 86_400;

/** Where all of it stands: pages of their own, so that they can be read without a script. */
export function privacyLink() {
  const told = [...document.querySelectorAll("link[title]")].map((/** @type {any} */ { href, title }) => h("a.row.privacy", { href }, title));
  return h("footer", {}, h("a.row.privacy", { href: "/privacy", "data-testid": "privacy" }, t("privacy.title")), ...told);
}

/** A row that changes it; the server knows what was chosen by a cookie. @param {string} id */
export function languageChoice(id) {
  const select = h("select.field", { id, "data-testid": id }, ...Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === LANGUAGE }, name)));
  select.onchange = () => {
    document.cookie = `phosphene_language=${select.value}; path=/; max-age=${YEAR_S}; samesite=lax`;
    location.reload();
  };
  return h("label.row.language", { for: id }, h("span", {}, t("language.name")), select);
}
