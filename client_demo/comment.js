/** One comment: its words, its answers folded below it, and what one can do with it. */
import { h, nameLink, said, setText } from "./dom.js";
import { ago, moment, secondsNow, short } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** @typedef {import("./merge.js").Comment} Comment */
/**
 * @typedef {{profile(handle: string): void, like(comment: Comment): void, answer(comment: Comment): void, edit(comment: Comment): void,
 *   remove(comment: Comment): void, pin(comment: Comment): void, unfold(comment: Comment): void, report(comment: Comment): void,
 *   may(comment: Comment): {edit: boolean, remove: boolean, pin: boolean, report: boolean}}} Deeds
 */

const MENTION = /(?<![\w@])@([a-z0-9][a-z0-9_]{1,23})(?![a-z0-9_])/g;

/** Words in which each called name is a link to its profile. @param {string} text @param {(handle: string) => void} profile */
function words(text, profile) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(MENTION)) {
    parts.push(text.slice(at, found.index), nameLink("mention", { handle: found[1] }, profile));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

/** @param {Comment} comment @param {number} now seconds */
function when(comment, now) {
  if (comment.pending) return t("comment.sending");
  if (comment.held) return t("comment.held");
  return ago(comment.created_at, now) + (comment.edited_at ? t("comment.edited") : "");
}

/** @param {Comment} comment @param {Deeds} deeds @param {boolean} pinned @param {any} [old] kept while the words stay, so that a menu stays open */
export function commentItem(comment, deeds, pinned, old) {
  const shown = JSON.stringify([comment.text, comment.likes, comment.liked, comment.replies, comment.answers, comment.held, comment.pending, comment.edited_at, pinned]);
  const item = old ?? h("li.fresh", { "data-comment": comment.id, "data-testid": "comment", onanimationend: () => item.classList.remove("fresh") });
  if (item.dataset.shown !== shown) refill(item, comment, deeds, pinned);
  item.dataset.shown = shown;
  const time = item.querySelector("time");
  setText(time, when(comment, secondsNow()));
  time.title = moment(comment.created_at);
  return item;
}

/** The element stays, so that it does not fade in anew, and what had the focus has it again. @param {any} item @param {Comment} comment @param {Deeds} deeds @param {boolean} pinned */
function refill(item, comment, deeds, pinned) {
  const focused = item.contains(document.activeElement) && /** @type {HTMLElement} */ (document.activeElement).dataset.testid;
  const answers = new Map([...item.querySelectorAll("li")].map((one) => [one.dataset.comment, one]));
  item.dataset.pending = String(Boolean(comment.pending));
  item.replaceChildren();
  fill(item, comment, deeds, pinned, answers);
  if (focused) item.querySelector(`[data-testid="${focused}"]`)?.focus({ preventScroll: true });
}

/** @param {any} item @param {Comment} comment @param {Deeds} deeds @param {boolean} pinned @param {Map<string, any>} answers that are shown already */
function fill(item, comment, deeds, pinned, answers) {
  const by = nameLink("name", comment.author, deeds.profile);
  item.append(h("p.by", {}, by, h("time"), pinned && h("small.pinned", {}, t("comment.pinned"))), said("p", {}, ...words(comment.text, deeds.profile)));
  if (comment.pending) return;
  item.append(h("p.deeds", {}, ...buttons(comment, deeds, pinned)));
  if (comment.answers?.length) item.append(h("ol.answers", { "aria-label": t("comment.replies") }, ...comment.answers.map((one) => commentItem(one, deeds, false, answers.get(one.id)))));
}

/** @param {Comment} comment @param {Deeds} deeds @param {boolean} pinned */
function buttons(comment, deeds, pinned) {
  const may = deeds.may(comment);
  const button = (/** @type {string} */ label, /** @type {(one: Comment) => void} */ deed, /** @type {Record<string, any>} */ more = {}) =>
    h("button.deed-of", { type: "button", onclick: () => deed(comment), ...more }, label);
  const hidden = (comment.replies ?? 0) - (comment.answers?.length ?? 0);
  const menu = [may.edit && button(t("comment.edit"), deeds.edit), may.pin && button(pinned ? t("comment.unpin") : t("comment.pin"), deeds.pin), may.remove && button(t("delete"), deeds.remove), may.report && button(t("report"), deeds.report, { "data-testid": "comment-report" })].filter(Boolean);
  return [
    !comment.held && h("button.deed-of", { type: "button", "aria-pressed": String(Boolean(comment.liked)), "aria-label": t("comment.like", { n: comment.likes ?? 0 }), "data-testid": "comment-like", onclick: () => deeds.like(comment) }, icon("heart"), comment.likes ? short(comment.likes) : ""),
    !comment.held && button(t("comment.reply"), deeds.answer, { "data-testid": "comment-answer" }),
    hidden > 0 && button(t("comment.unfold", { n: hidden }), deeds.unfold, { "data-testid": "unfold" }),
    menu.length > 0 && h("details.more-of", { "data-testid": "comment-menu" }, h("summary", { "aria-label": t("menu.title") }, "•••"), h("span.deeds", {}, ...menu)),
  ];
}
