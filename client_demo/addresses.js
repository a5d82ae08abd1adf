/** Sheets that an address names, and how each is opened. */

/**
 * @param {{lazy: ReturnType<typeof import("./lazy.js").lazySheets>, inbox: import("./inbox.js").Inbox, panel: import("./panel.js").Panel,
 *   act: ReturnType<typeof import("./deeds.js").deeds>, current(): string | undefined}} rooms ``current``: id of the clip before the person
 * @returns {(name: string) => void} opens a sheet by its name, somebody by @ and their handle, a tag by # and its words
 */
export function sheetOpener({ lazy, inbox, panel, act, current }) {
  const { composer, notify, desk, decisions, presence, likeness, finder, help, profile, account, tune } = lazy;
  const ofClip = (/** @type {(id: string) => void} */ deed) => () => {
    const id = current();
    if (id) deed(id);
  };
  /** @type {Record<string, () => void>} */
  const named = {
    compose: () => composer.open(),
    inbox: () => inbox.open(),
    notify: () => notify.open(),
    desk: () => desk.open(),
    decisions: () => decisions.open(),
    presence: () => presence.open(),
    likeness: () => likeness.open(),
    search: () => finder.open(),
    help: () => help.open(),
    name: account,
    feed: () => tune.open(),
    comments: () => panel.openTab("comments"),
    lineage: () => panel.openTab("lineage"),
    remix: ofClip(act.remix),
    fork: ofClip(act.fork),
    share: ofClip(act.share),
    more: ofClip(act.more),
    made: ofClip(act.made),
  };
  return (name) => {
    if (name.startsWith("@")) profile.open(name.slice(1));
    else if (name.startsWith("#")) finder.open({ tag: name.slice(1) });
    else named[name]?.();
  };
}
