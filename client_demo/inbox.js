/** What one is told of what others do: the mark on the bell, and the list behind it. */
import { api } from "./api.js";
import { makeSheet, sheetHead } from "./dialog.js";
import { h, keyOf, memory, nameLink, refill, said, setText } from "./dom.js";
import { ago, moment, secondsNow } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** @typedef {{id: string, kind: string, actor: import("./merge.js").Person, clip: string, text: string, outcome: string, count: number, at: number, seen: boolean}} Notice */

/** What several did is told as one: ``n`` people. @type {Record<string, (who: string, n: number) => string>} */
const WORDS = {
  liked: (who, n) => t("inbox.liked", { who, n }),
  commented: (who) => t("inbox.commented", { who }),
  replied: (who) => t("inbox.replied", { who }),
  mentioned: (who) => t("inbox.mentioned", { who }),
  remixed: (who) => t("inbox.remixed", { who }),
  forked: (who) => t("inbox.forked", { who }),
  steered: (who) => t("inbox.steered", { who }),
  followed: (who, n) => t("inbox.followed", { who, n }),
  finished: () => t("inbox.finished"),
  failed: () => t("inbox.failed"),
  likeness_used: (who) => t("inbox.likeness_used", { who }),
  likeness_asked: (who) => t("inbox.likeness_asked", { who }),
  likeness_answered: (who) => t("inbox.likeness_answered", { who }),
  likeness_refused: (who, n) => t("inbox.likeness_refused", { who, n }),
  likeness_withdrawn: (who) => t("inbox.likeness_withdrawn", { who }),
  likeness_matched: () => t("inbox.likeness_matched"),
};
/** What an operator says of a face that may be one's own. @type {Record<string, string>} */
const LOOKED = { yes: t("inbox.matched.yes"), no: t("inbox.matched.no") };
/** What came of one's own ask. @type {Record<string, (who: string) => string>} */
const ANSWERS = { yes: (who) => t("inbox.answered.yes", { who }), no: (who) => t("inbox.answered.no", { who }) };
/** @type {Record<string, Record<string, string>>} what was decided of what one reported, and of one's own */
const OUTCOMES = {
  decided: { dismiss: t("inbox.decided.dismiss"), hide: t("inbox.decided.hide"), remove: t("inbox.decided.remove"), suspend: t("inbox.decided.suspend"), publish: t("inbox.decided.publish") },
  moderated: { hide: t("inbox.moderated.hide"), remove: t("inbox.moderated.remove"), suspend: t("inbox.moderated.suspend"), upheld: t("inbox.moderated.upheld"), restore: t("inbox.moderated.restore"), publish: t("inbox.moderated.publish"), hold: t("inbox.moderated.hold"), warn: t("inbox.moderated.warn"), refusal: t("inbox.moderated.refusal") },
};

/** What waits for those who have a role. @type {Record<string, (n: number) => string>} */
const WAITING = {
  reported: (n) => t("inbox.reported", { n }),
  appealed: (n) => t("inbox.appealed", { n }),
  face_found: (n) => t("inbox.face_found", { n }),
};

/** A sentence for a notice; the actor is the last of several. @param {Notice} notice */
export function sentence({ kind, actor, count, outcome }) {
  if (WAITING[kind]) return WAITING[kind](count);
  if (OUTCOMES[kind]) return OUTCOMES[kind][outcome] ?? t("inbox.decided", { outcome });
  if (kind === "likeness_answered" && ANSWERS[outcome]) return ANSWERS[outcome](`@${actor.handle}`);
  if (kind === "likeness_matched" && LOOKED[outcome]) return LOOKED[outcome];
  if (kind === "likeness_refused") return WORDS[kind](`@${actor.handle}`, count);
  const n = kind === "liked" || kind === "followed" ? count : 1;
  const who = n > 1 ? t("inbox.together", { who: `@${actor.handle}`, n: n - 1 }) : `@${actor.handle}`;
  return WORDS[kind]?.(who, n) ?? t("inbox.other", { who, kind });
}

/** Who was away for so long is told what happened meanwhile. */
const AWAY_S = 3600;
const MOST_NEWS = 3;

/** What is decided of one's likeness right here. */
const OWN = new Set(["likeness_asked", "likeness_used"]);
/** Where in one's likeness a notice leads. @type {Record<string, string>} */
const ROOMS = { likeness_asked: "uses", likeness_refused: "ledger" };

