/** Finding: a box for words, what they may mean, what was found; while it is empty, a wall of what is worth a look. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h, said, setText } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./names.js";
import { fillGrid, tile } from "./tiles.js";
import { parts, t } from "./words.js";

const PAUSE_MS = 220;

/** @typedef {import("./merge.js").Clip} Clip @typedef {{tag: string, count: number, clips: Clip[]}} Row */

/** "subject:hot_air_balloon" -> "hot air balloon". Pure. @param {string} tag */
export const tagWords = (tag) => nameOf(tag.slice(tag.indexOf(":") + 1).replaceAll("_", "-"));

/** The text with its last word replaced. Pure. @param {string} text @param {string} word */
export const completed = (text, word) => `${text.trimEnd().split(/\s+/).slice(0, -1).concat(word).join(" ")}`;

export class Finder {
  /** @param {{clip(clip: Clip): void, profile(handle: string): void, failed(error: any): void}} on */
  constructor(on) {
    this.on = on;
    this.tag = "";
    /** @type {string | null} */
    this.cursor = null;
    this.turn = 0;
    this.input = h("input.field.finder-box", { type: "search", enterkeyhint: "search", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 200, "aria-label": t("finder.label"), placeholder: t("finder.box"), "data-testid": "search-input", oninput: () => this.#typed() });
    this.chosen = h("button.chip.on", { type: "button", hidden: true, "data-testid": "search-tag", onclick: () => this.#show("", this.input.value) });
    this.suggestions = h("div.finder-words", { role: "group", "aria-label": t("finder.suggestions"), "data-testid": "suggestions" });
    this.people = h("div.finder-words", { role: "group", "aria-label": t("finder.people"), "data-testid": "found-people" });
    this.count = h("p.unseen", { role: "status", "data-testid": "search-count" });
    this.grid = h("ul.grid", { "data-testid": "search-grid" });
    this.wall = h("div.wall", { "data-testid": "explore" });
    this.end = h("div.finder-end", { "aria-hidden": "true" });
    this.body = h("div.finder-body", {}, this.people, this.count, this.grid, this.wall, this.end);
    const form = h("form.finder-form", { role: "search", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#search().catch(this.on.failed)) }, icon("search"), this.input);
    this.dialog = makeSheet("finder", { "data-testid": "search" },
      h("h2.unseen", {}, t("finder.title")), sheetHead(form), this.chosen, this.suggestions, this.body);
    new IntersectionObserver(([seen]) => seen.isIntersecting && this.cursor && this.#more().catch(this.on.failed), { root: this.body, rootMargin: "400px" }).observe(this.end);
  }

  /** @param {{tag?: string, text?: string}} [asked] */
  open({ tag = "", text = "" } = {}) {
    this.#show(tag, text);
    if (!this.dialog.open) this.dialog.showModal();
    if (!tag) this.input.focus();
  }

  /** @param {string} tag @param {string} text */
  #show(tag, text) {
    this.tag = tag;
    this.dialog.dataset.sheet = tag ? `#${tag}` : "search";
    this.input.value = text;
    this.chosen.hidden = !tag;
    this.chosen.replaceChildren(tagWords(tag), icon("close"), h("span.unseen", {}, t("finder.unchoose")));
    this.#search().catch(this.on.failed);
  }

  #typed() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#search().catch(this.on.failed), PAUSE_MS);
  }

  /** Asks for all that there is to what stands in the box; what comes late counts no more. */
  async #search() {
    clearTimeout(this.pause);
    const turn = ++this.turn;
    const text = this.input.value.trim();
    this.cursor = null;
    if (!text && !this.tag) return this.#explore(turn);
    const [found, words] = await Promise.all([api.search({ q: text, tag: this.tag, cursor: null }), text ? api.suggestions(text) : { words: [] }]);
    if (turn !== this.turn) return;
    this.wall.hidden = true;
    this.grid.hidden = false;
    this.cursor = found.cursor;
    this.#suggest(text, words.words);
    this.people.replaceChildren(...found.people.map((/** @type {any} */ person) => said("button.chip", { type: "button", "data-testid": "found-person", onclick: () => this.#person(person.handle) }, `@${person.handle}`)));
    fillGrid(this.grid, found.clips, (clip) => this.#go(clip), t("finder.none"));
    this.body.scrollTop = 0;
    setText(this.count, found.cursor ? t("finder.found.more", { n: found.clips.length }) : t("finder.found", { n: found.clips.length }));
  }

  async #more() {
    const { cursor, turn } = this;
    this.cursor = null;
    const found = await api.search({ q: this.input.value.trim(), tag: this.tag, cursor }).catch((error) => {
      if (turn === this.turn) this.cursor = cursor; // asked for again when one comes by the end again
      throw error;
    });
    if (turn !== this.turn) return;
    this.cursor = found.cursor;
    const there = new Set([...this.grid.querySelectorAll("[data-tile]")].map((one) => /** @type {HTMLElement} */ (one).dataset.tile));
    const fresh = found.clips.filter((/** @type {Clip} */ clip) => !there.has(clip.id));
    this.grid.append(...fresh.map((/** @type {Clip} */ clip) => h("li", {}, tile(clip, (one) => this.#go(one)))));
  }

  /** @param {string} text @param {{word: string, tag: string, clips: number}[]} words */
  #suggest(text, words) {
    const typed = text.split(/\s+/).at(-1)?.toLowerCase();
    const known = new Set();
    const buttons = [];
    for (const { word, tag } of words) {
      const label = tag && !text.includes(" ") ? tagWords(tag) : completed(text, word);
      if (known.has(label) || (!tag && word === typed)) continue;
      known.add(label);
      const go = () => (tag && label === tagWords(tag) ? this.#show(tag, "") : this.#show(this.tag, label));
      buttons.push(said("button.chip", { type: "button", "data-testid": "suggestion", onclick: go }, label));
    }
    this.suggestions.replaceChildren(...buttons);
  }

  /** @param {number} turn */
  async #explore(turn) {
    const wall = await api.explore();
    if (turn !== this.turn) return;
    this.suggestions.replaceChildren();
    this.people.replaceChildren();
    this.grid.hidden = true;
    this.wall.hidden = false;
    setText(this.count, "");
    const rows = [row(t("finder.live"), wall.live, (clip) => this.#go(clip)), row(t("finder.rising"), wall.rising, (clip) => this.#go(clip)),
      ...[...wall.subjects, ...wall.places].map((/** @type {Row} */ one) => row(tagWords(one.tag), one.clips, (clip) => this.#go(clip), () => this.#show(one.tag, "")))];
    this.wall.replaceChildren(...rows.filter((one) => one !== null));
    if (!this.wall.children.length) this.wall.append(h("p.hint", {}, t("finder.nothing")));
  }

  /** @param {Clip} clip */
  #go(clip) {
    this.dialog.close();
    this.on.clip(clip);
  }

  /** @param {string} handle */
  #person(handle) {
    this.dialog.close();
    this.on.profile(handle);
  }
}

/** @param {string} name @param {Clip[]} clips @param {(clip: Clip) => void} go @param {() => void} [all] */
function row(name, clips, go, all) {
  if (!clips.length) return null;
  const more = all && h("button.quiet", { type: "button", "data-testid": "explore-all", onclick: all }, ...parts("finder.all", { of: h("span.unseen", {}, t("finder.all.of", { name })) }));
  return h("section.wall-row", { "aria-label": name }, h("div.wall-head", {}, h("h3", {}, name), more), h("ul.strip", { "data-testid": "explore-row" }, ...clips.map((clip) => h("li", {}, tile(clip, go)))));
}
