/** One's presence and one's likeness, as the server has them: one function a route. */
import { api } from "./api.js";

const LIKENESS = "/v1/me/likeness";
const PRESENCE = "/v1/me/presence";

/** @typedef {{id: string, handle: string}} Person */
/** @typedef {Record<string, string>} Card */
/** @typedef {{scope: string, rules: {categories: string[], words: string[]}, ask_each: boolean, until: number | null}} Terms */
/** @typedef {{likeness: {level: string, checked_by: string, checked_at: number, card: Card | null, terms: Terms, grant: number}, choices: Record<string, string[]>, categories: {code: string, name: string}[]}} Own */
/** @typedef {{clip: string, by: Person, via: string, at: number, status: string, withheld: boolean}} Use */
/** @typedef {{id: string, by: Person, text: string, at: number, expires_at: number, state: string}} Ask */
/** @typedef {{seq: number, at: number, fact: string, person: Person | null, attempts?: number}} LedgerLine */
/** @typedef {{offered: boolean, tries_left: number, waiting: boolean, face: {purposes: string[], at: number, until: number} | null, portrait_offered: boolean, portrait: {at: number, until: number} | null}} Standing */

const personPath = (/** @type {string} */ handle) => `${LIKENESS}/people/${encodeURIComponent(handle)}`;

export const consent = {
  /** @returns {Promise<Standing>} */
  presence: () => api.call("GET", PRESENCE),
  /** By whom identities are checked here, null for nobody. @returns {Promise<{verifier: string | null, checked: any}>} */
  identity: () => api.call("GET", "/v1/me/identity"),
  /** @returns {Promise<{url: string}>} where to go */
  checkIdentity: () => api.call("POST", "/v1/me/identity"),
  /** One's own portrait, which changes with each that is made. @param {number} at */
  portraitPath: (at) => `${PRESENCE}/portrait?${at}`,
  forgetFace: () => api.call("DELETE", `${PRESENCE}/face`),
  /** @returns {Promise<Own>} */
  read: () => api.call("GET", LIKENESS),
  /** @param {{card: Card, terms: Terms}} lent @returns {Promise<Own>} */
  lend: (lent) => api.call("PUT", LIKENESS, { body: lent }),
  /** @returns {Promise<{person: Person, allowed: boolean, at: number}[]>} */
  people: () => api.call("GET", `${LIKENESS}/people`),
  /** @param {string} handle @param {boolean} allowed false: whatever the scope is */
  allow: (handle, allowed) => api.call("PUT", personPath(handle), { body: { allowed } }),
  /** @param {string} handle */
  forget: (handle) => api.call("DELETE", personPath(handle)),
  /** @returns {Promise<Ask[]>} */
  asks: () => api.call("GET", `${LIKENESS}/asks`),
  /** @param {string} id @param {boolean} yes @returns {Promise<Ask>} */
  answer: (id, yes) => api.call("PUT", `${LIKENESS}/asks/${encodeURIComponent(id)}`, { body: { yes } }),
  /** @param {number | null} before @returns {Promise<Use[]>} */
  uses: (before = null) => api.call("GET", `${LIKENESS}/uses${before ? `?before=${before}` : ""}`),
  /** @returns {Promise<{entries: LedgerLine[], broken: number | null}>} */
  ledger: () => api.call("GET", `${LIKENESS}/ledger`),
  /** @param {"clip" | "person" | "portrait" | "everything"} what @param {string} subject a clip's id, a handle, or nothing @returns {Promise<{clips: string[]}>} */
  withdraw: (what, subject) => api.call("POST", `${LIKENESS}/withdrawals`, { body: subject ? { what, [what]: subject } : { what } }),
};
