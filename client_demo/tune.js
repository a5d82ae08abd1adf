/** What one says of one's feed: wishes in words, in which order it comes, and whether it may be personal. */
import { api } from "./api.js";
import { tick } from "./choices.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h, refill, said, setText, sureButton } from "./dom.js";
import { list, moment } from "./format.js";
import { clearHistory } from "./history.js";
import { icon } from "./icons.js";
import { loadStyles } from "./style.js";
import { toast } from "./toast.js";
import { t } from "./words.js";

/** @typedef {{id: string, polarity: "more" | "less" | "none", said: string, means: string[], by_word: boolean, until: number | null}} WishView */

const WISHES = "/v1/feed/wishes";
const SETTINGS = "/v1/feed/settings";
/** @type {[import("./paging.js").Mode, string][]} */
const ORDERS = [["foryou", t("mode.foryou")], ["following", t("mode.following")], ["latest", t("mode.latest")], ["live", t("mode.live")]];
const MEASURE = { more: t("tune.more"), less: t("tune.less"), none: t("tune.none") };

/** What of a sentence was not understood, or only by its words; nothing where all was. @param {{wishes: WishView[], not_understood: string[]}} made */
function doubts({ wishes, not_understood: left }) {
  if (wishes.length === 0) return t("tune.nothing");
  const words = wishes.filter((one) => one.by_word).flatMap((one) => one.means);
  return [words.length && t("tune.byword", { words: list(words) }), left.length && t("tune.unread", { words: list(left) })].filter(Boolean).join(" ");
}

export class TuneSheet {
  /** @param {{choose(mode: any): Promise<void>, changed(): void}} on ``choose`` an order; ``changed``: what waits may be otherwise */
  constructor(on) {
    this.on = on;
    this.problem = new ErrorLine();
    this.doubts = h("p.hint", { role: "status", "data-testid": "tune-doubts" });
    this.wishes = h("ul.tune-wishes", { "data-testid": "tune-wishes" });
    this.input = h("input.field", { name: "wish", maxlength: 300, required: true, enterkeyhint: "done", placeholder: t("tune.example"), "aria-label": t("tune.wish"), "data-testid": "tune-input" });
    const add = h("button.primary", { type: "submit", "data-testid": "tune-add" }, t("tune.add"));
    this.orders = ORDERS.map(([mode, words]) => h("input", { type: "radio", name: "order", value: mode, "data-testid": `tune-${mode}`, "aria-label": words, onchange: () => this.#try(() => on.choose(mode)) }));
    this.personal = h("input", { type: "checkbox", "data-testid": "tune-personal", onchange: () => this.#try(() => this.#setPersonal()) });
    const clear = sureButton("button.plain", "tune-clear", t("tune.clear"), t("tune.clear.sure"), () => this.#try(() => this.#clear()));
    this.dialog = makeSheet("tune", { "data-sheet": "feed" },
      sheetHead(t("tune.title")),
      h("div.tune-body", {},
        h("form.tune-form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#try(() => this.#add())) },
          h("label.account-title", {}, t("tune.wish"), h("div.tune-line", {}, this.input, add))),
        this.doubts, this.wishes, this.problem.element,
        h("fieldset.tune-orders", {}, h("legend.account-title", {}, t("tune.order")), ...ORDERS.map(([, words], i) => h("label.tune-order", {}, this.orders[i], h("span", {}, words)))),
        tick(this.personal, t("tune.personal"), t("tune.personal.hint")),
        h("div.finish", {}, clear)));
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof TuneSheet>[0]} on */
  static async load(on) {
    await loadStyles("choices.css", "tune.css");
    return new TuneSheet(on);
  }

  open() {
    setText(this.doubts, "");
    this.dialog.showModal();
    return this.#try(() => this.#show());
  }

  async #show() {
    const [{ wishes }, { order, personal }] = await Promise.all([api.call("GET", WISHES), api.call("GET", SETTINGS)]);
    refill(this.wishes, ...wishes.map((/** @type {WishView} */ one) => this.#wish(one)));
    for (const box of this.orders) box.checked = box.value === order;
    this.personal.checked = personal;
  }

  /** @param {WishView} wish */
  #wish({ id, polarity, said: words, means, until }) {
    const meant = list(means);
    const drop = () => this.#try(() => this.#changed(api.call("DELETE", `${WISHES}/${encodeURIComponent(id)}`)));
    return h("li.tune-item", { "data-testid": "tune-item", "data-polarity": polarity },
      h("div", {}, h("b", {}, MEASURE[polarity]), " ", said("span", {}, words),
        h("small", {}, meant.toLowerCase() === words.toLowerCase() ? "" : `${meant} · `, until ? t("tune.until", { when: moment(until) }) : t("tune.always"))),
      h("button.round", { type: "button", "aria-label": t("tune.undo", { wish: words }), "data-testid": "tune-undo", onclick: drop }, icon("close")));
  }

  async #add() {
    setText(this.doubts, "");
    const made = await api.call("POST", WISHES, { body: { text: this.input.value } });
    if (made.wishes.length) this.input.value = "";
    setText(this.doubts, doubts(made));
    await this.#changed(null);
  }

  async #setPersonal() {
    await this.#changed(api.call("PATCH", SETTINGS, { body: { personal: this.personal.checked } }).catch((error) => {
      this.personal.checked = !this.personal.checked; // as it still is
      throw error;
    }));
  }

  async #clear() {
    await this.#changed(clearHistory());
    toast(t("tune.cleared"));
  }

  /** @param {Promise<any> | null} done */
  async #changed(done) {
    await done;
    await this.#show();
    this.on.changed();
  }

  /** @param {() => Promise<any>} act */
  #try(act) {
    return this.problem.attempt(act);
  }
}
