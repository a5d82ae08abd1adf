/** What moderators decided of what is one's own, and asking once for another look. */
import { api } from "./api.js";
import { h, said, setText } from "./dom.js";
import { ago } from "./format.js";
import { icon } from "./icons.js";
import { REASONS } from "./report.js";
import { t } from "./words.js";

const NAMES = /** @type {Record<string, string>} */ (Object.fromEntries(REASONS));
/** @type {Record<string, Record<string, string>>} */
const DONE = {
  clip: { hide: t("decisions.clip.hidden"), remove: t("decisions.clip.removed") },
  comment: { hide: t("decisions.comment.hidden"), remove: t("decisions.comment.removed") },
  person: { suspend: t("decisions.suspended") },
};
/** @type {Record<string, string>} */
const STATES = { open: t("appeal.open"), upheld: t("appeal.upheld"), overturned: t("appeal.overturned"), gone: t("appeal.gone") };

const LONGEST = 500;
const nowS = () => Date.now() / 1000;

export class DecisionsSheet {
  /** @param {{clip(id: string): void}} on */
  constructor(on) {
    this.on = on;
    this.problem = h("p.answer", { role: "status", hidden: true });
    this.list = h("ul.cases", { "data-testid": "own-decisions" });
    this.dialog = h("dialog.sheet.desk", { "data-sheet": "decisions", "aria-labelledby": "decisions-title", "data-testid": "decisions", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, h("h2.sheet-title", { id: "decisions-title" }, t("decisions.title")), h("button.round", { type: "button", "aria-label": t("close"), onclick: () => this.dialog.close() }, icon("close"))),
      this.problem, this.list);
    document.body.append(this.dialog);
  }

  async open() {
    if (!this.dialog.open) this.dialog.showModal();
    await this.#try(() => this.#show());
  }

  async #show() {
    const rows = (await api.ownDecisions()).decisions.map((/** @type {any} */ one) => this.#item(one));
    this.list.replaceChildren(...(rows.length ? rows : [h("li.hint.nothing", {}, t("decisions.none"))]));
  }

  /** @param {any} one */
  #item(one) {
    const { id, kind, clip, text, action, reason, note, at, undone_at: undone, may_appeal: may, appeal } = one;
    return h("li.case", { "data-testid": "own-decision", "data-subject": one.subject },
      h("p.case-head", {}, h("b", {}, undone ? t("decisions.undone") : DONE[kind][action] ?? action), h("time", {}, ago(at, nowS()))),
      text && (kind === "clip" ? h("button.case-what", { type: "button", onclick: () => (this.dialog.close(), this.on.clip(clip)) }, said("span.case-text", {}, text)) : said("p.case-words", {}, text)),
      h("p.case-words", {}, t("decisions.why", { reason: NAMES[reason] ?? reason })), note && said("p.case-words", {}, note),
      appeal && h("p.case-words", { "data-testid": "appeal-state" }, STATES[appeal.state] ?? appeal.state), appeal?.note && said("p.case-words", {}, appeal.note),
      may && this.#form(id));
  }

  /** @param {string} id */
  #form(id) {
    const words = h("textarea.field.report-words", { rows: 2, maxlength: LONGEST, dir: "auto", required: true, placeholder: t("appeal.hint"), "aria-label": t("appeal.words"), "data-testid": "appeal-words" });
    const ask = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#try(async () => {
        await api.appeal(id, words.value);
        await this.#show();
      });
    };
    return h("form", { onsubmit: ask }, words, h("div.case-deeds", {}, h("button.plain", { type: "submit", "data-testid": "appeal-send" }, t("appeal.send"))));
  }

  /** @param {() => Promise<any>} act */
  async #try(act) {
    this.problem.hidden = true;
    try {
      await act();
    } catch (error) {
      setText(this.problem, /** @type {Error} */ (error).message);
      this.problem.hidden = false;
    }
  }
}
