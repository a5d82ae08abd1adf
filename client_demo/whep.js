/**
 * A WHEP viewer: one receive-only WebRTC connection to a clip on air (draft-ietf-wish-whep).
 * The offer is sent before any candidate is known: the server learns the address from the first
 * packet. It comes back by itself until it is closed or the clip has left the air.
 */
import { backoffMs, retryAfterS } from "./backoff.js";

const LOST_MS = 2500;
const STARTING_MS = 8000;

/** @param {number} ms @param {AbortSignal} signal */
const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve(null)), { once: true });
  });

export class WhepViewer {
  /**
   * @param {string} url the clip's WHEP endpoint
   * @param {{stream(stream: MediaStream): void, ended(): void}} listener ``ended``: nothing more comes
   */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    this.closing = new AbortController();
    this.nudge = () => {};
    this.run();
  }

  async run() {
    const { signal } = this.closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const wait = await this.#once(attempt).catch(() => backoffMs(attempt, Math.random()));
      if (signal.aborted) break;
      if (wait === null) return this.listener.ended();
      const nudged = new AbortController();
      this.nudge = () => nudged.abort();
      await pause(wait, AbortSignal.any([signal, nudged.signal]));
    }
  }

  /** Says that the clip may be on air now. */
  hurry() {
    this.nudge();
  }

  /** @param {boolean} [gone] whether the server has ended the session itself */
  close(gone = false) {
    if (gone) this.session = undefined;
    this.closing.abort();
    this.#leave();
  }

  /**
   * Connects and stays until the connection is lost.
   * @param {number} attempt
   * @returns {Promise<number | null>} ms until the next try, null when there is none
   */
  async #once(attempt) {
    const { signal } = this.closing;
    const connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.connection = connection;
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.ontrack = ({ track, streams }) => {
      if (!signal.aborted) this.listener.stream(streams[0] ?? new MediaStream([track]));
    };
    await connection.setLocalDescription();
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/sdp", accept: "application/sdp" },
      body: connection.localDescription?.sdp,
      signal,
    });
    if (answer.status !== 201) return this.#refused(answer, attempt);
    this.session = new URL(answer.headers.get("location") ?? "", new URL(this.url, location.href)).href;
    if (signal.aborted) return this.#leave();
    await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
    await lost(connection, signal);
    this.#leave();
    return backoffMs(0, Math.random());
  }

  /** @param {Response} answer @param {number} attempt */
  #refused(answer, attempt) {
    this.#leave();
    if (answer.status === 404 || answer.status === 410) return null;
    const waitS = retryAfterS(answer.headers.get("retry-after"), backoffMs(attempt, Math.random()) / 1000);
    return Math.max(150, waitS * 1000);
  }

  #leave() {
    this.connection?.close();
    if (this.session) fetch(this.session, { method: "DELETE", keepalive: true }).catch(() => null);
    this.session = undefined;
    this.connection = undefined;
    return null;
  }
}

/**
 * Resolves when the connection never came up, failed, was closed, or stayed away for long.
 * @param {RTCPeerConnection} connection @param {AbortSignal} signal
 */
function lost(connection, signal) {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, STARTING_MS);
    connection.onconnectionstatechange = () => {
      const state = connection.connectionState;
      if (state === "connected") clearTimeout(timer);
      if (state === "disconnected") timer = setTimeout(resolve, LOST_MS);
      if (state === "failed" || state === "closed") resolve(null);
    };
    signal.addEventListener("abort", () => resolve(null), { once: true });
  }).finally(() => (connection.onconnectionstatechange = null));
}
