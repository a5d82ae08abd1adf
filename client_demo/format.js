/** Words and numbers for people. Pure. */
import { nameOf } from "./names.js";
import { LANGUAGE, LOCALE, t } from "./words.js";

const COMPACT = new Intl.NumberFormat(LOCALE, { notation: "compact" });
const RELATIVE = new Intl.RelativeTimeFormat(LOCALE, { style: "short" });
const LIST = new Intl.ListFormat(LANGUAGE);
const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeStyle: "short" });

/** 1234 -> "1.2K". @param {number} n */
export const short = (n) => COMPACT.format(n);

const DECIMAL = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 2 -> "2.0". @param {number} n */
export const decimal = (n) => DECIMAL.format(n);

/** Seconds since the epoch. */
export const secondsNow = () => Date.now() / 1000;

/** The time zone of the clock on the wall. */
export const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** @typedef {"second" | "minute" | "hour" | "day"} Unit */
/** @type {[Unit, number][]} from so many seconds on */
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 0]];

/** A time in its largest unit. @param {number} s @returns {[number, Unit]} */
function inUnit(s) {
  const [unit, size] = /** @type {[Unit, number]} */ (UNITS.find(([, least]) => s >= least));
  return [Math.max(1, Math.round(s / (size || 60))), unit];
}

/** 5, "second" -> "5 sec". @param {number} n @param {Unit} unit @returns {string} */
export const length = (n, unit = "second") => new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "short" }).format(n);

/** How long ago, as short as can be. @param {number} thenS @param {number} nowS seconds since the epoch */
export function ago(thenS, nowS) {
  const s = Math.max(0, nowS - thenS);
  return s < 45 ? t("time.now") : length(...inUnit(s));
}

/** The same within a sentence. @param {number} thenS @param {number} nowS seconds since the epoch */
export function agoWords(thenS, nowS) {
  const s = Math.max(0, nowS - thenS);
  if (s < 45) return t("time.just");
  const [n, unit] = inUnit(s);
  return RELATIVE.format(-n, unit);
}

/** The day and the minute. @param {number} atS seconds since the epoch */
export const moment = (atS) => FULL.format(atS * 1000);

/** Until a clip goes for want of room. @param {number} thenS @param {number} nowS seconds since the epoch */
export function goes(thenS, nowS) {
  const s = Math.max(0, thenS - nowS);
  if (s < 3600) return t("expiry.soon");
  return t("expiry.goes", { when: s < 172800 ? RELATIVE.format(Math.round(s / 3600), "hour") : RELATIVE.format(Math.round(s / 86400), "day") });
}

const STAGES = /** @type {const} */ ([
  [12, t("stage.noise")],
  [38, t("stage.first")],
  [72, t("stage.shape")],
  [90, t("stage.near")],
  [Infinity, t("stage.light")],
]);

/** What one sees at this point of a render. @param {number} percent 0..100 */
export const stage = (percent) => /** @type {string} */ (STAGES.find(([below]) => percent < below)?.[1]);

/** @param {number} s expected seconds left */
export const left = (s) => (s < 1 ? "" : s < 60 ? length(Math.ceil(s)) : length(Math.ceil(s / 60), "minute"));

const STRENGTHS = /** @type {const} */ ([
  [0.2, t("strength.almost")],
  [0.4, t("strength.scene")],
  [0.6, t("strength.half")],
  [0.85, t("strength.lot")],
  [Infinity, t("strength.anew")],
]);

/** @param {number} strength 0..1, 1 forgets the parent */
export const strengthWords = (strength) => /** @type {string} */ (STRENGTHS.find(([upTo]) => strength <= upTo)?.[1]);

/** Of other slots that nobody told, nothing is drawn that one would wonder about. */
export const MISSED = new Set(["subject", "colour", "place", "time", "motion"]);
/** What a person calls them. @type {Record<string, string>} */
export const SLOTS = { subject: t("slot.subject"), colour: t("slot.colour"), place: t("slot.place"), time: t("slot.time"), motion: t("slot.motion") };
/** Slots of things and places, for which others may stand in. */
const NAMED = new Set(["subject", "other", "place"]);

