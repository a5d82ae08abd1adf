/**
 * WHEP viewers: receive-only WebRTC connections to clips on air (draft-ietf-wish-whep). The offer is sent before any
 * candidate is known: the server learns the address from the first packet.
 */
import { backoffMs, retryAfterS } from "./backoff.js";
import { HOME } from "./home.js";

/** A connection that is "disconnected" for so long does not come back. */
const LOST_MS = 2500;
const STARTING_MS = 8000;
const AT_LEAST_MS = 150;

/**
 * How a connection went: ``waitMs`` until the next try is worth it, ``gone`` when none ever will be.
 * @typedef {{waitMs: number, gone: boolean}} Outcome
 */

/**
 * One connection, from its offer until it is lost.
 * @param {string} url the clip's WHEP endpoint @param {AbortSignal} signal @param {number} attempt 0 for the first
 * @param {(stream: MediaStream) => void} onstream
 * @returns {Promise<Outcome>}
 */
export async function viewOnce(url, signal, attempt, onstream) {
  const connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  let session;
  try {
    connection.ontrack = ({ track, streams }) => !signal.aborted && onstream(streams[0] ?? new MediaStream([track]));
    const asked = new URL(url, HOME);
    // Every other time not where it leads.
    if (attempt % 2) asked.searchParams.set("here", "1");
    const made = await negotiate(connection, asked, signal);
    session = made.session;
    if (!session) return refused(made.answer, attempt);
    const wasUp = await lost(connection, signal);
    return { waitMs: backoffMs(wasUp ? 0 : attempt + 1), gone: false };
  } finally {
    // The server has ended the session itself where the connection says so.
    const there = connection.connectionState !== "closed" && connection.connectionState !== "failed";
    connection.close();
    if (session && there) leave(session);
  }
}

/** @param {Response} answer @param {number} attempt @returns {Outcome} */
function refused(answer, attempt) {
  return { waitMs: waitMs(answer, attempt), gone: answer.status === 404 || answer.status === 410 };
}

/** Until it is worth asking again. @param {Response | null} answer @param {number} attempt */
export function waitMs(answer, attempt) {
  return Math.max(AT_LEAST_MS, 1000 * retryAfterS(answer?.headers.get("retry-after") ?? null, backoffMs(attempt) / 1000));
}

/** Ends a session at the server. @param {string} session */
export const leave = (session) => void fetch(session, { method: "DELETE", keepalive: true }).catch(() => null);

/** An offer that takes sound in two channels, if there is any. Pure. @param {string} [sdp] */
export const inStereo = (sdp = "") => sdp.replace(/useinbandfec=1(?!;stereo)/g, "useinbandfec=1;stereo=1");

/**
 * Offers to receive one video and its sound, and takes the answer; without a session the answer
 * says why.
 * @param {RTCPeerConnection} connection @param {string | URL} url @param {AbortSignal} signal
 * @returns {Promise<{session?: string, answer: Response}>}
 */
export async function negotiate(connection, url, signal) {
  for (const kind of ["video", "audio"]) connection.addTransceiver(kind, { direction: "recvonly" });
  const { type, sdp } = await connection.createOffer();
  await connection.setLocalDescription({ type, sdp: inStereo(sdp) });
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: connection.localDescription?.sdp,
    signal,
  });
  if (answer.status !== 201) return { answer };
  const session = new URL(answer.headers.get("location") ?? "", answer.url).href;
  if (!signal.aborted) await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return { session, answer };
}

/**
 * Resolves when the connection never came up, failed, was closed, or stayed away for long; to whether it was ever up.
 * @param {RTCPeerConnection} connection @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
export function lost(connection, signal) {
  let wasUp = false;
  /** @type {Promise<boolean>} */
  const over = new Promise((resolve) => {
    const end = () => resolve(wasUp);
    let timer = setTimeout(end, STARTING_MS);
    connection.onconnectionstatechange = () => {
      const state = connection.connectionState;
      if (state === "connected") (wasUp = true), clearTimeout(timer);
      if (state === "disconnected") timer = setTimeout(end, LOST_MS);
      if (state === "failed" || state === "closed") end();
    };
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { once: true });
  });
  return over.finally(() => (connection.onconnectionstatechange = null));
}
