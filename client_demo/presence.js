/** Showing before one's camera that one is there: a circle, a light to follow, and a verdict in words. */
import { api } from "./api.js";
import { tick } from "./choices.js";
import { consent } from "./consent.js";
import { dayOf, endOf } from "./days.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { h, setText, sureButton } from "./dom.js";
import { checkPresence, closeCamera, openCamera } from "./enrol.js";
import { moment, secondsNow } from "./format.js";
import { privacyLink } from "./language.js";
import { surely } from "./passkeys.js";
import { loadStyles } from "./style.js";
import { Voice } from "./voice.js";
import { t } from "./words.js";

const YEAR_S = 365 * 86400;
/** What to do now. @type {Record<string, string>} */
const MOVES = {
  look: t("presence.look"), back: t("presence.back"), left: t("presence.left"), right: t("presence.right"),
  up: t("presence.up"), down: t("presence.down"), nearer: t("presence.nearer"), farther: t("presence.farther"),
};
/** Why the face is not seen well. @type {Record<string, string>} */
const HINTS = { nobody: t("presence.hint.nobody"), dark: t("presence.hint.dark"), bright: t("presence.hint.bright"), blurred: t("presence.hint.blurred"), small: t("presence.hint.small") };
/** What came of it. @type {Record<string, string>} */
const OUTCOMES = {
  passed: t("presence.passed"), waiting: t("presence.waiting"), wrong_move: t("presence.wrong"), too_slow: t("presence.slow"), nobody: t("presence.nobody"),
  several_faces: t("presence.several"), another_face: t("presence.another"), light: t("presence.light"), camera_lost: t("presence.lost"), interrupted: t("presence.interrupted"),
};
/** What a face may be kept for, each by itself. @type {[string, string, string][]} */
const PURPOSES = [["guard", t("presence.guard"), t("presence.guard.hint")], ["find", t("presence.find"), t("presence.find.hint")]];
/** @type {Record<string, string>} */
const KEPT_FOR = { guard: t("presence.kept.guard"), find: t("presence.kept.find") };

/** @param {string} name @param {Record<string, any>} [attributes] */
const box = (name, attributes = {}) => h("input", { type: "checkbox", name, "data-testid": `presence-${name}`, ...attributes });

