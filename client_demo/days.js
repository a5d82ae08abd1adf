/** Days as a date box has them, the seconds that they mean, and how people say them. Pure. */
import { LOCALE } from "./words.js";

/** The end of a day, in seconds since the epoch; null for none. @param {string} day */
export const endOf = (day) => (day ? new Date(`${day}T23:59:59`).getTime() / 1000 : null);

/** The day of a time. @param {number | null} at */
export function dayOf(at) {
  if (at === null) return "";
  const day = new Date(at * 1000);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** A day, in words. @param {number} at seconds since the epoch */
export const dateWords = (at) => new Date(at * 1000).toLocaleDateString(LOCALE, { dateStyle: "long" });
