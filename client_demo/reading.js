/** What will be drawn for what is being typed, said before anything is asked for. */
import { Problem } from "/client.js";
import { api } from "./api.js";
import { h, setText } from "./dom.js";
import { MISSED, SLOTS } from "./format.js";
import { nameOf } from "./names.js";
import { parts, t } from "./words.js";

/** So long after the last letter the words are read: under the time between two words of a quick typist. */
const PAUSE_MS = 220;
const KEPT = 60;

/** @typedef {{text: string, slot: string, drawn_as: string | null, exact: boolean, told: string}} Phrase
 * @typedef {{summary: string, reads_freely: boolean, phrases: Phrase[], understood: {name: string, value: string | null, inherited?: boolean}[]}} Reading
 * @typedef {{words: string, as: string | null, kind: "lit" | "undrawn" | "open" | "kept"}} Chip */

/**
 * The chips of a reading: what is drawn as what, what is not drawn, and what is left open. Pure.
 * @param {Reading} reading @param {boolean} changes the text changes a clip: what it does not say stays
 * @returns {Chip[]}
 */
export function chips({ phrases, understood }, changes) {
  const said = phrases.filter(({ told }) => told).map((phrase) => /** @type {Chip} */ (chip(phrase)));
  const kept = understood.filter(({ value, inherited }) => value !== null && inherited).map(({ value }) => nameOf(/** @type {string} */ (value)));
  const open = changes || !phrases.length ? [] : understood.filter(({ name, value }) => value === null && MISSED.has(name) && name !== "subject");
  return [...said, ...[...new Set(kept)].map((what) => /** @type {Chip} */ ({ words: t("reading.kept", { what }), as: null, kind: "kept" })), ...open.map(({ name }) => /** @type {Chip} */ ({ words: SLOTS[name], as: null, kind: "open" }))];
}

/** @param {Phrase} phrase @returns {Chip} */
function chip({ text, slot, drawn_as, exact, told }) {
  if (drawn_as === null) return { words: text, as: null, kind: "undrawn" };
  const instead = !exact && slot !== "place";
  return { words: instead ? text : told, as: instead ? nameOf(drawn_as) : null, kind: "lit" };
}

/** @param {string} words @param {string} as @returns {(string | Node)[]} */
const drawnAs = (words, as) => parts("reading.drawnas", { words, as: h("small", {}, t("reading.as")), drawn: as });

export class LiveReading {
  /** @param {() => {changes: boolean, parent?: string, model?: string}} about whether the text changes a clip that there is; the clip that is
   * remixed or forked, so that it is told what stays of it; which model is to draw it, where that was chosen */
  constructor(about) {
    this.about = about;
    this.asked = "";
    /** @type {Map<string, Reading>} */
    this.known = new Map();
    this.chips = h("ul.lights", { "aria-hidden": "true" });
    this.summary = h("p.summary", { role: "status", "aria-live": "polite", "data-testid": "reading" });
    this.element = h("div.reading", {}, this.chips, this.summary);
  }

  /** Reads a text once nothing was typed for a moment. @param {string} typed */
  read(typed) {
    const text = typed.trim();
    const asked = JSON.stringify({ text, ...this.about() });
    if (asked === this.asked) return;
    this.asked = asked;
    clearTimeout(this.timer);
    this.request?.abort();
    const known = this.known.get(asked);
    if (!text) this.#clear();
    else if (known) this.#show(known);
    else this.timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const [key, request] = [this.asked, new AbortController()];
    this.request = request;
    try {
      const reading = await api.read(JSON.parse(key), request.signal);
      this.known.set(key, reading);
      if (this.known.size > KEPT) this.known.delete(/** @type {string} */ (this.known.keys().next().value));
      if (!request.signal.aborted) this.#show(reading);
    } catch (error) {
      if (!request.signal.aborted) this.#failed(error);
    }
  }

  /** @param {Reading} reading */
  #show(reading) {
    const items = chips(reading, this.about().changes).map(({ words, as, kind }) => h(`li.${kind}`, { "data-testid": "chip" }, ...(as ? drawnAs(words, as) : [words])));
    this.chips.replaceChildren(...items);
    this.#say(reading.summary, !reading.phrases.some((phrase) => phrase.drawn_as !== null && phrase.slot !== "place"));
  }

  /** Nothing is said of a server that has no time: who presses is told. @param {unknown} error */
  #failed(error) {
    this.#clear();
    if (!(error instanceof Problem)) return;
    if (error.refusal) this.#say(error.refusal.ask ? error.message : t("reading.refused", { why: error.message }), true);
    else if (error.retryS !== null) this.timer = setTimeout(() => this.#ask(), error.retryS * 1000);
  }

  /** @param {string} words @param {boolean} seen whether the chips do not say it all */
  #say(words, seen) {
    this.summary.classList.toggle("unseen", !seen);
    setText(this.summary, words);
  }

  #clear() {
    this.chips.replaceChildren();
    this.#say("", false);
  }
}
