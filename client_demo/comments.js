/** The talk about one clip: live, newest first, older pages on demand. */
import { api } from "./api.js";
import { newKey } from "/client.js";
import { commentItem } from "./comment.js";
import { h, refill, setText } from "./dom.js";
import { icon } from "./icons.js";
import { expectComment, withComments } from "./merge.js";
import { changeComment, withLikes } from "./talk.js";
import { complain } from "./toast.js";
import { t } from "./words.js";

const LONGEST = 500;

export class Comments {
  /**
   * @param {import("./state.js").Store} store
   * @param {{comment(id: string, text: string, key: string, parent: string | null): void, failed(error: unknown): void, profile(handle: string): void, report(subject: import("./report.js").Subject): void}} listener
   */
  constructor(store, listener) {
    this.store = store;
    this.listener = listener;
    /** @type {string | null} */
    this.id = null;
    /** @type {import("./merge.js").Comment | null} */
    this.answering = null;
    /** @type {import("./merge.js").Comment | null} */
    this.editing = null;
    this.deeds = this.#deeds();
    this.list = h("ol.comments", { "aria-label": t("comments.title"), "aria-live": "polite", "data-testid": "comment-list" });
    this.none = h("p.none", {}, t("comments.none"));
    this.older = h("button.quiet", { type: "button", hidden: true, "data-testid": "older", onclick: () => this.#page() }, t("comments.older"));
    this.input = h("input.field", { name: "comment", maxlength: LONGEST, autocomplete: "off", dir: "auto", placeholder: t("comments.kind"), "aria-label": t("comments.yours"), enterkeyhint: "send", "data-testid": "comment-input", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#leave(event), oninput: () => this.#typed() });
    this.left = h("small.left", { "aria-live": "polite" });
    this.send = h("button.round", { type: "submit", "aria-label": t("send"), disabled: true, "data-testid": "comment-send" }, icon("send"));
    const form = h("form.say", { onsubmit: (/** @type {Event} */ event) => this.#say(event) }, this.input, this.left, this.send);
    this.element = h("div.talk", { role: "tabpanel", id: "panel-comments", "aria-label": t("comments.title") }, h("div.scroll", { tabindex: "0", role: "region", "aria-label": t("comments.list") }, this.none, this.list, this.older), form);
  }

  /** @param {string | null} id */
  show(id) {
    if (id === this.id) return;
    this.id = id;
    this.#about(null, null);
    this.list.replaceChildren();
    this.list.parentElement.scrollTop = 0;
    this.render();
    if (id && this.store.get(id)?.comments === null) this.#page();
  }

  render() {
    const entry = this.id ? this.store.get(this.id) : undefined;
    const pinned = entry?.pinned ?? null;
    const shown = (/** @type {import("./merge.js").Comment[]} */ some) => some.filter(({ author }) => !this.store.hidden.has(author.id));
    const comments = shown(entry?.comments ?? []).map((one) => (one.answers ? { ...one, answers: shown(one.answers) } : one)).sort((a, b) => Number(b.id === pinned) - Number(a.id === pinned));
    const there = new Map([...this.list.children].map((li) => [li.dataset.comment, li]));
    const items = comments.map((comment) => commentItem(comment, this.deeds, comment.id === pinned, there.get(comment.id)));
    if (items.length !== there.size || items.some((item, i) => item !== this.list.children[i])) refill(this.list, ...items);
    this.none.hidden = comments.length > 0 || entry?.comments === null;
    this.older.hidden = !entry || entry.comments === null || entry.more === null;
  }

  /** What a person can do with a comment. @returns {import("./comment.js").Deeds} */
  #deeds() {
    return {
      profile: (handle) => this.listener.profile(handle),
      like: (one) => this.#change(one, api.likeComment(one.clip, one.id, !one.liked), (now, { likes, liked }) => ({ ...now, likes, liked })),
      answer: (one) => this.#about(one, null),
      edit: (one) => this.#about(null, one),
      remove: (one) => this.#change(one, api.removeComment(one.clip, one.id), () => null),
      pin: (one) => void api.pinComment(one.clip, one.id, this.store.get(one.clip)?.pinned !== one.id).catch(complain),
      unfold: (one) => this.#change(one, api.replies(one.clip, one.id), (now, page) => ({ ...now, answers: withLikes(page.comments, page.liked ?? []) })),
      report: (one) => this.listener.report({ kind: "comment", subject: one.id, name: t("report.comment", { who: `@${one.author.handle}` }) }),
      may: (one) => this.#may(one),
    };
  }

  /** @param {import("./merge.js").Comment} one */
  #may(one) {
    const own = one.author.id === this.store.me?.id;
    const host = this.store.isMine(one.clip);
    return { edit: own && !one.held, remove: own || host, pin: host && !one.parent && !one.held, report: !own };
  }

  /** @param {import("./merge.js").Comment} one @param {Promise<any>} deed @param {(now: import("./merge.js").Comment, answer: any) => import("./merge.js").Comment | null} change of the comment as it is when the answer comes */
  #change(one, deed, change) {
    deed.then((answer) => this.store.update(one.clip, (entry) => changeComment(entry, one.id, (now) => change(now, answer))), complain);
  }

  /** Escape gives up an answer, or other words. @param {KeyboardEvent} event */
  #leave(event) {
    if (event.key !== "Escape" || !(this.answering || this.editing)) return;
    event.stopPropagation();
    this.#about(null, null);
  }

  /** What the field is for: an answer, other words, or a comment. @param {import("./merge.js").Comment | null} answering @param {import("./merge.js").Comment | null} editing */
  #about(answering, editing) {
    this.answering = answering;
    this.editing = editing;
    this.input.value = editing?.text ?? (answering?.parent ? `@${answering.author.handle} ` : "");
    const what = editing ? t("comments.rewrite") : answering ? t("comments.reply", { who: `@${answering.author.handle}` }) : t("comments.yours");
    this.input.setAttribute("aria-label", what);
    this.input.placeholder = editing || answering ? what : t("comments.kind");
    this.#typed();
    if (answering || editing) this.input.focus({ preventScroll: true });
  }

  /** @param {string} id @param {import("./merge.js").Comment} comment @param {string} text */
  #rewrite(id, comment, text) {
    this.#change(comment, api.editComment(id, comment.id, text), (now, { text: said, edited_at }) => ({ ...now, text: said, edited_at }));
  }

