/** The sheets over the picture: which is the uppermost, and how a finger draws one down. */
import { UNNAMED } from "./trail.js";
import { wide } from "./dom.js";

const DRAWN_SHARE = 0.25;
const FLICK_PX_MS = 0.5;
const MEANT_PX = 8;
const BACK_MS = 180;

/** Whether a sheet that was drawn down so far, and so fast at last, is closed. Pure. @param {number} px @param {number} height px @param {number} speed px a ms */
export const letsGo = (px, height, speed) => px > height * DRAWN_SHARE || (speed > FLICK_PX_MS && px > MEANT_PX * 2);

/** Its name in an address. @param {HTMLElement} sheet */
export const nameOf = (sheet) => sheet.dataset.sheet ?? UNNAMED;

/** @param {HTMLElement} sheet */
const isOpen = (sheet) => (sheet instanceof HTMLDialogElement ? sheet.open : sheet.dataset.open === "true" && !wide.matches);

export class Sheets {
  /** @type {HTMLElement[]} the open ones, the uppermost last */
  open = [];

  /**
   * @param {{changed(top: string | null, how: {fresh: boolean, covered: boolean}): void, close(sheet: HTMLElement): void}} on
   *   hears which sheet is the uppermost: ``fresh`` if it is so since it was opened or renamed and not since those above it
   *   were closed, ``covered`` if the one before is still open below it; and closes one
   */
  constructor(on) {
    this.on = on;
    const watch = new MutationObserver((records) => this.#changed(records.map(({ target }) => /** @type {HTMLElement} */ (target))));
    watch.observe(document.body, { subtree: true, attributeFilter: ["open", "data-open", "data-sheet"] });
    document.addEventListener("pointerdown", (event) => this.#down(event));
  }

  /** The uppermost sheet's name. */
  get top() {
    const sheet = this.open.findLast(isOpen);
    return sheet ? nameOf(sheet) : null;
  }

  /** Whether the sheet of this name is open. @param {string | null} name */
  has(name) {
    return this.open.some((sheet) => isOpen(sheet) && nameOf(sheet) === name);
  }

  /** Closes all others. @param {string | null} name */
  closeBut(name) {
    for (const sheet of [...this.open].reverse()) if (isOpen(sheet) && nameOf(sheet) !== name) this.on.close(sheet);
  }

  /** @param {HTMLElement[]} targets */
  #changed(targets) {
    const before = this.open;
    const fresh = [...new Set(targets)].filter((one) => one.matches("dialog.sheet, .panel") && isOpen(one) && !before.includes(one));
    this.open = [...before.filter(isOpen), ...fresh];
    const was = before.at(-1);
    const stays = was !== undefined && isOpen(was);
    const last = this.open.at(-1);
    this.on.changed(this.top, { fresh: last !== undefined && (fresh.includes(last) || last === was), covered: stays && last !== was });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const head = /** @type {Element} */ (event.target).closest(".head");
    const sheet = /** @type {HTMLElement | null} */ (head?.closest("dialog.sheet, .panel"));
    if (!sheet || event.pointerType === "mouse" || getComputedStyle(sheet).getPropertyValue("--drawn") !== "down") return;
    drag(sheet, event, () => this.on.close(sheet));
  }
}

/** @param {HTMLElement} sheet @param {PointerEvent} first @param {() => void} close */
function drag(sheet, first, close) {
  const done = new AbortController();
  let last = { y: first.clientY, at: first.timeStamp };
  let speed = 0;
  const far = (/** @type {PointerEvent} */ event) => Math.max(0, event.clientY - first.clientY);
  const move = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== first.pointerId) return;
    if (far(event) > MEANT_PX && !sheet.hasPointerCapture(event.pointerId)) sheet.setPointerCapture(event.pointerId);
    speed = (event.clientY - last.y) / Math.max(1, event.timeStamp - last.at);
    last = { y: event.clientY, at: event.timeStamp };
    sheet.style.transition = "none";
    sheet.style.translate = far(event) > MEANT_PX ? `0 ${far(event)}px` : "";
  };
  const end = (/** @type {PointerEvent} */ event) => {
    done.abort();
    const goes = event.type === "pointerup" && letsGo(far(event), sheet.offsetHeight, speed);
    const way = [{ translate: sheet.style.translate || "0 0" }, { translate: goes ? "0 100%" : "0 0" }];
    sheet.style.translate = sheet.style.transition = "";
    if (far(event) <= MEANT_PX) return;
    const slide = sheet.animate(way, { duration: BACK_MS, easing: "ease-out" });
    if (goes) slide.finished.then(close, close);
  };
  for (const [type, hear] of /** @type {[string, any][]} */ ([["pointermove", move], ["pointerup", end], ["pointercancel", end]])) document.addEventListener(type, hear, { signal: done.signal });
}
