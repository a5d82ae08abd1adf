/** Sharing a clip: its link, the code that shows it in any page, the device's own share sheet. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const COPIED_MS = 1600;
const DAY_S = 86_400;
/** @type {Record<string, string>} */
const HINTS = {
  public: t("share.public"),
  unlisted: t("share.unlisted"),
  private: t("share.private"),
};

/** Where people see the clip. @param {string} origin @param {string} id */
export const pageUrl = (origin, id) => `${origin}/?clip=${encodeURIComponent(id)}`;

export class ShareDialog {
  /** @param {(text: string) => void} toast */
  constructor(toast) {
    this.toast = toast;
    this.link = this.#row("share-link", t("share.link"), h("input.field", { readonly: true, id: "share-link", "data-testid": "share-link" }));
    this.code = this.#row("share-code", t("share.code"), h("textarea.field.code", { readonly: true, rows: 4, id: "share-code", "data-testid": "share-code" }));
    this.send = h("button.plain", { type: "button", hidden: !navigator.share, "data-testid": "share-send", onclick: () => this.#send() }, t("send"));
    this.hint = h("p.hint", { role: "status", "data-testid": "share-hint" });
    this.token = this.#tokenForm();
    this.dialog = makeSheet("share", { "data-testid": "share-sheet" },
      sheetHead(t("share.title")), this.hint, this.token, this.link.element, this.code.element, h("div.finish", {}, this.send));
  }

  /** What an author says of a token: on whose pages it is good, and for how long. */
  #tokenForm() {
    this.origins = h("input.field", { id: "share-origins", placeholder: t("share.origins"), "data-testid": "share-origins", autocomplete: "off" });
    this.days = h("select.field", { "aria-label": t("share.long"), "data-testid": "share-days" }, ...[1, 7, 30, 365].map((days) => h("option", { value: days, selected: days === 30 }, t("share.days", { n: days }))));
    const make = h("button.primary", { type: "submit", "data-testid": "share-token" }, t("share.make"));
    return h("form.sharing", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#grant()) },
      h("label", { for: "share-origins" }, t("share.token")), h("div.pair", {}, this.origins, this.days, make));
  }

  async #grant() {
    const { clip } = this;
    if (!clip) return;
    const origins = this.origins.value.split(/[\s,]+/).filter(Boolean);
    try {
      const made = await api.embedToken(clip.id, { origins, seconds: Number(this.days.value) * DAY_S });
      if (this.clip === clip) this.#shows(made.url, made.html);
    } catch (error) {
      this.hint.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @param {string} link @param {string} code */
  #shows(link, code) {
    this.link.field.value = link;
    this.link.element.hidden = !link;
    this.code.field.value = code;
    this.code.element.hidden = !code;
  }

  /** @param {import("./merge.js").Clip} clip @param {boolean} mine */
  async open(clip, mine) {
    this.clip = clip;
    const closed = clip.visibility === "private";
    this.hint.textContent = HINTS[clip.visibility];
    this.token.hidden = !closed || !mine;
    this.send.hidden = closed || !navigator.share;
    const url = pageUrl(location.origin, clip.id);
    this.#shows(closed ? "" : url, "");
    this.dialog.showModal();
    if (closed) return;
    const { html } = await api.oembed(url).catch(() => ({ html: "" }));
    if (this.clip === clip) this.#shows(url, html);
  }

  /** @param {string} id @param {string} label @param {any} field */
  #row(id, label, field) {
    const button = h("button.primary", { type: "button", "data-testid": `${id}-copy` }, t("copy"));
    button.onclick = () => this.#copy(field, button);
    field.onfocus = () => field.select();
    return { field, element: h("div.sharing", {}, h("label", { for: id }, label), h("div.pair", {}, field, button)) };
  }

  /** @param {HTMLInputElement} field @param {HTMLButtonElement} button */
  async #copy(field, button) {
    try {
      await navigator.clipboard.writeText(field.value);
      this.#shared();
      button.textContent = t("copied");
      setTimeout(() => (button.textContent = t("copy")), COPIED_MS);
    } catch {
      field.select(); // plain http has no clipboard: the text stands ready for the person's own keys
      this.toast(t("copy.keys"));
    }
  }

  async #send() {
    const { text = "" } = this.clip ?? {};
    const url = this.link.field.value;
    await navigator.share({ title: "Phosphene", text, url }).then(() => this.#shared(), () => null);
  }

  /** What somebody sends on says what they like: for their own feed. */
  #shared() {
    if (this.clip) api.call("POST", `/v1/clips/${encodeURIComponent(this.clip.id)}/share`).catch(() => null);
  }
}
