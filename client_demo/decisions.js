/** What moderators decided of what is one's own, and asking once for another look. */
import { api } from "./api.js";
import { ownAppeals } from "./appeals.js";
import { dateWords } from "./days.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h, refill, said } from "./dom.js";
import { ago, secondsNow } from "./format.js";
import { REASONS } from "./report.js";
import { loadStyles } from "./style.js";
import { t } from "./words.js";

const NAMES = /** @type {Record<string, string>} */ (Object.fromEntries(REASONS));
/** @type {Record<string, Record<string, string>>} */
const DONE = {
  clip: { hide: t("decisions.clip.hidden"), remove: t("decisions.clip.removed"), hold: t("decisions.clip.held") },
  comment: { hide: t("decisions.comment.hidden"), remove: t("decisions.comment.removed") },
  person: { suspend: t("decisions.suspended"), warn: t("decisions.warned") },
};
/** @type {Record<string, string>} */
const STATES = { open: t("appeal.open"), upheld: t("appeal.upheld"), overturned: t("appeal.overturned"), gone: t("appeal.gone") };

const LONGEST = 500;

export class DecisionsSheet {
  /** @param {{clip(id: string): void}} on */
  constructor(on) {
    this.on = on;
    this.problem = new ErrorLine();
    this.list = h("ul.cases", { "data-testid": "own-decisions" });
    this.dialog = makeSheet("desk", { "data-sheet": "decisions", "data-testid": "decisions" },
      sheetHead(t("decisions.title")),
      this.problem.element, this.list);
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof DecisionsSheet>[0]} on */
  static async load(on) {
    await loadStyles("desk.css");
    return new DecisionsSheet(on);
  }

  async open() {
    if (!this.dialog.open) this.dialog.showModal();
    await this.problem.attempt(() => this.#show());
  }

  async #show() {
    const rows = (await api.ownDecisions()).decisions.map((/** @type {any} */ one) => this.#item(one));
    rows.push(...(await ownAppeals(this.problem, () => this.#show())));
    refill(this.list, ...(rows.length ? rows : [h("li.hint.nothing", {}, t("decisions.none"))]));
  }

  /** @param {any} one */
  #item(one) {
    const { id, kind, clip, text, action, reason, note, at, undone_at: undone, may_appeal: may, appeal, statement } = one;
    return h("li.case", { "data-testid": "own-decision", "data-subject": one.subject },
      h("p.case-head", {}, h("b", {}, undone ? t("decisions.undone") : DONE[kind][action] ?? action), h("time", {}, ago(at, secondsNow()))),
      text && (kind === "clip" ? h("button.case-what", { type: "button", onclick: () => (this.dialog.close(), this.on.clip(clip)) }, said("span.case-text", {}, text)) : said("p.case-words", {}, text)),
      h("p.case-words", {}, t("decisions.why", { reason: NAMES[reason] ?? reason })), statement && h("p.case-words", { "data-testid": "statement" }, reasonsOf(statement)), note && said("p.case-words", {}, note),
      appeal && h("p.case-words", { "data-testid": "appeal-state" }, STATES[appeal.state] ?? appeal.state), appeal?.note && said("p.case-words", {}, appeal.note),
      may && this.#form(id));
  }

  /** @param {string} id */
  #form(id) {
    const words = h("textarea.field.report-words", { rows: 2, maxlength: LONGEST, dir: "auto", required: true, placeholder: t("appeal.hint"), "aria-label": t("appeal.words"), "data-testid": "appeal-words" });
    const ask = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.problem.attempt(async () => {
        await api.appeal(id, words.value);
        await this.#show();
      });
    };
    return h("form", { onsubmit: ask }, words, h("div.case-deeds", {}, h("button.plain", { type: "submit", "data-testid": "appeal-send" }, t("appeal.send"))));
  }
}

/** The statement of reasons in words: what it rests on, who found it, until when, and what stands open. @param {any} one */
function reasonsOf({ ground, reference, notified, decided_by_program: program, until, appeal_until: last }) {
  const rests = ground === "law" ? t("statement.law", { reference }) : reference ? t("statement.clause", { reference }) : t("statement.terms");
  const found = program ? t("statement.program") : notified ? t("statement.notified") : t("statement.own");
  const ends = until ? t("statement.until", { day: dateWords(until) }) : t("statement.open");
  return [rests, found, ends, t("statement.appeal", { day: dateWords(last) })].join(" ");
}
