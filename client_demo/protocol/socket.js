/**
 * Topics over the socket, resumed where they were left: a topic is a log, and we keep a place in it. Whoever comes
 * back says the place and gets what was missed, or a snapshot: no event is lost unsaid, and none comes twice.
 */
import { afterClose } from "./backoff.js";
import { HOME } from "./home.js";

const PONG_MS = 10_000;
const OPENING_MS = 10_000;
const BAD_IDENTITY = 4001;

/**
 * @typedef {{epoch: string, seq: number}} Position
 * @typedef {{event(topic: string, event: any, seq: number | null): unknown, snapshot(topic: string, snapshot: any): unknown,
 *   gone(topic: string, problem: any): unknown, online?(on: boolean): unknown, identity?(): Promise<any>}} TopicListener
 *   ``gone``: the topic is not there (any more), or not for us; ``identity``: who we are must be learned anew
 */

/**
 * Whether a message of a topic is new, and the place after it. Volatile messages have no place. Pure.
 * @param {Position | null} at @param {number | null} seq
 * @returns {{fresh: boolean, at: Position | null}}
 */
export function advance(at, seq) {
  if (seq === null || at === null) return { fresh: true, at };
  return seq > at.seq ? { fresh: true, at: { ...at, seq } } : { fresh: false, at };
}

/** The clip's topic; that of the feed is "feed". @param {string} id */
export const clipTopic = (id) => `clip:${id}`;

/** Where the socket of a server is. @param {string} [server] */
export const socketUrl = (server = HOME) => `${server.replace("http", "ws")}/v1/socket`;

export class Socket {
  /** @param {string} url see socketUrl @param {TopicListener} listener */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    /** @type {Map<string, Position | null>} the place in each topic */
    this.topics = new Map();
    /** @type {Map<string, string>} embed tokens by topic */
    this.tokens = new Map();
    /** @type {Map<number, string>} message id -> topic that was asked for */
    this.asked = new Map();
    /** @type {string | null} */
    this.watching = null;
    this.ready = false;
    this.attempt = 0;
    this.lastId = 0;
    this.bearer = ""; // token of GET /v1/me
    this.closing = new AbortController();
    addEventListener("online", () => this.#soon(0), { signal: this.closing.signal });
    addEventListener("offline", () => this.socket?.close(), { signal: this.closing.signal });
  }

  open() {
    if (this.closing.signal.aborted) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(this.url, ["phosphene.json", ...(this.bearer && [`phosphene.bearer.${this.bearer}`])]);
    this.socket = socket;
    this.opening = setTimeout(() => socket.close(), OPENING_MS);
    socket.onmessage = (message) => this.socket === socket && this.#receive(JSON.parse(message.data));
    socket.onclose = (event) => this.socket === socket && this.#closed(event.code);
  }

  /** For good. */
  close() {
    this.closing.abort();
    clearTimeout(this.retry);
    this.socket?.close();
  }

  /** @param {string} topic @param {{at?: Position | null, token?: string}} [options] ``at``: after this place; ``token`` opens a private clip */
  subscribe(topic, { at = null, token = "" } = {}) {
    this.topics.set(topic, at);
    if (token) this.tokens.set(topic, token);
    this.#ask(topic);
  }

  /** @param {string} topic */
  #ask(topic) {
    const at = this.topics.get(topic) ?? null;
    this.asked.set(this.say({ type: "subscribe", topic, at, token: this.tokens.get(topic) }), topic);
  }

  /** @param {string} topic */
  unsubscribe(topic) {
    this.tokens.delete(topic);
    if (this.topics.delete(topic)) this.say({ type: "unsubscribe", topic });
  }

  /** Which clip is before the person now. @param {string | null} clip */
  watch(clip) {
    if (clip === this.watching) return;
    this.watching = clip;
    this.say({ type: "watch", clip });
  }

  /** Sends a message if there is a connection; what has to arrive is said again when it comes back. @param {any} message @returns {number} its id, 0 if it was not sent */
  say(message) {
    if (!this.ready || this.socket?.readyState !== WebSocket.OPEN) return 0;
    const id = ++this.lastId;
    this.socket.send(JSON.stringify({ ...message, id }));
    return id;
  }

  /** @param {any} message */
  #receive(message) {
    clearTimeout(this.silence);
    switch (message.type) {
      case "welcome":
        return this.welcomed(message.heartbeat_s);
      case "subscribed":
        return this.#subscribed(message);
      case "event":
        return this.#event(message);
      case "next":
      case "ok":
        return this.settled(message);
      case "error":
        return this.failed(message.id, message.problem);
    }
  }

  /** The connection is open. @param {number} heartbeatS */
  welcomed(heartbeatS) {
    clearTimeout(this.opening);
    this.ready = true;
    this.attempt = 0;
    this.asked.clear();
    clearInterval(this.pulse);
    this.pulse = setInterval(() => this.#ping(), heartbeatS * 1000);
    for (const topic of this.topics.keys()) this.#ask(topic);
    if (this.watching) this.say({ type: "watch", clip: this.watching });
    this.listener.online?.(true);
  }

  #ping() {
    if (this.say({ type: "ping" })) this.silence = setTimeout(() => this.socket?.close(), PONG_MS);
  }

  /** @param {any} message */
  #subscribed({ id, topic, at, recovered, snapshot }) {
    this.asked.delete(id);
    if (!this.topics.has(topic)) return;
    // Recovered: the missed events come next and move the place one by one.
    if (!recovered || !this.topics.get(topic)) this.topics.set(topic, at);
    if (snapshot) this.listener.snapshot(topic, snapshot);
  }

  /** @param {any} message */
  #event({ topic, seq, event }) {
    if (!this.topics.has(topic)) return;
    const { fresh, at } = advance(this.topics.get(topic) ?? null, seq ?? null);
    this.topics.set(topic, at);
    if (fresh) this.listener.event(topic, event, seq ?? null);
  }

  /** What was said under its id is done. @param {{id: number, held?: boolean, clips?: any[]}} _answer ``held``: a comment waits for an operator; ``clips`` follow what a turn listed */
  settled(_answer) {}

  /** What was said under this id was refused. @param {number} id @param {any} problem */
  failed(id, problem) {
    const topic = this.asked.get(id);
    this.asked.delete(id);
    if (topic === undefined || !this.topics.has(topic)) return;
    if (problem.retry_after_s !== undefined) {
      setTimeout(() => this.topics.has(topic) && this.#ask(topic), problem.retry_after_s * 1000);
      return;
    }
    this.topics.delete(topic);
    this.listener.gone(topic, problem);
  }

  /** @param {number} code */
  async #closed(code) {
    clearInterval(this.pulse);
    clearTimeout(this.silence);
    clearTimeout(this.opening);
    this.ready = false;
    this.socket = undefined;
    this.listener.online?.(false);
    if (code === BAD_IDENTITY) await this.listener.identity?.().catch(() => null);
    this.#soon(afterClose(code, this.attempt++));
  }

  /** @param {number} ms */
  #soon(ms) {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), ms);
  }
}
