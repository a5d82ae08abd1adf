/** Words and numbers for people. Pure. */

/** 1234 -> "1.2k". @param {number} n */
export function short(n) {
  if (n < 1000) return String(n);
  const [value, unit] = n < 1e6 ? [n / 1e3, "k"] : [n / 1e6, "M"];
  return `${value < 10 ? (Math.floor(value * 10) / 10).toString() : Math.floor(value)}${unit}`;
}

/** @param {number} thenS @param {number} nowS seconds since the epoch */
export function ago(thenS, nowS) {
  const s = Math.max(0, nowS - thenS);
  if (s < 45) return "now";
  if (s < 3600) return `${Math.max(1, Math.round(s / 60))} min`;
  if (s < 86400) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} d`;
}

/** Until a clip goes for want of room. @param {number} thenS @param {number} nowS seconds since the epoch */
export function goes(thenS, nowS) {
  const s = Math.max(0, thenS - nowS);
  const left = s < 3600 ? "soon" : s < 172800 ? `in ${Math.round(s / 3600)} h` : `in ${Math.round(s / 86400)} d`;
  return `goes ${left} unless somebody likes it`;
}

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const STAGES = /** @type {const} */ ([
  [12, "Only noise yet"],
  [38, "First shapes"],
  [72, "Taking shape"],
  [90, "Nearly there"],
  [Infinity, "Coming to light"],
]);

/** What one sees at this point of a render. @param {number} percent 0..100 */
export const stage = (percent) => /** @type {string} */ (STAGES.find(([below]) => percent < below)?.[1]);

/** @param {number} s expected seconds left */
export const left = (s) => (s < 1 ? "" : s < 60 ? `${Math.ceil(s)} s` : `${Math.ceil(s / 60)} min`);

const STRENGTHS = /** @type {const} */ ([
  [0.2, "Keep almost all"],
  [0.4, "Keep the scene"],
  [0.6, "Half and half"],
  [0.85, "Change a lot"],
  [Infinity, "Start anew"],
]);

/** @param {number} strength 0..1, 1 forgets the parent */
export const strengthWords = (strength) => /** @type {string} */ (STRENGTHS.find(([upTo]) => strength <= upTo)?.[1]);

/** Of other slots that nobody told, nothing is drawn that one would wonder about. */
export const MISSED = new Set(["subject", "colour", "place", "time", "motion"]);
/** Slots of things and places, for which others may stand in. */
const NAMED = new Set(["subject", "other", "place"]);

/**
 * What the model understood, in the words a person would use: what it heard, and what it was
 * free to choose.
 * @param {{name: string, value: string | null, confidence: number, words?: string[]}[]} slots
 */
export function heard(slots) {
  const sure = slots.filter((slot) => slot.value !== null);
  const undrawn = slots.find((slot) => slot.name === "undrawn");
  const word = (/** @type {{name: string, value: string | null, confidence: number, words?: string[]}} */ { name, value, confidence, words }) => {
    if (name === "other" && value === "nothing") return "alone";
    const drawn = value?.replaceAll("-", " ");
    const meant = words?.join(" ") ?? "";
    const standsIn = undrawn && NAMED.has(name) && confidence < 1 && meant && !` ${meant}`.endsWith(` ${drawn}`);
    return standsIn ? `${meant}, drawn as ${drawn}` : drawn;
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

/** ["a", "b", "c"] -> "a, b and c". @param {string[]} words */
export const list = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/**
 * Splits text into stretches, marked where a matched word stands (without regard to case).
 * @param {string} text @param {readonly string[]} matched
 * @returns {{text: string, hit: boolean}[]}
 */
export function marked(text, matched) {
  const words = matched.filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [{ text, hit: false }];
  return text
    .split(new RegExp(`(${words.join("|")})`, "gi"))
    .map((part, i) => ({ text: part, hit: i % 2 === 1 }))
    .filter((part) => part.text);
}

/** Under which terms others may use a clip, as people say it. @type {Record<string, string>} */
export const LICENSES = {
  "all-rights-reserved": "Ask first: all rights are reserved",
  "CC0-1.0": "CC0: anything",
  "CC-BY-4.0": "CC BY: anything, if they name you",
  "CC-BY-SA-4.0": "CC BY-SA: if they name you and share alike",
  "CC-BY-NC-4.0": "CC BY-NC: if they name you, nothing commercial",
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
    ["Length", `${seconds} s`],
    ["Picture", `${width} × ${height}, ${fps} fps`],
    ["Seed", recipe && String(recipe.seed)],
    ["Model", recipe?.model ?? null],
    ["Steps", recipe && String(recipe.steps)],
    ["License", licenseWords(license)],
    ["Views", counts.views ? String(counts.views) : null],
  ];
  return /** @type {[string, string][]} */ (pairs.filter(([, value]) => value !== null));
}
