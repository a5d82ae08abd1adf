/** The REST part of the API, one function a route. */
import { retryAfterS } from "./backoff.js";
import { newKey } from "./dom.js";

/** An answer that says no: RFC 9457 problem details. */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {string | null} retryAfter */
  constructor(status, body, retryAfter) {
    super(body?.detail || body?.title || `The server answered ${status}.`);
    this.status = status;
    this.refusal = body?.refusal ?? null;
    /** Seconds after which it may work, null if waiting does not help. */
    this.retryS = status === 429 || status === 503 ? (body?.retry_after_s ?? retryAfterS(retryAfter, 5)) : null;
  }
}

/**
 * @param {string} method @param {string} path
 * @param {{body?: any, key?: string, signal?: AbortSignal, keepalive?: boolean}} [options]
 */
async function call(method, path, { body, key, signal, keepalive } = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  const answer = await fetch(path, { method, headers, signal, keepalive, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const data = text ? parsed(text) : null;
  if (!answer.ok) throw new Problem(answer.status, data, answer.headers.get("retry-after"));
  return data;
}

/** @param {string} text a proxy's error page is not JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {Record<string, any>} values */
function query(values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

const clipPath = (/** @type {string} */ id) => `/v1/clips/${encodeURIComponent(id)}`;

export const api = {
  me: () => call("GET", "/v1/me"),
  rename: (/** @type {string} */ handle) => call("PATCH", "/v1/me", { body: { handle } }),
  /** What would be drawn. @param {{text: string, changes: boolean}} asked @param {AbortSignal} signal */
  read: (asked, signal) => call("POST", "/v1/readings", { body: asked, signal }),
  offerPasskey: () => call("POST", "/v1/me/passkeys/options"),
  /** @param {{credential: any, name: string}} made */
  keepPasskey: (made) => call("POST", "/v1/me/passkeys", { body: made }),
  passkeys: () => call("GET", "/v1/me/passkeys"),
  removePasskey: (/** @type {string} */ id) => call("DELETE", `/v1/me/passkeys/${encodeURIComponent(id)}`),
  newCodes: () => call("POST", "/v1/me/recovery-codes"),
  confirmation: () => call("POST", "/v1/me/confirmation/options"),
  confirm: (/** @type {any} */ credential) => call("POST", "/v1/me/confirmation", { body: { credential } }),
  offerSignIn: () => call("POST", "/v1/sign-in/options"),
  signIn: (/** @type {any} */ credential) => call("POST", "/v1/sign-in", { body: { credential } }),
  /** @param {{handle: string, code: string}} given */
  recover: (given) => call("POST", "/v1/sign-in/recovery", { body: given }),
  logins: () => call("GET", "/v1/me/logins"),
  endLogin: (/** @type {string} */ id) => call("DELETE", `/v1/me/logins/${encodeURIComponent(id)}`),
  endLogins: () => call("DELETE", "/v1/me/logins"),
  vocabulary: () => call("GET", "/v1/vocabulary"),
  /** @param {{seen: string[], liked: string[], skipped: string[]}} interest @param {string | null} cursor @param {number} limit */
  feed: (interest, cursor, limit) => call("POST", "/v1/feed", { body: { ...interest, limit, ...(cursor && { cursor }) } }),
  /** @param {string | null} cursor @param {number} limit */
  latest: (cursor, limit) => call("GET", `/v1/clips${query({ cursor, limit })}`),
  clip: (/** @type {string} */ id) => call("GET", clipPath(id)),
  /** @param {any} prompt @param {string} key the same key never makes two clips */
  create: (prompt, key) => call("POST", "/v1/clips", { body: prompt, key }),
  /** Stops a clip that is being drawn, or removes one that has ended. */
  remove: (/** @type {string} */ id) => call("DELETE", clipPath(id)),
  propose: (/** @type {string} */ id, /** @type {string} */ text) => call("POST", `${clipPath(id)}/proposals`, { body: { text } }),
  vote: (/** @type {string} */ id, /** @type {string} */ proposal) => call("PUT", `${clipPath(id)}/proposals/${encodeURIComponent(proposal)}/vote`),
  /** @param {string} id @param {string | null} cursor */
  comments: (id, cursor) => call("GET", `${clipPath(id)}/comments${query({ cursor, limit: 30 })}`),
  lineage: (/** @type {string} */ id) => call("GET", `${clipPath(id)}/lineage`),
  viewed: (/** @type {string} */ id) => call("POST", `${clipPath(id)}/view`, { key: newKey(), keepalive: true }),
  /** Lets pages of others show a private clip. @param {string} id @param {{origins: string[], seconds: number}} token */
  token: (id, token) => call("POST", `${clipPath(id)}/tokens`, { body: token }),
  /** What other sites are told of a clip. @param {string} url the clip's page */
  oembed: (url) => call("GET", `/oembed${query({ url })}`),
  /** Where the one connection of the feed begins. */
  channel: "/v1/whep",
};
