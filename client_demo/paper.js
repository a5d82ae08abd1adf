/** A person of cut paper, drawn from a card: about so a model draws them. Pure but for the element. */
import { svg } from "./dom.js";

/** The inks that a card names, as the model has them. @type {Record<string, Record<string, string>>} */
export const INKS = {
  skin: { palest: "#fadcc4", pale: "#eec2a0", light: "#deaa7e", tan: "#c48a60", brown: "#9e6846", dark: "#7a4e34", darkest: "#58382a" },
  hair: { black: "#282028", "dark brown": "#4a3022", brown: "#764a2c", red: "#b05228", blond: "#deb468", grey: "#969296", white: "#e8e4e0" },
  colour: {
    red: "#de2c30", orange: "#f4801e", yellow: "#fcd438", green: "#3aa852", blue: "#2c68d8", purple: "#7e42be", pink: "#f880b2",
    white: "#f7f3e9", black: "#2e2a36", brown: "#7e5032", grey: "#9898a0", gold: "#ecb22e", turquoise: "#2cbabe",
  },
};

/** Hair behind the head, by its length. @type {Record<string, string>} */
const BEHIND = { medium: "M34 46q-2 34 6 40h40q8-6 6-40z", long: "M32 44q-4 52 4 66h48q8-14 4-66z", bun: "M48 20a12 12 0 1 1 24 0a12 12 0 1 1-24 0z", curly: "M28 52a15 15 0 0 1 8-26a24 24 0 0 1 48 0a15 15 0 0 1 8 26a14 14 0 0 1-14 22h-36a14 14 0 0 1-14-22z" };
/** Before the brow. */
const FRINGE = "M36 52q-2-29 24-29q26 0 24 29q-3-13-9-18q-16 6-30 0q-6 5-9 18z";
/** @type {Record<string, string>} */
const BEARDS = { beard: "M38 58q1 30 22 30t22-30q-6 10-14 9q-8-5-16 0q-8 1-14-9z", moustache: "M48 67q6-5 12-1q6-4 12 1q-6 4-12 1q-6 3-12-1z" };
/** @type {Record<string, string>} */
const HEADWEAR = {
  cap: "M36 40q2-20 24-20t24 20l14 4q-2 4-10 3l-52-3z", hat: "M42 32q0-20 18-20t18 20zM28 34q32-8 64 0q2 6-4 6q-28-6-56 0q-6 0-4-6z", beanie: "M36 42q0-24 24-24t24 24zM36 42h48v6H36z",
  helmet: "M32 48q-2-32 28-32t28 32l-6 2q-22-12-44 0z", crown: "M40 34l-3-20l11 9l12-13l12 13l11-9l-3 20z", headscarf: "M30 60q-6-44 30-44t30 44q2 30-10 40h-40q-12-10-10-40zM40 56q2 30 20 30t20-30q-2-24-20-24t-20 24z",
};
/** What is worn over the shoulders, in another tone. @type {Record<string, string>} */
const TRIM = { shirt: "M52 92l8 10l8-10l4 6l-12 14l-12-14zM59 112h2v38h-2z", suit: "M50 92l10 22l10-22l6 4l-16 40l-16-40z", coat: "M57 92h6v58h-6zM46 94l12 12v10zM74 94l-12 12v10z", apron: "M44 108h32v42H44zM48 92l4 16h-4zM72 92l-4 16h4z", dress: "M36 134h48v6H36z" };
/** Half the width of the shoulders. @type {Record<string, number>} */
const BUILDS = { slim: 27, medium: 33, stout: 42 };

/** @param {string | undefined} d @param {string} fill @param {Record<string, string>} [more] */
const cut = (d, fill, more = {}) => (d ? [svg("path", { d, fill, "fill-rule": "evenodd", ...more })] : []);

/** @param {number} half @param {string} colour */
const shoulders = (half, colour) => cut(`M${60 - half} 152q0-52 ${half - 10}-58h20q${half - 10} 6 ${half - 10} 58z`, colour);

/** @param {Record<string, string>} card what is not chosen yet is plain */
export function drawPaper(card) {
  const skin = INKS.skin[card.skin] ?? "#6b6470";
  const hair = card.length === "bald" ? "none" : (INKS.hair[card.hair] ?? "#4b4652");
  const covered = card.headwear === "headscarf";
  const colour = INKS.colour[card.colour] ?? INKS.colour.blue;
  const accent = INKS.colour[card.accent] ?? INKS.colour.black;
  const parts = [
    ...(covered ? [] : cut(BEHIND[card.length], hair)), ...shoulders(BUILDS[card.build] ?? 33, colour), ...cut("M51 78h18v16q-9 8-18 0z", skin), ...cut(TRIM[card.clothes], "rgb(255 255 255 / 0.3)"),
    svg("ellipse", { cx: 60, cy: 55, rx: 22, ry: 28, fill: skin }), svg("circle", { cx: 51, cy: 55, r: 2.4, fill: "#241c24" }), svg("circle", { cx: 69, cy: 55, r: 2.4, fill: "#241c24" }), ...cut("M52 71q8 6 16 0", "none", { stroke: "#241c24", "stroke-width": "2", "stroke-linecap": "round" }),
    ...(card.age === "old" ? cut("M42 62q3 3 3 7M78 62q-3 3-3 7M48 44q5-2 9 0M63 44q4-2 9 0", "none", { stroke: "rgb(40 28 30 / 0.4)", "stroke-width": "1.4" }) : []),
    ...cut(BEARDS[card.beard], hair === "none" ? "#4b4652" : hair), ...(covered || hair === "none" ? [] : cut(FRINGE, hair)),
    ...(card.glasses === "glasses" ? cut("M43 55a8 8 0 1 0 16 0a8 8 0 1 0-16 0zM61 55a8 8 0 1 0 16 0a8 8 0 1 0-16 0zM59 54h2", "rgb(255 255 255 / 0.18)", { stroke: accent, "stroke-width": "2.4" }) : []), ...cut(HEADWEAR[card.headwear], accent),
  ];
  return svg("svg", { class: "paper", viewBox: "0 0 120 150", "aria-hidden": "true" }, ...parts);
}
