/** What all sheets have: a head with a cross, a press beside them that closes them, a line for what went wrong. */
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/**
 * A sheet, in the document and closed; its heading names it.
 * @param {string} kind its class, and unless `attributes` say otherwise its name in an address and in tests
 * @param {Record<string, any>} attributes @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function makeSheet(kind, attributes, ...children) {
  const press = (/** @type {Event} */ event) => event.target === sheet && sheet.close();
  const sheet = h(`dialog.sheet.${kind}`, { "data-sheet": kind, "data-testid": kind, onclick: press, ...attributes }, ...children);
  const title = sheet.querySelector("h2");
  title.id = `${sheet.dataset.testid}-title`;
  sheet.setAttribute("aria-labelledby", title.id);
  document.body.append(sheet);
  return sheet;
}

/** What stands at its top, and the cross. @param {string | Element} title @param {...Element} more beside the cross */
export function sheetHead(title, ...more) {
  const close = (/** @type {Event} */ event) => /** @type {Element} */ (event.target).closest("dialog")?.close();
  const heading = typeof title === "string" ? h("h2.sheet-title", {}, title) : title;
  return h("div.head", {}, heading, ...more, h("button.round", { type: "button", "aria-label": t("close"), onclick: close }, icon("close")));
}

/** A line that is hidden until something goes wrong. */
export class ErrorLine {
  /** @param {Record<string, any>} [attributes] */
  constructor(attributes = {}) {
    this.element = h("p.answer", { role: "status", hidden: true, ...attributes });
  }

  clear() {
    this.element.hidden = true;
  }

  /** @param {string} words */
  show(words) {
    setText(this.element, words);
    this.element.hidden = false;
  }

  /** Does something, and shows why it could not be done. @param {() => Promise<any>} act @param {(error: any) => string} [words] */
  async attempt(act, words = ({ message }) => message) {
    this.clear();
    try {
      await act();
    } catch (error) {
      this.show(words(error));
    }
  }
}
