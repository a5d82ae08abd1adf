/** One's likeness: how one is drawn, who may, who asks and who does, all of it in a ledger, and taking it back. */
import { api } from "./api.js";
import { CardForm } from "./cardform.js";
import { consent } from "./consent.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { askTwice, h, setText } from "./dom.js";
import { moment } from "./format.js";
import { entryWords } from "./ledger.js";
import { PeopleList, TermsForm } from "./lending.js";
import { surely } from "./passkeys.js";
import { loadStyles } from "./style.js";
import { choose } from "./tabs.js";
import { UsesList } from "./uses.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const TABS = [["card", t("likeness.card")], ["terms", t("likeness.terms")], ["uses", t("likeness.uses")], ["ledger", t("likeness.ledger")]];

export class LikenessSheet {
  /** @param {{presence(): void, clip(id: string): void, profile(handle: string): void, me(): string, account(): void}} on */
  constructor(on) {
    this.on = on;
    /** @type {import("./consent.js").Own | null} */
    this.own = null;
    this.which = "card";
    this.level = h("div.likeness-level", { "data-testid": "likeness-level" });
    this.problem = new ErrorLine({ "data-testid": "likeness-problem" });
    this.done = h("p.hint.likeness-done", { role: "status", "data-testid": "likeness-said" });
    this.form = new CardForm((card) => this.#lend({ card }));
    this.terms = new TermsForm((terms) => this.#lend({ terms }));
    const away = { clip: (/** @type {string} */ id) => (this.dialog.close(), on.clip(id)), profile: (/** @type {string} */ handle) => (this.dialog.close(), on.profile(handle)) };
    this.people = new PeopleList(away.profile);
    this.uses = new UsesList({ ...away, me: on.me, act: (deed, words) => this.#act(deed, words) });
    this.ledger = h("ol.ledger", { "data-testid": "ledger" });
    this.broken = h("p.answer", { hidden: true });
    /** @type {Record<string, Element[]>} */
    this.rooms = { card: [this.form.element], terms: [this.terms.element, this.people.element], uses: [this.uses.element], ledger: [h("p.hint", {}, t("ledger.hint")), this.broken, this.ledger] };
    this.#build();
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof LikenessSheet>[0]} on */
  static async load(on) {
    await loadStyles("choices.css", "likeness.css", "cardform.css");
    return new LikenessSheet(on);
  }

  #build() {
    this.tabs = h("div.profile-tabs", { role: "tablist", "aria-label": t("likeness.title") }, ...TABS.map(([which, name]) => h("button.tab", { type: "button", role: "tab", "data-which": which, "data-testid": `likeness-${which}`, onclick: () => this.#turn(which) }, name)));
    this.panel = h("div.likeness-panel", { role: "tabpanel", id: "panel-likeness", "aria-label": t("likeness.title") });
    const back = h("button.plain", { type: "button", "data-testid": "take-all-back" }, t("likeness.back"));
    const calm = askTwice(back, t("likeness.back.sure"), () => (calm(), this.#act(() => consent.withdraw("everything", ""), t("likeness.back.done"))));
    this.foot = h("div.likeness-foot", {}, back);
    this.dialog = makeSheet("likeness", {}, sheetHead(t("likeness.title")), this.level, this.tabs, this.problem.element, this.done, this.panel, this.foot);
  }

  /** @param {string} [which] */
  open(which) {
    if (this.dialog.open) return which && this.#turn(which); // what is being chosen in it stays
    this.which = which ?? "card";
    setText(this.done, "");
    this.panel.inert = true; // until it says what counts now
    this.problem.attempt(async () => {
      await this.#show();
      if (!which && this.waiting) this.#turn("uses");
    }).finally(() => (this.panel.inert = false));
    this.dialog.showModal();
  }

  /** @param {any} event of one's own topic */
  told(event) {
    if (this.dialog.open && event.notice?.kind?.startsWith("likeness_")) this.problem.attempt(() => this.#fill());
  }

  async #show() {
    const { kept } = await api.me();
    if (!kept) return this.#bare(t("presence.guest"), t("presence.guest.keep"), () => this.on.account());
    const [own, { verifier, checked }] = await Promise.all([consent.read(), consent.identity()]);
    this.own = own;
    this.#said(own);
    if (verifier && !checked) this.level.append(this.#verify(verifier));
    this.form.fill(own.choices, own.likeness.card);
    this.terms.fill(own);
    const unknown = own.likeness.level === "none" && !own.likeness.grant;
    this.tabs.hidden = this.panel.hidden = this.foot.hidden = unknown;
    if (unknown) return;
    await this.#fill();
  }

  /** Nothing is there yet but a first step. @param {string} words @param {string} name @param {() => void} go */
  #bare(words, name, go) {
    this.level.replaceChildren(h("p.presence-lead", {}, words), h("button.primary", { type: "button", "data-testid": "likeness-first", onclick: () => (this.dialog.close(), go()) }, name));
    this.tabs.hidden = this.panel.hidden = this.foot.hidden = true;
  }

  /** What was checked, and that it is no more than that. @param {import("./consent.js").Own} own */
  #said({ likeness: { level, checked_by: by, checked_at: at, grant } }) {
    if (level === "none" && !grant) return this.#bare(t("likeness.first"), t("presence.title"), () => this.on.presence());
    const checked = { verified: t("likeness.known", { by }), presence: t("likeness.checked"), none: t("likeness.unchecked") }[level] ?? level;
    const when = { verified: moment(at), presence: t("likeness.checked.when", { when: moment(at) }) }[level];
    const again = h("button.plain", { type: "button", "data-testid": "likeness-check", onclick: () => (this.dialog.close(), this.on.presence()) }, level === "none" ? t("presence.title") : t("likeness.again"));
    this.level.replaceChildren(h("div.likeness-checked", {}, h("div", {}, h("b", {}, checked), when && h("p.hint", {}, when)), again), ...(grant ? [] : [h("p.likeness-unlent", {}, t("likeness.unlent"))]));
    setText(this.terms.how, t("likeness.lent", { name: `@${this.on.me()}` }));
  }

  /** Leaves for who checks identities here, who sends the browser back to the account. @param {string} verifier */
  #verify(verifier) {
    const go = () => this.problem.attempt(() => surely(() => consent.checkIdentity()).then(({ url }) => location.assign(url)));
    return h("div.likeness-verify", {}, h("button.plain", { type: "button", "data-testid": "likeness-verify", onclick: go }, t("likeness.verify", { verifier })), h("p.hint", {}, t("likeness.verify.hint")));
  }

  async #fill() {
    this.waiting = await this.uses.show();
    const tab = /** @type {HTMLElement} */ (this.tabs.querySelector('[data-which="uses"]'));
    setText(tab, this.waiting ? t("likeness.uses.waiting", { n: this.waiting }) : t("likeness.uses"));
    await Promise.all([this.people.show(), this.#tell()]);
    this.#mark();
  }

  async #tell() {
    const { entries, broken } = await consent.ledger();
    this.broken.hidden = broken === null;
    setText(this.broken, broken === null ? "" : t("ledger.broken", { seq: String(broken) }));
    this.ledger.replaceChildren(...entries.toReversed().map((one) => h("li", { "data-seq": one.seq }, h("span", {}, entryWords(one, this.own?.categories ?? [])), h("time", {}, moment(one.at)))));
  }

  /** @param {string} which */
  #turn(which) {
    if (which !== this.which) setText(this.done, "");
    this.which = which;
    this.#mark();
  }

  #mark() {
    const tabs = /** @type {HTMLElement[]} */ ([...this.tabs.children]);
    choose(tabs, tabs.find((tab) => tab.dataset.which === this.which), this.panel);
    const room = this.rooms[this.which];
    if (this.panel.firstElementChild === room[0]) return;
    this.panel.replaceChildren(...room);
    this.panel.scrollTop = 0; // each begins at its beginning
  }

  /** @param {{card?: Record<string, string>, terms?: import("./consent.js").Terms}} change */
  async #lend(change) {
    const before = this.own?.likeness;
    const card = change.card ?? before?.card;
    if (!card) {
      this.#turn("card");
      return this.problem.show(t("likeness.cardfirst"));
    }
    await this.#act(() => surely(() => consent.lend({ card, terms: change.terms ?? /** @type {any} */ (before).terms })), change.card ? t("likeness.card.saved") : t("likeness.terms.saved"));
  }

  /** Does something, says it, and shows all anew. @param {() => Promise<any>} deed @param {string} [words] */
  async #act(deed, words) {
    setText(this.done, "");
    await this.problem.attempt(async () => {
      await deed();
      if (!words) return;
      await this.#show();
      setText(this.done, words);
      if (!this.dialog.contains(document.activeElement)) this.dialog.querySelector('[aria-selected="true"]')?.focus();
    });
  }
}
