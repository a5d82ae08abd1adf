/** The page of one entry of the registry of rights: how it speaks, how often it did, and what it says of a sentence. */
import { dateWords } from "../days.js";
import { h, said } from "../dom.js";
import { splitMatches } from "../format.js";
import { ask, attempt, CONFLICTS, KINDS, MODE_HINTS, MODES, STATES } from "./words.js";
import { LOCALE, t } from "../words.js";

const number = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** @param {HTMLElement} main @param {string} id */
export async function showEntry(main, id) {
  const right = await ask("GET", `/v1/rights/${encodeURIComponent(id)}`);
  document.title = `${right.name} · Phosphene`;
  main.replaceChildren(h("p", {}, h("a", { href: "/rights" }, t("rights.back"))), said("h1", {}, right.name), ...lead(right), facts(right), ...described(right), trying(right), ...counted(right), ...contesting(right));
}

/** @param {any} right */
function lead({ state, mode, kind, holder, domain, conflicts }) {
  const why = conflicts.map((/** @type {string} */ one) => CONFLICTS[one] ?? one).join(", ");
  return [said("p", {}, t("rights.entry.lead", { kind: KINDS[kind] ?? kind, holder, domain })),
    h("p.state", { "data-testid": "right-state", "data-state": state }, h("b", {}, STATES[state]), " ", state === "confirmed" ? MODE_HINTS[mode] : state === "asks" ? t("rights.entry.asks") : t("rights.entry.silent")),
    why && h("p.warn", {}, t("rights.conflicts", { why }))].filter(Boolean);
}

/** @param {any} right */
function facts(right) {
  /** @type {[string, string][]} */
  const pairs = [
    [t("rights.mode"), MODES[right.mode] ?? right.mode], [t("rights.entry.rule"), right.rule], [t("rights.entry.version"), right.rules_version],
    [t("rights.entry.spellings"), [right.name, ...right.also].join(", ")], [t("rights.terms"), right.terms], [t("rights.licensed"), right.licensed.map((/** @type {string} */ one) => `@${one}`).join(", ")],
    [t("rights.entry.instead"), [right.instead_en, right.instead_fr].filter(Boolean).join(" / ")], [t("rights.died"), right.died === null ? "" : String(right.died)],
    [t("rights.until"), right.until ?? ""], [t("rights.entry.since"), dateWords(right.at)], [t("rights.entry.decided"), right.decided_at ? dateWords(right.decided_at) : ""], [t("rights.description"), right.description],
  ];
  return h("dl.facts", { "data-testid": "right-facts" }, ...pairs.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), said("dd", {}, value))));
}

/** @param {any} right */
function described(right) {
  if (!right.described.length) return [];
  const from = right.asks_from === null ? t("rights.entry.unmeasured") : right.refuses_from === null
    ? t("rights.entry.asksonly", { asks: number.format(right.asks_from) })
    : t("rights.entry.thresholds", { asks: number.format(right.asks_from), refuses: number.format(right.refuses_from) });
  return [h("section", { "aria-labelledby": "described" }, h("h2", { id: "described" }, t("rights.described")), h("p", {}, t("rights.entry.how")), h("p", { "data-testid": "right-thresholds" }, from),
    h("ol.texts", {}, ...right.described.map((/** @type {string} */ text) => said("li", {}, text))))];
}

/** @param {any} right */
function trying(right) {
  const problem = h("p.problem", { role: "alert" }), answer = h("div", { role: "status", "data-testid": "right-answer" });
  const text = h("textarea", { id: "try", rows: 2, required: true, maxlength: 500, dir: "auto", "data-testid": "right-try" });
  const send = h("button.strong", { "data-testid": "right-try-send" }, t("rights.try.send"));
  const submit = (/** @type {Event} */ event) => (event.preventDefault(), attempt(problem, send, async () => {
    answer.replaceChildren();
    const asked = text.value;
    answer.replaceChildren(...tried(await ask("POST", `/v1/rights/${encodeURIComponent(right.id)}/tries`, { text: asked }), asked, right));
  }));
  return h("section", { "aria-labelledby": "trying" }, h("h2", { id: "trying" }, t("rights.try")), h("p", {}, t("rights.try.lead")), h("form.rows", { onsubmit: submit }, h("label", { for: "try" }, t("rights.try.label")), text, send, problem), answer);
}

