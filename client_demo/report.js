/** The sheet that reports a clip, a comment or a person: a reason, words of one's own, a receipt. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h, setText } from "./dom.js";
import { loadStyles } from "./style.js";
import { t } from "./words.js";

/** @typedef {{kind: "clip" | "comment" | "person", subject: string, name: string}} Subject ``name``: what it is called in a sentence */

/** @type {[string, string][]} */
export const REASONS = [
  ["harassment", t("reason.harassment")],
  ["hate", t("reason.hate")],
  ["sexual", t("reason.sexual")],
  ["intimate", t("reason.intimate")],
  ["violence", t("reason.violence")],
  ["self_harm", t("reason.selfharm")],
  ["child_safety", t("reason.child")],
  ["impersonation", t("reason.impersonation")],
  ["rights", t("reason.rights")],
  ["spam", t("reason.spam")],
  ["other", t("reason.other")],
];

const LONGEST = 500;

export class ReportSheet {
  constructor() {
    this.title = h("h2.sheet-title");
    this.reasons = h("fieldset.reasons", {}, h("legend.unseen", {}, t("report.what")), ...REASONS.map(([reason, words]) => h("label.reason", {}, h("input", { type: "radio", name: "reason", value: reason, required: true }), words)));
    this.words = h("textarea.field.report-words", { rows: 3, maxlength: LONGEST, dir: "auto", placeholder: t("report.help"), "aria-label": t("report.words"), "data-testid": "report-words" });
    this.send = h("button.primary", { type: "submit", "data-testid": "report-send" }, t("report"));
    this.answer = h("p.answer", { role: "status", "data-testid": "report-answer", hidden: true });
    this.name = h("input.field", { maxlength: 100, autocomplete: "name", dir: "auto", placeholder: t("report.name"), "aria-label": t("report.name") });
    this.email = h("input.field", { type: "email", maxlength: 254, autocomplete: "email", placeholder: t("report.email"), "aria-label": t("report.email"), "data-testid": "report-email" });
    this.faith = h("input", { type: "checkbox", "data-testid": "report-faith" });
    this.law = h("details.report-law", { "data-testid": "report-law" }, h("summary", {}, t("report.law")), h("p.hint", {}, t("report.law.hint")), this.name, this.email, h("label.reason", {}, this.faith, t("report.faith")));
    this.form = h("form", { onsubmit: (/** @type {Event} */ event) => this.#submit(event), onchange: () => this.#turn() }, this.reasons, this.words, this.law, h("p.hint", {}, t("report.hint")), h("div.finish", {}, this.send));
    this.dialog = makeSheet("report", { "data-sheet": null, "data-testid": "report-sheet" },
      sheetHead(this.title), this.form, this.answer);
  }

  /** The sheet with its looks. */
  static async load() {
    await loadStyles("desk.css");
    return new ReportSheet();
  }

  /** @param {Subject} subject */
  open(subject) {
    this.subject = subject;
    setText(this.title, t("report.title", { subject: subject.name }));
    this.form.reset();
    this.law.open = false;
    this.form.hidden = false;
    this.answer.hidden = true;
    this.dialog.showModal();
  }

  /** An intimate picture is hidden at once, of who says that they mean it. */
  #turn() {
    if (this.#reason() === "intimate") this.law.open = true;
  }

  #reason() {
    return new FormData(this.form).get("reason");
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const { subject } = this;
    if (!subject) return;
    this.send.disabled = true;
    const { kind, subject: id } = subject;
    const law = this.law.open ? { unlawful: true, name: this.name.value, email: this.email.value, good_faith: this.faith.checked } : {};
    try {
      const { id: receipt } = await api.report({ kind, subject: id, reason: this.#reason(), words: this.words.value, ...law });
      this.form.hidden = true;
      this.#say("wait", t("report.thanks", { receipt }));
    } catch (error) {
      this.#say("problem", /** @type {Error} */ (error).message);
    } finally {
      this.send.disabled = false;
    }
  }

  /** @param {"wait" | "problem"} kind @param {string} words */
  #say(kind, words) {
    this.answer.dataset.kind = kind;
    setText(this.answer, words);
    this.answer.hidden = false;
  }
}
