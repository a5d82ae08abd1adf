/** What one is told of what others do: the mark on the bell, and the list behind it. */
import { api } from "./api.js";
import { h, nameLink, said, setText } from "./dom.js";
import { ago, plural } from "./format.js";
import { icon } from "./icons.js";

/** @typedef {{id: string, kind: string, actor: import("./merge.js").Person, clip: string, text: string, outcome: string, count: number, at: number, seen: boolean}} Notice */

/** @type {Record<string, (who: string) => string>} */
const WORDS = {
  liked: (who) => `${who} liked your clip`,
  commented: (who) => `${who} commented on your clip`,
  replied: (who) => `${who} replied to you`,
  mentioned: (who) => `${who} mentioned you`,
  remixed: (who) => `${who} remixed your clip`,
  followed: (who) => `${who} follows you`,
  finished: () => "Your clip is finished",
  failed: () => "Your clip could not be drawn",
};
/** @type {Record<string, Record<string, string>>} what was decided of what one reported, and of one's own */
const OUTCOMES = {
  decided: { dismiss: "What you reported stays: it does not break the rules", hide: "What you reported is hidden", remove: "What you reported is removed", suspend: "Whom you reported is suspended", publish: "What you reported stays" },
  moderated: { hide: "A moderator hid something of yours", remove: "A moderator removed something of yours", suspend: "A moderator suspended you: you can read, and write nothing", restore: "A moderator took a decision back: what is yours is there again", publish: "Your comment was read, and everybody sees it" },
};

/** A sentence for a notice; the actor is the last of several. @param {Notice} notice */
export function sentence({ kind, actor, count, outcome }) {
  if (OUTCOMES[kind]) return OUTCOMES[kind][outcome] ?? `Decided: ${outcome}`;
  const together = kind === "liked" || kind === "followed";
  const who = together && count > 1 ? `@${actor.handle} and ${plural(count - 1, "other")}` : `@${actor.handle}`;
  return (WORDS[kind] ?? ((name) => `${name}: ${kind}`))(who);
}

export class Inbox {
  /** @param {{clip(id: string): void, profile(handle: string): void, failed(error: any): void}} on */
  constructor(on) {
    this.on = on;
    this.button = /** @type {HTMLElement} */ (document.querySelector("#inbox"));
    this.mark = h("span.mark", { "aria-hidden": "true", hidden: true });
    this.words = h("span.unseen", {}, "Inbox");
    this.button.append(icon("bell"), this.mark, this.words);
    this.button.addEventListener("click", () => this.open());
    this.list = h("ul.notices", { "data-testid": "notices" });
    this.none = h("p.hint", {}, "Nothing yet. When somebody likes, remixes or writes about a clip of yours, you hear of it here.");
    this.dialog = h("dialog.sheet.inbox", { "data-sheet": "inbox", "aria-labelledby": "inbox-title", "data-testid": "inbox", onclick: (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close() },
      h("div.head", {}, h("h2.sheet-title", { id: "inbox-title" }, "What happened"), h("button.round", { type: "button", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("close"))),
      this.none, this.list);
    document.body.append(this.dialog);
  }

  /** What is new, after a visit begins or the line was lost. */
  async refresh() {
    this.count((await api.inbox(1)).unread);
  }

  /** @param {any} event of one's own topic */
  told(event) {
    if (event.unread !== undefined) this.count(event.unread);
    if (this.dialog.open && event.type === "noticed") this.#show().catch(this.on.failed);
  }

  /** @param {number} unread */
  count(unread) {
    this.mark.hidden = unread === 0;
    setText(this.mark, unread > 99 ? "99+" : String(unread));
    setText(this.words, unread ? `Inbox, ${unread} new` : "Inbox");
  }

  open() {
    this.dialog.showModal();
    this.#show().catch(this.on.failed);
  }

  async #show() {
    const { notices } = await api.inbox(50);
    this.none.hidden = notices.length > 0;
    this.list.replaceChildren(...notices.map((/** @type {Notice} */ one) => this.#item(one)));
    if (notices.length) await api.looked(notices[0].at);
  }

  /** @param {Notice} notice */
  #item(notice) {
    const go = () => {
      if (OUTCOMES[notice.kind] && !notice.clip) return;
      this.dialog.close();
      if (notice.kind === "followed" || !notice.clip) this.on.profile(notice.actor.handle);
      else this.on.clip(notice.clip);
    };
    const words = sentence(notice);
    const { handle } = notice.actor;
    const named = words.startsWith(`@${handle}`);
    const who = named && nameLink("notice-who", handle, (/** @type {string} */ name) => (this.dialog.close(), this.on.profile(name)));
    // The whole row is pressed, but its name: a link cannot stand in a button.
    return h("li", { "data-seen": String(notice.seen) }, h("div.notice", { "data-testid": "notice" }, h("button.notice-go", { type: "button", "aria-label": words, onclick: go }),
      h("span.notice-words", {}, who, named ? words.slice(handle.length + 1) : words), notice.text && said("span.notice-text", {}, notice.text), h("time", {}, ago(notice.at, Date.now() / 1000))));
  }
}
