/** Somebody: what they say of themselves, what they made, and what one asks of them. */
import { AboutForm } from "./about.js";
import { api } from "./api.js";
import { ErrorLine, makeSheet, sheetHead } from "./dialog.js";
import { askTwice, h, nameLink, refill, said, setText } from "./dom.js";
import { clearHistory } from "./history.js";
import { loadStyles } from "./style.js";
import { choose } from "./tabs.js";
import { fillGrid } from "./tiles.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const TABS = [["clips", t("profile.tab.clips")], ["remixes", t("remixes")], ["liked", t("profile.tab.liked")]];
/** What one finds of oneself: all that is one's own, and what one keeps. @type {[string, string][]} */
const OWN_TABS = [["own", t("profile.tab.clips")], ["drafts", t("profile.tab.drafts")], ["saved", t("profile.tab.saved")], ["liked", t("profile.tab.liked")], ["history", t("profile.tab.history")]];
/** @type {Record<string, string>} */
const NONE = { drafts: t("profile.none.drafts"), saved: t("profile.none.saved") };
/** Lists of people, the last two of oneself only. @type {Record<string, string>} */
const PEOPLE = { followers: t("profile.list.followers"), following: t("profile.list.following"), blocked: t("profile.list.blocked"), muted: t("profile.list.muted") };

export class ProfileDialog {
  /** @param {{clip(clip: any): void, me(): string, hid(): void, report(subject: import("./report.js").Subject): void, failed(error: any): void}} on */
  constructor(on) {
    this.on = on;
    this.title = h("h2.sheet-title");
    this.about = said("p.about");
    this.portrait = h("img.portrait", { alt: "", "data-testid": "portrait" });
    this.counts = h("p.hint.profile-counts", { "data-testid": "profile-counts" });
    this.own = new AboutForm(() => this.#show());
    this.deeds = h("div.profile-deeds");
    this.problem = new ErrorLine();
    this.tabs = h("div.profile-tabs", { role: "tablist", "aria-label": t("profile.made") });
    this.grid = h("ul.grid", { "data-testid": "profile-grid" });
    this.clear = h("button.plain.clear-history", { type: "button", "data-testid": "clear-history", hidden: true }, t("history.clear"));
    this.calm = askTwice(this.clear, t("history.clear.sure"), () => this.#forget());
    this.panel = h("div", { role: "tabpanel", id: "panel-made", "aria-label": t("profile.made") }, this.clear, this.grid);
    this.dialog = makeSheet("profile", {},
      sheetHead(this.title),
      h("div.profile-who", {}, this.portrait, h("div", {}, this.about, this.counts)), this.deeds, this.own.element, this.problem.element, this.tabs, this.panel);
    this.handle = "";
    /** What the server calls them: their handle, or ~ and their id. */
    this.name = "";
    this.id = "";
    this.which = "clips";
    this.mine = false;
  }

  /** The sheet with its looks. @param {ConstructorParameters<typeof ProfileDialog>[0]} on */
  static async load(on) {
    await loadStyles("profile.css");
    return new ProfileDialog(on);
  }

  /** @param {string} key of somebody, as `keyOf` makes it, or their handle */
  async open(key) {
    const [handle, id = ""] = key.split("~");
    this.handle = handle;
    this.id = id;
    this.name = handle;
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

  /** Whoever has no name of their own is found by their id. */
  async #find() {
    const named = await api.profile(this.name).catch((error) => {
      if (error.status === 404 && this.id) return null;
      throw error;
    });
    if (named && (!this.id || named.person.id === this.id)) return named;
    this.name = `~${this.id}`;
    return api.profile(this.name);
  }

  async #show() {
    const found = await this.#find();
    this.problem.clear();
    setText(this.title, `@${found.person.handle}`);
    setText(this.about, found.about);
    this.about.hidden = !found.about;
    this.portrait.hidden = !found.portrait;
    if (found.portrait) this.portrait.src = `/v1/clips/${encodeURIComponent(found.portrait)}/poster.jpg`;
    refill(this.counts, this.#list("followers", t("profile.followers", { n: found.followers })), this.#list("following", t("profile.following", { n: found.following })),
      h("span", {}, [t("profile.clips", { n: found.clips }), t("profile.likes", { n: found.likes }), found.mutual ? t("profile.mutual") : ""].filter(Boolean).join(" · ")));
    this.own.element.hidden = !this.mine || !found.kept;
    if (this.mine) this.own.fill(found, (await api.kept("own")).clips);
    refill(this.deeds, ...(this.mine ? [this.#list("blocked", PEOPLE.blocked), this.#list("muted", PEOPLE.muted)] : [...this.#deeds(found.you), this.#report()]));
    const shown = this.mine ? OWN_TABS : TABS.filter(([which]) => which !== "liked" || found.shares_likes);
    refill(this.tabs, ...shown.map(([which, name]) => h("button.tab", { type: "button", role: "tab", "data-which": which, "data-testid": `profile-${which}`, onclick: () => this.#turn(which) }, name)));
    this.#mark();
    await this.#fill();
  }

  /** Leads to a list of people. @param {string} which @param {string} name */
  #list(which, name) {
    return h("button.link", { type: "button", "data-testid": `profile-${which}`, onclick: () => this.#turn(which) }, name);
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
    return h("button.plain", { type: "button", "data-testid": "profile-report", onclick: () => this.on.report({ kind: "person", subject: this.name, name: `@${this.handle}` }) }, t("report"));
  }

  /** @param {string} relation @param {boolean} on */
  async #relate(relation, on) {
    await api.relate(this.name, relation, on);
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
    if (PEOPLE[which]) return this.#people(which);
    const { clips } = await (this.mine ? api.kept(which) : api.madeBy(this.name, which));
    if (which !== this.which) return;
    const seen = this.mine && which === "history";
    this.clear.hidden = !seen || !clips.length;
    this.calm();
    fillGrid(this.grid, clips, (clip) => this.#go(clip), (this.mine && NONE[which]) || t("profile.none"), seen ? ({ id }) => this.#forget(id) : undefined);
  }

  /** @param {string} which */
  async #people(which) {
    const own = which === "blocked" || which === "muted";
    const { people } = await (own ? api.ownList(which) : api.peopleOf(this.name, which));
    if (which !== this.which) return;
    this.clear.hidden = true;
    const go = (/** @type {string} */ key) => this.open(key);
    refill(this.grid, h("li.nothing", {}, h("h3.list-title", {}, PEOPLE[which])), ...people.map((/** @type {any} */ person) => h("li.nothing", {}, nameLink("name", person, go, { "data-testid": "profile-person" }))));
    if (!people.length) this.grid.append(h("li.hint.nothing", {}, t("profile.list.none")));
  }

  /** @param {string} [id] */
  #forget(id) {
    clearHistory(id).then(() => this.#fill()).catch(this.on.failed);
  }

  /** @param {any} clip */
  #go(clip) {
    this.dialog.close();
    this.on.clip(clip);
  }
}
