/** One <video>, lent to one card at a time: the live stream while a clip forms, then its file. */
import { h, saveData } from "./dom.js";
import { tooSlow } from "./line.js";
import { Retry } from "./retry.js";
import { chooseSource } from "./source.js";

const LOOK_MS = 50;
const HAVE_FUTURE_DATA = 3;
const HAVE_ENOUGH_DATA = 4;

/** @typedef {import("./merge.js").Entry} Entry */
/** @typedef {import("./card.js").Card} Card */
/** @typedef {import("/client.js").Channel} Channel */

/** Whether a file has come to its end: what stands still then waits for no line. @param {HTMLVideoElement} video */
const whole = (video) => end(video) > video.duration - 0.2;

/** Up to where a file has come, in seconds. @param {HTMLVideoElement} video */
const end = ({ buffered }) => (buffered.length ? buffered.end(buffered.length - 1) : 0);

/** Whether one RTP time comes before another, round the end of its 32 bits. Pure. */
export const isBefore = (/** @type {number} */ time, /** @type {number} */ other) => ((time - other) | 0) < 0;

export class Player {
  /** @type {Card | undefined} */
  card;
  /** @type {Entry | undefined} */
  entry;
  /** @type {ReturnType<Channel["watch"]> | undefined} the live clip, which comes when it is active */
  viewing;
  /** RTP time of the live clip's first picture. */
  from = 0;
  /** @type {"none" | "live" | "file"} */
  showing = "none";
  /** @type {boolean} the stream has said its last */
  ended = false;
  /** @type {boolean} the clip before the person */
  active = false;
  /** @type {boolean} paused by hand */
  held = false;
  /** @type {boolean} instead of the file it is shown how the clip came to be */
  born = false;
  /** When the clip was first seen to be done, and when a picture of the stream last came, in ms. */
  doneAt = 0;
  pictureAt = 0;
  /** @type {Promise<string> | null} the file, fetched ahead, as a local address */
  file = null;
  /** @type {string | null} */
  fileUrl = null;
  /** @type {boolean} whether a file may be loaded before it is played */
  ahead = false;

  /** Where the file stood when it was lost, in seconds. */
  lostAt = 0;
  /** Since when, in ms, and from where, in seconds, it is measured how fast the file comes. */
  loading = { since: 0, from: 0 };

