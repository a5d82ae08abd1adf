/** What stands round the feed: modes, the prompt button, the live pill, the first and last screen. */
import { chip, h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const QUIET_MS = 1000;

/**
 * @typedef {{mode(mode: import("./paging.js").Mode): void, compose(text?: string): void, name(): void,
 *   help(): void, search(): void, live(): void}} Listener
 */

const $ = (/** @type {string} */ selector) => /** @type {any} */ (document.querySelector(selector));

export class Chrome {
  /** @param {Listener} on */
  constructor(on) {
    this.on = on;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.losing = undefined;
    /** @type {HTMLElement[]} */
    this.modes = [...$(".modes").children];
    for (const one of this.modes) one.onclick = () => on.mode(/** @type {any} */ (one.dataset.mode));
    $("#me").addEventListener("click", () => on.name());
    $("#compose").addEventListener("click", () => on.compose());
    $("#help").addEventListener("click", () => on.help());
    $("#search").addEventListener("click", () => on.search());
    $("#search").append(icon("search"), h("span.unseen", {}, t("finder.title")));
    $("#live").addEventListener("click", () => on.live());
    $("#compose .glyph").append(icon("spark"));
    $("#help").prepend(icon("keys"));
    this.#tail();
  }

  #tail() {
    this.title = h("h2.tail-title");
    this.words = h("p.tail-words");
    this.chips = h("div.examples");
    this.button = h("button.primary", { type: "button", "data-testid": "tail-compose", onclick: () => this.on.compose() }, t("compose.open"));
    $("#feed").append(h("section.tail", { "data-testid": "tail", hidden: true }, h("div.tail-inner", {}, h("div.moon", { "aria-hidden": "true" }), this.title, this.words, this.button, this.chips)));
  }

  /** @param {import("./paging.js").Mode | null} mode */
  mode(mode) {
    for (const one of this.modes) one.setAttribute("aria-pressed", String(one.dataset.mode === mode));
  }

  /** @param {import("./merge.js").Person} person */
  person({ handle }) {
    setText($("#me .handle"), `@${handle}`);
    $("#me .initial").dataset.letter = handle.slice(0, 1);
  }

  /** @param {number} count of clips being drawn that are not before the person */
  live(count) {
    $("#live").hidden = count === 0;
    setText($("#live .words"), t("chrome.live", { n: count }));
    $("#live").setAttribute("aria-label", t("chrome.live.watch", { n: count }));
  }

  /** Says only a lasting loss. @param {boolean} on */
  online(on) {
    if (on) {
      clearTimeout(this.losing);
      this.losing = undefined;
      $("#offline").hidden = true;
    } else this.losing ??= setTimeout(() => ($("#offline").hidden = false), QUIET_MS);
  }

  /**
   * The screen below the last clip, which is the first one when there are none.
   * @param {number} clips @param {boolean} over @param {boolean} [away] whether there are none because of the line
   */
  tail(clips, over, away = false) {
    const empty = clips === 0;
    const tail = $(".tail");
    tail.hidden = !empty && !over;
    tail.dataset.empty = String(empty);
    if (empty) tail.dataset.testid = "empty";
    else tail.dataset.testid = "tail";
    this.button.hidden = this.chips.hidden = empty && away;
    setText(this.title, !empty ? t("tail.over") : away ? t("tail.away") : t("finder.nothing"));
    setText(this.words, !empty ? t("tail.over.words") : away ? t("tail.away.words") : t("tail.empty.words"));
    this.examples();
  }

  /** What one could ask for; nobody waits for it before there is a first picture. */
  async examples() {
    if ($(".tail").hidden) return;
    const found = await import("./examples.js").catch(() => null);
    const texts = (await found?.examples(3)) ?? [];
    this.chips.replaceChildren(...texts.map((text) => chip(text, () => this.on.compose(text))));
  }
}
