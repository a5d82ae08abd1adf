/** The line round a forming picture: dots of noise that become a thread of light. */
import { svg } from "./dom.js";

/**
 * A rounded rectangle that begins in the middle of its upper edge and goes round clockwise. Pure.
 * @param {number} width @param {number} height px @param {number} inset px @param {number} radius px
 */
export function ringPath(width, height, inset, radius) {
  const [left, top, right, bottom] = [inset, inset, width - inset, height - inset];
  const r = Math.max(0, Math.min(radius, (right - left) / 2, (bottom - top) / 2));
  const corner = (/** @type {number} */ x, /** @type {number} */ y) => `A${r} ${r} 0 0 1 ${x} ${y}`;
  return [
    `M${width / 2} ${top}H${right - r}`,
    corner(right, top + r),
    `V${bottom - r}`,
    corner(right - r, bottom),
    `H${left + r}`,
    corner(left, bottom - r),
    `V${top + r}`,
    corner(left + r, top),
    "Z",
  ].join("");
}

export class Ring {
  constructor() {
    const line = (/** @type {string} */ name) => svg("path", { class: `ring-${name}`, pathLength: 100 });
    this.noise = svg("path", { class: "ring-noise" });
    this.lights = ["haze", "halo", "glow", "thread"].map(line);
    this.element = svg("svg", { class: "ring", "aria-hidden": "true" }, this.noise, ...this.lights);
    this.observer = new ResizeObserver(([{ contentRect }]) => this.#fit(contentRect.width, contentRect.height));
    this.observer.observe(this.element);
    this.update(null);
  }

  /** @param {number} width @param {number} height */
  #fit(width, height) {
    const radius = parseFloat(getComputedStyle(this.element).getPropertyValue("--ring-radius")) || 0;
    const d = ringPath(width, height, 2.5, radius);
    for (const path of [this.noise, ...this.lights]) path.setAttribute("d", d);
  }

  /** @param {import("./merge.js").Progress | null} progress */
  update(progress) {
    const percent = Math.min(100, Math.max(0, progress?.percent ?? 0));
    for (const path of this.lights) path.style.strokeDashoffset = String(100 - percent);
    this.noise.style.opacity = String(0.25 + 0.55 * (progress?.sigma ?? 1));
  }

  stop() {
    this.observer.disconnect();
  }
}
