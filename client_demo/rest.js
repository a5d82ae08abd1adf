/** What one sees once a limit is reached that one set for oneself: kind words, and when it goes on. */
import { api } from "./api.js";
import { ErrorLine } from "./dialog.js";
import { h, setText } from "./dom.js";
import { moment } from "./format.js";
import { t } from "./words.js";

/** @typedef {{reason: "day" | "night" | "pause", until: number, may_extend: boolean}} Rest */

/** @type {Record<string, string>} */
const WHY = { day: t("rest.day"), night: t("rest.night"), pause: t("rest.pause") };
const LOOK_MS = 30000;

export class RestScreen {
  /** @param {{begun(): void, over(): void}} on ``begun``: nothing is to be played; ``over``: it goes on */
  constructor(on) {
    this.on = on;
    this.title = h("h2.sheet-title", { id: "rest-title" });
    this.when = h("p.hint");
    this.problem = new ErrorLine();
    this.more = h("button.plain", { type: "button", "data-testid": "rest-more", onclick: () => this.problem.attempt(() => this.#extend()) }, t("rest.more"));
    // No sheet that Back or Escape closes: it is over when its time is.
    this.dialog = h("dialog.rest-screen", { "aria-labelledby": "rest-title", "data-testid": "rest", oncancel: (/** @type {Event} */ event) => event.preventDefault() }, this.title, this.when, this.problem.element, this.more);
    document.body.append(this.dialog);
    this.timer = 0;
    this.looking = 0;
  }

  /** Looks from time to time, for whoever has set limits. @param {boolean} limited */
  watch(limited) {
    clearInterval(this.looking);
    this.looking = limited ? setInterval(() => document.hidden || this.look(), LOOK_MS) : 0;
    if (limited) this.look();
  }

  async look() {
    const own = await api.limits().catch(() => null);
    if (own) this.open(own.rest);
  }

  /** @param {Rest | null} rest */
  open(rest) {
    clearTimeout(this.timer);
    if (!rest) return this.#over();
    setText(this.title, WHY[rest.reason]);
    setText(this.when, t("rest.until", { when: moment(rest.until) }));
    this.more.hidden = !rest.may_extend;
    this.timer = setTimeout(() => this.look(), Math.min(rest.until * 1000 - Date.now() + 500, 2 ** 31 - 1));
    if (this.dialog.open) return;
    this.on.begun();
    this.dialog.showModal();
  }

  #over() {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.on.over();
  }

  async #extend() {
    this.open((await api.extendTime()).rest);
  }
}