  /** @param {string} id @param {import("./merge.js").Person} author @param {string} text @param {string} key @param {string | null} parent */
  #add(id, author, text, key, parent) {
    const comment = { id: key, clip: id, author, text, created_at: Date.now() / 1000, parent };
    this.store.update(id, (entry) => expectComment(entry, comment));
    this.listener.comment(id, text, key, parent);
    if (!parent) this.list.parentElement.scrollTop = 0;
  }

  async #page() {
    const id = this.id;
    if (!id) return;
    const entry = this.store.get(id);
    try {
      const page = await api.comments(id, entry?.more || null);
      this.store.update(id, (now) => ({ ...withComments(now, withLikes([...(page.pinned ? [page.pinned] : []), ...page.comments], page.liked ?? []), page.cursor ?? null), pinned: page.pinned?.id ?? now.pinned }));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  #typed() {
    const rest = LONGEST - this.input.value.length;
    this.send.disabled = !this.input.value.trim();
    setText(this.left, rest <= 60 ? String(rest) : "");
  }

  /** @param {Event} event */
  #say(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    const { id } = this;
    if (!text || !id || !this.store.me) return;
    if (this.editing) this.#rewrite(id, this.editing, text);
    else this.#add(id, this.store.me, text, newKey(), this.answering?.parent ?? this.answering?.id ?? null);
    this.#about(null, null);
  }
}
