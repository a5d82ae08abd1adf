/** The desk of those who have a role: what is reported, what they decide of it, and how that is taken back. */
import { api } from "./api.js";
import { refusalRows, ruleRows } from "./appeals.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h, keyOf, refill, said, sureButton } from "./dom.js";
import { figureRows } from "./deskfigures.js";
import { faceRows } from "./faces.js";
import { ago, secondsNow } from "./format.js";
import { REASONS } from "./report.js";
import { loadStyles } from "./style.js";
import { choose } from "./tabs.js";
import { t } from "./words.js";

/** @typedef {{kind: string, subject: string, clip: string, author: any, text: string, reports: any[], hidden?: boolean, earlier: number}} Case */

const NAMES = /** @type {Record<string, string>} */ (Object.fromEntries(REASONS));
/** What the policy calls it. @type {Record<string, string>} */
const CATEGORIES = { ...NAMES, minors: NAMES.child_safety, weapons: t("desk.held.weapons"), politics: t("desk.held.politics") };
/** Keys of a case: what they press. @type {Record<string, string>} */
const KEYS = { d: "case-dismiss", h: "case-hide", r: "case-remove", s: "case-suspend", w: "case-warn", u: "case-undo", f: "case-free", 1: "refusal-right", 2: "refusal-once", 3: "refusal-rule", 4: "refusal-unsure", t: "refusal-try" };
/** @type {[string, string][]} action, and what it is called */
const OF_THINGS = [["dismiss", t("desk.dismiss")], ["hide", t("desk.hide")], ["remove", t("desk.remove")]];
/** @type {Record<string, [string, string][]>} */
const ACTIONS = { clip: OF_THINGS, comment: OF_THINGS, person: [["dismiss", t("desk.dismiss")], ["warn", t("desk.warn")], ["suspend", t("desk.suspend")]] };
/** @type {Record<string, string>} */
const DONE = { dismiss: t("desk.done.dismiss"), hide: t("desk.done.hide"), remove: t("desk.done.remove"), suspend: t("desk.done.suspend"), publish: t("desk.done.publish"), warn: t("desk.done.warn"), hold: t("desk.done.hold") };

/** @type {Record<string, string>} */
const NONE = { open: t("desk.none"), held: t("desk.none.held"), appeals: t("desk.none.appeals"), faces: t("desk.none.faces"), refusals: t("desk.none.refusals"), rules: t("desk.none.rules"), remixes: t("desk.none.remixes"), decided: t("desk.none.decided") };

