/** Who asks to show one, and clips that do: yes and no, stop, and taking back. */
import { consent } from "./consent.js";
import { h, nameLink, said, sureButton } from "./dom.js";
import { ago, length, moment, secondsNow } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const RUNNING = new Set(["queued", "live"]);
const PAGE = 200;
/** @type {Record<string, string>} */
const ANSWERED = { yes: t("ask.yes.said"), used: t("ask.used"), no: t("ask.no.said") };

/** Whether an ask waits for an answer. @param {import("./consent.js").Ask} ask */
const isOpen = ({ state, expires_at: end }) => state === "open" && end > secondsNow();

/** How long an ask waits still. Pure. @param {number} s */
const waits = (s) => (s > 3600 ? length(Math.round(s / 3600), "hour") : length(Math.max(1, Math.round(s / 60)), "minute"));

/** @param {string} who @param {(yes: boolean) => any} answer */
const yesOrNo = (who, answer) => h("div.yes-or-no", {}, h("button.plain", { type: "button", "data-testid": "ask-no", "aria-label": t("ask.no.name", { who }), onclick: () => answer(false) }, t("ask.no")),
  h("button.primary", { type: "button", "data-testid": "ask-yes", "aria-label": t("ask.yes.name", { who }), onclick: () => answer(true) }, t("ask.yes")));

export class UsesList {
  /** @param {{clip(id: string): void, profile(handle: string): void, act(deed: () => Promise<any>, words?: string): Promise<any>, me(): string}} on ``act`` does something, says it and shows all anew */
  constructor(on) {
    this.on = on;
    this.asks = h("ul.asks", { "data-testid": "asks" });
    this.uses = h("ul.asks", { "data-testid": "uses" });
    this.none = h("p.hint", {}, t("use.none"));
    this.earlier = h("button.plain", { type: "button", hidden: true }, t("use.earlier"));
    this.element = h("div", {}, this.asks, this.none, this.uses, this.earlier);
  }

  /** How many wait for an answer, or run. */
  async show() {
    const [asks, uses] = await Promise.all([consent.asks(), consent.uses()]);
    const open = asks.filter(isOpen);
    const over = asks.filter((one) => one.state === "yes" || one.state === "no").slice(0, 5);
    this.asks.replaceChildren(...open.map((one) => this.#ask(one)), ...over.map((one) => this.#answered(one)));
    this.uses.replaceChildren();
    this.#add(uses);
    this.none.hidden = asks.length + uses.length > 0;
    return open.length + uses.filter((one) => RUNNING.has(one.status) && !one.withheld).length;
  }

  /** @param {import("./consent.js").Use[]} uses */
  #add(uses) {
    this.uses.append(...uses.map((one) => this.#use(one)));
    this.earlier.hidden = uses.length < PAGE;
    this.earlier.onclick = () => this.on.act(() => consent.uses(uses[uses.length - 1].at).then((more) => this.#add(more)));
  }

  /** @param {string} handle */
  #who = (handle) => nameLink("notice-who", { handle }, this.on.profile);

  /** @param {import("./consent.js").Ask} ask */
  #ask({ id, by, text, expires_at: end }) {
    const answer = (/** @type {boolean} */ yes) => this.on.act(() => consent.answer(id, yes), yes ? t("ask.yes.said") : t("ask.no.said"));
    return h("li.ask", { "data-testid": "ask" }, h("p", {}, this.#who(by.handle), " ", t("ask.asks")), said("p.quote", {}, text), h("p.hint", {}, t("ask.waits", { time: waits(end - secondsNow()) })),
      yesOrNo(`@${by.handle}`, answer));
  }

  /** @param {import("./consent.js").Ask} ask */
  #answered({ by, text, state, at }) {
    return h("li.ask.over", {}, h("p", {}, this.#who(by.handle), " · ", ANSWERED[state], " · ", h("time", { title: moment(at) }, ago(at, secondsNow()))), said("p.quote", {}, text));
  }

  /** @param {import("./consent.js").Use} use */
  #use({ clip, by, via, at, status, withheld }) {
    const running = RUNNING.has(status) && !withheld;
    const own = by.handle === this.on.me();
    const how = { prompt: t("use.prompt"), remix: t("use.remix"), fork: t("use.fork"), steer: t("use.steer") }[via] ?? t("use.prompt");
    const state = withheld ? t("use.withheld") : status === "live" ? t("use.live") : status === "queued" ? t("use.queued") : t("use.done");
    return h("li.use", { "data-testid": "use", "data-clip": clip, "data-running": String(running), "data-withheld": String(withheld) },
      h("p", {}, this.#who(by.handle), " ", how), h("p.hint", {}, state, " · ", h("time", { title: moment(at) }, ago(at, secondsNow()))),
      running && stopButton(`@${by.handle}`, () => this.#withdraw("clip", clip)),
      !withheld && h("div.pair", {}, h("button.plain", { type: "button", "data-testid": "use-see", onclick: () => this.on.clip(clip) }, t("use.see")),
        !running && sureButton("button.plain", "use-back", t("use.back"), t("use.back.sure"), () => this.#withdraw("clip", clip)),
        !own && sureButton("button.plain", "use-person", t("use.person", { who: `@${by.handle}` }), t("use.person.sure", { who: `@${by.handle}` }), () => this.#withdraw("person", by.handle))));
  }

  /** @param {"clip" | "person"} what @param {string} subject */
  #withdraw(what, subject) {
    return this.on.act(() => consent.withdraw(what, subject), t("use.stopped"));
  }
}

/** @typedef {{deeds(notice: {kind: string, at: number, clip: string, actor: {id: string, handle: string}}, done: (words: string) => void): Element | null}} Decisions */

/** The big one. @param {string} who @param {() => any} stop */
export const stopButton = (who, stop) => h("button.stop-use", { type: "button", "data-testid": "use-stop", "aria-label": t("use.stop.name", { who }), onclick: stop }, icon("stop"), t("use.stop"));

/** Asks that wait for one's answer and clips that run, for who is told of them elsewhere. @returns {Promise<Decisions>} */
export async function openDecisions() {
  const [asks, uses] = await Promise.all([consent.asks(), consent.uses()]);
  const running = new Set(uses.filter((one) => RUNNING.has(one.status) && !one.withheld).map(({ clip }) => clip));
  return {
    /** Yes and no to the ask that a notice is of, a stop for the clip; null where neither waits. */
    deeds({ kind, at, clip, actor: { id, handle } }, done) {
      if (kind === "likeness_used") return running.has(clip) ? stopButton(`@${handle}`, () => consent.withdraw("clip", clip).then(() => done(t("use.stopped")), () => done(""))) : null;
      const ask = kind === "likeness_asked" && asks.find((one) => isOpen(one) && one.at === at && one.by.id === id);
      const answer = (/** @type {boolean} */ yes) => consent.answer(/** @type {any} */ (ask).id, yes).then(() => done(yes ? t("ask.yes.said") : t("ask.no.said")), () => done(""));
      return ask ? yesOrNo(`@${handle}`, answer) : null;
    },
  };
}