  /**
   * @param {Channel} channel through which live clips come @param {import("./line.js").Line} line
   * @param {{through(player: Player): void, refused(): void}} on hears that what it plays can be played to its end, and
   *   that the browser plays nothing aloud before a tap
   */
  constructor(channel, line, on) {
    this.channel = channel;
    this.line = line;
    this.on = on;
    this.retry = new Retry(() => this.#reopen());
    this.video = /** @type {HTMLVideoElement} */ (
      h("video", { crossorigin: true, disablepictureinpicture: true, tabindex: "-1", playsinline: true, "aria-hidden": "true" })
    );
    this.video.muted = true;
    this.video.addEventListener("playing", () => this.card?.setPlaying(true));
    this.video.addEventListener("pause", () => this.card?.setPlaying(false));
    this.video.addEventListener("timeupdate", () => this.#tellPlayed());
    this.video.addEventListener("loadeddata", () => this.#picture());
    this.video.addEventListener("error", () => this.#lost());
    this.video.addEventListener("canplaythrough", () => on.through(this));
    this.video.addEventListener("waiting", () => this.video.readyState < HAVE_FUTURE_DATA && this.video.currentTime > 0 && this.#yield());
    this.video.addEventListener("progress", () => this.#judge());
    this.video.addEventListener("loadstart", () => this.#watchLoading());
    this.video.addEventListener("ended", () => this.born && this.#setBorn(false));
  }

  #reset() {
    const fresh = { card: undefined, entry: undefined, viewing: undefined, file: null, fileUrl: null };
    Object.assign(this, fresh, { showing: "none", ahead: false, ended: false, active: false, held: false, born: false, doneAt: 0, pictureAt: 0, lostAt: 0 });
  }

  /** @param {Card} card @param {Entry} entry */
  bind(card, entry) {
    if (this.card === card) return this.update(entry);
    this.release();
    this.card = card;
    card.mount(this.video);
    this.update(entry);
  }

  release() {
    this.viewing?.close();
    this.retry.worked();
    clearInterval(this.looking);
    this.video.srcObject = null;
    this.video.removeAttribute("src");
    this.video.load();
    this.video.remove();
    this.card?.setBorn(false);
    this.card?.unmount();
    if (this.fileUrl) URL.revokeObjectURL(this.fileUrl);
    this.#reset();
  }

  /** @param {Entry} entry */
  update(entry) {
    const { clip } = entry;
    if (clip.status === "done" && !this.doneAt) this.#done(this.line.fileOf(clip));
    if (clip.status === "live" && this.entry?.clip.status === "queued") this.viewing?.hurry();
    this.entry = entry;
    this.#decide();
  }

  /** @param {boolean} active whether this is the clip before the person */
  setActive(active) {
    if (this.active === active) return;
    this.active = active;
    if (active) this.viewing?.take(), this.#watchLoading(), this.#load(), this.#play();
    else this.#rest();
  }

  /** Whether what it shows, if anything, can be played to its end without a stall. */
  get through() {
    if (this.showing === "live") return !this.line.weak;
    return this.showing === "none" || this.video.readyState === HAVE_ENOUGH_DATA;
  }

  /** Whether the file may be loaded before the clip is before the person. @param {boolean} ahead */
  setAhead(ahead) {
    if (this.ahead === ahead) return;
    this.ahead = ahead;
    if (ahead) this.#load();
    else if (this.showing === "file" && !this.active && !this.through && this.line.weak) this.#unload();
  }

  /** Begins to load a file that was not to be loaded yet. */
  #load() {
    const { video } = this;
    if (this.showing !== "file" || !this.#mayLoad || !video.hasAttribute("src") || video.preload === "auto") return;
    const url = this.#url;
    video.preload = "auto";
    if (url && video.getAttribute("src") !== url) video.src = url;
  }

  /** The file that is to be seen: how the clip came to be, or the clip. @returns {string} */
  get #url() {
    const { clip } = /** @type {Entry} */ (this.entry);
    return /** @type {string} */ (this.born ? clip.birth_url : (this.fileUrl ?? this.line.fileOf(clip)));
  }

  get #mayLoad() {
    return this.active || (this.ahead && !saveData());
  }

  /** Leaves the line to others; it is loaded when its turn comes. */
  #unload() {
    const url = this.video.getAttribute("src");
    this.card?.lose();
    this.video.preload = "none";
    this.video.removeAttribute("src");
    this.video.load();
    if (url) this.video.src = url;
  }

  /** From here on it is measured how fast the file comes. */
  #watchLoading() {
    this.loading = { since: performance.now(), from: end(this.video) };
  }

  #judge() {
    const { since, from } = this.loading;
    if (this.active && tooSlow(end(this.video) - from, performance.now() - since)) this.#yield();
  }

  /** The line does not take the large file: the small one goes on from here. */
  #yield() {
    const { video } = this;
    const clip = this.entry?.clip;
    if (this.showing !== "file" || !this.active || this.born || !clip?.half_url) return;
    if (video.getAttribute("src") !== clip.video_url || whole(video)) return;
    this.line.stalled();
    this.card?.freeze(video);
    const at = video.currentTime;
    video.src = clip.half_url;
    video.currentTime = at;
    this.#play();
  }

  /** Pause or go on, by hand. */
  toggle() {
    this.held = !this.video.paused;
    if (this.held) this.video.pause(), this.card?.offerPlay();
    else this.#play(true);
    return this.held;
  }

  /** Shows once how the clip came to be, or goes back to the clip. */
  toggleBirth() {
    if (this.showing === "file" && this.entry?.clip.birth_url) this.#setBorn(!this.born);
  }

  /** @param {boolean} on */
  #setBorn(on) {
    this.born = on;
    this.card?.setBorn(on);
    this.card?.freeze(this.video);
    this.held = false;
    this.lostAt = 0;
    this.video.loop = !on;
    this.video.src = this.#url;
    this.#play(true);
  }

  /** The line is back: a file that failed, or that nothing more came of, is asked for again. */
  comeBack() {
    const starved = this.showing === "file" && this.active && this.video.readyState < HAVE_FUTURE_DATA;
    if (starved && this.video.src) this.#lost();
    this.retry.now();
  }

