/** What one wants to be told, where and when: the settings of the inbox. */
import { api } from "./api.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h, setText } from "./dom.js";
import { zoneHere } from "./format.js";
import { loadStyles } from "./style.js";
import { t } from "./words.js";

/** Kinds that can be turned off, and their words. @type {[string, string][]} */
const KINDS = [
  ["commented", t("notify.commented")],
  ["replied", t("notify.replied")],
  ["mentioned", t("notify.mentioned")],
  ["remixed", t("notify.remixed")],
  ["forked", t("notify.forked")],
  ["steered", t("notify.steered")],
  ["liked", t("notify.liked")],
  ["followed", t("notify.followed")],
  ["finished", t("notify.finished")],
  ["failed", t("notify.failed")],
  ["decided", t("notify.decided")],
  ["reported", t("notify.reported")],
  ["appealed", t("notify.appealed")],
  ["face_found", t("notify.face_found")],
];
/** Those that only who has a role is told of. */
const OF_ROLES = ["reported", "appealed", "face_found"];
/** @type {Record<import("./background.js").PushState, string>} */
const HERE = { unable: t("notify.unable"), denied: t("notify.denied"), off: t("notify.off"), on: t("notify.on") };
const NIGHT = { from: "22:00", to: "07:00" };

export class NotifySheet {
  /** @param {() => Promise<import("./background.js").Background>} background */
  constructor(background) {
    this.background = background;
    this.push = h("button.primary", { type: "button", "data-testid": "notify-push", hidden: true, onclick: () => this.#try(() => this.#turn()) });
    this.here = h("p.hint", { "data-testid": "notify-here" });
    this.problem = new ErrorLine();
    this.kinds = KINDS.map(([kind, words]) => h("input", { type: "checkbox", id: `notify-${kind}`, "data-kind": kind, "aria-label": words, onchange: () => this.#try(() => this.#saveKinds()) }));
    this.quiet = h("input", { type: "checkbox", id: "notify-quiet", "data-testid": "notify-quiet", onchange: () => this.#try(() => this.#saveQuiet()) });
    this.from = this.#time("notify-from", t("notify.from"), NIGHT.from);
    this.to = this.#time("notify-to", t("notify.to"), NIGHT.to);
    this.zone = h("span.notify-zone");
    this.hours = h("div.notify-hours", {}, this.from, h("span", {}, t("notify.until")), this.to, this.zone);
    this.dialog = makeSheet("notify", {},
      sheetHead(t("notify.title")),
      h("div.notify-body", {},
        h("section", {}, h("h3.account-title", {}, t("notify.device")), this.here, h("div.finish", {}, this.push)),
        h("section", {}, h("h3.account-title", {}, t("notify.hours")), h("label.row", { for: "notify-quiet" }, h("span", {}, t("notify.hours.words")), this.quiet), this.hours),
        h("section", {}, h("h3.account-title", {}, t("notify.kinds")), ...KINDS.map(([kind, words], i) => h("label.row", { for: `notify-${kind}` }, h("span", {}, words), this.kinds[i]))),
        this.problem.element));
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof NotifySheet>[0]} background */
  static async load(background) {
    await loadStyles("notify.css");
    return new NotifySheet(background);
  }

  open() {
    this.dialog.showModal();
    return this.#try(() => this.#show());
  }

  async #show() {
    const [{ off, quiet }, { role }] = await Promise.all([api.inboxSettings(), api.me()]);
    for (const box of this.kinds) box.parentElement.hidden = !role && OF_ROLES.includes(box.dataset.kind);
    for (const box of this.kinds) box.checked = !off.includes(box.dataset.kind);
    this.quiet.checked = quiet !== null;
    this.from.value = quiet?.from ?? NIGHT.from;
    this.to.value = quiet?.to ?? NIGHT.to;
    setText(this.zone, quiet?.zone ?? zoneHere());
    this.hours.hidden = quiet === null;
    this.#tell(await (await this.background()).state());
  }

  /** @param {import("./background.js").PushState} state */
  #tell(state) {
    setText(this.here, HERE[state]);
    this.push.hidden = state === "unable" || state === "denied";
    this.push.dataset.state = state;
    setText(this.push, state === "on" ? t("notify.turnoff") : t("notify.turnon"));
  }

  /** The browser asks only now, because somebody pressed. */
  async #turn() {
    this.push.disabled = true; // the browser's own question, and its push service, take their time
    try {
      const background = await this.background();
      this.#tell(await (this.push.dataset.state === "on" ? background.turnOff() : background.turnOn()));
    } finally {
      this.push.disabled = false;
    }
  }

  async #saveKinds() {
    await api.setInboxSettings({ off: this.kinds.filter((box) => !box.checked).map((box) => box.dataset.kind) });
  }

  async #saveQuiet() {
    this.hours.hidden = !this.quiet.checked;
    if (this.from.value === this.to.value || !this.from.value || !this.to.value) return; // half typed
    setText(this.zone, zoneHere());
    await api.setInboxSettings({ quiet: this.quiet.checked ? { from: this.from.value, to: this.to.value, zone: zoneHere() } : null });
  }

  /** @param {string} id @param {string} label @param {string} value */
  #time(id, label, value) {
    return h("input.field", { type: "time", id, "data-testid": id, "aria-label": label, value, required: true, onchange: () => this.#try(() => this.#saveQuiet()) });
  }

  /** @param {() => Promise<any>} act */
  #try(act) {
    return this.problem.attempt(act, ({ name, message }) => (name === "AbortError" ? t("notify.aborted") : message));
  }
}