/** @param {any} found @param {string} text @param {any} right */
function tried({ outcome, refusal, score, shared }, text, right) {
  const heads = /** @type {Record<string, string>} */ ({ refused: t("rights.try.refused"), asked: t("rights.try.asked"), drawn: t("rights.try.drawn") });
  const marks = splitMatches(text, refusal?.matched ?? shared).map((part) => (part.hit ? h("mark", {}, part.text) : part.text));
  const shown = score !== null && right.asks_from !== null && (refusal ?? { layer: "meaning" }).layer === "meaning";
  const measured = shown && t("rights.try.score", { score: number.format(score), shared: String(shared.length) });
  const spared = shown && outcome === "asked" && right.refuses_from !== null && (score < right.refuses_from ? t("rights.try.spared.score", { refuses: number.format(right.refuses_from) }) : t("rights.try.spared.words"));
  return [h("div.tried", { "data-outcome": outcome }, h("h3", {}, heads[outcome]), said("blockquote", {}, ...marks), refusal && h("p", {}, refusal.message),
    refusal && h("p.hint", {}, refusal.layer === "meaning" ? t("rights.try.meaning") : t("rights.try.words")), measured && h("p.hint", { "data-testid": "right-score" }, measured), spared && h("p.hint", { "data-testid": "right-spared" }, spared),
    ...(refusal?.rewordings ?? []).map((/** @type {string} */ one) => said("p.hint", {}, t("rights.try.instead", { text: one }))),
    refusal && h("details", {}, h("summary", {}, t("rights.try.object")), h("pre.code", { tabindex: 0 }, JSON.stringify(refusal, null, 2))))];
}

/** @param {any} right */
function counted({ days }) {
  const heads = [t("rights.log.day"), t("rights.count.refused"), t("rights.count.asked")];
  const rows = days.map((/** @type {any} */ { day, refused, asked }) => h("tr", {}, h("td", {}, dateWords(Date.parse(`${day}T12:00:00Z`) / 1000)), ...[refused, asked].map((count, n) => h("td", { "data-head": heads[n + 1] }, String(count)))));
  return [h("section", { "aria-labelledby": "counted", "data-testid": "right-days" }, h("h2", { id: "counted" }, t("rights.count")), h("p", {}, t("rights.count.lead")),
    rows.length ? h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, ...rows)) : h("p.hint", {}, t("rights.count.none")))];
}

/** @param {any} right */
function contesting({ id, state }) {
  if (!["asks", "waits", "confirmed"].includes(state)) return [];
  const problem = h("p.problem", { role: "alert", "data-testid": "contest-problem" }), done = h("p.good", { role: "status", "data-testid": "contest-done" });
  const words = h("textarea", { id: "contest", rows: 3, required: true, maxlength: 1000, dir: "auto", "data-testid": "contest-words" });
  const send = h("button", { "data-testid": "contest-send" }, t("rights.contest.send"));
  const form = h("form.rows", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), attempt(problem, send, async () => {
    await ask("POST", `/v1/rights/${encodeURIComponent(id)}/contests`, { words: words.value });
    form.hidden = true;
    done.textContent = t("rights.contest.done");
  })) }, h("label", { for: "contest" }, t("rights.contest.label")), words, send, problem);
  return [h("section", { "aria-labelledby": "contesting" }, h("h2", { id: "contesting" }, t("rights.contest")), h("p", {}, t("rights.contest.lead")), form, done)];
}
