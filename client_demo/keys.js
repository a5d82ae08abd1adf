/** The keyboard. */

/**
 * The deed that a key means, null for none. Pure.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {string | null}
 */
export function deedOf({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  /** @type {Record<string, string>} */
  const deeds = {
    j: "next", arrowdown: "next", pagedown: "next", k: "previous", arrowup: "previous", pageup: "previous", " ": "pause",
    l: "like", n: "compose", c: "comments", r: "remix", t: "lineage", s: "share", b: "birth", m: "sound", 1: "foryou", 2: "following", 3: "latest", 4: "live", w: "feed", d: "debug", "?": "help", "/": "search", escape: "close",
  };
  return deeds[key.toLowerCase()] ?? null;
}

/** @param {Record<string, () => void>} deeds */
export function keyboard(deeds) {
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches("input, textarea, select, [contenteditable]");
    const pressing = event.key === " " && target.matches("button, summary, a");
    const scrolling = target.matches(".scroll, .family *") && event.key.startsWith("Arrow");
    const deed = deedOf(event);
    if (!deed || document.querySelector("dialog[open]")) return;
    if ((typing && deed !== "close") || pressing || scrolling) return;
    event.preventDefault();
    deeds[deed]();
  });
}
