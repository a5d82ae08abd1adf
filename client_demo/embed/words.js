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

/** Which of the languages of a message the browser likes best. */
const LANGUAGES = ["en", "fr"];
const LANGUAGE = Math.max(0, LANGUAGES.indexOf(navigator.languages.map((tag) => tag.split("-")[0]).find((name) => LANGUAGES.includes(name)) ?? ""));
/** What is said under a key, which the server replaces by a text for each language. @param {string | string[]} messages */
const t = (messages) => messages[LANGUAGE];

const STAGES = [[12, t("stage.noise")], [38, t("stage.first")], [72, t("stage.shape")], [90, t("stage.near")], [Infinity, t("stage.light")]];
const stage = (/** @type {number} */ percent) => String(STAGES.find(([below]) => percent < Number(below))?.[1]);
/** @type {Record<string, string>} */
const FAILED = { cancelled: t("player.stopped"), done: t("player.unplayable") };
const SAYS = {
  idle: () => "",
  loading: () => "",
  queued: () => t("player.queued"),
  live: (/** @type {PhosphenePlayer} */ { percent }) => (percent < 100 ? stage(percent) : t("player.live")),
  done: () => "",
  failed: (/** @type {PhosphenePlayer} */ { info }) => FAILED[info?.status] ?? t("player.failed"),
  gone: () => t("player.gone"),
  private: () => t("player.private"),
  offline: () => t("player.offline"),
};

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const clock = (/** @type {number} */ s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
/** Whether a file has come to its end: what stands still then waits for no line. @param {HTMLVideoElement} video */
const whole = ({ buffered, duration }) => buffered.length > 0 && buffered.end(buffered.length - 1) > duration - 0.2;
