/** What the desk of moderators comes to, in numbers. */
import { api } from "./api.js";
import { h, svg } from "./dom.js";
import { agoWords, secondsNow } from "./format.js";
import { LOCALE, t } from "./words.js";

/** @type {Record<string, string>} */
const KINDS = { clip: t("desk.figures.clips"), comment: t("desk.figures.comments"), person: t("desk.figures.people") };
const PERCENT = new Intl.NumberFormat(LOCALE, { style: "percent" });
const HOUR_S = 3600;

/** @param {number | null} seconds */
function took(seconds) {
  if (seconds === null) return "–";
  const [unit, n] = seconds < HOUR_S ? ["minute", seconds / 60] : seconds < 48 * HOUR_S ? ["hour", seconds / HOUR_S] : ["day", seconds / 24 / HOUR_S];
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(n);
}

/** @param {string[]} heads @param {(string | number)[][]} rows */
const table = (heads, rows) => h("table.desk-table", {}, h("thead", {}, h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, ...rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, String(first)), ...rest.map((one) => h("td", {}, String(one)))))));

/** @param {string} id @param {string} title @param {...any} children */
const part = (id, title, ...children) => h("li.case", { "data-testid": id }, h("p.case-head", {}, h("b", {}, title)), ...children);

/** @param {{day: string, decisions: number, undone: number}[]} days the newest first */
function bars(days) {
  const most = Math.max(1, ...days.map(({ decisions }) => decisions));
  const named = (/** @type {string} */ day) => new Date(`${day}T12:00:00Z`).toLocaleDateString(LOCALE, { day: "numeric", month: "long" });
  const bar = (/** @type {{day: string, decisions: number, undone: number}} */ { day, decisions, undone }) => {
    const words = t("desk.figures.day", { day: named(day), n: decisions, undone }), tall = (72 * decisions) / most;
    const picture = svg("svg", { viewBox: "0 0 10 72", preserveAspectRatio: "none", role: "img", "aria-label": words }, svg("rect", { x: 0, y: 72 - tall, width: 10, height: tall, fill: "currentColor" }));
    return h("li", { title: words }, picture, h("span", { "aria-hidden": "true" }, day.slice(8)));
  };
  return h("ul.figure-days", {}, ...[...days].reverse().map(bar));
}

/** @returns {Promise<HTMLElement[]>} */
export async function figureRows() {
  const { open, days, measured, median_s, p90_s, answered, overturned, flaggers, offenders } = await api.call("GET", "/v1/moderation/statistics");
  const now = secondsNow();
  const waiting = open.map((/** @type {any} */ { kind, day, week, older, oldest }) => [KINDS[kind] ?? kind, day, week, older, agoWords(oldest, now)]);
  const records = flaggers.map((/** @type {any} */ { handle, decided, founded }) => [`@${handle}`, decided, decided ? PERCENT.format(founded / decided) : "–"]);
  const again = offenders.map((/** @type {any} */ { handle, decisions }) => [`@${handle}`, decisions]);
  return [
    part("figures-open", t("desk.figures.open"), waiting.length ? table([t("desk.figures.what"), t("desk.figures.today"), t("desk.figures.week"), t("desk.figures.older"), t("desk.figures.oldest")], waiting) : h("p.hint", {}, t("desk.none"))),
    part("figures-time", t("desk.figures.time"), table([t("desk.figures.measured"), t("desk.figures.median"), t("desk.figures.p90")], [[measured, took(median_s), took(p90_s)]])),
    part("figures-days", t("desk.figures.days"), bars(days)),
    part("figures-appeals", t("desk.figures.appeals"), h("p.case-words", {}, t("desk.figures.overturned", { n: answered, overturned, share: answered ? PERCENT.format(overturned / answered) : "–" }))),
    part("figures-flaggers", t("desk.figures.flaggers"), records.length ? table([t("desk.figures.who"), t("desk.figures.decided"), t("desk.figures.founded")], records) : h("p.hint", {}, t("desk.figures.noflaggers"))),
    part("figures-again", t("desk.figures.again"), again.length ? table([t("desk.figures.who"), t("desk.figures.against")], again) : h("p.hint", {}, t("desk.figures.nobody"))),
  ];
}
