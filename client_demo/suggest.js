/** Example prompts made of the words that the model knows, said so that it reads them as meant. Pure. */

/** @typedef {Record<string, string[]>} Slots */

/** @type {Record<string, string>} */
const PLACES = {
  hills: "over the hills", sea: "over the sea", desert: "in the desert", mountains: "in the mountains",
  forest: "in the forest", city: "in the city", clouds: "above the clouds", underwater: "underwater",
  beach: "on the beach", lake: "by a lake", farm: "on a farm", garden: "in a garden", snow: "on a snowfield",
  volcano: "by a volcano", waterfall: "by a waterfall", campsite: "at a campsite", cemetery: "in a cemetery",
  street: "in the street", railway: "on railway tracks", bridge: "on a bridge", castle: "by a castle",
  stadium: "in a stadium", park: "in the amusement park", room: "in a room", kitchen: "in the kitchen",
  shop: "in a shop", stage: "on a stage", cave: "in a cave", space: "in space",
};
/** Where no weather comes. */
const SHELTERED = new Set(["underwater", "room", "kitchen", "shop", "stage", "cave", "space"]);
/** @type {Record<string, string>} */
const TIMES = { day: "", sunset: "at sunset", night: "at night", dawn: "at dawn" };
/** @type {Record<string, string>} */
const MOTIONS = {
  right: "moving to the right", left: "moving to the left", float: "floating",
  sway: "swaying", hop: "hopping", circle: "circling",
};
/** @type {Record<string, string>} */
const WEATHERS = {
  clear: "", snow: "in the snow", rain: "in the rain",
  fog: "in the fog", storm: "in a storm", leaves: "in falling leaves", fireworks: "under fireworks",
};
/** @type {Record<string, string>} */
const CAMERAS = {
  closer: "the camera moves closer", away: "the camera moves away",
  up: "the camera tilts up", down: "the camera tilts down",
};
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
  const size = random() < 0.2 ? take("size").replace("medium", "") : "";
  const count = !other && random() < 0.2 ? take("count").replace("one", "") : "";
  const mood = random() < 0.2 ? take("mood").replace("calm", "") : "";
  const camera = random() < 0.12 ? (CAMERAS[take("camera")] ?? "") : "";
  const what = count ? plural(subject ?? "") : subject;
  const thing = [mood, size, colour, what].filter(Boolean).join(" ") || "light";
  const who = count ? `${count} ${thing}` : one(thing);
  const company = other && `${take("relation")} ${one(`${take("other_colour")} ${other}`.trim())}`;
  const said = [who, company, MOTIONS[motion] ?? motion, PLACES[place] ?? place, WEATHERS[weather] ?? weather, TIMES[time] ?? time];
  return [said.filter(Boolean).join(" "), camera].filter(Boolean).join(", ");
}

/** With its article. @param {string} thing */
const one = (thing) => `${/^[aeiou]/.test(thing) ? "an" : "a"} ${thing}`;

/** @param {string} thing */
const plural = (thing) => PLURALS[thing] ?? `${thing}s`;

/** Several different ones. @param {Slots} slots @param {number} count @param {() => number} random */
export function suggestions(slots, count, random) {
  const made = new Set();
  for (let tries = 0; made.size < count && tries < count * 8; tries++) made.add(suggestion(slots, random));
  return /** @type {string[]} */ ([...made]);
}
