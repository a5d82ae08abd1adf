/** What is said aloud, where the browser can speak: whoever turns their head away cannot read. */
import { lasting } from "./dom.js";
import { LANGUAGE } from "./words.js";

export class Voice {
  able = "speechSynthesis" in window;
  on = lasting.read("voice", true);

  /** @param {boolean} on */
  turn(on) {
    this.on = on;
    lasting.write("voice", on);
    if (!on) this.hush();
  }

  /** Says it at once, whatever is being said. @param {string} words */
  say(words) {
    if (!this.able || !this.on) return;
    this.hush();
    const said = new SpeechSynthesisUtterance(words);
    said.lang = LANGUAGE;
    speechSynthesis.speak(said);
  }

  hush() {
    if (this.able) speechSynthesis.cancel();
  }
}
