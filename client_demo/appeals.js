/** Another look at a refusal: asking for it with one's prompt, what came of it, and what the desk does with it. */
import { Problem } from "/client.js";
import { api } from "./api.js";
import { dateWords } from "./days.js";
import { h, said, sureButton } from "./dom.js";
import { ago, decimal, secondsNow, splitMatches } from "./format.js";
import { loadStyles } from "./style.js";
import { t } from "./words.js";

const DESK = "/v1/moderation/refusals";
const RULES = "/v1/moderation/rules";
const LONGEST = 500;
const PHRASE = 100;

/** @typedef {{act(deed: () => Promise<any>): void, problem: {attempt(deed: () => Promise<any>): Promise<any>}}} Desk */

/** What one sends along, and what is kept of it. @param {any} refusal @param {string} text @param {string} parent @returns {Promise<HTMLElement>} */
export async function appealForm(refusal, text, parent) {
  await loadStyles("desk.css");
  const keeps = refusal.appeal_keeps === "prompt";
  const words = keeps && h("textarea.field.report-words", { rows: 2, maxlength: LONGEST, dir: "auto", placeholder: t("refusal.why"), "aria-label": t("refusal.why"), "data-testid": "refusal-words" });
  const told = h("p.summary", { role: "status" }, keeps ? t("refusal.keeps.prompt") : t("refusal.keeps.hash"));
  const form = h("form", { "data-testid": "refusal-form" }, told, words, h("button.chip.allowed", { type: "submit", "data-testid": "refusal-send" }, keeps ? t("refusal.send") : t("refusal.send.hash")));
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      await api.call("POST", refusal.appeal, { body: { text, parent, consent: true, words: words ? words.value : "" } });
      form.replaceChildren(h("p.summary", { role: "status", "data-testid": "refusal-sent" }, t("refusal.sent")));
    } catch (error) {
      told.textContent = error instanceof Problem ? error.message : t("composer.away");
    }
  });
  return form;
}

/** @type {Record<string, string>} */
const STATES = { open: t("refused.open"), right: t("refused.right"), once: t("refused.once"), rule: t("refused.rule"), unsure: t("refused.unsure") };

/** One's own appeals of refusals, the newest first. @param {{attempt(deed: () => Promise<any>): Promise<any>}} problem @param {() => Promise<void>} again shows them anew @returns {Promise<HTMLElement[]>} */
export async function ownAppeals(problem, again) {
  const { appeals } = await api.call("GET", "/v1/me/refusals");
  return appeals.map((/** @type {any} */ one) => own(one, problem, again));
}

/** @param {any} one @param {{attempt(deed: () => Promise<any>): Promise<any>}} problem @param {() => Promise<void>} again */
function own(one, problem, again) {
  const words = h("textarea.field.report-words", { rows: 2, maxlength: LONGEST, dir: "auto", required: true, placeholder: t("refusal.again.why"), "aria-label": t("refusal.again.why") });
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.attempt(async () => {
      await api.call("PUT", `/v1/refusals/${encodeURIComponent(one.id)}/appeal`, { body: { words: words.value } });
      await again();
    });
  };
  return h("li.case", { "data-testid": "own-refusal", "data-subject": one.id },
    h("p.case-head", {}, h("b", {}, STATES[one.state] ?? one.state), h("time", {}, ago(one.at, secondsNow()))),
    one.text ? said("p.case-words", {}, ...marks(one.text, one.matched)) : h("p.case-words", {}, t("refused.hash")),
    h("p.case-words", { "data-testid": "refusal-reasons" }, reasonsOf(one)), one.note && said("p.case-words", {}, one.note),
    one.may_ask_again && h("form", { onsubmit: ask }, words, h("div.case-deeds", {}, h("button.plain", { type: "submit", "data-testid": "refusal-again" }, t("refusal.again")))));
}

/** Why, by whom, how long a pass is good, and what stands open. @param {any} one */
function reasonsOf(one) {
  const rule = t("refused.by", { rule: one.rule, version: one.rules_version });
  const due = one.state === "open" && t("refused.until", { day: dateWords(one.answer_by) });
  const good = one.pass_until && one.pass_uses !== 0 && passWords(one);
  const open = one.state !== "open" && t("refused.further");
  return [rule, due, good, open].filter(Boolean).join(" ");
}

/** How long the prompt is drawn. @param {{pass_uses: number, pass_until: number}} one */
function passWords({ pass_uses: uses, pass_until: until }) {
  return uses < 0 ? t("refused.pass.days", { day: dateWords(until) }) : t("refused.pass.once", { day: dateWords(until) });
}

/** @param {string} text @param {string[]} matched */
const marks = (text, matched) => splitMatches(text, matched).map((part) => (part.hit ? h("mark", {}, part.text) : part.text));

/** What waits at the desk, beside the rules that spoke. @param {Desk} desk @returns {Promise<HTMLElement[]>} */
export async function refusalRows(desk) {
  return (await api.call("GET", DESK)).appeals.map((/** @type {any} */ one) => waits(one, desk));
}

