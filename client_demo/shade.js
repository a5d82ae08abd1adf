/** How dark the scrim has to be for words over a picture to be read: it follows the picture. */

/** The largest luminance behind our palest words (0.74 of #e6ded2) that leaves 4.5:1 (WCAG 2.2, 1.4.3), with a margin. */
const NEEDED = 0.085;
/** The share of a place that may be brighter: sparks and edges do not darken a whole picture. */
const SPARED = 0.04;
const LEAST = 0.3;
const [WIDTH, HEIGHT] = [18, 32];

/** Where words lie, as shares of the picture: left, top, right, bottom. @type {Record<string, [number, number, number, number]>} */
const PLACES = { head: [0, 0, 1, 0.1], foot: [0, 0.62, 1, 1], rail: [0.8, 0.35, 1, 1] };

/** Relative luminance of a colour (WCAG 2.2). Pure. @param {number} red @param {number} green @param {number} blue 0 to 255 */
export function luminance(red, green, blue) {
  const [r, g, b] = [red, green, blue].map((one) => (one <= 10 ? one / 3294.6 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How opaque a black over pictures of these luminances is, 0 to 1. Pure. @param {number[]} luminances */
export function opacityOver(luminances) {
  const bright = [...luminances].sort((a, b) => b - a)[Math.floor(luminances.length * SPARED)];
  // Black over a colour takes its part of the light as the eye has it, which is about a power of 2.4.
  return Math.min(0.9, Math.max(LEAST, 1 - (NEEDED / Math.max(bright, NEEDED)) ** (1 / 2.4)));
}

export class Shade {
  constructor() {
    this.brush = new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true });
  }

  /** Darkens what lies over a picture as it needs to be. @param {HTMLElement} stage @param {CanvasImageSource} picture */
  over(stage, picture) {
    if (!this.brush) return;
    this.brush.drawImage(picture, 0, 0, WIDTH, HEIGHT);
    const { data } = this.brush.getImageData(0, 0, WIDTH, HEIGHT);
    for (const [place, [left, top, right, bottom]] of Object.entries(PLACES)) {
      const found = [];
      for (let y = Math.floor(top * HEIGHT); y < bottom * HEIGHT; y++) {
        for (let x = Math.floor(left * WIDTH); x < right * WIDTH; x++) found.push(luminance(data[4 * (y * WIDTH + x)], data[4 * (y * WIDTH + x) + 1], data[4 * (y * WIDTH + x) + 2]));
      }
      stage.style.setProperty(`--shade-${place}`, opacityOver(found).toFixed(2));
    }
  }
}
