/** The sheet that reports a clip, a comment or a person: a reason, words of one's own, a receipt. */
import { api } from "./api.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{kind: "clip" | "comment" | "person", subject: string, name: string}} Subject ``name``: what it is called in a sentence */

/** @type {[string, string][]} */
export const REASONS = [
  ["harassment", "Harassment or bullying"],
  ["hate", "Hate"],
  ["sexual", "Sexual"],
  ["violence", "Violence or cruelty"],
  ["self_harm", "Suicide or self-harm"],
  ["child_safety", "A child is in danger"],
  ["impersonation", "It poses as somebody else"],
  ["spam", "Spam"],
  ["other", "Something else"],
];

const LONGEST = 500;

export class ReportSheet {
  constructor() {
    this.title = h("h2.sheet-title", { id: "report-title" });
    this.reasons = h("fieldset.reasons", {}, h("legend.unseen", {}, "What is wrong with it"), ...REASONS.map(([reason, words]) => h("label.reason", {}, h("input", { type: "radio", name: "reason", value: reason, required: true }), words)));
    this.words = h("textarea.field.report-words", { rows: 3, maxlength: LONGEST, dir: "auto", placeholder: "Anything that helps to decide", "aria-label": "Your own words", "data-testid": "report-words" });
    this.send = h("button.primary", { type: "submit", "data-testid": "report-send" }, "Report");
    this.answer = h("p.answer", { role: "status", "data-testid": "report-answer", hidden: true });
    this.form = h("form", { onsubmit: (/** @type {Event} */ event) => this.#submit(event) }, this.reasons, this.words, h("p.hint", {}, "Moderators read it. Nobody else learns that it was you."), h("div.finish", {}, this.send));
    this.dialog = h("dialog.sheet.report", { "aria-labelledby": "report-title", "data-testid": "report-sheet", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, this.title, h("button.round", { type: "button", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("close"))), this.form, this.answer);
    document.body.append(this.dialog);
  }

  /** @param {Subject} subject */
  open(subject) {
    this.subject = subject;
    setText(this.title, `Report ${subject.name}`);
    this.form.reset();
    this.form.hidden = false;
    this.answer.hidden = true;
    this.dialog.showModal();
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const { subject } = this;
    if (!subject) return;
    this.send.disabled = true;
    const { kind, subject: id } = subject;
    try {
      const { id: receipt } = await api.report({ kind, subject: id, reason: new FormData(this.form).get("reason"), words: this.words.value });
      this.form.hidden = true;
      this.#say("wait", `Thank you. We tell you in your inbox what is decided. Receipt: ${receipt}`);
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
