/** The clip's own colours as a soft light behind the stage, on wide screens. */
import { calm, saveData, wide } from "./dom.js";

const EVERY_MS = 700;
const [WIDTH, HEIGHT] = [54, 72];
/** A blur of a thumbnail, stretched: no wide filter has to be computed for a whole screen. */
const BLUR = "blur(7px) saturate(1.35)";

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
    context.filter = BLUR;
    context.globalAlpha = calm.matches ? 1 : 0.5; // colours melt into one another
    context.drawImage(picture, -6, -6, WIDTH + 12, HEIGHT + 12);
  };
  if (!saveData()) setInterval(draw, EVERY_MS);
  return draw;
}