/** @param {any} one @param {Desk} desk */
function waits(one, desk) {
  const severe = one.keeps === "hash", byWords = one.layer === "words";
  const note = h("input.field", { maxlength: LONGEST, dir: "auto", placeholder: t("desk.note"), "aria-label": t("desk.note.label") });
  const phrase = !severe && byWords && h("input.field", { maxlength: PHRASE, dir: "auto", value: around(one.text, one.matched[0] ?? ""), "aria-label": t("desk.refusal.phrase"), "data-testid": "refusal-phrase" });
  const days = !severe && h("select.field", { "aria-label": t("desk.refusal.pass"), "data-testid": "refusal-days" }, ...[0, 1, 7, 30].map((n) => h("option", { value: n }, n ? t("desk.refusal.days", { n }) : t("desk.refusal.oneclip"))));
  const trial = h("p.case-words", { role: "status", "data-testid": "refusal-trial", hidden: true });
  const say = (/** @type {string} */ outcome) => () => desk.act(() => api.call("PUT", `${DESK}/${encodeURIComponent(one.id)}`, { body: { outcome, note: note.value, ...passOf(outcome, days), ...(outcome === "rule" && phrase && { phrase: phrase.value }) } }));
  const attempt = () => desk.problem.attempt(async () => {
    const tried = await api.call("POST", `${DESK}/${encodeURIComponent(one.id)}/trials`, { body: { phrase: phrase.value } });
    trial.hidden = false;
    trial.textContent = trialWords(tried);
  });
  const deed = (/** @type {string} */ outcome, /** @type {string} */ name) => h("button.plain", { type: "button", "data-testid": `refusal-${outcome}`, onclick: say(outcome) }, name);
  return h("li.case", { tabindex: 0, "data-testid": "refusal-appeal", "data-subject": one.id },
    h("p.case-head", {}, h("b", {}, one.seen.entry || one.rule), h("time", {}, ago(one.at, secondsNow()))),
    h("p.case-words", {}, ruleWords(one)),
    severe ? h("p.case-words", {}, t("desk.refusal.severe")) : h("p.case-what", {}, said("span.case-text", {}, ...marks(one.text, one.matched))),
    one.words && said("p.case-words", {}, `@${one.person.handle}: ${one.words}`), one.again && h("p.case-words", {}, t("desk.refusal.again")),
    note, days, phrase, trial,
    h("div.case-deeds", {}, deed("right", t("desk.refusal.right")), !severe && deed("once", t("desk.refusal.once")),
      phrase && h("button.plain", { type: "button", "data-testid": "refusal-try", onclick: attempt }, t("desk.refusal.try")),
      !severe && sureButton("button.plain", "refusal-rule", t("desk.refusal.rule"), t("sure"), say("rule")), deed("unsure", t("desk.refusal.unsure"))));
}

/** @param {string} outcome @param {any} days */
const passOf = (outcome, days) => (["once", "rule"].includes(outcome) && Number(days.value) ? { days: Number(days.value) } : {});

/** What spoke with one word on either side: a phrase that means something. Pure. @param {string} text @param {string} matched */
export function around(text, matched) {
  const words = text.split(/\s+/), size = matched.split(/\s+/).length;
  const bare = (/** @type {string} */ word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  const at = words.findIndex((_, i) => words.slice(i, i + size).map(bare).join(" ") === matched.split(/\s+/).map(bare).join(" "));
  return at < 0 ? matched : words.slice(at, at + size + 1).map(bare).join(" ");
}

/** The rule as it stands now: its words, its holder, how close it was, what came of earlier looks. @param {any} one */
function ruleWords({ rule, rules_version: then, score, threshold, seen }) {
  const { right, once, rule: wrong } = seen.looks;
  const looks = right + once + wrong;
  return [
    seen.known ? seen.message : t("desk.refusal.gone"), seen.holder && t("refusal.holder", { entry: seen.entry, holder: seen.holder }),
    score !== null && threshold !== null && t("desk.refusal.score", { score: decimal(score), threshold: decimal(threshold) }),
    then !== seen.version && t("desk.refusal.changed"), looks > 0 && t("desk.refusal.looks", { n: looks, wrong: once + wrong }), seen.asks && t("desk.refusal.asks"), seen.entry && rule,
  ].filter(Boolean).join("\n");
}

/** @param {{frees: boolean, read_as: string, names: string[], severe: string[], loosened: string[]}} tried */
function trialWords({ frees, read_as: readAs, names, severe, loosened }) {
  const through = [...names, ...severe];
  return [
    !frees && t("desk.trial.still"), through.length > 0 && t("desk.trial.through", { what: through.join(", ") }),
    readAs && t("desk.trial.reads", { name: readAs }), loosened.length > 0 && t("desk.trial.loosened", { what: loosened.join(", ") }),
    frees && !through.length && !readAs && !loosened.length && t("desk.trial.nothing"),
  ].filter(Boolean).join("\n");
}

/** What the desk changed in the rules. @param {Desk} desk @returns {Promise<HTMLElement[]>} */
export async function ruleRows(desk) {
  return (await api.call("GET", RULES)).rules.map((/** @type {any} */ one) => changed(one, desk));
}

/** @param {any} one @param {Desk} desk */
function changed(one, desk) {
  const by = one.made_by ? `@${one.made_by.handle}` : one.kind === "ask" ? t("desk.rules.itself") : t("desk.token");
  const who = one.undone_at ? t("desk.by.undone", { who: by, other: one.undone_by ? `@${one.undone_by.handle}` : t("desk.token") }) : t("desk.by", { who: by });
  const undo = () => desk.act(() => api.call("DELETE", `${RULES}/${one.seq}`));
  return h("li.case", { tabindex: 0, "data-testid": "desk-rule", "data-subject": String(one.seq) },
    h("p.case-head", {}, h("b", {}, one.kind === "ask" ? t("desk.rules.ask") : t("desk.rules.phrase", { phrase: one.phrase })), h("time", {}, ago(one.at, secondsNow()))),
    h("p.case-words", {}, `${one.rule}\n${who}`),
    !one.undone_at && h("div.case-deeds", {}, h("button.plain", { type: "button", "data-testid": "case-undo", onclick: undo }, t("desk.undo"))));
}
