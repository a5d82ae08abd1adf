/**
 * How the talk below a clip changes. Pure: an entry and what is told give the next entry. Answers lie in
 * their comment: null while nobody asked for them.
 * @typedef {import("./merge.js").Entry} Entry
 * @typedef {import("./merge.js").Comment} Comment
 */

/** @param {Entry} entry @param {string} id @param {(comment: Comment) => Comment | null} change null drops it */
export function changeComment(entry, id, change) {
  /** @param {Comment[]} list @returns {Comment[]} */
  const through = (list) => list.flatMap((one) => {
    if (one.id === id) return change(one) ?? [];
    return one.answers?.some((answer) => answer.id === id) ? { ...one, answers: through(one.answers) } : one;
  });
  return entry.comments === null ? entry : { ...entry, comments: through(entry.comments) };
}

/** An answer stands below its comment. @param {Entry} entry @param {Comment} answer @param {number | null} replies exact, null: one more */
export function addAnswer(entry, answer, replies) {
  return changeComment(entry, answer.parent ?? "", (one) => {
    const rest = (one.answers ?? []).filter((old) => old.id !== answer.id);
    const shown = one.answers || answer.pending ? [...rest, answer] : null;
    return { ...one, answers: shown, replies: replies ?? (one.replies ?? 0) + 1 };
  });
}

/** Pages know whom one likes; comments remember it. @param {Comment[]} comments @param {string[]} liked */
export const withLikes = (comments, liked) => comments.map((one) => ({ ...one, liked: liked.includes(one.id) }));

/** @param {Entry} entry @param {any} event */
export function foldTalk(entry, event) {
  switch (event.type) {
    case "comment_changed":
      return changeComment(entry, event.comment.id, (one) => ({ ...one, text: event.comment.text, edited_at: event.comment.edited_at }));
    case "comment_liked":
      return changeComment(entry, event.comment, (one) => ({ ...one, likes: event.likes }));
    case "comment_pinned":
      return { ...entry, pinned: event.comment?.id ?? null };
    case "comment_removed": {
      const without = changeComment(entry, event.comment, () => null);
      return changeComment(without, event.parent ?? "", (one) => ({ ...one, replies: event.replies ?? one.replies }));
    }
    default:
      return entry;
  }
}
