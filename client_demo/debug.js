/** The overlay of the stream's figures, for those who look for what is slow. Key: D. */
import { h, setText } from "./dom.js";

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
    ["clip", server?.clip ?? "–"],
    ["round trip", ms(server?.round_trip_s)],
    ["lost", `${((server?.lost ?? 0) * 100).toFixed(1)} %`],
    ["jitter", ms(server?.jitter_s)],
    ["line", server?.bitrate ? `${(server.bitrate / 1e6).toFixed(1)} Mbit/s` : "–"],
    ["received", before ? `${Math.round((rate("bytesReceived") * 8) / 1000)} kbit/s` : "–"],
    ["decoded", before ? `${rate("framesDecoded").toFixed(1)} fps` : "–"],
    ["picture", inbound?.frameWidth ? `${inbound.frameWidth}×${inbound.frameHeight}` : "–"],
    ["buffer", ms(inbound?.jitterBufferEmittedCount ? inbound.jitterBufferDelay / inbound.jitterBufferEmittedCount : null)],
    ["rendition", `${server?.rendition ?? "–"}, ${server?.switches ?? 0} changes`],
    ["sent", `${server?.pictures ?? 0} pictures, ${server?.again ?? 0} packets again`],
    ["frozen", `${inbound?.freezeCount ?? 0}, dropped ${inbound?.framesDropped ?? 0}`],
  ];
}

export class Debug {
  /** @param {import("/client.js").Channel} channel */
  constructor(channel) {
    this.channel = channel;
    this.list = h("dl.figures", { "data-testid": "figures", "aria-label": "Figures of the stream", hidden: true });
    document.body.append(this.list);
  }

  toggle() {
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
