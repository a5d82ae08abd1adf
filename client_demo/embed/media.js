/** The rest of an HTMLMediaElement: what the inner video has, the element has. */
const EVENTS = "abort canplay canplaythrough durationchange emptied ended error loadeddata loadedmetadata loadstart pause play playing progress ratechange resize seeked seeking stalled suspend timeupdate volumechange waiting enterpictureinpicture leavepictureinpicture".split(" ");
const READ = "buffered currentSrc duration ended networkState played readyState seekable seeking srcObject textTracks videoHeight videoWidth".split(" ");
const WRITE = "currentTime defaultPlaybackRate disablePictureInPicture muted playbackRate preservesPitch volume".split(" ");
const METHODS = "addTextTrack cancelVideoFrameCallback canPlayType captureStream getVideoPlaybackQuality requestPictureInPicture requestVideoFrameCallback".split(" ");
const FLAGS = "autoplay controls loop playsInline".split(" ");
const TEXTS = "clip server token poster preload".split(" ");
const TOLD = ["play", "pause", "playing", "waiting", "timeupdate", "durationchange", "volumechange", "seeked", "ended", "error"];

const define = (/** @type {string} */ name, /** @type {PropertyDescriptor & ThisType<any>} */ property) => Object.defineProperty(PhosphenePlayer.prototype, name, { configurable: true, enumerable: true, ...property });
for (const name of READ) define(name, { get() { return this.video[name]; } });
define("src", { get() { return this.video.currentSrc; } });
define("fastSeek", { value(/** @type {number} */ s) { this.video.currentTime = s; } });
for (const name of WRITE) define(name, { get() { return this.video[name]; }, set(/** @type {any} */ value) { this.video[name] = value; } });
for (const name of METHODS) define(name, { value(/** @type {any[]} */ ...given) { return this.video[name](...given); } });
for (const name of FLAGS) define(name, { get() { return this.hasAttribute(name); }, set(/** @type {any} */ on) { this.toggleAttribute(name, Boolean(on)); } });
for (const name of TEXTS) define(name, { get() { return this.getAttribute(name) ?? ""; }, set(/** @type {any} */ text) { this.setAttribute(name, text); } });
if (!customElements.get("phosphene-player")) customElements.define("phosphene-player", PhosphenePlayer);
