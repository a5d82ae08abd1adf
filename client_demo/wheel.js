/** The wheel: one gesture is one clip, whatever a device makes of it. */

/** So long without an event, and the gesture is over. */
const QUIET_MS = 160;
/** What is moved at least before it counts: a finger that rests on a trackpad sends a few pixels. */
const LEAST_PX = 24;
/** A wheel that goes on turning goes on to the next clip after so long... */
const TURNING_MS = 450;
/** ...if each event is a notch and none is smaller than the one before: a trackpad's momentum fades. */
const NOTCH_PX = 80;
/** Pixels of a line and of a page, for browsers that count these. */
const UNIT_PX = [1, 33, 600];

/** @typedef {{at: number, px: number, sum: number, steppedAt: number | null}} Gesture ``at`` and ``steppedAt`` in ms */

/** @type {Gesture} */
export const STILL = { at: -Infinity, px: 0, sum: 0, steppedAt: null };

/**
 * What one event makes of a gesture; ``steppedAt`` is its own time where it goes to another clip. Pure.
 * @param {Gesture} before @param {number} px @param {number} at ms
 * @returns {Gesture}
 */
export function turned(before, px, at) {
  const anew = at - before.at > QUIET_MS || Math.sign(px) !== Math.sign(before.px);
  const { sum, steppedAt } = anew ? STILL : before;
  const moved = { at, px, sum: sum + px, steppedAt };
  const begins = steppedAt === null && Math.abs(moved.sum) >= LEAST_PX;
  const goesOn = steppedAt !== null && at - steppedAt >= TURNING_MS && Math.abs(px) >= Math.max(NOTCH_PX, Math.abs(before.px));
  return begins || goesOn ? { ...moved, steppedAt: at } : moved;
}

/** @param {HTMLElement} root @param {(delta: number) => void} step to the next clip or the one before */
export function wheel(root, step) {
  let gesture = STILL;
  const turn = (/** @type {WheelEvent} */ event) => {
    if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY) || scrolls(/** @type {Element} */ (event.target))) return;
    event.preventDefault(); // else the browser scrolls a third of the way, and snaps back
    gesture = turned(gesture, event.deltaY * UNIT_PX[event.deltaMode], event.timeStamp);
    if (gesture.steppedAt === event.timeStamp) step(Math.sign(event.deltaY));
  };
  root.addEventListener("wheel", turn, { passive: false });
}

/** Whether the words of a clip are longer than their place. @param {Element} target */
function scrolls(target) {
  const info = target.closest(".info");
  return info !== null && info.scrollHeight > info.clientHeight && getComputedStyle(info).overflowY === "auto";
}
