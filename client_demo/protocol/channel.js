/**
 * One WebRTC connection for the whole feed: a WHEP session that is told which clip to show. The clip
 * before the person comes through it; turning to another needs no new negotiation. It comes back by
 * itself until nobody has watched for a while.
 */
import { backoffMs, pause } from "./backoff.js";
import { HOME } from "./home.js";
import { leave, lost, negotiate, waitMs } from "./whep.js";

const IDLE_MS = 30_000;

/**
 * @typedef {{stream(stream: MediaStream, rtpTime: number): void, ended(): void}} ChannelListener
 * ``stream``: the clip's pictures are those from the RTP time on; ``ended``: nothing more comes
 */

export class Channel {
  /** @param {string} [url] the feed's WHEP endpoint */
  constructor(url = `${HOME}/v1/whep`) {
    this.url = url;
    /** @type {Viewing | null} what is to be shown */
    this.shown = null;
    /** @type {string | null} a clip that may be next, to be made ready */
    this.next = null;
    /** @type {string | undefined} the session, while there is one */
    this.session = undefined;
    /** @type {Promise<MediaStream> | undefined} */
    this.pictures = undefined;
    /** @type {AbortController | undefined} set while connected or connecting */
    this.closing = undefined;
    /** @type {RTCPeerConnection | undefined} */
    this.connection = undefined;
    /** @type {RTCIceServer[]} of the last answer: used when the straight way did not lead there */
    this.iceServers = [];
  }

  /** A clip that may be shown. @param {string} id @param {ChannelListener} listener */
  watch(id, listener) {
    return new Viewing(this, id, listener);
  }

  /** @param {Viewing | null} viewing */
  show(viewing) {
    if (this.shown === viewing) return;
    this.shown = viewing;
    clearTimeout(this.idling);
    if (!viewing) this.idling = setTimeout(() => this.close(), IDLE_MS);
    if (this.session) this.#turn();
    else if (viewing) this.open();
  }

  /** Asks again at once for what was not to be had. */
  hurry() {
    if (this.session && this.shown) this.#turn();
  }

  close() {
    this.closing?.abort();
    this.closing = undefined;
  }

  /** What the server says of this viewer, and what the browser received. */
  async statistics() {
    const server = this.session ? await (await fetch(this.session)).json() : null;
    const report = await this.connection?.getStats();
    const inbound = [...(report?.values() ?? [])].find(({ type, kind }) => type === "inbound-rtp" && kind === "video") ?? null;
    return { server, inbound };
  }

  /** Connects and stays connected until it is closed, or until nobody watches when it is lost. */
  async open() {
    if (this.closing) return;
    const { signal } = (this.closing = new AbortController());
    for (let attempt = 0; !signal.aborted; attempt = Math.min(attempt + 1, 4)) {
      const ms = await this.#once(signal, attempt).catch(() => backoffMs(attempt));
      this.#leave();
      if (signal.aborted) return;
      if (!this.shown) return this.close();
      await pause(ms, signal);
    }
  }

  /** @param {AbortSignal} signal @param {number} attempt @returns {Promise<number>} ms until the next try */
  async #once(signal, attempt) {
    const connection = (this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: attempt ? this.iceServers : [] }));
    this.pictures = new Promise((resolve) => {
      connection.ontrack = ({ track, streams }) => resolve(streams[0] ?? new MediaStream([track]));
    });
    const { session, answer } = await negotiate(connection, this.url, signal);
    if (!session) return waitMs(answer, attempt);
    this.session = session;
    this.iceServers = iceServers(answer.headers.get("link"));
    if (!signal.aborted) this.#turn();
    await lost(connection, signal);
    return backoffMs(attempt);
  }

  #leave() {
    clearTimeout(this.waiting);
    this.connection?.close();
    this.connection = undefined;
    if (this.session) leave(this.session);
    this.session = undefined;
  }

  async #turn(attempt = 0) {
    const { shown, session } = this;
    clearTimeout(this.waiting);
    if (!session) return;
    const answer = await this.#put(session, shown?.id ?? null).catch(() => null);
    const stream = await this.pictures;
    if (!shown || this.shown !== shown || this.session !== session) return;
    if (answer?.ok && stream) shown.listener.stream(stream, (await answer.json()).rtp_time);
    else if (answer && (answer.status === 404 || answer.status === 410)) shown.listener.ended();
    else this.waiting = setTimeout(() => this.#turn(attempt + 1), waitMs(answer, attempt));
  }

  /** @param {string} session @param {string | null} clip */
  #put(session, clip) {
    const body = JSON.stringify({ clip, next: this.next === clip ? null : this.next });
    return fetch(session, { method: "PUT", headers: { "content-type": "application/json" }, body });
  }
}

/** The servers of a Link header (RFC 9725, section 4.6). Pure. @param {string | null} header @returns {RTCIceServer[]} */
export function iceServers(header) {
  const links = (header ?? "").matchAll(/<([^>]+)>;\s*rel="ice-server"([^,]*)/g);
  return [...links].map(([, urls, rest]) => {
    const value = (/** @type {string} */ name) => rest.match(new RegExp(`${name}="([^"]*)"`))?.[1];
    return value("username") ? { urls, username: value("username"), credential: value("credential") } : { urls };
  });
}

/** One clip's wish to be shown; of all only the last that was taken is. */
class Viewing {
  /** @param {Channel} channel @param {string} id @param {ChannelListener} listener */
  constructor(channel, id, listener) {
    this.channel = channel;
    this.id = id;
    this.listener = listener;
  }

  /** Shows this clip. */
  take() {
    this.channel.show(this);
  }

  /** Says that the clip may be on air now. */
  hurry() {
    if (this.channel.shown === this) this.channel.hurry();
  }

  close() {
    if (this.channel.shown === this) this.channel.show(null);
  }
}
