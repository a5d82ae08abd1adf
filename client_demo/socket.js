/**
 * The social socket: topics that are resumed where they were left, and an outbox that survives
 * being offline because everything in it may be sent twice.
 */
import { afterClose } from "./backoff.js";
import { memory } from "./dom.js";
import { advance } from "./merge.js";

const PONG_MS = 10_000;
const OPENING_MS = 10_000;

/**
 * @typedef {{type: "like", clip: string, on: boolean} |
 *   {type: "comment", clip: string, text: string, key: string}} Deed
 * @typedef {{event(topic: string, event: any): void, snapshot(topic: string, snapshot: any): void,
 *   gone(topic: string): void, refused(deed: Deed, problem: any): void, online(on: boolean): void, identity(): Promise<any>}} Listener
 */

export class Social {
  /** @param {string} url @param {Listener} listener */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    /** @type {Map<string, import("./merge.js").Position | null>} */
    this.topics = new Map();
    /** @type {Map<string, Deed>} what was not yet confirmed, in order */
    this.outbox = new Map(memory.read("outbox", []));
    /** @type {Map<number, string>} message id -> key in the outbox */
    this.sent = new Map();
    /** @type {Map<number, string>} message id -> topic that was asked for */
    this.asked = new Map();
    /** @type {string | null} */
    this.watching = null;
    this.ready = false;
    this.attempt = 0;
    this.lastId = 0;
    addEventListener("online", () => this.#soon(0));
    addEventListener("offline", () => this.socket?.close());
  }

  open() {
    clearTimeout(this.retry);
    const socket = new WebSocket(this.url, ["phosphene.json"]);
    this.socket = socket;
    this.opening = setTimeout(() => socket.close(), OPENING_MS);
    socket.onmessage = (message) => this.socket === socket && this.#receive(JSON.parse(message.data));
    socket.onclose = (event) => this.socket === socket && this.#closed(event.code);
  }

  /** @param {string} topic */
  subscribe(topic) {
    this.topics.set(topic, null);
    this.#ask(topic, null);
  }

  /** @param {string} topic @param {import("./merge.js").Position | null} at */
  #ask(topic, at) {
    this.asked.set(this.#say({ type: "subscribe", topic, at }), topic);
  }

  /** @param {string} topic */
  unsubscribe(topic) {
    if (this.topics.delete(topic)) this.#say({ type: "unsubscribe", topic });
  }

  /** Which clip is before the person now. @param {string | null} clip */
  watch(clip) {
    if (clip === this.watching) return;
    this.watching = clip;
    this.#say({ type: "watch", clip });
  }

  /** @param {string} clip @param {boolean} on */
  like(clip, on) {
    this.#keep(`like:${clip}`, { type: "like", clip, on });
  }

  /** @param {string} clip @param {string} text @param {string} key */
  comment(clip, text, key) {
    this.#keep(`comment:${key}`, { type: "comment", clip, text, key });
  }

  /** @param {string} name @param {Deed} deed a later deed of the same name replaces it */
  #keep(name, deed) {
    this.outbox.delete(name);
    this.outbox.set(name, deed);
    this.#save();
    this.#deliver(name, deed);
  }

  #save() {
    memory.write("outbox", [...this.outbox]);
  }

  /** @param {string} name @param {Deed} deed */
  #deliver(name, deed) {
    const id = this.#say(deed);
    if (id) this.sent.set(id, name);
  }

  /** @param {any} message */
  #say(message) {
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
        return this.#welcomed(message.heartbeat_s);
      case "subscribed":
        return this.#subscribed(message);
      case "event":
        return this.#event(message);
      case "ok":
        return this.#settled(message.id);
      case "error":
        return this.#failed(message.id, message.problem);
    }
  }

  /** @param {number} heartbeatS */
  #welcomed(heartbeatS) {
    clearTimeout(this.opening);
    this.ready = true;
    this.attempt = 0;
    this.sent.clear();
    this.asked.clear();
    clearInterval(this.pulse);
    this.pulse = setInterval(() => this.#ping(), heartbeatS * 1000);
    for (const [topic, at] of this.topics) this.#ask(topic, at);
    if (this.watching) this.#say({ type: "watch", clip: this.watching });
    for (const [name, deed] of this.outbox) this.#deliver(name, deed);
    this.listener.online(true);
  }

  #ping() {
    if (this.#say({ type: "ping" })) this.silence = setTimeout(() => this.socket?.close(), PONG_MS);
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
    if (fresh) this.listener.event(topic, event);
  }

  /** @param {number} id */
  #settled(id) {
    const name = this.sent.get(id);
    if (name === undefined) return null;
    this.sent.delete(id);
    const newest = ![...this.sent.values()].includes(name);
    const deed = this.outbox.get(name);
    if (newest) this.outbox.delete(name);
    this.#save();
    return newest ? { name, deed } : null;
  }

  /** @param {number} id @param {any} problem */
  #failed(id, problem) {
    const topic = this.asked.get(id);
    if (topic !== undefined && problem.status === 404) return this.listener.gone(topic);
    const settled = this.#settled(id);
    if (!settled?.deed) return;
    const { name, deed } = settled;
    if (problem.retry_after_s === undefined || problem.status === 403) return this.listener.refused(deed, problem);
    this.outbox.set(name, deed);
    setTimeout(() => this.outbox.get(name) === deed && this.#deliver(name, deed), problem.retry_after_s * 1000);
  }

  /** @param {number} code */
  async #closed(code) {
    clearInterval(this.pulse);
    clearTimeout(this.silence);
    clearTimeout(this.opening);
    this.ready = false;
    this.socket = undefined;
    this.listener.online(false);
    if (code === 4001) await this.listener.identity().catch(() => null);
    this.#soon(afterClose(code, this.attempt++, Math.random()));
  }

  /** @param {number} ms */
  #soon(ms) {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), ms);
  }
}
