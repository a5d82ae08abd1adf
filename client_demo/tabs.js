/** Tabs as a keyboard knows them: one of them in the order of Tab, the arrows between them (ARIA practices, "Tabs"). */

/** Where a key leads among so many tabs, null for nowhere. Pure. @param {string} key @param {number} at @param {number} count */
export function tabAfter(key, at, count) {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

/** Marks the chosen tab. @param {HTMLElement[]} tabs @param {HTMLElement | undefined} chosen @param {HTMLElement} panel what it shows */
export function choose(tabs, chosen, panel) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    if (tab === chosen) tab.setAttribute("aria-controls", panel.id);
    else tab.removeAttribute("aria-controls");
  }
}

/** The arrows between the tabs of any list of them; the one that they lead to is chosen. */
export function tabKeys() {
  document.addEventListener("keydown", (event) => {
    const tab = /** @type {Element} */ (event.target).closest('[role="tab"]');
    const tabs = /** @type {HTMLElement[]} */ ([...(tab?.closest('[role="tablist"]')?.querySelectorAll('[role="tab"]') ?? [])]);
    const to = tab && tabAfter(event.key, tabs.indexOf(/** @type {HTMLElement} */ (tab)), tabs.length);
    if (to === null) return;
    event.preventDefault();
    tabs[to].click();
    tabs[to].focus({ preventScroll: true });
  });
}
