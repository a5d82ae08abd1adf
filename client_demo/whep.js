/**
 * A WHEP viewer: one receive-only WebRTC connection to a clip on air (draft-ietf-wish-whep).
 * The offer is sent before any candidate is known: the server learns the address from the first
 * packet. It comes back by itself until it is closed or the clip has left the air.
 */
import { backoffMs, retryAfterS } from "./backoff.js";

const LOST_MS = 2500;
const STARTING_MS = 8000;

/** @param {number} ms @param {AbortSignal} signal */
export const pause = (ms, signal) =>
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
    connection.ontrack = ({ track, streams }) => {
      if (!signal.aborted) this.listener.stream(streams[0] ?? new MediaStream([track]));
    };
    const { session, answer } = await negotiate(connection, this.url, signal);
    if (!session) return this.#refused(answer, attempt);
    this.session = session;
    if (signal.aborted) return this.#leave();
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

/** An offer that takes sound in two channels, if there is any. Pure. @param {string} [sdp] */
export const inStereo = (sdp = "") => sdp.replace(/useinbandfec=1(?!;stereo)/g, "useinbandfec=1;stereo=1");

/**
 * Offers to receive one video and its sound, and takes the answer; without a session the answer
 * says why.
 * @param {RTCPeerConnection} connection @param {string} url @param {AbortSignal} signal
 * @returns {Promise<{session?: string, answer: Response}>}
 */
export async function negotiate(connection, url, signal) {
  for (const kind of ["video", "audio"]) connection.addTransceiver(kind, { direction: "recvonly" });
  const { type, sdp } = await connection.createOffer();
  await connection.setLocalDescription({ type, sdp: inStereo(sdp) });
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/sdp", accept: "application/sdp" },
    body: connection.localDescription?.sdp,
    signal,
  });
  if (answer.status !== 201) return { answer };
  const session = new URL(answer.headers.get("location") ?? "", new URL(url, location.href)).href;
  if (!signal.aborted) await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return { session, answer };
}

/**
 * Resolves when the connection never came up, failed, was closed, or stayed away for long.
 * @param {RTCPeerConnection} connection @param {AbortSignal} signal
 */
export function lost(connection, signal) {
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
