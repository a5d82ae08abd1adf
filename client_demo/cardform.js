/** How one is drawn: a card of chips, and the paper person that they make. */
import { pick } from "./choices.js";
import { h } from "./dom.js";
import { drawPaper, INKS } from "./paper.js";
import { t } from "./words.js";

/** What is chosen, in the order of the eye. @type {[string, string][]} */
const FIELDS = [
  ["figure", t("card.figure")], ["age", t("card.age")], ["build", t("card.build")], ["skin", t("card.skin")], ["length", t("card.length")], ["hair", t("card.hair")],
  ["beard", t("card.beard")], ["glasses", t("card.glasses")], ["headwear", t("card.headwear")], ["accent", t("card.accent")], ["clothes", t("card.clothes")], ["colour", t("card.colour")],
];
/** What is drawn where nothing was chosen, as the server has it. @type {Record<string, string>} */
const PLAIN = { clothes: "t-shirt", colour: "blue", glasses: "none", beard: "none", headwear: "none", accent: "black", age: "adult", build: "medium" };
/** @type {Record<string, string>} */
const COLOURS = {
  red: t("ink.red"), orange: t("ink.orange"), yellow: t("ink.yellow"), green: t("ink.green"), blue: t("ink.blue"), purple: t("ink.purple"), pink: t("ink.pink"),
  white: t("ink.white"), black: t("ink.black"), brown: t("ink.brown"), grey: t("ink.grey"), gold: t("ink.gold"), turquoise: t("ink.turquoise"),
};
/** @type {Record<string, Record<string, string>>} */
export const VALUES = {
  figure: { man: t("card.man"), woman: t("card.woman") },
  age: { adult: t("card.adult"), old: t("card.old") },
  build: { slim: t("card.slim"), medium: t("card.middling"), stout: t("card.stout") },
  skin: { palest: t("skin.palest"), pale: t("skin.pale"), light: t("skin.light"), tan: t("skin.tan"), brown: t("skin.brown"), dark: t("skin.dark"), darkest: t("skin.darkest") },
  hair: { black: t("hair.black"), "dark brown": t("hair.darkbrown"), brown: t("hair.brown"), red: t("hair.red"), blond: t("hair.blond"), grey: t("hair.grey"), white: t("hair.white") },
  length: { bald: t("hair.bald"), short: t("hair.short"), medium: t("hair.medium"), long: t("hair.long"), bun: t("hair.bun"), curly: t("hair.curly") },
  beard: { none: t("card.none"), moustache: t("card.moustache"), beard: t("card.full") },
  glasses: { none: t("card.none"), glasses: t("card.worn") },
  headwear: { none: t("card.none"), cap: t("card.cap"), hat: t("card.hat"), beanie: t("card.beanie"), helmet: t("card.helmet"), crown: t("card.crown"), headscarf: t("card.headscarf") },
  clothes: { "t-shirt": t("card.tshirt"), shirt: t("card.shirt"), dress: t("card.dress"), suit: t("card.suit"), coat: t("card.coat"), apron: t("card.apron") },
  colour: COLOURS,
  accent: COLOURS,
};
const SWATCHES = { ...INKS, accent: INKS.colour };

/** One choice: a swatch where it is a colour. @param {string} field @param {string} value @param {boolean} checked */
function choice(field, value, checked) {
  const words = VALUES[field]?.[value] ?? value;
  const ink = /** @type {Record<string, Record<string, string>>} */ (SWATCHES)[field]?.[value];
  const shown = ink ? h("span.swatch", { title: words }) : h("span.choice", {}, words);
  if (ink) shown.style.background = ink;
  return pick({ type: "radio", name: field, value, checked, required: true, "aria-label": words, "data-testid": `card-${field}-${value.replaceAll(" ", "-")}` }, shown);
}

export class CardForm {
  /** @param {(card: Record<string, string>) => Promise<any>} save */
  constructor(save) {
    this.picture = h("div.paper-box");
    this.fields = h("div.card-fields");
    const said = h("figure.paper-figure", {}, this.picture, h("figcaption", {}, t("card.about")));
    const button = h("button.primary", { type: "submit", "data-testid": "card-save" }, t("card.save"));
    this.element = h("form.card-form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), save(this.card)), onchange: () => this.#draw() },
      h("div.card-both", {}, said, this.fields), h("div.finish", {}, h("p.hint", {}, t("card.hint")), button));
  }

  get card() {
    return /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(this.element)));
  }

  /** @param {Record<string, string[]>} choices @param {Record<string, string> | null} card */
  fill(choices, card) {
    const chosen = card ?? PLAIN;
    const shown = FIELDS.filter(([field]) => choices[field]);
    this.fields.replaceChildren(...shown.map(([field, name]) => h("fieldset.card-field", { "data-field": field }, h("legend", {}, name), ...choices[field].map((value) => choice(field, value, chosen[field] === value)))));
    this.#draw();
  }

  #draw() {
    this.picture.replaceChildren(drawPaper(this.card));
  }
}