export class Desk {
  /** @param {{clip(id: string): void, profile(handle: string): void}} on */
  constructor(on) {
    this.on = on;
    this.problem = new ErrorLine();
    this.list = h("ul.cases", { "data-testid": "desk-list", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#press(event) });
    this.panel = h("div", { role: "tabpanel", id: "panel-desk", "aria-label": t("desk.title") }, this.list);
    this.which = "open";
    this.tabs = h("div.profile-tabs", { role: "tablist", "aria-label": t("desk.title") }, ...[["open", t("desk.open")], ["held", t("desk.held")], ["remixes", t("desk.remixes")], ["faces", t("desk.faces")], ["appeals", t("desk.appeals")], ["refusals", t("desk.refusals")], ["rules", t("desk.rules")], ["decided", t("desk.decided")], ["figures", t("desk.figures")]].map(([which, name]) => h("button.tab", { type: "button", role: "tab", "data-which": which, "data-testid": `desk-${which}`, onclick: () => this.#turn(which) }, name)));
    this.dialog = makeSheet("desk", {},
      sheetHead(t("desk.title")),
      this.tabs, this.problem.element, this.panel);
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof Desk>[0]} on */
  static async load(on) {
    await loadStyles("desk.css");
    return new Desk(on);
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.#turn("open");
    const faces = /** @type {HTMLElement} */ (this.tabs.querySelector('[data-which="faces"]'));
    faces.hidden = true; // of operators only
    api.me().then(({ role }) => (faces.hidden = role !== "operator"), () => null);
  }

  /** @param {string} which */
  #turn(which) {
    this.which = which;
    const tabs = [...this.tabs.children];
    choose(tabs, tabs.find((tab) => tab.dataset.which === which), this.panel);
    this.problem.attempt(() => this.#show());
  }

  async #show() {
    const { which } = this;
    const rows = await this.#rows(which);
    if (which !== this.which) return;
    const at = [...this.list.children].findIndex((one) => one.contains(document.activeElement));
    refill(this.list, ...(rows.length ? rows : [h("li.hint.nothing", {}, NONE[which])]));
    // Who works by keyboard goes on with what comes next.
    if (at >= 0) /** @type {HTMLElement | undefined} */ (this.list.children[Math.min(at, rows.length - 1)])?.focus();
  }

  /** @param {string} which @returns {Promise<HTMLElement[]>} */
  async #rows(which) {
    if (which === "open") return (await api.cases()).cases.map((/** @type {Case} */ one) => this.#case(one));
    if (which === "held") return (await api.held()).comments.map((/** @type {any} */ one) => this.#held(one));
    if (which === "remixes") return (await api.heldRemixes()).decisions.map((/** @type {any} */ one) => this.#remix(one));
    if (which === "faces") return faceRows({ profile: (handle) => this.#leave(() => this.on.profile(handle)), what: (one) => this.#what(one), act: (deed) => this.problem.attempt(() => deed().then(() => this.#show())) });
    if (which === "figures") return figureRows();
    const desk = { problem: this.problem, act: (/** @type {() => Promise<any>} */ deed) => this.problem.attempt(() => deed().then(() => this.#show())) };
    if (which === "refusals") return refusalRows(desk);
    if (which === "rules") return ruleRows(desk);
    if (which === "appeals") return (await api.appeals()).appeals.map((/** @type {any} */ one) => this.#appeal(one));
    return (await api.decisions()).decisions.map((/** @type {any} */ one) => this.#decision(one));
  }

  /** A comment that nearly breaks the rules, and that nobody but its author sees. @param {{comment: any, code: string}} one */
  #held({ comment, code }) {
    const decide = (/** @type {boolean} */ publish) => () => this.problem.attempt(async () => {
      await api.decideHeld(comment.id, publish);
      await this.#show();
    });
    return h("li.case", { "data-testid": "held", "data-subject": comment.id },
      h("p.case-head", {}, h("b", {}, t("desk.held.near", { category: CATEGORIES[code] ?? code })), h("time", {}, ago(comment.created_at, secondsNow()))),
      this.#what({ kind: "comment", clip: comment.clip, author: comment.author, text: comment.text }),
      h("div.case-deeds", {}, sureButton("button.plain", "held-drop", t("desk.held.drop"), t("sure"), decide(false)), h("button.primary", { type: "button", "data-testid": "held-publish", onclick: decide(true) }, t("desk.held.publish"))));
  }

  /** Somebody asks for another look. @param {any} one */
  #appeal({ decision, text, words, at }) {
    const note = h("input.field", { maxlength: 500, dir: "auto", placeholder: t("desk.note"), "aria-label": t("desk.note.label") });
    const answer = (/** @type {"upheld" | "overturned"} */ outcome) => () => this.problem.attempt(async () => {
      await api.answerAppeal(decision.id, outcome, note.value);
      await this.#show();
    });
    return h("li.case", { "data-testid": "appeal", "data-subject": decision.subject },
      h("p.case-head", {}, h("b", {}, t("desk.done", { action: DONE[decision.action] ?? decision.action, reason: NAMES[decision.reason] ?? decision.reason })), h("time", {}, ago(at, secondsNow()))),
      this.#what({ ...decision, text }), said("p.case-words", {}, `@${decision.author.handle}: ${words}`), h("p.case-words", {}, t("desk.decidedby", { who: decision.by ? `@${decision.by.handle}` : t("desk.token") })), note,
      h("div.case-deeds", {}, h("button.plain", { type: "button", "data-testid": "appeal-uphold", onclick: answer("upheld") }, t("desk.uphold")), h("button.primary", { type: "button", "data-testid": "appeal-overturn", onclick: answer("overturned") }, t("desk.overturn"))));
  }

  /** @param {Case} one */
  #case(one) {
    const reasons = [...new Set(one.reports.map(({ reason }) => NAMES[reason] ?? reason))].join(", ");
    const note = h("input.field", { maxlength: 500, dir: "auto", placeholder: t("desk.note"), "aria-label": t("desk.note.label") });
    return h("li.case", { tabindex: 0, "data-testid": "case", "data-subject": one.subject, "data-urgent": one.hidden },
      h("p.case-head", {}, h("b", {}, t("desk.reports", { n: one.reports.length, reasons })), h("time", {}, ago(one.reports[0].at, secondsNow()))),
      one.hidden && h("p.case-words", {}, t("desk.hidden")),
      h("div.case-sides", {}, one.kind === "clip" && film(one.subject),
        h("div", {}, this.#what(one), one.earlier > 0 && h("p.case-words", {}, t("desk.earlier", { n: one.earlier })), ...one.reports.map(reportLine))),
      note, h("div.case-deeds", {}, ...ACTIONS[one.kind].map(([action, name]) => this.#deed(one, action, name, note))));
  }

  /** Held with the clip that it was made of: free it, or hide it by a decision of its own. @param {any} one */
  #remix(one) {
    const act = (/** @type {() => Promise<any>} */ deed) => () => this.problem.attempt(() => deed().then(() => this.#show()));
    return h("li.case", { tabindex: 0, "data-testid": "remix", "data-subject": one.subject },
      h("p.case-head", {}, h("b", {}, t("desk.done", { action: DONE.hold, reason: NAMES[one.reason] ?? one.reason })), h("time", {}, ago(one.at, secondsNow()))),
      h("div.case-sides", {}, film(one.subject), h("div", {}, this.#what(one))),
      h("div.case-deeds", {}, sureButton("button.primary", "case-hide", t("desk.hide"), t("sure"), act(() => api.decide({ kind: "clip", subject: one.subject, action: "hide", note: "", reason: one.reason }))),
        h("button.plain", { type: "button", "data-testid": "case-free", onclick: act(() => api.undoDecision(one.id)) }, t("desk.free"))));
  }

  /** J and K go from case to case; a letter presses the button of the one that has the focus. @param {KeyboardEvent} event */
  #press(event) {
    const { key, target } = event, element = /** @type {HTMLElement} */ (target);
    if (event.ctrlKey || event.metaKey || event.altKey || element.matches("input, textarea, select")) return;
    const cases = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(":scope > .case")]), at = cases.findIndex((one) => one.contains(element));
    const step = { j: 1, k: -1 }[key];
    if (step) cases[at + step]?.focus();
    else if (KEYS[key]) /** @type {HTMLElement | null} */ (cases[at]?.querySelector(`[data-testid="${KEYS[key]}"]`))?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {() => void} go */
  #leave(go) {
    this.dialog.close();
    go();
  }

  /** What it is about, and a way to look at it. @param {{kind: string, clip: string, author: any, text?: string}} one */
  #what({ kind, clip, author, text }) {
    const look = () => this.#leave(() => (clip ? this.on.clip(clip) : this.on.profile(keyOf(author))));
    const label = kind === "person" ? `@${author.handle}` : kind === "comment" ? t("desk.comment", { who: `@${author.handle}` }) : t("desk.clip", { who: `@${author.handle}` });
    return h("button.case-what", { type: "button", "data-testid": "case-look", onclick: look }, h("span", {}, label), text ? said("span.case-text", {}, text) : null);
  }

  /** What cannot be seen any more asks once again. @param {Case} one @param {string} action @param {string} name @param {any} note */
  #deed(one, action, name, note) {
    const kind = action === "hide" || action === "suspend" ? "button.primary" : "button.plain";
    const decide = () => this.problem.attempt(() => this.#decide(one, action, note.value));
    if (action !== "dismiss") return sureButton(kind, `case-${action}`, name, t("sure"), decide);
    return h(kind, { type: "button", "data-testid": "case-dismiss", onclick: decide }, name);
  }

  /** @param {Case} one @param {string} action @param {string} note */
  async #decide({ kind, subject }, action, note) {
    await api.decide({ kind, subject, action, note });
    await this.#show();
  }

  /** @param {any} one */
  #decision(one) {
    const nameOf = (/** @type {any} */ person) => (person ? `@${person.handle}` : t("desk.token"));
    const who = one.undone_at ? t("desk.by.undone", { who: nameOf(one.by), other: nameOf(one.undone_by) }) : t("desk.by", { who: nameOf(one.by) });
    const undo = !one.undone_at && !one.final && h("button.plain", { type: "button", "data-testid": "case-undo", onclick: () => this.problem.attempt(() => this.#undo(one.id)) }, t("desk.undo"));
    return h("li.case", { tabindex: 0, "data-testid": "decision", "data-subject": one.subject },
      h("p.case-head", {}, h("b", {}, t("desk.done", { action: DONE[one.action] ?? one.action, reason: NAMES[one.reason] ?? one.reason })), h("time", {}, ago(one.at, secondsNow()))),
      this.#what(one), one.note && said("p.case-words", {}, one.note), h("p.case-words", {}, one.final ? t("desk.final", { who }) : who), undo && h("div.case-deeds", {}, undo));
  }

  /** @param {string} id */
  async #undo(id) {
    await api.undoDecision(id);
    await this.#show();
  }
}

/** The clip itself, beside what is said of it; also one that is hidden. @param {string} clip */
function film(clip) {
  const at = `/v1/clips/${encodeURIComponent(clip)}`;
  return h("video.case-film", { src: `${at}/video.mp4`, poster: `${at}/poster.jpg`, preload: "none", controls: true, muted: true, loop: true, playsinline: true, "aria-label": t("report.clip") });
}

/** Who says what, and how far that is a notice of the law. @param {any} one */
function reportLine({ words, reporter, unlawful, name, email, flagger, unfounded }) {
  const marks = [flagger && t("desk.flagger"), unlawful && t("desk.unlawful"), name, email, unfounded > 0 && t("desk.unfounded", { n: unfounded })].filter(Boolean).join(" · ");
  if (!words && !marks) return null;
  return said("p.case-words", {}, `@${reporter.handle}: ${words}${marks && `\n${marks}`}`);
}
