/**
 * The socket of somebody who takes part: an outbox of likes and comments that survives being offline, because
 * everything in it may be sent twice.
 */
import { Socket } from "./socket.js";

/**
 * @typedef {{type: "like", clip: string, on: boolean} |
 *   {type: "comment", clip: string, text: string, key: string, parent?: string | null}} Deed
 * @typedef {import("./socket.js").TopicListener & {refused(deed: Deed, problem: any): void, held?(deed: Deed): void, next?(clips: any[]): void}} SocialListener
 * @typedef {{read(key: string, otherwise: any): any, write(key: string, value: any): void}} Memory where the outbox is kept
 */

/** @type {Memory} of this page only */
const FORGETFUL = { read: (_, otherwise) => otherwise, write: () => {} };

export class Social extends Socket {
  /** @param {string} url @param {SocialListener} listener @param {Memory} [memory] */
  constructor(url, listener, memory = FORGETFUL) {
    super(url, listener);
    this.hears = listener;
    this.memory = memory;
    /** @type {Map<string, Deed>} what was not yet confirmed, in order */
    this.outbox = new Map(memory.read("outbox", []));
    this.turning = 0;
    /** @type {Map<number, string>} message id -> key in the outbox */
    this.sent = new Map();
  }

  /** The person has turned from a clip; the answer says what follows those listed. @param {string} clip @param {number} watchedMs @param {string[]} listed @param {boolean} served whether a feed had chosen it */
  turn(clip, watchedMs, listed, served) {
    this.turning = this.say({ type: "turn", clip, watched_ms: Math.round(watchedMs), listed, served });
  }

  /** @param {string} clip @param {boolean} on */
  like(clip, on) {
    this.#keep(`like:${clip}`, { type: "like", clip, on });
  }

  /** @param {string} clip @param {string} text @param {string} key @param {string | null} [parent] the comment that it answers */
  comment(clip, text, key, parent = null) {
    this.#keep(`comment:${key}`, { type: "comment", clip, text, key, parent });
  }

  /** @param {string} name @param {Deed} deed a later deed of the same name replaces it */
  #keep(name, deed) {
    this.outbox.delete(name);
    this.outbox.set(name, deed);
    this.#save();
    this.#deliver(name, deed);
  }

  #save() {
    this.memory.write("outbox", [...this.outbox]);
  }

  /** @param {string} name @param {Deed} deed */
  #deliver(name, deed) {
    const id = this.say(deed);
    if (id) this.sent.set(id, name);
  }

  /** @override @param {number} heartbeatS */
  welcomed(heartbeatS) {
    this.sent.clear();
    super.welcomed(heartbeatS);
    for (const [name, deed] of this.outbox) this.#deliver(name, deed);
  }

  /** @override @param {{id: number, held?: boolean, clips?: any[]}} answer */
  settled({ id, held, clips }) {
    if (id === this.turning && clips?.length) this.hears.next?.(clips);
    const settled = this.#settle(id);
    if (held && settled?.deed) this.hears.held?.(settled.deed);
  }

  /** @param {number} id */
  #settle(id) {
    const name = this.sent.get(id);
    if (name === undefined) return null;
    this.sent.delete(id);
    const newest = ![...this.sent.values()].includes(name);
    const deed = this.outbox.get(name);
    if (newest) this.outbox.delete(name);
    this.#save();
    return newest ? { name, deed } : null;
  }

  /** @override @param {number} id @param {any} problem */
  failed(id, problem) {
    super.failed(id, problem);
    const settled = this.#settle(id);
    if (!settled?.deed) return;
    const { name, deed } = settled;
    if (problem.retry_after_s === undefined || problem.status === 403) return this.hears.refused(deed, problem);
    this.outbox.set(name, deed);
    setTimeout(() => this.outbox.get(name) === deed && this.#deliver(name, deed), problem.retry_after_s * 1000);
  }
}
