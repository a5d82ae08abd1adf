/** Every <img> of the page that could not be had is asked for again, and until then it is not seen. */
import { Retry } from "./retry.js";

export class Pictures {
  /** @param {Document} root */
  constructor(root) {
    /** @type {Map<HTMLImageElement, Retry>} */
    this.failed = new Map();
    const image = (/** @type {Event} */ { target }) => (target instanceof HTMLImageElement ? target : null);
    // The events of pictures do not bubble, but they are captured on the way down.
    root.addEventListener("error", (event) => this.#lost(image(event)), true);
    root.addEventListener("load", (event) => this.#came(image(event)), true);
  }

  /** The line is back. */
  retry() {
    for (const retry of this.failed.values()) retry.now();
  }

  /** @param {HTMLImageElement | null} image */
  #lost(image) {
    if (!image) return;
    image.dataset.broken = "true";
    if (!this.failed.has(image)) this.failed.set(image, new Retry(() => this.#again(image)));
    this.failed.get(image)?.failed();
  }

  /** @param {HTMLImageElement | null} image */
  #came(image) {
    if (!image || !this.failed.has(image)) return;
    delete image.dataset.broken;
    this.#forget(image);
  }

  /** @param {HTMLImageElement} image */
  #again(image) {
    if (image.isConnected) image.setAttribute("src", image.getAttribute("src") ?? ""); // the same again is asked for again
    else this.#forget(image);
  }

  /** @param {HTMLImageElement} image */
  #forget(image) {
    this.failed.get(image)?.worked();
    this.failed.delete(image);
  }
}
