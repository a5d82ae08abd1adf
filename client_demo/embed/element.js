class PhosphenePlayer extends HTMLElement {
  static observedAttributes = ["clip", "server", "token", "poster", "muted", "loop", "controls", "preload"];
  /** @type {keyof typeof SAYS} */
  state = "idle";
  percent = 0;
  /** @type {any} the clip as the API has it */
  info = null;
  /** @type {{code: number, message: string} | null} */
  error = null;
  /** @type {"none" | "live" | "hls" | "file"} */
  #showing = "none";
  #wanted = false;
  /** @type {AbortController | null} */
  #life = null;
  /** @type {AbortController | null} */
  #air = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  #seen;
  #unbridge = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  #misses = 0; // of the file, one after the other
  #weak = false; // the whole file stalled

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = SKIN;
    const $ = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
    this.$ = { frame: $(".frame"), poster: $("img"), still: $("canvas"), said: $(".said"), words: $(".words"), part: $(".percent"), big: $(".big"), bar: $(".bar"), toggle: $(".toggle"), range: $("input"), gap: $(".gap"), time: $(".time"), loud: $(".loud"), hear: $(".hear"), full: $(".full"), link: $("a"), line: $(".line") };
    this.video = $("video");
    this.video.muted = this.hasAttribute("muted");
    keepAsking(this.$.poster);
    sayMade(this, root);
    for (const name of EVENTS) this.video.addEventListener(name, (/** @type {Event} */ event) => this.#relay(event));
    this.$.big.onclick = this.$.toggle.onclick = () => this.#toggle();
    this.$.loud.onclick = this.$.hear.onclick = () => (this.video.muted = !this.video.muted);
    this.video.onclick = () => this.controls && this.#toggle();
    this.$.full.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen())?.catch?.(() => null);
    this.$.range.oninput = () => (this.video.currentTime = Number(this.$.range.value));
    this.$.frame.onpointermove = () => this.#stir();
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#seen = new IntersectionObserver((found) => found.some((one) => one.isIntersecting) && this.#start());
  }

  connectedCallback() {
    this.#wanted = this.autoplay && !calm.matches;
    this.$.poster.hidden = !this.poster;
    if (this.poster) this.$.poster.src = this.poster;
    this.#reach();
    if (this.hasAttribute("bridge") && window.parent !== window) this.#unbridge = bridge(this); // else it would hear itself
    this.#seen.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#seen.disconnect();
    this.#unbridge();
    this.#stop();
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (name === "muted") this.video.muted = after !== null;
    if (name === "loop") this.video.loop = after !== null;
    if (name === "controls") this.#reach();
    if (name === "preload") this.video.preload = after ?? "";
    if (name === "poster" && after) Object.assign(this.$.poster, { src: after, hidden: false });
    if (["clip", "server", "token"].includes(name) && before !== after && this.#life) this.load();
    this.#draw();
  }

  /** With controls the keys work on it, so it can have the focus. */
  #reach() {
    if (this.controls && this.isConnected && !this.hasAttribute("tabindex")) this.tabIndex = 0;
  }

  /** Begin anew, as after a change of clip. */
  load() {
    this.#stop();
    if (this.isConnected) this.#start();
  }

  get paused() {
    return this.#showing === "none" ? !this.#wanted : this.video.paused;
  }

  /** Resolves when it plays; until there is a picture the wish is kept. */
  async play() {
    const was = this.#wanted;
    this.#wanted = true;
    if (this.error) throw new DOMException(this.error.message, "NotSupportedError");
    this.#start();
    if (this.#showing !== "none") return this.video.play();
    if (!was) this.dispatchEvent(new Event("play"));
    this.#draw();
    return new Promise((resolve, reject) => {
      this.addEventListener("playing", () => resolve(undefined), { once: true });
      this.addEventListener("error", () => reject(new DOMException(this.error?.message ?? "", "NotSupportedError")), { once: true });
    });
  }

  pause() {
    this.#wanted = false;
    if (this.#showing !== "none") return this.video.pause();
    this.dispatchEvent(new Event("pause"));
    this.#draw();
  }

  get #base() {
    return new URL(this.server || HOME).origin;
  }

  /** @param {string} path */
  #url(path) {
    const url = new URL(path, this.#base);
    if (this.token) url.searchParams.set("token", this.token);
    return url.href;
  }

  #path(rest = "") {
    return `/v1/clips/${encodeURIComponent(this.clip)}${rest}`;
  }

  #start() {
    if (this.#life || !this.clip) return;
    this.#seen.disconnect();
    this.#life = new AbortController();
    this.#say("loading");
    this.#run(this.#life.signal);
  }

  #stop() {
    this.#life?.abort();
    this.#life = null;
    this.#leaveAir();
    Object.assign(this, { info: null, error: null, percent: 0 });
    this.#misses = 0;
    if (this.#showing !== "none") this.#empty();
    this.$.still.hidden = true;
    this.#say("idle");
  }

  /** Follows the clip until there is nothing to show; comes back by itself. */
  async #run(/** @type {AbortSignal} */ signal) {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const answer = await fetch(this.#url(this.#path()), { signal });
        if (this.#refused(answer.status)) return;
        if (!answer.ok) throw new Error(String(answer.status));
        this.#take((await answer.json()).clip);
        // Of a finished one it is heard when it is taken away, as long as there is room for who listens.
        if (this.error) return;
        if (await follow(this.#base, this, signal, (said) => this.#hears(said))) attempt = 0;
        else if (this.#settled && attempt > 1) return; // taken away between the answer and the socket: the next answer says so
      } catch {
        if (!signal.aborted && this.#showing === "none") this.#say("offline");
      }
      if (this.error || signal.aborted) return;
      await pause(backoffMs(attempt), signal);
    }
  }

  get #settled() {
    return !["idle", "loading", "queued", "live", "offline"].includes(this.state);
  }

  /** A message of the clip's topic; whether the server is to be asked what is left of the clip. */
  #hears(/** @type {{snapshot?: any, event?: any}} */ { snapshot, event }) {
    if (snapshot) this.#take(snapshot.clip), this.#progress(snapshot.progress);
    if (event) event.type === "clip_progress" ? this.#progress(event) : this.#take(event.clip);
    return this.error !== null || /^clip_(removed|hidden|changed)$/.test(event?.type);
  }

  /** What the server says of the clip; events about comments and likes carry only its id. */
  #take(/** @type {any} */ clip) {
    if (typeof clip !== "object" || clip === null || this.#settled) return;
    this.info = clip;
    this.$.frame.setAttribute("aria-label", clip.text);
    const poster = this.poster || (clip.poster_url && this.#url(clip.poster_url));
    // With CORS the server is told whose page asks, which a token for certain origins needs.
    if (poster && this.$.poster.src !== poster) Object.assign(this.$.poster, { crossOrigin: this.poster ? null : "anonymous", src: poster, hidden: false });
    if (clip.status === "queued") this.#say("queued");
    if (clip.status === "live") this.#watch();
    if (clip.status === "done") this.#finish();
    if (clip.status === "failed" || clip.status === "cancelled") this.#fail("failed", clip.reason ?? clip.status);
  }

  #progress(/** @type {{percent: number} | null | undefined} */ progress) {
    if (!progress || this.#settled) return;
    this.percent = progress.percent;
    this.#say(this.state);
  }

  async #watch() {
    this.#say("live");
    if (this.#air) return;
    const { signal } = (this.#air = new AbortController());
    for (let attempt = 0, misses = 0; !signal.aborted; attempt++) {
      const wait = await viewOnce(this.#url(this.#path("/whep")), signal, attempt, (stream) => this.#show("live", stream)).then(({ waitMs: ms }) => ms, () => backoffMs(attempt));
      if (signal.aborted) return;
      if (this.#showing !== "live" && ++misses > 2 && this.video.canPlayType(HLS)) return this.#show("hls", this.#url(this.#path("/hls/index.m3u8?here=1")));
      await pause(wait, signal);
    }
  }

  /** The stream still shows its last pictures; the file follows when they are over. */
  #finish() {
    this.percent = 100;
    this.#say("done");
    if (this.#showing !== "live" && this.#showing !== "hls") return this.#file();
    this.#quiet();
    setTimeout(() => this.#file(), this.#showing === "live" ? GRACE_MS : this.info.seconds * 1000 + GRACE_MS);
  }

  /** Waits for the stream to be silent. */
  #quiet() {
    clearTimeout(this.#silence);
    if (this.state !== "done" || this.#showing !== "live") return;
    this.#silence = setTimeout(() => this.#file(), SILENT_MS);
    this.video.requestVideoFrameCallback?.(() => this.#quiet());
  }

  #file() {
    if (this.state !== "done" || this.#showing === "file" || !this.info?.video_url) return;
    this.#freeze();
    this.#leaveAir();
    this.video.loop = this.loop;
    this.#show("file", this.#fileUrl);
  }

  /** The file at half its size for weak lines, and where it has as many pixels as are shown. */
  get #fileUrl() {
    const { half_url, video_url } = this.info;
    const { effectiveType = "4g", saveData = false } = navigator.connection ?? {};
    const small = this.clientWidth * devicePixelRatio <= HALF_PIXELS;
    const half = this.#weak || small || saveData || effectiveType !== "4g";
    return this.#url((half && half_url) || video_url);
  }

  /** The line does not take the whole file: the small one goes on from here. */
  #stalled() {
    const { video } = this;
    const stalls = this.#showing === "file" && video.currentTime > 0 && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (!stalls || !this.info?.half_url || video.src !== this.#url(this.info.video_url) || whole(video)) return;
    this.#weak = true;
    this.#replace(video.currentTime);
  }

  /** The file from there on. @param {number} at in seconds */
  #replace(at) {
    this.#freeze();
    this.video.src = this.#fileUrl;
    this.video.currentTime = at;
    if (this.#wanted) this.video.play().catch(() => null);
  }

  /** The file could not be had: unless the server says that it is gone it is asked for again. */
  async #reopen() {
    const signal = this.#life?.signal ?? AbortSignal.abort();
    const at = this.video.currentTime;
    await pause(backoffMs(this.#misses++), signal);
    const answer = await fetch(this.#url(this.#path()), { signal }).catch(() => null);
    if (signal.aborted || this.#showing !== "file") return;
    if (answer && this.#refused(answer.status)) return;
    if (answer?.ok && this.#misses > MISSES) return this.#fail("failed", this.video.error?.message ?? "");
    this.#say(answer?.ok ? "done" : "offline");
    if (answer?.ok) this.#replace(at);
    else this.#reopen();
  }

  /** Whether the server's answer is the clip's end. @param {number} status */
  #refused(status) {
    if ([401, 403].includes(status)) this.#fail("private", t("player.private"));
    if ([400, 404, 410].includes(status)) this.#fail("gone", t("player.gone"));
    return this.error !== null;
  }

  /** @param {"live" | "hls" | "file"} kind @param {MediaStream | string} source */
  #show(kind, source) {
    this.#showing = kind;
    this.video.srcObject = kind === "live" ? source : null;
    if (kind !== "live") this.video.src = source;
    if (this.#wanted) this.video.play().catch((/** @type {DOMException} */ error) => error.name === "NotAllowedError" && this.pause());
    this.#draw();
  }

  #leaveAir() {
    clearTimeout(this.#silence);
    this.#air?.abort();
    this.#air = null;
  }

  #empty() {
    this.#showing = "none";
    this.video.srcObject = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Keeps the last picture of the stream in sight while the file is opened. */
  #freeze() {
    const { video } = this;
    if (!video.videoWidth) return;
    Object.assign(this.$.still, { width: video.videoWidth, height: video.videoHeight, hidden: false });
    this.$.still.getContext("2d").drawImage(video, 0, 0);
  }

  /** @param {keyof typeof SAYS} state @param {string} message */
  #fail(state, message) {
    this.#leaveAir();
    if (this.#showing !== "none") this.#freeze(), this.#empty();
    // Of what may not be seen any more no picture stays.
    if (state !== "failed") this.$.still.hidden = this.$.poster.hidden = true;
    this.error = { code: 4, message };
    this.#wanted = false;
    this.#say(state);
    this.dispatchEvent(new Event("error"));
  }

  #relay(/** @type {Event} */ event) {
    const { type } = event;
    const live = this.#showing === "live" || this.#showing === "hls";
    if (type === "ended" && live) return this.state === "done" && this.#file();
    if (type === "pause" && live && this.state === "done") return;
    if (type === "error" && this.#showing === "none") return;
    if (type === "error" && this.#showing === "hls") return this.#leaveAir(), this.#empty();
    if (type === "error" && this.#showing === "file" && this.video.error?.code !== MediaError.MEDIA_ERR_DECODE) return void this.#reopen();
    if (type === "error") Object.assign(this, { error: this.video.error });
    if (type === "loadeddata" && this.#showing === "file") (this.$.still.hidden = true), (this.#misses = 0);
    if (type === "waiting") this.#stalled();
    if (type === "play") this.#wanted = true;
    this.#draw();
    this.dispatchEvent(new Event(type));
  }

  #say(/** @type {keyof typeof SAYS} */ state) {
    const before = this.state;
    this.state = state;
    this.#draw();
    const { percent } = this;
    if (before !== state || state === "live") this.dispatchEvent(new CustomEvent("statechange", { detail: { state, percent } }));
  }

  #toggle() {
    if (this.paused) this.play().catch(() => null);
    else this.pause();
  }

  #stir() {
    this.$.frame.classList.remove("still");
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.$.frame.classList.add("still"), 2000);
  }

  #key(/** @type {KeyboardEvent} */ event) {
    if (!this.controls || event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = /** @type {HTMLElement} */ (event.composedPath()[0]);
    if (inside.localName === "button" && event.key === " ") return;
    const { video } = this;
    /** @type {Record<string, () => unknown>} */
    const deeds = { " ": () => this.#toggle(), k: () => this.#toggle(), m: () => (video.muted = !video.muted), f: () => this.$.full.click(), ArrowRight: () => (video.currentTime += SEEK_S), ArrowLeft: () => (video.currentTime -= SEEK_S), Home: () => (video.currentTime = 0), End: () => (video.currentTime = video.duration) };
    const deed = deeds[event.key];
    if (!deed || (event.key.length > 1 && (this.#showing !== "file" || inside === this.$.range))) return;
    event.preventDefault();
    this.#stir();
    deed();
  }

  /** Brings what one sees in line with what is. */
  #draw() {
    const { $, video, state } = this;
    if (!$) return;
    const words = SAYS[state](this);
    if (words && $.words.textContent !== words) $.words.textContent = words;
    $.part.textContent = state === "live" && this.percent < 100 ? `${Math.round(this.percent)} %` : "";
    $.said.classList.toggle("on", Boolean(words));
    $.frame.dataset.state = state;
    $.frame.dataset.showing = this.#showing;
    $.frame.toggleAttribute("data-paused", this.paused);
    $.line.style.transform = `scaleX(${state === "live" ? this.percent / 100 : 0})`;
    const { paused } = this;
    $.bar.hidden = !this.controls || this.#showing === "none";
    $.big.hidden = !paused || this.error !== null || !this.clip || (this.#showing === "file" && video.currentTime > 0 && this.controls);
    $.toggle.querySelector("path").setAttribute("d", paused ? PLAY : PAUSE);
    $.toggle.ariaLabel = paused ? t("play") : t("player.pause");
    $.loud.hidden = !this.info?.recipe?.sound;
    $.hear.hidden = $.loud.hidden || !video.muted || paused || this.#showing === "none";
    $.loud.querySelector("path").setAttribute("d", video.muted ? MUTE : LOUD);
    $.loud.ariaLabel = video.muted ? t("player.unmute") : t("player.mute");
    const timed = Number.isFinite(video.duration) && this.#showing === "file";
    $.range.hidden = !timed;
    $.gap.hidden = timed;
    $.time.textContent = timed ? `${clock(video.currentTime)} / ${clock(video.duration)}` : "";
    if (timed) Object.assign($.range, { max: String(video.duration), value: String(video.currentTime), ariaValueText: clock(video.currentTime) });
    if (this.clip) $.link.href = `${this.#base}/?clip=${encodeURIComponent(this.clip)}`;
  }
}
