/** The REST part of the API, one method a route. */
import { retryAfterS } from "./backoff.js";
import { HOME } from "./home.js";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A name for what is made, so that asking again makes it once: by time, then by chance. */
export function newKey() {
  let time = "";
  for (let rest = Date.now(), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  const chance = crypto.getRandomValues(new Uint8Array(10));
  return time + Array.from(chance, (byte) => ALPHABET[byte % 32]).join("");
}

/**
 * @typedef {{type: string, title: string, status: number, detail?: string, retry_after_s?: number, refusal?: any, rest?: any,
 *   request_id?: string}} ProblemDocument of RFC 9457; the type is the address of a page that explains it
 */

/** An answer that says no: RFC 9457 problem details. */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {string | null} retryAfter */
  constructor(status, body, retryAfter) {
    super(body?.detail || body?.title || `The server answered ${status}.`);
    this.status = status;
    /** @type {ProblemDocument | null} null where a proxy answered */
    this.problem = body;
    this.refusal = body?.refusal ?? null;
    /** Seconds after which it may work, null if waiting does not help. @type {number | null} */
    this.retryS = status === 429 || status === 503 ? (body?.retry_after_s ?? retryAfterS(retryAfter, 5)) : null;
  }
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
const commentPath = (/** @type {string} */ id, /** @type {string} */ comment) => `${clipPath(id)}/comments/${encodeURIComponent(comment)}`;

/**
 * What a person can do. Without a ``token`` they are who the browser's cookie says, which counts on pages of the
 * server and of its allowed origins; other pages may read, and write with a token.
 */
export class Api {
  /** @param {{server?: string, token?: string}} [options] */
  constructor({ server = HOME, token = "" } = {}) {
    this.server = server;
    this.token = token;
  }

  /**
   * Throws Problem, and TypeError where there is no answer.
   * @param {string} method @param {string} path
   * @param {{body?: any, key?: string, signal?: AbortSignal, keepalive?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async call(method, path, { body, key, signal, keepalive } = {}) {
    /** @type {Record<string, string>} */
    const headers = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (key) headers["idempotency-key"] = key;
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(this.server + path, { method, headers, signal, keepalive, body: body && JSON.stringify(body) });
    const text = await answer.text();
    const data = text ? parsed(text) : null;
    if (!answer.ok) throw new Problem(answer.status, data, answer.headers.get("retry-after"));
    return data;
  }

  me() {
    return this.call("GET", "/v1/me");
  }

  /** @param {string} handle */
  rename(handle) {
    return this.call("PATCH", "/v1/me", { body: { handle } });
  }

  /** What would be drawn. @param {{text: string, changes: boolean, parent?: string, model?: string}} asked @param {AbortSignal} [signal] */
  read(asked, signal) {
    return this.call("POST", "/v1/readings", { body: asked, signal });
  }

  vocabulary() {
    return this.call("GET", "/v1/vocabulary");
  }

  /** The feed; without an order the one that the person chose. @param {{seen: string[], liked: string[], skipped: string[], order?: string | null}} interest @param {string | null} cursor @param {number} limit */
  feed(interest, cursor, limit) {
    return this.call("POST", "/v1/feed", { body: { ...interest, limit, ...(cursor && { cursor }) } });
  }

  /** Newest first. @param {string | null} [cursor] @param {number} [limit] */
  latest(cursor = null, limit = 20) {
    return this.call("GET", `/v1/clips${query({ cursor, limit })}`);
  }

  /** @param {string} id @param {string} [embedToken] opens a private clip of somebody else */
  clip(id, embedToken = "") {
    return this.call("GET", clipPath(id) + query({ token: embedToken }));
  }

  /** Asks for a clip, a remix or a fork. @param {any} prompt @param {string} [key] the same key never makes two clips */
  create(prompt, key = newKey()) {
    return this.call("POST", "/v1/clips", { body: prompt, key });
  }

  /** Stops a clip that is being drawn, or removes one that has ended. @param {string} id */
  remove(id) {
    return this.call("DELETE", clipPath(id));
  }

  /** Twice counts once. @param {string} id @param {boolean} [on] */
  like(id, on = true) {
    return this.call(on ? "PUT" : "DELETE", `${clipPath(id)}/like`);
  }

  /** @param {string} id @param {string} text @param {string} [key] the same key comments once @param {string | null} [parent] the comment that it answers */
  comment(id, text, key = newKey(), parent = null) {
    return this.call("POST", `${clipPath(id)}/comments`, { body: { text, id: key, parent }, key });
  }

  /** @param {string} id @param {string} comment @param {string} text */
  editComment(id, comment, text) {
    return this.call("PATCH", commentPath(id, comment), { body: { text } });
  }

  /** With its answers. @param {string} id @param {string} comment */
  removeComment(id, comment) {
    return this.call("DELETE", commentPath(id, comment));
  }

  /** @param {string} id @param {string} comment @param {boolean} [on] */
  likeComment(id, comment, on = true) {
    return this.call(on ? "PUT" : "DELETE", `${commentPath(id, comment)}/like`);
  }

  /** For the clip's author. @param {string} id @param {string} comment @param {boolean} [on] */
  pinComment(id, comment, on = true) {
    return this.call(on ? "PUT" : "DELETE", `${commentPath(id, comment)}/pin`);
  }

  /** Answers to a comment, oldest first. @param {string} id @param {string} parent @param {string | null} [cursor] @param {number} [limit] */
  replies(id, parent, cursor = null, limit = 30) {
    return this.call("GET", `${clipPath(id)}/comments${query({ parent, cursor, limit })}`);
  }

  /** @param {string} id @param {string} text @param {string} [key] */
  propose(id, text, key = newKey()) {
    return this.call("POST", `${clipPath(id)}/proposals`, { body: { text }, key });
  }

  /** @param {string} id @param {string} proposal */
  vote(id, proposal) {
    return this.call("PUT", `${clipPath(id)}/proposals/${encodeURIComponent(proposal)}/vote`);
  }

  /** Newest first. @param {string} id @param {string | null} [cursor] @param {number} [limit] */
  comments(id, cursor = null, limit = 30) {
    return this.call("GET", `${clipPath(id)}/comments${query({ cursor, limit })}`);
  }

  /** @param {string} id */
  lineage(id) {
    return this.call("GET", `${clipPath(id)}/lineage`);
  }

  /** Counts a view, also while the page goes away. @param {string} id */
  viewed(id) {
    return this.call("POST", `${clipPath(id)}/view`, { key: newKey(), keepalive: true });
  }

  /** Lets pages of others show a private clip. @param {string} id @param {{origins: string[], seconds: number}} token */
  embedToken(id, token) {
    return this.call("POST", `${clipPath(id)}/tokens`, { body: token });
  }

  /** What other sites are told of a clip. @param {string} url the clip's page */
  oembed(url) {
    return this.call("GET", `/oembed${query({ url })}`);
  }
}