export class PresenceSheet {
  /** @param {{done(): void, account(): void}} on ``done``: leads to one's likeness */
  constructor(on) {
    this.on = on;
    this.voice = new Voice();
    /** @type {AbortController | null} */
    this.ending = null;
    this.body = h("div.presence-body");
    this.problem = new ErrorLine({ "data-testid": "presence-problem" });
    this.dialog = makeSheet("presence", { onclose: () => this.#end() }, sheetHead(t("presence.title")), this.problem.element, this.body);
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof PresenceSheet>[0]} on */
  static async load(on) {
    await loadStyles("choices.css", "likeness.css", "presence.css");
    return new PresenceSheet(on);
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.problem.attempt(() => this.#before());
  }

  #end() {
    this.ending?.abort();
    this.ending = null;
    this.voice.hush();
  }

  /** Before it begins: what will be done, what is kept, and what one agrees to. */
  async #before() {
    this.#end();
    const { kept } = await api.me();
    if (!kept) return this.#cannot(t("presence.guest"), h("button.primary", { type: "button", onclick: () => (this.dialog.close(), this.on.account()) }, t("presence.guest.keep")));
    const standing = await consent.presence();
    if (!standing.offered) return this.#cannot(t("presence.missing"));
    this.body.replaceChildren(...this.#kept(standing), this.#form(standing), privacyLink());
  }

  /** @param {string} why @param {...Element} more */
  #cannot(why, ...more) {
    this.body.replaceChildren(h("p.presence-lead", { "data-testid": "presence-cannot" }, why), ...more);
  }

  /** What is kept of one's face already. @param {import("./consent.js").Standing} standing */
  #kept({ face, waiting, portrait }) {
    const forget = h("button.plain", { type: "button", "data-testid": "presence-forget", onclick: () => this.problem.attempt(() => consent.forgetFace().then(() => this.#before())) }, t("presence.forget"));
    return [
      waiting && h("p.hint", {}, t("presence.waits")),
      face && h("div.finish", {}, h("p.hint", {}, t("presence.kept", { purposes: face.purposes.map((one) => KEPT_FOR[one]).join(", "), when: moment(face.until) })), forget),
      portrait && h("div.own-portrait", { "data-testid": "presence-kept-portrait" }, h("img", { src: consent.portraitPath(portrait.at), alt: t("presence.portrait.alt"), width: 54, height: 96 }),
        h("p.hint", {}, t("presence.portrait.kept", { when: moment(portrait.until) })),
        sureButton("button.plain", "portrait-back", t("presence.portrait.back"), t("sure"), () => this.problem.attempt(() => consent.withdraw("portrait", "").then(() => this.#before())))),
    ].filter(Boolean);
  }

  /** @param {import("./consent.js").Standing} standing */
  #form({ tries_left: left, portrait_offered: offered, portrait: kept }) {
    const now = secondsNow();
    this.until = h("input.field", { type: "date", min: dayOf(now + 86400), max: dayOf(now + 2 * YEAR_S), value: dayOf(now + YEAR_S), required: true, "data-testid": "presence-until" });
    const until = h("label.row", { hidden: true }, h("span", {}, t("presence.until")), this.until);
    const changed = () => (until.hidden = this.until.disabled = ![...PURPOSES.map(([name]) => name), "portrait"].some((name) => form.elements[name]?.checked));
    const begin = h("button.primary", { type: "submit", disabled: left === 0, "data-testid": "presence-begin" }, t("presence.begin"));
    const voice = h("input", { type: "checkbox", role: "switch", checked: this.voice.on, "data-testid": "presence-voice", onchange: () => this.voice.turn(voice.checked) });
    const form = h("form.presence-form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#begin(form)), onchange: changed },
      h("p.presence-lead", {}, t("presence.lead")),
      h("ul.presence-facts", {}, ...[offered ? t("presence.fact.picture") : t("presence.fact.pictures"), t("presence.fact.verdict"), t("presence.fact.face"), t("presence.fact.identity")].map((words) => h("li", {}, words))),
      h("fieldset.purposes", {}, h("legend", {}, t("presence.purposes")), ...PURPOSES.map(([name, words, hint]) => tick(box(name), words, hint))),
      offered && h("fieldset.purposes", {}, h("legend", {}, t("presence.portrait.legend")), tick(box("portrait"), t("presence.portrait"), [t("presence.portrait.hint"), kept && t("presence.portrait.anew")].filter(Boolean).join(" "))),
      until,
      tick(box("agreed", { required: true }), t("presence.agreed")),
      tick(box("of_age", { required: true }), t("presence.ofage")),
      h("fieldset.purposes", {}, h("legend", {}, t("presence.how")), tick(box("unhurried"), t("presence.unhurried")), this.voice.able && tick(voice, t("presence.voice"))),
      h("div.finish", {}, h("p.hint", { "data-testid": "presence-left" }, t("presence.left_today", { n: left })), begin));
    changed();
    return form;
  }

  /** @param {HTMLFormElement} form @returns {import("./enrol.js").Wish} */
  #wish(form) {
    const ticked = new FormData(form);
    const purposes = PURPOSES.map(([name]) => name).filter((name) => ticked.has(name));
    const portrait = ticked.has("portrait");
    const until = purposes.length || portrait ? endOf(this.until.value) : null;
    return { agreed: ticked.has("agreed"), of_age: ticked.has("of_age"), unhurried: ticked.has("unhurried"), purposes, portrait, until };
  }

  /** @param {HTMLFormElement} form */
  async #begin(form) {
    const wish = this.#wish(form);
    const button = /** @type {HTMLButtonElement} */ (form.querySelector(".primary"));
    button.disabled = true;
    await this.problem.attempt(async () => {
      await surely(() => api.offerPasskey()); // what asks for the passkey as this does is asked before the camera is on
      await this.#check(wish);
    }, ({ name, message, status }) => (status === 501 ? t("presence.missing") : name === "NotAllowedError" ? t("account.unused") : message));
    button.disabled = false;
    if (!this.body.contains(form) && !this.problem.element.hidden) this.body.replaceChildren(form, privacyLink());
  }

  /** @param {import("./enrol.js").Wish} wish */
  async #check(wish) {
    const camera = await openCamera();
    const ending = (this.ending = new AbortController());
    try {
      if (!this.dialog.open) return;
      this.#stage(camera);
      for await (const event of checkPresence(camera, wish, ending.signal)) {
        if (event.type === "verdict") return await this.#verdict(event);
        this.#show(event);
      }
      await this.#verdict({ type: "verdict", outcome: "interrupted", level: null, checked_by: null, checked_at: null });
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      if (this.dialog.open) await this.#before();
    } finally {
      closeCamera(camera);
      this.ending = null;
    }
  }

  /** @param {MediaStream} camera */
  #stage(camera) {
    const video = h("video", { autoplay: true, muted: true, playsinline: true, "aria-hidden": "true" });
    video.muted = true;
    video.srcObject = camera;
    this.ring = h("div.circle", { "data-move": "look", "data-testid": "presence-ring" }, h("div.circle-face", {}, video), h("span.circle-light", { "aria-hidden": "true" }));
    this.say = h("p.move-say", { role: "status", "aria-live": "assertive", "data-testid": "presence-say" });
    this.hint = h("p.move-hint", { role: "status", "data-testid": "presence-hint" });
    this.steps = h("div.moves-done", { role: "progressbar", "aria-label": t("presence.moves"), "aria-valuemin": 0, "aria-valuenow": 0 });
    const stop = h("button.plain", { type: "button", "data-testid": "presence-stop", onclick: () => this.#end() }, t("presence.stop"));
    this.body.replaceChildren(h("div.moves", {}, this.ring, this.say, this.hint, this.steps, stop));
    setText(this.say, t("presence.connecting"));
    stop.focus();
  }

  /** @param {import("./enrol.js").State} state */
  #show({ instruction, done, all, hint }) {
    const words = MOVES[instruction] ?? instruction;
    if (this.ring.dataset.move !== instruction || this.say.textContent !== words) this.voice.say(words);
    this.ring.dataset.move = instruction;
    setText(this.say, words);
    setText(this.hint, hint ? HINTS[hint] : "");
    this.steps.replaceChildren(...Array.from({ length: all }, (_, i) => h("i", { "data-done": String(i < done) })));
    this.steps.setAttribute("aria-valuemax", String(all));
    this.steps.setAttribute("aria-valuenow", String(done));
    this.steps.setAttribute("aria-valuetext", t("presence.done", { done, all }));
  }

  /** @param {import("./enrol.js").Verdict} verdict */
  async #verdict({ outcome, checked_at: at }) {
    const passed = outcome === "passed";
    const waits = outcome === "waiting";
    const words = OUTCOMES[outcome] ?? outcome;
    const { tries_left: left } = await consent.presence();
    const go = waits ? h("button.plain", { type: "button", onclick: () => this.dialog.close() }, t("close")) : passed
      ? h("button.primary", { type: "button", "data-testid": "presence-on", onclick: () => (this.dialog.close(), this.on.done()) }, t("presence.on"))
      : h("button.primary", { type: "button", disabled: left === 0, "data-testid": "presence-again", onclick: () => this.problem.attempt(() => this.#before()) }, t("presence.again"));
    const title = h("h3.move-say", { tabindex: -1, "data-testid": "presence-verdict", "data-outcome": outcome }, passed ? t("presence.checked") : waits ? t("presence.almost") : t("presence.unchecked"));
    this.body.replaceChildren(h("div.moves", {}, h("div.circle.over", { "data-outcome": passed ? "passed" : "other" }, h("span.circle-mark", { "aria-hidden": "true" })), title,
      h("p", {}, words), !waits && h("p.hint", {}, passed && at ? t("presence.when", { when: moment(at) }) : t("presence.left_today", { n: left })), go));
    this.voice.say(`${title.textContent}. ${words}`);
    title.focus();
  }
}