  /** The file could not be had, or not all of it. */
  #lost() {
    if (this.showing !== "file" || !this.video.src) return;
    if (this.video.error) this.card?.lose(), (this.lostAt = this.video.currentTime || this.lostAt);
    this.retry.failed();
  }

  #reopen() {
    this.lostAt = this.video.currentTime || this.lostAt;
    this.video.setAttribute("src", this.video.getAttribute("src") ?? ""); // the same again is asked for again
    this.video.currentTime = this.lostAt;
    this.#play();
  }

  #rest() {
    if (this.born) this.#setBorn(false);
    this.held = false;
    if (this.showing === "live") this.#putAside();
    if (this.showing === "file") this.video.pause(), (this.video.currentTime = 0);
  }

  async #play(byHand = false) {
    if (!this.active || this.held || this.showing === "none") return;
    if (!byHand && this.card?.waits()) return;
    try {
      await this.video.play();
    } catch (error) {
      if (/** @type {DOMException} */ (error).name !== "NotAllowedError") return;
      if (this.video.muted) return this.card?.offerPlay();
      this.on.refused(); // which mutes it
      if (this.video.muted) this.#play(byHand);
    }
  }

  #tellPlayed() {
    const { currentTime, duration } = this.video;
    if (this.active && !document.hidden) this.card?.look(this.video);
    this.card?.setPlayed(this.showing === "file" && duration > 0 ? Math.min(1, currentTime / duration) : 0);
  }

  /** @param {string | null} url fetched ahead only where the stream is still to be seen to its end */
  #done(url) {
    this.doneAt = performance.now();
    clearInterval(this.looking);
    this.looking = setInterval(() => this.#decide(), LOOK_MS);
    if (this.showing !== "live" || !url || saveData()) return;
    const file = fetch(url).then(async (answer) => {
      if (!answer.ok) return url;
      const local = URL.createObjectURL(await answer.blob());
      if (this.file === file) return (this.fileUrl = local);
      URL.revokeObjectURL(local);
      return url;
    });
    this.file = file;
    file.catch(() => null);
  }

  #decide() {
    if (!this.entry || !this.card) return;
    const { clip } = this.entry;
    const now = performance.now();
    const next = chooseSource({
      status: clip.status,
      showing: this.showing,
      seconds: clip.seconds,
      ended: this.ended,
      silentMs: now - this.pictureAt,
      doneMs: this.doneAt ? now - this.doneAt : 0,
      hasFile: Boolean(clip.video_url),
    });
    if (clip.status === "done" && next !== "live") clearInterval(this.looking);
    if (next === this.showing) return;
    this.showing = next;
    if (next === "live") this.#live(clip.id);
    else if (next === "file") this.#toFile(/** @type {string} */ (this.line.fileOf(clip)));
    else this.#leaveLive();
  }

  /** The connection is another clip's: this one stands still. */
  #putAside() {
    this.viewing?.close();
    if (this.video.srcObject) this.card?.freeze(this.video);
    this.video.srcObject = null;
  }

  /** @param {string} id */
  #live(id) {
    this.pictureAt = performance.now();
    this.viewing = this.channel.watch(id, {
      stream: (stream, rtpTime) => {
        this.from = rtpTime;
        this.video.srcObject = stream;
        this.video.loop = false;
        this.#follow();
        this.#play();
      },
      ended: () => {
        this.ended = true;
        this.#decide();
      },
    });
    if (this.active) this.viewing.take();
  }

  /** Notes when a picture of the stream is shown, for as long as it runs. */
  #follow() {
    if (!this.video.requestVideoFrameCallback) return;
    this.video.cancelVideoFrameCallback(this.following ?? 0); // of the connection before
    this.following = this.video.requestVideoFrameCallback(() => {
      this.pictureAt = performance.now();
      if (this.showing === "live") this.#follow();
    });
  }

  /** @param {string} url */
  async #toFile(url) {
    clearInterval(this.looking);
    const card = this.card;
    const live = this.video.srcObject !== null;
    const source = await (this.file ?? Promise.resolve(url)).catch(() => url);
    if (this.card !== card) return;
    if (live) card?.freeze(this.video);
    this.#leaveLive();
    this.video.preload = this.#mayLoad || source !== url ? "auto" : "none";
    this.video.loop = !this.born;
    this.video.src = this.born ? this.#url : source;
    this.#play();
  }

  #leaveLive() {
    this.viewing?.close();
    this.viewing = undefined;
    this.video.srcObject = null;
  }

  /** The first picture of a source stands. */
  #picture() {
    this.retry.worked();
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback((_, frame) => this.#stands(frame));
    else this.card?.picture(this.showing);
  }

  /** What the stream showed before is another clip. @param {VideoFrameCallbackMetadata} frame */
  #stands({ rtpTimestamp }) {
    const old = this.showing === "live" && rtpTimestamp !== undefined && isBefore(rtpTimestamp, this.from);
    if (old) this.video.requestVideoFrameCallback((_, frame) => this.#stands(frame));
    else this.card?.picture(this.showing);
  }
}
