/**
 * <phosphene-player clip="ID">: a clip in anybody's page, watched live while it is being diffused,
 * then as its file. It has the attributes, events, methods and properties of an HTMLMediaElement.
 * One script, no dependency, no storage and no cookie; works within sandbox="allow-scripts".
 *
 *   <script src="https://SERVER/player.js" async></script>
 *   <phosphene-player clip="ID" autoplay muted loop controls></phosphene-player>
 *
 * More attributes: server (when not the script's), token (private clips), poster, preload, bridge
 * (postMessage with the parent window). More events: "statechange". More properties: state, percent,
 * info (the clip as the API has it).
 */
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const HOME = script?.src ? new URL(script.src).origin : location.origin;
const HLS = "application/vnd.apple.mpegurl";
const SILENT_MS = 400;
const GRACE_MS = 1500;
const SEEK_S = 1;
/** The half-size file is enough for so many pixels across. */
const HALF_PIXELS = 320;
/** So often a file may fail while the server says that it is there. */
const MISSES = 5;

const STAGES = [[12, "Only noise yet"], [38, "First shapes"], [72, "Taking shape"], [90, "Nearly there"], [Infinity, "Coming to light"]];
const stage = (/** @type {number} */ percent) => String(STAGES.find(([below]) => percent < Number(below))?.[1]);
/** @type {Record<string, string>} */
const FAILED = { cancelled: "This clip was stopped", done: "This clip cannot be played here" };
const SAYS = {
  idle: () => "",
  loading: () => "",
  queued: () => "Waiting for its turn",
  live: (/** @type {PhosphenePlayer} */ { percent }) => (percent < 100 ? stage(percent) : "Live"),
  done: () => "",
  failed: (/** @type {PhosphenePlayer} */ { info }) => FAILED[info?.status] ?? "This clip did not come to be",
  gone: () => "There is no such clip",
  private: () => "This clip is private",
  offline: () => "Connection lost. Trying again",
};

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const clock = (/** @type {number} */ s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
/** Whether a file has come to its end: what stands still then waits for no line. @param {HTMLVideoElement} video */
const whole = ({ buffered, duration }) => buffered.length > 0 && buffered.end(buffered.length - 1) > duration - 0.2;
