/** The rest of an HTMLMediaElement: what the inner video has, the element has. */
const EVENTS = "abort canplay canplaythrough durationchange emptied ended error loadeddata loadedmetadata loadstart pause play playing progress ratechange resize seeked seeking stalled suspend timeupdate volumechange waiting enterpictureinpicture leavepictureinpicture".split(" ");
const READ = "buffered currentSrc duration ended networkState played readyState seekable seeking srcObject textTracks videoHeight videoWidth".split(" ");
const WRITE = "currentTime defaultPlaybackRate disablePictureInPicture muted playbackRate preservesPitch volume".split(" ");
const METHODS = "addTextTrack cancelVideoFrameCallback canPlayType captureStream getVideoPlaybackQuality requestPictureInPicture requestVideoFrameCallback".split(" ");
const FLAGS = "autoplay controls loop playsInline".split(" ");
const TEXTS = "clip server token poster preload".split(" ");
const TOLD = ["play", "pause", "playing", "waiting", "timeupdate", "durationchange", "volumechange", "seeked", "ended", "error"];

const define = (name, property) => Object.defineProperty(PhosphenePlayer.prototype, name, { configurable: true, enumerable: true, ...property });
for (const name of READ) define(name, { get() { return this.video[name]; } });
for (const name of WRITE) define(name, { get() { return this.video[name]; }, set(value) { this.video[name] = value; } });
for (const name of METHODS) define(name, { value(...given) { return this.video[name](...given); } });
for (const name of FLAGS) define(name, { get() { return this.hasAttribute(name); }, set(on) { this.toggleAttribute(name, Boolean(on)); } });
for (const name of TEXTS) define(name, { get() { return this.getAttribute(name) ?? ""; }, set(text) { this.setAttribute(name, text); } });
if (!customElements.get("phosphene-player")) customElements.define("phosphene-player", PhosphenePlayer);
