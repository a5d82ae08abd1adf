/** The talk about one clip: live, newest first, older pages on demand. */
import { api } from "./api.js";
import { newKey } from "/client.js";
import { h, said, setText } from "./dom.js";
import { ago } from "./format.js";
import { icon } from "./icons.js";
import { expectComment, withComments } from "./merge.js";

const LONGEST = 500;

export class Comments {
  /**
   * @param {import("./state.js").Store} store
   * @param {{comment(id: string, text: string, key: string): void, failed(error: unknown): void, profile(handle: string): void}} listener
   */
  constructor(store, listener) {
    this.store = store;
    this.listener = listener;
    /** @type {string | null} */
    this.id = null;
    this.list = h("ol.comments", { "aria-label": "Comments", "aria-live": "polite", "data-testid": "comment-list" });
    this.none = h("p.none", {}, "Nobody has said anything yet.");
    this.older = h("button.quiet", { type: "button", hidden: true, "data-testid": "older", onclick: () => this.#page() }, "Older comments");
    this.input = h("input.field", { name: "comment", maxlength: LONGEST, autocomplete: "off", dir: "auto", placeholder: "Say something kind", "aria-label": "Your comment", enterkeyhint: "send", "data-testid": "comment-input", oninput: () => this.#typed() });
    this.left = h("small.left", { "aria-live": "polite" });
    this.send = h("button.round", { type: "submit", "aria-label": "Send", disabled: true, "data-testid": "comment-send" }, icon("send"));
    const form = h("form.say", { onsubmit: (/** @type {Event} */ event) => this.#say(event) }, this.input, this.left, this.send);
    this.element = h("section.talk", { "aria-label": "Comments" }, h("div.scroll", { tabindex: "0", role: "region", "aria-label": "Comment list" }, this.none, this.list, this.older), form);
  }

  /** @param {string | null} id */
  show(id) {
    if (id === this.id) return;
    this.id = id;
    this.list.replaceChildren();
    this.list.parentElement.scrollTop = 0;
    this.render();
    if (id && this.store.get(id)?.comments === null) this.#page();
  }

  render() {
    const entry = this.id ? this.store.get(this.id) : undefined;
    const comments = entry?.comments ?? [];
    const there = new Map([...this.list.children].map((li) => [li.dataset.comment, li]));
    const items = comments.map((comment) => this.#item(comment, there.get(comment.id)));
    if (items.length !== there.size || items.some((item, i) => item !== this.list.children[i])) this.list.replaceChildren(...items);
    this.none.hidden = comments.length > 0 || entry?.comments === null;
    this.older.hidden = !entry || entry.comments === null || entry.more === null;
  }

  /** @param {import("./merge.js").Comment} comment @param {any} old */
  #item(comment, old) {
    const item = old ?? h("li", { "data-comment": comment.id, "data-testid": "comment" }, h("p.by", {}, h("button", { type: "button", onclick: () => this.listener.profile(comment.author.handle) }, h("b", {}, `@${comment.author.handle}`)), h("time")), said("p", {}, comment.text));
    item.dataset.pending = String(Boolean(comment.pending));
    setText(item.querySelector("time"), comment.pending ? "sending" : ago(comment.created_at, Date.now() / 1000));
    return item;
  }

  async #page() {
    const id = this.id;
    if (!id) return;
    const entry = this.store.get(id);
    try {
      const page = await api.comments(id, entry?.more || null);
      this.store.update(id, (now) => withComments(now, page.comments, page.cursor ?? null));
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
    const key = newKey();
    const comment = { id: key, clip: id, author: this.store.me, text, created_at: Date.now() / 1000 };
    this.store.update(id, (entry) => expectComment(entry, comment));
    this.listener.comment(id, text, key);
    this.input.value = "";
    this.#typed();
    this.list.parentElement.scrollTop = 0;
  }
}
