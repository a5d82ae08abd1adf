/** One's camera, shown to the server while it says which moves to make. */
import { Problem } from "/client.js";
import { t } from "./words.js";

/**
 * @typedef {{agreed: boolean, of_age: boolean, purposes: string[], portrait: boolean, until: number | null, unhurried: boolean}} Wish
 * @typedef {{type: "state", instruction: string, done: number, all: number, hint: string | null}} State
 * @typedef {{type: "verdict", outcome: string, level: string | null, checked_by: string | null, checked_at: number | null}} Verdict
 */

const CAMERA = { video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20 } } };

/** Why there is no camera, by the name of the error. @type {Record<string, string>} */
const UNSEEN = { NotAllowedError: t("presence.camera.refused"), NotFoundError: t("presence.camera.none"), NotReadableError: t("presence.camera.busy") };

/** Asks for one's camera; what it throws says in kind words why there is none. @returns {Promise<MediaStream>} */
export async function openCamera() {
  if (!navigator.mediaDevices) throw new Error(t("presence.camera.insecure"));
  try {
    return await navigator.mediaDevices.getUserMedia(CAMERA);
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    throw new Error(UNSEEN[name] ?? t("presence.camera.other", { why: message }));
  }
}

/** @param {MediaStream | null} camera */
export const closeCamera = (camera) => camera?.getTracks().forEach((track) => track.stop());

/** Events of a stream as they come (server-sent events with JSON in each). @param {ReadableStream<Uint8Array>} body @returns {AsyncGenerator<any>} */
async function* eventsOf(body) {
  const lines = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await lines.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = /** @type {string} */ (events.pop());
    for (const event of events) yield JSON.parse(event.slice(event.indexOf("data: ") + 6));
  }
}

/**
 * Shows a camera to the server until there is a verdict; throws Problem where it does not begin.
 * @param {MediaStream} camera @param {Wish} wish @param {AbortSignal} signal ends it
 * @returns {AsyncGenerator<State | Verdict>}
 */
export async function* checkPresence(camera, wish, signal) {
  const peer = new RTCPeerConnection();
  try {
    for (const track of camera.getVideoTracks()) peer.addTransceiver(track, { direction: "sendonly", streams: [camera] });
    await peer.setLocalDescription();
    const body = JSON.stringify({ ...wish, offer: peer.localDescription?.sdp });
    const answer = await fetch("/v1/me/presence", { method: "POST", headers: { "content-type": "application/json" }, body, signal });
    if (!answer.ok || !answer.body) throw new Problem(answer.status, await answer.json().catch(() => null), answer.headers.get("retry-after"));
    for await (const event of eventsOf(answer.body)) {
      if (event.type === "answer") await peer.setRemoteDescription({ type: "answer", sdp: event.sdp });
      else yield event;
    }
  } finally {
    peer.close();
  }
}
