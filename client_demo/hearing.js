/**
 * Whether clips are heard: no browser plays anything aloud before a tap, so at first they are not.
 * What a person chose is remembered; who never chose, or whose browser refuses, is offered it.
 */
import { lasting } from "./dom.js";

/** After so many clips with a sound the offer is not made again in this visit. */
const OFFERS = 3;

export class Hearing {
  /** @param {(on: boolean, offered: boolean) => void} tell hears of each change */
  constructor(tell) {
    this.tell = tell;
    /** @type {boolean | null} what the person chose; null: nothing yet */
    this.wish = lasting.read("sound", null);
    this.refused = false;
    this.passed = 0;
  }

  get on() {
    return this.wish === true && !this.refused;
  }

  /** Whether a clip with a sound shows how it is turned on. */
  get offered() {
    return !this.on && (this.wish !== false || this.refused) && this.passed < OFFERS;
  }

  /** By hand: all clips are heard, or none. */
  toggle() {
    this.wish = !this.on;
    this.refused = false;
    lasting.write("sound", this.wish);
    this.tell(this.on, this.offered);
  }

  /** The browser plays nothing aloud before the first tap, wherever that is; until then it is offered. */
  refuse() {
    if (this.refused) return;
    this.refused = true;
    this.tell(this.on, this.offered);
    addEventListener("pointerup", (event) => this.#tapped(event), { once: true, capture: true });
  }

  /** @param {PointerEvent} event */
  #tapped({ target }) {
    if (/** @type {Element} */ (target).closest("button")) return; // which may be the one for sound
    this.refused = false;
    this.tell(this.on, this.offered);
  }

  /** A clip with a sound was before the person and is no more. */
  pass() {
    this.passed += 1;
    if (this.passed === OFFERS) this.tell(this.on, this.offered);
  }
}
