/** Example prompts made of the words that the model knows, said so that it reads them as meant. */
import { nameOf, thingOf } from "./names.js";
import { LANGUAGE, t } from "./words.js";

/** @typedef {Record<string, string[]>} Slots */

/** @type {Record<string, string>} */
const PLACES = {
  hills: t("say.place.hills"), sea: t("say.place.sea"), desert: t("say.place.desert"),
  mountains: t("say.place.mountains"), forest: t("say.place.forest"), city: t("say.place.city"),
  clouds: t("say.place.clouds"), underwater: t("say.place.underwater"), beach: t("say.place.beach"),
  lake: t("say.place.lake"), farm: t("say.place.farm"), garden: t("say.place.garden"),
  snow: t("say.place.snow"), volcano: t("say.place.volcano"), waterfall: t("say.place.waterfall"),
  campsite: t("say.place.campsite"), cemetery: t("say.place.cemetery"), street: t("say.place.street"),
  railway: t("say.place.railway"), bridge: t("say.place.bridge"), castle: t("say.place.castle"),
  stadium: t("say.place.stadium"), park: t("say.place.park"), room: t("say.place.room"),
  kitchen: t("say.place.kitchen"), shop: t("say.place.shop"), stage: t("say.place.stage"),
  cave: t("say.place.cave"), space: t("say.place.space"),
};
/** Where no weather comes. */
const SHELTERED = new Set(["underwater", "room", "kitchen", "shop", "stage", "cave", "space"]);
/** @type {Record<string, string>} */
const TIMES = {
  day: "", sunset: t("say.time.sunset"), night: t("say.time.night"), dawn: t("say.time.dawn"),
};
/** @type {Record<string, string>} */
const MOTIONS = {
  right: t("say.motion.right"), left: t("say.motion.left"), float: t("say.motion.float"),
  sway: t("say.motion.sway"), hop: t("say.motion.hop"), circle: t("say.motion.circle"),
};
/** @type {Record<string, string>} */
const WEATHERS = {
  clear: "", snow: t("say.weather.snow"), rain: t("say.weather.rain"), fog: t("say.weather.fog"),
  storm: t("say.weather.storm"), leaves: t("say.weather.leaves"), fireworks: t("say.weather.fireworks"),
};
/** @type {Record<string, string>} */
const CAMERAS = {
  closer: t("say.camera.closer"), away: t("say.camera.away"), up: t("say.camera.up"),
  down: t("say.camera.down"),
};
/** Who else is there. @type {Record<string, (thing: string) => string>} */
const COMPANY = {
  watching: (thing) => t("say.with.watching", { thing }),
  chasing: (thing) => t("say.with.chasing", { thing }),
  beside: (thing) => t("say.with.beside", { thing }),
};
/** Colours whose words are the same of everything in every language of the page. */
const PLAIN = new Set(["red", "orange", "yellow", "pink"]);
/** @type {Record<string, string>} */
const PLURALS = { butterfly: "butterflies", fox: "foxes", fish: "fish", jellyfish: "jellyfish", deer: "deer", octopus: "octopuses" };
/** Things that do not go well together, so that examples charm. */
const ODD = {
  hop: ["whale", "sailboat", "balloon", "rocket", "jellyfish", "fish", "snail", "octopus", "airplane", "elephant"],
  circle: ["sailboat", "cat", "fox", "rabbit", "turtle", "snail", "bear", "elephant", "penguin", "frog", "deer"],
};

/** @template T @param {readonly T[]} items @param {() => number} random */
const pick = (items, random) => items[Math.floor(random() * items.length)];

/**
 * One sentence a person might type.
 * @param {Slots} slots @param {() => number} random
 */
export function suggestion(slots, random) {
  const take = (/** @type {string} */ slot) => pick(slots[slot] ?? [""], random) ?? "";
  const [colour, subject, place, time] = ["colour", "subject", "place", "time"].map(take);
  const motions = (slots.motion ?? []).filter((motion) => !(/** @type {any} */ (ODD)[motion] ?? []).includes(subject));
  const other = subject && random() < 0.25 ? take("other").replace("nothing", "") : "";
  const motion = !other && random() < 0.6 ? (pick(motions, random) ?? "") : "";
  const weather = !SHELTERED.has(place) && random() < 0.25 ? take("weather") : "";
  const camera = random() < 0.12 ? (CAMERAS[take("camera")] ?? "") : "";
  const who = LANGUAGE === "en" ? inEnglish(subject, colour, other, take, random) : named(subject, colour);
  const relation = other && take("relation");
  const thing = other && (LANGUAGE === "en" ? one(`${take("other_colour")} ${other}`.trim()) : named(other, take("other_colour")));
  const company = other && (COMPANY[relation]?.(thing) ?? `${relation} ${thing}`);
  const said = [who, company, MOTIONS[motion] ?? motion, PLACES[place] ?? place, WEATHERS[weather] ?? weather, TIMES[time] ?? time];
  return [said.filter(Boolean).join(" "), camera].filter(Boolean).join(", ");
}

/** Who it is about, as English says it. @param {string} subject @param {string} colour @param {string} other @param {(slot: string) => string} take @param {() => number} random */
function inEnglish(subject, colour, other, take, random) {
  const size = random() < 0.2 ? take("size").replace("medium", "") : "";
  const count = !other && random() < 0.2 ? take("count").replace("one", "") : "";
  const mood = random() < 0.2 ? take("mood").replace("calm", "") : "";
  const what = count ? plural(subject) : subject;
  const thing = [mood, size, colour, what].filter(Boolean).join(" ") || "light";
  return count ? `${count} ${thing}` : one(thing);
}

/** The same where adjectives follow: a colour only where it has one form. @param {string} subject @param {string} colour */
const named = (subject, colour) => [thingOf(subject) || nameOf(subject) || t("say.light"), PLAIN.has(colour) && nameOf(colour)].filter(Boolean).join(" ");

/** With its article. @param {string} thing */
const one = (thing) => `${/^[aeiou]/.test(thing) ? "an" : "a"} ${thing}`;

/** @param {string} thing */
const plural = (thing) => PLURALS[thing] ?? `${thing}s`;

/** @template T @param {readonly T[]} items @param {() => number} random @returns {T[]} */
const shuffled = (items, random) => items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);

/** Several different ones, each of another thing in another place for as long as there are any. @param {Slots} slots @param {number} count @param {() => number} random */
export function suggestions(slots, count, random) {
  const drawn = ["subject", "place"].map((slot) => ({ slot, values: shuffled(slots[slot] ?? [], random) })).filter(({ values }) => values.length);
  const made = new Set();
  for (let tries = 0; made.size < count && tries < count * 8; tries++) {
    const own = Object.fromEntries(drawn.map(({ slot, values }) => [slot, [values[tries % values.length]]]));
    made.add(suggestion({ ...slots, ...own }, random));
  }
  return /** @type {string[]} */ ([...made]);
}
