/** Made by AI: which model drew a clip, of which words, out of which other clip, and what proves it. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h, nameLink, said, setText } from "./dom.js";
import { facts, length } from "./format.js";
import { followed } from "./steering.js";
import { parts, t } from "./words.js";

/** @typedef {import("./merge.js").Clip} Clip */

/** Whether a parent may be told by name; those that are not public have a hash for an id. Pure. @param {string} id */
export const isTold = (id) => !id.startsWith("hidden-");

/** What a clip came out of, in words. Pure. @param {Clip} clip */
export function origin({ parent, recipe }) {
  if (!parent) return t("made.words.only");
  if (recipe?.kept) return isTold(parent) ? t("made.kept", { time: length(recipe.kept) }) : t("made.kept.hidden", { time: length(recipe.kept) });
  return isTold(parent) ? t("made.over") : t("made.over.hidden");
}

/** What became of the ten people, by its state or why it ended. @type {Record<string, () => string>} */
const REACH = {
  owed: () => t("made.ten.owed"),
  reached: () => t("made.ten.reached"),
  not_public: () => t("made.ten.not_public"),
  withheld: () => t("made.ten.withheld"),
  not_drawn: () => t("made.ten.not_drawn"),
  nobody_here: () => t("made.ten.nobody_here"),
  passed_by: () => t("made.ten.passed_by"),
  late: () => t("made.ten.late"),
};

export class MadeSheet {
  /** @param {{clip(clip: Clip): void, profile(handle: string): void, lineage(id: string): void}} on */
  constructor(on) {
    this.on = on;
    this.body = h("div.made-body");
    this.dialog = makeSheet("made", {},
      sheetHead(t("made.title")),
      h("p.made-claim", {}, t("made.claim")), this.body);
  }

  /** @param {Clip} clip @param {boolean} [mine] */
  open(clip, mine = false) {
    this.clip = clip;
    this.body.replaceChildren(this.#words(clip), this.#source(clip), this.#model(clip), this.#papers(clip));
    if (mine) this.#reach(clip);
    this.dialog.showModal();
  }

  /** How many of the people that are promised to one's clip it has reached. @param {Clip} clip */
  async #reach(clip) {
    const found = await api.call("GET", `/v1/clips/${encodeURIComponent(clip.id)}/reach`).catch(() => null);
    if (!found || found.state === "past" || this.clip !== clip) return;
    const { reached: n, promised, state, reason } = found;
    const words = h("p", { "data-testid": "made-reach" }, h("b", {}, t("made.ten.count", { n, promised })), " ", REACH[reason ?? state]?.() ?? "");
    this.body.append(part(t("made.ten"), words));
  }

  /** @param {Clip} clip */
  #words(clip) {
    const lines = followed(clip).map(({ text, at }) => h("li", {}, h("b", {}, at), " ", said("span", {}, text)));
    const author = nameLink("author", clip.author, (name) => this.#leave(() => this.on.profile(name)));
    return part(t("made.words"), said("p.made-words", { "data-testid": "made-words" }, clip.text), h("p.made-by", {}, ...parts("made.by", { author })), lines.length > 0 && h("ol.made-lines", { "aria-label": t("steer.lines") }, ...lines));
  }

  /** @param {Clip} clip */
  #source(clip) {
    const words = h("p", { "data-testid": "made-origin" }, origin(clip));
    const section = part(t("made.source"), words);
    if (!clip.parent || !isTold(clip.parent)) return section;
    section.append(h("button.plain", { type: "button", onclick: () => this.#leave(() => this.on.lineage(clip.id)) }, t("made.family")));
    api.clip(clip.parent).then(({ clip: parent }) => this.clip === clip && words.replaceChildren(this.#parent(parent)), () => setText(words, t("made.gone", { origin: origin(clip) })));
    return section;
  }

  /** @param {Clip} parent */
  #parent(parent) {
    const poster = parent.poster_url ? h("img", { src: parent.poster_url, alt: "" }) : h("span.no-poster");
    return h("button.leaf", { type: "button", "data-testid": "made-parent", onclick: () => this.#leave(() => this.on.clip(parent)) }, poster, h("span.leaf-words", {}, said("b", {}, parent.text), h("small", {}, `@${parent.author.handle}`)));
  }

  /** @param {Clip} clip */
  #model(clip) {
    const known = facts(clip).filter(([name]) => name !== t("fact.views"));
    const rows = known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
    return part(t("made.with"), h("dl.facts", { "data-testid": "made-facts" }, ...rows), !clip.recipe && h("p.hint", {}, t("made.later")));
  }

  /** @param {Clip} clip */
  #papers({ id, status, video_url }) {
    if (status !== "done" || !video_url) return part(t("made.papers"), h("p", {}, t("made.papers.later")));
    return part(t("made.papers"), h("p", {}, t("made.papers.words")),
      h("code.made-check", { "data-testid": "made-check" }, `phosphene verify ${location.origin}/v1/clips/${id}`));
  }

  /** @param {() => void} deed what comes instead of the sheet */
  #leave(deed) {
    this.dialog.close();
    deed();
  }
}

/** @param {string} title @param {...(Node | false)} content @returns {HTMLElement} */
const part = (title, ...content) => h("section.made-part", {}, h("h3", {}, title), ...content);
