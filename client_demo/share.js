/** Sharing a clip: its link, the code that shows it in any page, the device's own share sheet. */
import { api } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const COPIED_MS = 1600;

/** Where people see the clip. @param {string} origin @param {string} id */
export const pageUrl = (origin, id) => `${origin}/?clip=${encodeURIComponent(id)}`;

export class ShareDialog {
  /** @param {(text: string) => void} toast */
  constructor(toast) {
    this.toast = toast;
    this.link = this.#row("share-link", "Link", h("input.field", { readonly: true, id: "share-link", "data-testid": "share-link" }));
    this.code = this.#row("share-code", "In a page of your own", h("textarea.field.code", { readonly: true, rows: 4, id: "share-code", "data-testid": "share-code" }));
    this.send = h("button.plain", { type: "button", hidden: !navigator.share, "data-testid": "share-send", onclick: () => this.#send() }, "Send");
    const head = h("div.head", {}, h("h2.sheet-title", { id: "share-title" }, "Share this clip"), h("button.round", { type: "button", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("close")));
    const hint = h("p.hint", {}, "The same address shows the clip while it forms and the video when it is done.");
    this.dialog = h("dialog.sheet.share", { "aria-labelledby": "share-title", "data-testid": "share-sheet", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      head, this.link.element, this.code.element, hint, h("div.finish", {}, this.send));
    document.body.append(this.dialog);
  }

  /** @param {{id: string, text: string}} clip */
  async open(clip) {
    this.clip = clip;
    this.link.field.value = pageUrl(location.origin, clip.id);
    this.code.field.value = "";
    this.code.element.hidden = true;
    this.dialog.showModal();
    const { html } = await api.oembed(this.link.field.value).catch(() => ({ html: "" }));
    if (this.clip !== clip) return;
    this.code.field.value = html;
    this.code.element.hidden = !html;
  }

  /** @param {string} id @param {string} label @param {any} field */
  #row(id, label, field) {
    const button = h("button.primary", { type: "button", "data-testid": `${id}-copy` }, "Copy");
    button.onclick = () => this.#copy(field, button);
    field.onfocus = () => field.select();
    return { field, element: h("div.sharing", {}, h("label", { for: id }, label), h("div.pair", {}, field, button)) };
  }

  /** @param {HTMLInputElement} field @param {HTMLButtonElement} button */
  async #copy(field, button) {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
    } catch {
      field.select(); // plain http has no clipboard: the text stands ready for the person's own keys
      this.toast("Press Ctrl+C to copy");
    }
  }

  async #send() {
    const { text = "" } = this.clip ?? {};
    await navigator.share({ title: "Phosphene", text, url: this.link.field.value }).catch(() => null);
  }
}