export class Inbox {
  /** @param {{clip(id: string): void, profile(handle: string): void, settings(): void, desk(): void, decisions(): void, likeness(which: string): void, draw(text: string): void, failed(error: any): void}} on */
  constructor(on) {
    this.on = on;
    this.button = /** @type {HTMLElement} */ (document.querySelector("#inbox"));
    this.mark = h("span.mark", { "aria-hidden": "true", hidden: true });
    this.words = h("span.unseen", {}, t("inbox.title"));
    this.button.append(icon("bell"), this.mark, this.words);
    this.button.addEventListener("click", () => this.open());
    this.heard = h("p.unseen", { role: "status", "data-testid": "told" });
    document.body.append(this.heard);
    addEventListener("visibilitychange", () => (document.hidden ? memory.write("here", secondsNow()) : this.refresh().catch(this.on.failed)));
    this.list = h("ul.notices", { "data-testid": "notices" });
    this.none = h("p.hint", {}, t("inbox.none"));
    this.dialog = makeSheet("inbox", {},
      sheetHead(t("inbox.happened"), h("button.quiet", { type: "button", "data-testid": "inbox-settings", onclick: () => this.on.settings() }, t("notify.title"))),
      this.none, this.list);
  }

  /** What is new, after a visit begins or the line was lost. */
  async refresh() {
    const away = secondsNow() - memory.read("here", 0) > AWAY_S;
    memory.write("here", secondsNow());
    const { notices, unread } = await api.inbox(MOST_NEWS);
    this.count(unread);
    const fresh = notices.filter((/** @type {Notice} */ { seen }) => !seen);
    if (away && fresh.length) await this.#tellNews(fresh, unread);
  }

  /** @param {Notice[]} fresh @param {number} unread */
  async #tellNews(fresh, unread) {
    const { NewsCard } = await import("./news.js");
    const card = await NewsCard.load({ row: (notice) => this.#item(notice), all: () => this.open() });
    card.show(fresh, unread);
    setText(this.heard, [t("news.title"), ...fresh.map(sentence)].join(". "));
  }

  /** @param {any} event of one's own topic */
  told(event) {
    if (event.unread !== undefined) this.count(event.unread);
    if (event.type === "noticed") setText(this.heard, [sentence(event.notice), event.notice.text].filter(Boolean).join(". ")); // the mark is seen only
    if (this.dialog.open && event.type === "noticed") this.#show().catch(this.on.failed);
  }

  /** @param {number} unread */
  count(unread) {
    this.mark.hidden = unread === 0;
    setText(this.mark, unread > 99 ? "99+" : String(unread));
    setText(this.words, unread ? t("inbox.unread", { n: unread }) : t("inbox.title"));
  }

  open() {
    this.dialog.showModal();
    this.#show().catch(this.on.failed);
  }

  async #show() {
    const { notices } = await api.inbox(50);
    const lent = notices.some((/** @type {Notice} */ one) => OWN.has(one.kind));
    this.own = lent ? await import("./uses.js").then(({ openDecisions }) => openDecisions()) : null;
    this.none.hidden = notices.length > 0;
    refill(this.list, ...notices.map((/** @type {Notice} */ one) => this.#item(one)));
    if (notices.length) await api.looked(notices[0].at);
  }

  /** @type {import("./uses.js").Decisions | null} what is to be decided of one's likeness, where anything is */
  own = null;

  /** @param {string} words what came of it */
  #decided(words) {
    setText(this.heard, words);
    this.#show().then(() => this.list.querySelector(".notice-go")?.focus(), this.on.failed);
  }

  /** @param {Notice} notice */
  #item(notice) {
    const go = () => {
      if (notice.kind === "decided" || notice.kind === "likeness_matched") return;
      this.dialog.close();
      const room = ROOMS[notice.kind];
      if (WAITING[notice.kind]) this.on.desk();
      else if (notice.outcome === "yes" && notice.kind === "likeness_answered") this.on.draw(notice.text);
      else if (room) this.on.likeness(room);
      else if (notice.kind === "moderated") this.on.decisions();
      else if (notice.kind === "followed" || !notice.clip) this.on.profile(keyOf(notice.actor));
      else this.on.clip(notice.clip);
    };
    const words = sentence(notice);
    const { handle } = notice.actor;
    const [before, ...after] = words.split(`@${handle}`);
    const who = after.length > 0 && nameLink("notice-who", notice.actor, (/** @type {string} */ name) => (this.dialog.close(), this.on.profile(name)));
    // The whole row is pressed, but its name: a link cannot stand in a button.
    return h("li", { "data-seen": String(notice.seen) }, h("div.notice", { "data-testid": "notice" }, h("button.notice-go", { type: "button", "aria-label": words, onclick: go }),
      h("span.notice-words", {}, before, who, after.join(`@${handle}`)), notice.text && said("span.notice-text", {}, notice.text), h("time", { title: moment(notice.at) }, ago(notice.at, secondsNow())),
      this.own?.deeds(notice, (outcome) => this.#decided(outcome))));
  }
}
