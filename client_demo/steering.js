/** What the audience of a clip on air wants next: lines, votes, and the way to say one. */
import { h, said, setText } from "./dom.js";
import { forming } from "./merge.js";
import { LiveReading } from "./reading.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Entry} Entry @typedef {import("./merge.js").Proposal} Proposal */

const LONGEST = 500;

/**
 * The lines that a clip follows, each with the second from which it does; a fork first leaves its parent. Pure.
 * @param {import("./merge.js").Clip} clip
 * @returns {{text: string, at: string}[]}
 */
export function followed({ recipe, fps }) {
  const lines = (recipe?.steering ?? []).map((/** @type {{text: string, frame: number}} */ { text, frame }) => ({ text, at: clock(frame / fps) }));
  return recipe?.kept ? [{ text: t("steer.ownway"), at: clock(recipe.kept) }, ...lines] : lines;
}

/** @param {number} seconds */
const clock = (seconds) => `0:${String(Math.floor(seconds)).padStart(2, "0")}`;

/** Whether there is still something to steer. Pure. @param {Entry} entry */
export const steerable = ({ clip, ballot, progress }) => forming(clip) && ballot !== null && (progress?.percent ?? 0) < 100;

export class Steering {
  /** @param {string} id @param {import("./card.js").Actions} actions */
  constructor(id, actions) {
    this.id = id;
    this.actions = actions;
    this.reading = new LiveReading(() => ({ changes: true }));
    this.lines = h("ol.turns", { "data-testid": "steered", "aria-label": t("steer.lines"), "aria-live": "polite" });
    this.proposals = h("ol.proposals", { "data-testid": "proposals", "aria-label": t("steer.proposals") });
    this.open = h("button.quiet", { type: "button", "data-testid": "steer", "aria-expanded": "false", onclick: () => this.#show(this.form.hidden) }, t("steer.open"));
    this.input = h("input.field", { name: "line", maxlength: LONGEST, autocomplete: "off", dir: "auto", placeholder: t("steer.box"), "aria-label": t("steer.label"), enterkeyhint: "send", "data-testid": "steer-input", oninput: () => this.reading.read(this.input.value), onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.#show(false) });
    const send = h("button.quiet", { type: "submit", "data-testid": "steer-send" }, t("steer.propose"));
    this.form = h("form.steer", { hidden: true, onsubmit: (/** @type {Event} */ event) => this.#propose(event) }, this.input, send, this.reading.element);
    this.asking = h("div.asking", {}, this.proposals, this.open, this.form);
    this.element = h("div.steering", {}, this.lines, this.asking);
  }

  /** @param {Entry} entry */
  update(entry) {
    const chosen = steerable(entry) ? entry.ballot?.chosen : null;
    const lines = followed(entry.clip);
    const turns = lines.map(({ text, at }) => turn(at, text));
    // The ballot is told after the clip that follows its line: until then that is the last one.
    if (chosen && chosen.text !== lines.at(-1)?.text) turns.push(turn(t("steer.next"), chosen.text));
    if (words(turns) !== words([...this.lines.children])) this.lines.replaceChildren(...turns);
    this.lines.hidden = turns.length === 0;
    this.asking.hidden = !steerable(entry);
    if (!this.asking.hidden) this.#offer(entry.ballot?.proposals ?? []);
  }

  /** @param {Proposal[]} proposals */
  #offer(proposals) {
    const there = new Map([...this.proposals.children].map((item) => [item.dataset.proposal, item]));
    const items = proposals.map((proposal) => this.#item(proposal, there.get(proposal.id)));
    if (items.length !== there.size || items.some((item, i) => item !== this.proposals.children[i])) this.proposals.replaceChildren(...items);
  }

  /** @param {Proposal} proposal @param {any} old */
  #item({ id, text, votes, author }, old) {
    const vote = () => this.actions.vote(this.id, id);
    const item = old ?? h("li", { "data-proposal": id }, h("button.proposal", { type: "button", "data-testid": "vote", title: t("steer.by", { who: `@${author.handle}` }), onclick: vote }, said("span", {}, text), h("b")));
    setText(item.querySelector("b"), String(votes));
    item.firstChild.setAttribute("aria-label", t("steer.vote", { line: text, n: votes }));
    return item;
  }

  /** @param {boolean} open */
  #show(open) {
    this.form.hidden = !open;
    this.open.hidden = open;
    this.open.setAttribute("aria-expanded", String(open));
    (open ? this.input : this.open).focus({ preventScroll: true });
  }

  /** @param {Event} event */
  #propose(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.actions.propose(this.id, text);
    this.input.value = "";
    this.reading.read("");
    this.#show(false);
  }
}

/** @param {string} at @param {string} text */
const turn = (at, text) => h("li", {}, h("b", {}, at), " ", said("span", {}, text));

/** @param {Element[]} items */
const words = (items) => items.map((item) => item.textContent).join("\n");