/**
 * What the model understood, in the words a person would use: what it heard, and what it was
 * free to choose.
 * @param {{name: string, value: string | null, confidence: number, words?: string[], inherited?: boolean}[]} slots
 */
export function heard(slots) {
  const sure = slots.filter((slot) => slot.value !== null);
  const undrawn = slots.find((slot) => slot.name === "undrawn");
  const word = (/** @type {{name: string, value: string | null, confidence: number, words?: string[], inherited?: boolean}} */ { name, value, confidence, words, inherited }) => {
    if (name === "other" && value === "nothing") return t("slot.alone");
    const drawn = value === null ? "" : nameOf(value);
    const meant = words?.join(" ") ?? "";
    const standsIn = undrawn && NAMED.has(name) && confidence < 1 && meant && !` ${meant}`.endsWith(` ${drawn}`);
    if (inherited) return t("slot.kept", { what: drawn });
    return standsIn ? t("slot.drawnas", { words: meant, drawn }) : drawn;
  };
  return {
    words: sure.map((slot) => (slot.confidence < 0.5 ? `${word(slot)}?` : /** @type {string} */ (word(slot)))),
    tags: sure.map((slot) => (slot.confidence < 0.5 ? null : `${slot.name}:${slot.value}`)),
    unsure: sure.some((slot) => slot.confidence < 0.5),
    unread: slots.filter((slot) => slot.name === "truncated").flatMap((slot) => slot.words ?? []).join(" "),
    undrawn: undrawn?.words ?? [],
    open: slots.filter((slot) => slot.value === null && MISSED.has(slot.name) && !(undrawn && slot.name === "subject")).map((slot) => slot.name),
  };
}

/** ["a", "b", "c"] -> "a, b, and c". @param {string[]} words */
export const list = (words) => LIST.format(words);

/**
 * Splits text into stretches, marked where a matched word stands (without regard to case).
 * @param {string} text @param {readonly string[]} matched
 * @returns {{text: string, hit: boolean}[]}
 */
export function splitMatches(text, matched) {
  const words = matched.filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [{ text, hit: false }];
  return text
    .split(new RegExp(`(${words.join("|")})`, "gi"))
    .map((part, i) => ({ text: part, hit: i % 2 === 1 }))
    .filter((part) => part.text);
}

/** Under which terms others may use a clip, as people say it. @type {Record<string, string>} */
export const LICENSES = {
  "all-rights-reserved": t("license.reserved"),
  "CC0-1.0": t("license.cc0"),
  "CC-BY-4.0": t("license.by"),
  "CC-BY-SA-4.0": t("license.bysa"),
  "CC-BY-NC-4.0": t("license.bync"),
};
/** @type {Record<string, string>} */
const TERMS = { "CC0-1.0": "CC0 1.0", "CC-BY-4.0": "CC BY 4.0", "CC-BY-SA-4.0": "CC BY-SA 4.0", "CC-BY-NC-4.0": "CC BY-NC 4.0" };

/** A license in short; null where all rights are reserved. Pure. @param {string | undefined} license */
export const licenseWords = (license) => TERMS[license ?? ""] ?? null;

/**
 * What made a clip, in pairs of a name and a value.
 * @param {import("./merge.js").Clip} clip
 * @returns {[string, string][]}
 */
export function facts({ seconds, width, height, fps, recipe, counts, license }) {
  /** @type {[string, string | null][]} */
  const pairs = [
    [t("fact.length"), length(seconds)],
    [t("fact.picture"), t("fact.picture.words", { width: String(width), height: String(height), fps })],
    [t("fact.seed"), recipe && String(recipe.seed)],
    [t("fact.model"), recipe?.model ?? null],
    [t("fact.steps"), recipe && String(recipe.steps)],
    [t("fact.license"), licenseWords(license)],
    [t("fact.views"), counts.views ? short(counts.views) : null],
  ];
  return /** @type {[string, string][]} */ (pairs.filter(([, value]) => value !== null));
}
