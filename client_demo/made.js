/** Made by AI: which model drew a clip, of which words, out of which other clip, and what proves it. */
import { api } from "./api.js";
import { h, nameLink, said, setText } from "./dom.js";
import { facts } from "./format.js";
import { icon } from "./icons.js";
import { followed } from "./steering.js";

/** @typedef {import("./merge.js").Clip} Clip */

/** Whether a parent may be told by name; those that are not public have a hash for an id. Pure. @param {string} id */
export const isTold = (id) => !id.startsWith("hidden-");

/** What a clip came out of, in words. Pure. @param {Clip} clip */
export function origin({ parent, recipe }) {
  if (!parent) return "Nothing but these words";
  const kind = recipe?.kept ? `Its first ${recipe.kept} s are` : "It was drawn over";
  return isTold(parent) ? `${kind} another clip` : `${kind} a clip that is not public`;
}

export class MadeSheet {
  /** @param {{clip(clip: Clip): void, profile(handle: string): void, lineage(id: string): void}} on */
  constructor(on) {
    this.on = on;
    this.body = h("div.made-body");
    this.dialog = h("dialog.sheet.made", { "aria-labelledby": "made-title", "data-sheet": "made", "data-testid": "made", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, h("h2.sheet-title", { id: "made-title" }, "Made by AI"), h("button.round", { type: "button", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("close"))),
      h("p.made-claim", {}, "No camera saw this. A model drew every picture of it."), this.body);
    document.body.append(this.dialog);
  }

  /** @param {Clip} clip */
  open(clip) {
    this.clip = clip;
    this.body.replaceChildren(this.#words(clip), this.#source(clip), this.#model(clip), this.#papers(clip));
    this.dialog.showModal();
  }

  /** @param {Clip} clip */
  #words(clip) {
    const lines = followed(clip).map(({ text, at }) => h("li", {}, h("b", {}, at), " ", said("span", {}, text)));
    const author = nameLink("author", clip.author.handle, (name) => this.#leave(() => this.on.profile(name)));
    return part("Of these words", said("p.made-words", { "data-testid": "made-words" }, clip.text), h("p.made-by", {}, "by ", author), lines.length > 0 && h("ol.made-lines", { "aria-label": "Steered by its audience" }, ...lines));
  }

  /** @param {Clip} clip */
  #source(clip) {
    const words = h("p", { "data-testid": "made-origin" }, origin(clip));
    const section = part("Out of", words);
    if (!clip.parent || !isTold(clip.parent)) return section;
    section.append(h("button.plain", { type: "button", onclick: () => this.#leave(() => this.on.lineage(clip.id)) }, "Its whole family"));
    api.clip(clip.parent).then(({ clip: parent }) => this.clip === clip && words.replaceChildren(this.#parent(parent)), () => setText(words, `${origin(clip)}, which is gone`));
    return section;
  }

  /** @param {Clip} parent */
  #parent(parent) {
    const poster = parent.poster_url ? h("img", { src: parent.poster_url, alt: "" }) : h("span.no-poster");
    return h("button.leaf", { type: "button", "data-testid": "made-parent", onclick: () => this.#leave(() => this.on.clip(parent)) }, poster, h("span.leaf-words", {}, said("b", {}, parent.text), h("small", {}, `@${parent.author.handle}`)));
  }

  /** @param {Clip} clip */
  #model(clip) {
    const known = facts(clip).filter(([name]) => name !== "Views");
    const rows = known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
    return part("With", h("dl.facts", { "data-testid": "made-facts" }, ...rows), !clip.recipe && h("p.hint", {}, "The model and its seed are named once it is being drawn."));
  }

  /** @param {Clip} clip */
  #papers({ id, status, video_url }) {
    if (status !== "done" || !video_url) return part("Papers", h("p", {}, "They are signed when it is finished."));
    return part("Papers", h("p", {}, "The file carries all of this, signed (C2PA): who reads it knows that a model made it, and whether it was changed. To draw it again and compare:"),
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
