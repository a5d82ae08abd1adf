/** The ledger of one's likeness in words. Pure. */
import { list } from "./format.js";
import { categoryWords, SCOPE_WORDS } from "./lending.js";
import { t } from "./words.js";

/** How somebody came to show one. @type {Record<string, (who: string) => string>} */
const USED = {
  prompt: (who) => t("ledger.used", { who }), remix: (who) => t("ledger.used.remix", { who }),
  fork: (who) => t("ledger.used.fork", { who }), steer: (who) => t("ledger.used.steer", { who }),
};
/** Why somebody was refused. @type {Record<string, string>} */
const WHY = {
  withdrawn: t("why.withdrawn"), not_lent: t("why.notlent"), barred: t("why.barred"), minor: t("why.minor"), ended: t("why.ended"),
  rule: t("why.rule"), scope: t("why.scope"), answered: t("why.answered"), no_portrait: t("why.portrait"),
};
/** @typedef {{code: string, name: string}[]} Categories */
/** @type {Record<string, (fact: any, who: string, categories: Categories) => string>} */
const WORDS = {
  checked: ({ level, checked_by: by }) => (level === "none" ? t("ledger.checked.none") : level === "verified" ? t("ledger.checked.verified", { by }) : t("ledger.checked")),
  portrait: () => t("ledger.portrait"),
  granted: ({ terms }, _, categories) => granted(terms, categories),
  approved: ({ allowed }, who) => (allowed === null ? t("ledger.neither", { who }) : allowed ? t("ledger.approved", { who }) : t("ledger.barred", { who })),
  asked: (_, who) => t("ledger.asked", { who }),
  answered: ({ yes }, who) => (yes ? t("ledger.yes", { who }) : t("ledger.no", { who })),
  used: ({ via }, who) => (USED[via] ?? USED.prompt)(who),
  refused: ({ why, attempts: n }, who) => t("ledger.refused", { who, why: WHY[why] ?? why, n }),
  withdrawn: ({ what, clips: n = 0 }, who) => ({ clip: t("ledger.back.clip", { n }), person: t("ledger.back.person", { who, n }), portrait: t("ledger.back.portrait", { n }), everything: n ? t("ledger.back.everything", { n }) : t("ledger.back.nothing") })[/** @type {"clip" | "person" | "portrait" | "everything"} */ (what)],
};

/** @param {any} terms what stands in a fact may leave out what is usual @param {Categories} categories */
function granted({ scope = "me", ask_each: each = false, until = null, rules = {} }, categories) {
  const never = [...(rules.categories ?? []).map((/** @type {string} */ code) => categoryWords(code, categories.find((one) => one.code === code)?.name ?? code)), ...(rules.words ?? [])];
  const more = [each && t("ledger.each"), never.length && t("ledger.never", { what: list(never) }), until && t("ledger.until")].filter(Boolean);
  return [t("ledger.granted", { scope: SCOPE_WORDS[scope] ?? scope }), ...more].join(" · ");
}

/** An entry in a sentence. @param {{fact: string, person: {handle: string} | null, attempts?: number}} entry @param {Categories} categories what the server calls them */
export function entryWords({ fact, person, attempts = 1 }, categories) {
  const told = { attempts, ...JSON.parse(fact) };
  return WORDS[told.type]?.(told, person ? `@${person.handle}` : t("ledger.somebody"), categories) ?? told.type;
}
