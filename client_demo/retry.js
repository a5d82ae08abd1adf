/** What failed for want of a line is tried again: after a while, and at once when the line is back. */
import { backoffMs } from "/client.js";

export class Retry {
  /** @param {() => void} deed tries once more, and says with ``failed`` or ``worked`` how it went */
  constructor(deed) {
    this.deed = deed;
    this.attempt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} set while a try is due */
    this.timer = undefined;
  }

  failed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), backoffMs(this.attempt++, Math.random()));
  }

  /** The line is back: what is due is tried at once. */
  now() {
    if (this.timer === undefined) return;
    this.#clear();
    this.deed();
  }

  /** It worked, or is not wanted any more. */
  worked() {
    this.attempt = 0;
    this.#clear();
  }

  #clear() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
