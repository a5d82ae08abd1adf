/** The overlay of the stream's figures, for those who look for what is slow. Key: D. */
import { h, setText } from "./dom.js";
import { decimal } from "./format.js";
import { t } from "./words.js";

const EVERY_MS = 1000;

/**
 * Lines of words and figures. Pure.
 * @param {any} server what the server says of the viewer @param {any} inbound what the browser received
 * @param {any} before the same a second ago
 * @returns {[string, string][]}
 */
export function figures(server, inbound, before) {
  const ms = (/** @type {number | null | undefined} */ s) => (s === null || s === undefined ? "–" : `${Math.round(s * 1000)} ms`);
  const since = Math.max(1, (inbound?.timestamp ?? 0) - (before?.timestamp ?? 0)) / 1000;
  const rate = (/** @type {string} */ name) => ((inbound?.[name] ?? 0) - (before?.[name] ?? 0)) / since;
  return [
    [t("debug.clip"), server?.clip ?? "–"],
    [t("debug.trip"), ms(server?.round_trip_s)],
    [t("debug.lost"), t("debug.percent", { n: decimal((server?.lost ?? 0) * 100) })],
    [t("debug.jitter"), ms(server?.jitter_s)],
    [t("debug.line"), server?.bitrate ? t("debug.mbits", { n: decimal(server.bitrate / 1e6) }) : "–"],
    [t("debug.received"), before ? t("debug.kbits", { n: Math.round((rate("bytesReceived") * 8) / 1000) }) : "–"],
    [t("debug.decoded"), before ? t("debug.fps", { n: decimal(rate("framesDecoded")) }) : "–"],
    [t("debug.picture"), inbound?.frameWidth ? `${inbound.frameWidth}×${inbound.frameHeight}` : "–"],
    [t("debug.buffer"), ms(inbound?.jitterBufferEmittedCount ? inbound.jitterBufferDelay / inbound.jitterBufferEmittedCount : null)],
    [t("debug.rendition"), t("debug.changes", { rendition: server?.rendition ?? "–", n: server?.switches ?? 0 })],
    [t("debug.sent"), t("debug.sent.words", { n: server?.pictures ?? 0, again: server?.again ?? 0 })],
    [t("debug.frozen"), t("debug.frozen.words", { n: inbound?.freezeCount ?? 0, dropped: inbound?.framesDropped ?? 0 })],
  ];
}

export class Debug {
  /** @param {import("/client.js").Channel} channel */
  constructor(channel) {
    this.channel = channel;
    this.list = h("dl.figures", { "data-testid": "figures", "aria-label": t("debug.title"), hidden: true });
    document.body.append(this.list);
  }

  /** Shows it, or hides it again. */
  open() {
    this.list.hidden = !this.list.hidden;
    clearInterval(this.looking);
    this.before = undefined;
    if (this.list.hidden) return;
    this.looking = setInterval(() => this.#look(), EVERY_MS);
    this.#look();
  }

  async #look() {
    const { server, inbound } = await this.channel.statistics().catch(() => ({ server: null, inbound: null }));
    const lines = figures(server, inbound, this.before);
    this.before = inbound;
    while (this.list.children.length < lines.length * 2) this.list.append(h("dt"), h("dd"));
    lines.flat().forEach((words, i) => setText(/** @type {HTMLElement} */ (this.list.children[i]), words));
  }
}
