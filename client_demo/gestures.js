/** What fingers and mice do on a picture: one tap pauses, two taps like. */
import { calm } from "./dom.js";
import { icon } from "./icons.js";

const DOUBLE_MS = 280;
const NEAR_PX = 48;
const MOVED_PX = 12;

/** @typedef {{x: number, y: number, at: number}} Tap */

/** Whether two taps are one double tap. Pure. @param {Tap | null} first @param {Tap} second */
export const isDouble = (first, second) =>
  first !== null &&
  second.at - first.at < DOUBLE_MS &&
  Math.hypot(second.x - first.x, second.y - first.y) < NEAR_PX;

/**
 * @param {HTMLElement} root
 * @param {{single(): void, double(x: number, y: number): void}} on
 */
export function taps(root, on) {
  /** @type {Tap | null} */ let down = null;
  /** @type {Tap | null} */ let last = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  root.addEventListener("pointerdown", (event) => {
    down = onPicture(event) ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
  });
  root.addEventListener("pointerup", (event) => {
    const tap = { x: event.clientX, y: event.clientY, at: event.timeStamp };
    if (!down || Math.hypot(tap.x - down.x, tap.y - down.y) > MOVED_PX || tap.at - down.at > 500) return;
    clearTimeout(timer);
    if (isDouble(last, tap)) {
      on.double(tap.x, tap.y);
      last = tap; // a third tap is another heart
      return;
    }
    const again = last !== null && tap.at - last.at < DOUBLE_MS;
    last = tap;
    if (!again) timer = setTimeout(on.single, DOUBLE_MS);
  });
}

/** @param {PointerEvent} event */
function onPicture(event) {
  const target = /** @type {Element} */ (event.target);
  return event.button === 0 && target.closest(".stage") !== null && target.closest("button, a, input, .info") === null;
}

/**
 * A heart where the finger was, with a few sparks of light.
 * @param {HTMLElement} layer @param {number} x @param {number} y px in the window
 */
export function burst(layer, x, y) {
  if (calm.matches) return;
  const box = layer.getBoundingClientRect();
  const [left, top] = [x - box.left, y - box.top];
  const tilt = (Math.random() - 0.5) * 36;
  const base = `translate(${left}px, ${top}px) translate(-50%, -50%) rotate(${tilt}deg)`;
  const heart = icon("heart", "burst");
  play(layer, heart, [
    { transform: `${base} scale(0.2)`, opacity: 0 },
    { transform: `${base} scale(1.15)`, opacity: 1, offset: 0.18 },
    { transform: `${base} scale(0.96)`, opacity: 1, offset: 0.3 },
    { transform: `${base} translateY(-16px) scale(1)`, opacity: 1, offset: 0.6 },
    { transform: `${base} translateY(-120px) scale(1.3)`, opacity: 0 },
  ], 900);
  for (let i = 0; i < 7; i++) spark(layer, left, top, (i / 7) * 2 * Math.PI + Math.random());
}

/** @param {HTMLElement} layer @param {number} left @param {number} top @param {number} angle */
function spark(layer, left, top, angle) {
  const dot = document.createElement("i");
  dot.className = "spark";
  const far = 60 + Math.random() * 50;
  const to = `translate(${left + Math.cos(angle) * far}px, ${top + Math.sin(angle) * far}px) scale(0)`;
  play(layer, dot, [{ transform: `translate(${left}px, ${top}px) scale(1)`, opacity: 1 }, { transform: to, opacity: 0.2 }], 620);
}

/** @param {HTMLElement} layer @param {Element} element @param {Keyframe[]} frames @param {number} duration */
function play(layer, element, frames, duration) {
  layer.append(element);
  element.animate(frames, { duration, easing: "cubic-bezier(.2,.8,.2,1)" }).finished.finally(() => element.remove());
}
