/** Limits that one sets for oneself: minutes a day, a night, a pause after so many clips. */
import { api } from "./api.js";
import { askTwice, h, refill, setText } from "./dom.js";
import { moment, zoneHere } from "./format.js";
import { t } from "./words.js";

/** @typedef {{minutes_a_day: number | null, night: {from: string, to: string, zone: string} | null, pause_after: number | null, pause_minutes: number, five_more: boolean, zone: string}} Limits */

/** @param {string} name @param {string} words @param {any} attributes */
const number = (name, words, attributes) => {
  const input = h("input.field.short", { type: "number", inputmode: "numeric", name, min: 1, "data-testid": `limits-${name}`, ...attributes });
  return { input, row: h("label.limit", {}, h("span", {}, words), input) };
};

export class LimitsForm {
  constructor() {
    this.minutes = number("minutes", t("limits.minutes"), { max: 1440 });
    this.clips = number("clips", t("limits.clips"), { max: 500 });
    this.pause = number("pause", t("limits.pause"), { max: 240 });
    this.from = h("input.field.short", { type: "time", "aria-label": t("limits.night.from"), "data-testid": "limits-from" });
    this.to = h("input.field.short", { type: "time", "aria-label": t("limits.night.to"), "data-testid": "limits-to" });
    this.more = h("input", { type: "checkbox", "data-testid": "limits-more" });
    this.said = h("p.hint", { role: "status", "data-testid": "limits-said" });
    const save = h("button.primary", { type: "submit", "data-testid": "limits-save" }, t("limits.save"));
    const form = h("form.limits", { onsubmit: (/** @type {Event} */ event) => this.#save(event) },
      h("p.hint", {}, t("limits.hint")), this.minutes.row,
      h("div.limit", { role: "group", "aria-label": t("limits.night") }, h("span", {}, t("limits.night")), h("span.pair", {}, this.from, this.to)),
      this.clips.row, this.pause.row, h("label.limit", {}, h("span", {}, t("limits.more")), this.more), this.said, h("div.finish", {}, save));
    this.minor = h("div.minor");
    this.element = h("details.account", { "data-testid": "limits", ontoggle: () => this.element.open && this.#show() }, h("summary", {}, t("limits.title")), form, this.minor);
  }

  async #show() {
    try {
      const [own, { minor }] = await Promise.all([api.limits(), api.me()]);
      this.#fill(own);
      refill(this.minor, ...this.#protection(minor));
    } catch (error) {
      setText(this.said, /** @type {Error} */ (error).message);
    }
  }

  /** @param {{limits: Limits, later: Limits | null, later_at: number | null, seconds_today: number}} own */
  #fill({ limits, later, later_at: at, seconds_today: seconds }) {
    this.minutes.input.value = limits.minutes_a_day ?? "";
    this.clips.input.value = limits.pause_after ?? "";
    this.pause.input.value = limits.pause_minutes;
    this.from.value = limits.night?.from ?? "";
    this.to.value = limits.night?.to ?? "";
    this.more.checked = limits.five_more;
    const today = t("limits.today", { n: Math.round(seconds / 60) });
    setText(this.said, later && at ? `${today} ${t("limits.later", { when: moment(at) })}` : today);
  }

  /** Saying that one is a minor, in two presses: it cannot be taken back here. @param {boolean} minor */
  #protection(minor) {
    if (minor) return [h("p.hint", { "data-testid": "minor-is" }, t("minor.is"))];
    const button = h("button.plain", { type: "button", "data-testid": "minor-declare" }, t("minor.declare"));
    askTwice(button, t("minor.sure"), () => api.declareMinor().then(() => this.#show(), (error) => setText(this.said, error.message)));
    return [h("p.hint", {}, t("minor.hint")), h("div.finish", {}, button)];
  }

  /** @param {Event} event */
  async #save(event) {
    event.preventDefault();
    const zone = zoneHere();
    const night = this.from.value && this.to.value ? { from: this.from.value, to: this.to.value, zone } : null;
    const limits = { minutes_a_day: Number(this.minutes.input.value) || null, night, pause_after: Number(this.clips.input.value) || null, pause_minutes: Number(this.pause.input.value) || 10, five_more: this.more.checked, zone };
    try {
      const own = await api.setLimits(limits);
      this.#fill(own);
      dispatchEvent(new CustomEvent("limited", { detail: own }));
    } catch (error) {
      setText(this.said, /** @type {Error} */ (error).message);
    }
  }
}
