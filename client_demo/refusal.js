/** What somebody reads whose prompt is not drawn, or is asked about: why, what may be asked for instead, and the way on. */
import { h, said } from "./dom.js";
import { splitMatches } from "./format.js";
import { t } from "./words.js";

/** What else one can do about somebody who has to say yes. @type {Record<string, string>} */
const LIKENESS = { likeness: t("composer.likeness"), likeness_asked: t("composer.asked") };

/**
 * @param {any} refusal @param {string} text
 * @param {{use(text: string): void, mine(): void}} on takes another wording; says that another is meant
 * @param {string} [parent] what it was to go on from
 * @returns {HTMLElement[]}
 */
export function refusalWords(refusal, text, on, parent = "") {
  const parts = splitMatches(text, refusal.matched).map((part) => (part.hit ? h("mark", {}, part.text) : part.text));
  const words = [h("p", { "data-testid": "refusal" }, refusal.message), said("p.quote", {}, ...parts)];
  if (LIKENESS[refusal.code]) words.push(h("p.summary", {}, LIKENESS[refusal.code]));
  if (refusal.holder) words.push(h("p.summary", { "data-testid": "refusal-holder" }, t("refusal.holder", { entry: refusal.entry, holder: refusal.holder })));
  const [, entry] = /^rights\/(\w+)$/.exec(refusal.rule) ?? [];
  if (entry) words.push(h("p.summary", {}, h("a", { href: `/rights/${entry}`, target: "_blank", "data-testid": "refusal-entry" }, t("refusal.entry"))));
  const offered = refusal.rewordings?.length ? refusal.rewordings : [refusal.allowed].filter(Boolean);
  words.push(...offered.map((/** @type {string} */ instead) => h("button.chip.allowed", { type: "button", "data-testid": "use-allowed", onclick: () => on.use(instead) }, h("small", {}, t("composer.instead")), said("span", {}, instead))));
  if (refusal.ask) words.push(h("button.chip.allowed", { type: "button", "data-testid": "refusal-mine", onclick: () => on.mine() }, t("refusal.mine")), h("p.summary", {}, t("refusal.mine.hint")));
  if (refusal.appeal_keeps) {
    const asking = h("div", {}, h("button.chip.allowed", { type: "button", "data-testid": "refusal-appeal", onclick: () => import("./appeals.js").then(({ appealForm }) => appealForm(refusal, text, parent)).then((form) => asking.replaceWith(form)) }, t("refusal.appeal")));
    words.push(asking);
  }
  return words;
}
