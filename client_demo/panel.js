/** The side panel (a drawer on a phone): the clip's comments and its family. */
import { api } from "./api.js";
import { Comments } from "./comments.js";
import { h, roomy, setText } from "./dom.js";
import { facts } from "./format.js";
import { icon } from "./icons.js";
import { family, gallery, tree } from "./lineage.js";
import { choose } from "./tabs.js";
import { t } from "./words.js";

/** @typedef {"comments" | "lineage"} Tab */

export class Panel {
  /**
   * @param {HTMLElement} element the aside
   * @param {import("./state.js").Store} store
   * @param {{comment(id: string, text: string, key: string, parent: string | null): void, failed(error: unknown): void, profile(handle: string): void, report(subject: import("./report.js").Subject): void, go(clip: any): void}} listener
   */
  constructor(element, store, listener) {
    this.element = element;
    this.store = store;
    this.listener = listener;
    /** @type {string | null} */
    this.id = null;
    /** @type {Tab} */
    this.tab = "comments";
    this.comments = new Comments(store, listener);
    this.lineage = h("div.family", { role: "tabpanel", id: "panel-lineage", "aria-label": t("lineage.title"), "data-testid": "lineage-tree" });
    this.tree = h("div");
    this.facts = h("dl.facts", { "data-testid": "facts" });
    this.tabs = { comments: this.#tab("comments", t("comments.title")), lineage: this.#tab("lineage", t("lineage.title")) };
    this.close = h("button.round", { type: "button", "aria-label": t("close"), "data-testid": "panel-close", onclick: () => this.setOpen(false) }, icon("close"));
    const bar = h("div.tabs", { role: "tablist", "aria-label": t("panel.about") }, this.tabs.comments, this.tabs.lineage);
    /** @type {"tree" | "grid"} how its family is shown */
    this.view = "tree";
    this.views = { tree: this.#view("tree", t("lineage.family")), grid: this.#view("grid", t("remixes")) };
    this.lineage.append(h("div.kin-views", { role: "group", "aria-label": t("lineage.as") }, this.views.tree, this.views.grid), this.tree, this.facts);
    element.append(h("div.head", {}, bar, this.close), this.comments.element, this.lineage);
    store.listeners.add((id, entry, before) => id === this.id && this.#changed(entry, before));
    this.#select("comments");
    document.addEventListener("focusin", (event) => this.#uncover(event));
    element.hidden = true; // until there is a clip to speak of
    this.setOpen(roomy.matches, { focus: false });
  }

  /** @param {Tab} tab @param {string} label */
  #tab(tab, label) {
    return h("button.tab", { type: "button", role: "tab", "data-testid": `tab-${tab}`, onclick: () => this.#select(tab) }, label);
  }

  /** @param {"tree" | "grid"} view @param {string} label */
  #view(view, label) {
    return h("button.chip", { type: "button", "aria-pressed": String(view === this.view), "data-testid": `kin-${view}`, onclick: () => this.#look(view) }, label);
  }

  /** @param {"tree" | "grid"} view */
  #look(view) {
    this.view = view;
    for (const [name, button] of Object.entries(this.views)) button.setAttribute("aria-pressed", String(name === view));
    this.#grow();
  }

  get open() {
    return this.element.dataset.open === "true";
  }

  /** @param {boolean} open @param {{focus?: boolean}} [options] */
  setOpen(open, { focus = true } = {}) {
    if (open && focus) this.back = /** @type {HTMLElement | null} */ (document.activeElement);
    this.element.dataset.open = String(open);
    this.element.inert = !open;
    document.documentElement.dataset.panel = String(open);
    if (open) this.#fill();
    if (!open && focus) this.back?.focus({ preventScroll: true });
    if (open && focus) this.tabs[this.tab].focus({ preventScroll: true });
  }

  /** Opens on a tab; the same tab again closes. @param {Tab} tab */
  toggle(tab) {
    if (this.open && this.tab === tab) return this.setOpen(false);
    this.openTab(tab);
  }

  /** @param {Tab} tab */
  openTab(tab) {
    this.#select(tab);
    this.setOpen(true);
    if (tab === "comments" && matchMedia("(hover: hover)").matches) this.comments.input.focus({ preventScroll: true });
  }

  /** By its key: what is open is gone to first, and closed from within. @param {Tab} tab */
  reach(tab) {
    if (this.open && this.tab === tab && !this.element.contains(document.activeElement)) this.setOpen(false, { focus: false });
    this.toggle(tab);
    if (this.open && tab === "comments") this.comments.input.focus({ preventScroll: true }); // who has keys can write, also on a phone
  }

  /** A drawer lies over the page, and would cover what has the focus. @param {FocusEvent} event */
  #uncover({ target }) {
    const within = !(target instanceof Element) || this.element.contains(target) || target.closest("dialog");
    const byKeys = !within && target.matches(":focus-visible"); // a tap beside closes it by itself, and does nothing else
    if (this.open && byKeys && !roomy.matches) this.setOpen(false, { focus: false });
  }

  /** @param {string | null} id the clip before the person */
  show(id) {
    this.id = id;
    this.element.hidden = id === null;
    if (this.open) this.#fill();
  }

  /** @param {Tab} tab */
  #select(tab) {
    this.tab = tab;
    this.element.dataset.sheet = tab;
    this.comments.element.hidden = tab !== "comments";
    this.lineage.hidden = tab !== "lineage";
    choose(Object.values(this.tabs), this.tabs[tab], tab === "comments" ? this.comments.element : this.lineage);
    if (this.open) this.#fill();
  }

  #fill() {
    const entry = this.id ? this.store.get(this.id) : undefined;
    if (!entry) return;
    this.#about(entry);
    this.comments.show(this.id);
    if (this.tab === "lineage" && this.grown !== this.id) this.#grow();
  }

  /** @param {import("./merge.js").Entry} entry */
  #about({ clip }) {
    this.facts.replaceChildren(...facts(clip).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
    setText(this.tabs.comments, clip.counts.comments ? t("comments.counted", { n: clip.counts.comments }) : t("comments.title"));
    this.tabs.lineage.dataset.kin = String(Boolean(clip.parent) || clip.counts.remixes > 0);
  }

  /** @param {import("./merge.js").Entry} entry @param {import("./merge.js").Entry | undefined} before */
  #changed(entry, before) {
    if (!this.open) return;
    this.#about(entry);
    this.comments.render();
    const grew = entry.clip.counts.remixes !== before?.clip.counts.remixes;
    if (this.tab === "lineage" && grew) this.#grow();
  }

  async #grow() {
    const { id } = this;
    if (!id) return;
    this.grown = id;
    try {
      if (this.view === "grid") return await this.#gallery(id);
      const { clips } = await api.lineage(id);
      if (id !== this.id || this.view !== "tree") return;
      const alone = clips.length < 2 && h("p.none", {}, t("lineage.alone"));
      this.tree.replaceChildren(family(tree(clips), id, this.listener.go), ...(alone ? [alone] : []));
    } catch (error) {
      this.grown = null;
      this.listener.failed(error);
    }
  }

  /** @param {string} id */
  async #gallery(id) {
    const { clips } = await api.remixes(id);
    const base = this.store.get(id)?.clip;
    if (id === this.id && this.view === "grid" && base) this.tree.replaceChildren(gallery(base, clips, this.listener.go));
  }

  /** The line is back: a tree that could not be had is asked for again. */
  comeBack() {
    if (this.open) this.#fill();
  }
}
