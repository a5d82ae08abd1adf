/** Somebody: what they say of themselves, what they made, and what one asks of them. */
import { api } from "./api.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { askTwice, h, refill, said, setText } from "./dom.js";
import { choose } from "./tabs.js";
import { fillGrid } from "./tiles.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const TABS = [["clips", t("profile.tab.clips")], ["remixes", t("remixes")], ["liked", t("profile.tab.liked")]];
/** What one finds of oneself: all that is one's own, and what one keeps. @type {[string, string][]} */
const OWN_TABS = [["own", t("profile.tab.clips")], ["drafts", t("profile.tab.drafts")], ["saved", t("profile.tab.saved")], ["liked", t("profile.tab.liked")], ["history", t("profile.tab.history")]];
/** @type {Record<string, string>} */
const NONE = { drafts: t("profile.none.drafts"), saved: t("profile.none.saved") };

export class ProfileDialog {
  /** @param {{clip(clip: any): void, me(): string, hid(): void, report(subject: import("./report.js").Subject): void, failed(error: any): void}} on */
  constructor(on) {
    this.on = on;
    this.title = h("h2.sheet-title");
    this.about = said("p.about");
    this.counts = h("p.hint.profile-counts", { "data-testid": "profile-counts" });
    this.deeds = h("div.profile-deeds");
    this.problem = new ErrorLine();
    this.tabs = h("div.profile-tabs", { role: "tablist", "aria-label": t("profile.made") });
    this.grid = h("ul.grid", { "data-testid": "profile-grid" });
    this.clear = h("button.plain.clear-history", { type: "button", "data-testid": "clear-history", hidden: true }, t("history.clear"));
    this.calm = askTwice(this.clear, t("history.clear.sure"), () => this.#forget());
    this.panel = h("div", { role: "tabpanel", id: "panel-made", "aria-label": t("profile.made") }, this.clear, this.grid);
    this.dialog = makeSheet("profile", {},
      sheetHead(this.title),
      this.about, this.counts, this.deeds, this.problem.element, this.tabs, this.panel);
    this.handle = "";
    this.which = "clips";
    this.mine = false;
  }

  /** @param {string} handle */
  async open(handle) {
    this.handle = handle;
    this.dialog.dataset.sheet = `@${handle}`;
    this.mine = handle === this.on.me();
    this.which = this.mine ? "own" : "clips";
    try {
      await this.#show();
      if (!this.dialog.open) this.dialog.showModal();
    } catch (error) {
      const gone = /** @type {any} */ (error).status === 404;
      this.on.failed(gone ? new Error(t("profile.nobody", { who: `@${handle}` })) : error);
    }
  }

  async #show() {
    const found = await api.profile(this.handle);
    this.problem.clear();
    setText(this.title, `@${found.person.handle}`);
    setText(this.about, found.about);
    this.about.hidden = !found.about;
    setText(this.counts, [t("profile.followers", { n: found.followers }), t("profile.following", { n: found.following }), t("profile.clips", { n: found.clips }), t("profile.likes", { n: found.likes }), found.mutual ? t("profile.mutual") : ""].filter(Boolean).join(" · "));
    refill(this.deeds, ...(found.person.handle === this.on.me() ? [] : [...this.#deeds(found.you), this.#report()]));
    const shown = this.mine ? OWN_TABS : TABS.filter(([which]) => which !== "liked" || found.shares_likes);
    refill(this.tabs, ...shown.map(([which, name]) => h("button.tab", { type: "button", role: "tab", "data-which": which, "data-testid": `profile-${which}`, onclick: () => this.#turn(which) }, name)));
    this.#mark();
    await this.#fill();
  }

  /** @param {string[]} you what one asks of them */
  #deeds(you) {
    /** @type {[string, string, string][]} */
    const all = [["follow", t("profile.follow"), t("profile.followed")], ["mute", t("profile.mute"), t("profile.muted")], ["block", t("profile.block"), t("profile.blocked")]];
    return all.map(([relation, off, on]) => {
      const is = you.includes(relation);
      const kind = relation === "follow" && !is ? "button.primary" : "button.plain";
      return h(kind, { type: "button", "aria-pressed": String(is), "data-testid": `profile-${relation}`, onclick: () => this.problem.attempt(() => this.#relate(relation, !is)) }, is ? on : off);
    });
  }

  #report() {
    return h("button.plain", { type: "button", "data-testid": "profile-report", onclick: () => this.on.report({ kind: "person", subject: this.handle, name: `@${this.handle}` }) }, t("report"));
  }

  /** @param {string} relation @param {boolean} on */
  async #relate(relation, on) {
    await api.relate(this.handle, relation, on);
    if (relation !== "follow") this.on.hid();
    await this.#show();
  }

  /** @param {string} which */
  #turn(which) {
    this.which = which;
    this.#mark();
    this.#fill().catch(this.on.failed);
  }

  #mark() {
    const tabs = [...this.tabs.children];
    choose(tabs, tabs.find((tab) => tab.dataset.which === this.which), this.panel);
  }

  async #fill() {
    const { which } = this;
    const { clips } = await (this.mine ? api.kept(which) : api.madeBy(this.handle, which));
    if (which !== this.which) return;
    const seen = this.mine && which === "history";
    this.clear.hidden = !seen || !clips.length;
    this.calm();
    fillGrid(this.grid, clips, (clip) => this.#go(clip), (this.mine && NONE[which]) || t("profile.none"), seen ? ({ id }) => this.#forget(id) : undefined);
  }

  /** @param {string} [id] */
  #forget(id) {
    api.clearHistory(id).then(() => this.#fill()).catch(this.on.failed);
  }

  /** @param {any} clip */
  #go(clip) {
    this.dialog.close();
    this.on.clip(clip);
  }
}
