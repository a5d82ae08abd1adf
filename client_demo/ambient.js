/** The clip's own colours as a soft light behind the stage, on wide screens. */
import { calm, saveData, wide } from "./dom.js";

const EVERY_MS = 600;
const [WIDTH, HEIGHT] = [9, 16];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => HTMLVideoElement | HTMLImageElement | null} source what is before the person
 */
export function ambient(canvas, source) {
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  const draw = () => {
    const picture = wide.matches && !document.hidden ? source() : null;
    if (!picture) return;
    context.globalAlpha = calm.matches ? 1 : 0.45; // colours melt into one another
    context.drawImage(picture, 0, 0, WIDTH, HEIGHT);
  };
  if (!saveData()) setInterval(draw, EVERY_MS);
  return draw;
}
