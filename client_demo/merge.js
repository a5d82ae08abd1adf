/**
 * How what the server tells becomes what the page shows. Pure: an entry and a message give the
 * next entry.
 *
 * @typedef {{likes: number, comments: number, remixes: number, views: number}} Counts
 * @typedef {{id: string, handle: string}} Person
 * @typedef {{name: string, value: string | null, confidence: number, words: string[], inherited?: boolean}} Slot
 * @typedef {{id: string, author: Person, text: string, seconds: number, status: string, visibility: string, remixing: string, license: string, withheld?: boolean, withheld_for?: string | null,
 *   created_at: number, width: number, height: number, fps: number, parent: string | null,
 *   root: string | null, recipe: any, understood: Slot[], counts: Counts, finished_at: number | null,
 *   video_url: string | null, half_url?: string | null, poster_url: string | null, preview_url: string | null, birth_url?: string | null, expires_at?: number | null,
 *   reason: string | null}} Clip
 * @typedef {{id: string, clip: string, author: Person, text: string, created_at: number,
 *   parent?: string | null, edited_at?: number | null, likes?: number, replies?: number, held?: boolean, liked?: boolean,
 *   answers?: Comment[] | null, pending?: boolean}} Comment
 * @typedef {{step: number, steps: number, chunk: number, chunks: number, percent: number,
 *   sigma: number, eta_s: number}} Progress
 * @typedef {{place: number, wait_s: number}} Waiting
 * @typedef {{id: string, author: Person, text: string, votes: number}} Proposal
 * @typedef {{proposals: Proposal[], closes_s: number | null, chosen: Proposal | null}} Ballot
 * @typedef {{clip: Clip, liked: boolean, viewers: number, progress: Progress | null, waiting: Waiting | null,
 *   ballot: Ballot | null, comments: Comment[] | null, more: string | null, pinned?: string | null}} Entry
 */
import { addAnswer, changeComment, foldTalk, withLikes } from "./talk.js";

/** @type {Record<string, number>} */
const RANK = { queued: 0, live: 1, done: 2, failed: 2, cancelled: 2 };

/** @param {Clip} clip @returns {Entry} */
export const entryOf = (clip) => ({ clip, liked: false, viewers: 0, progress: null, waiting: null, ballot: null, comments: null, more: null });

/** True while nobody can know yet how it ends. @param {Clip} clip */
export const forming = (clip) => clip.status === "queued" || clip.status === "live";

/**
 * Takes a newer view of a clip; its status never goes back, its counts stay unless asked for.
 * @param {Entry} entry @param {Clip} clip @param {boolean} counts
 * @returns {Entry}
 */
export function mergeClip(entry, clip, counts) {
  const older = RANK[clip.status] < RANK[entry.clip.status];
  const merged = { ...(older ? entry.clip : clip), counts: counts ? clip.counts : entry.clip.counts };
  const waiting = merged.status === "queued" ? entry.waiting : null;
  const [progress, ballot] = forming(merged) ? [entry.progress, entry.ballot] : [null, null];
  return { ...entry, clip: merged, progress, waiting, ballot };
}

/** Newest first, one of each id. @param {Comment[]} comments */
function ordered(comments) {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  return [...byId.values()].sort((a, b) => b.created_at - a.created_at);
}

/** Adds a page of older comments. @param {Entry} entry @param {Comment[]} page @param {string | null} more */
export const withComments = (entry, page, more) => ({ ...entry, comments: ordered([...page, ...(entry.comments ?? [])]), more });

/** @param {Entry} entry @param {Partial<Counts>} counts */
const counted = (entry, counts) => ({ ...entry, clip: { ...entry.clip, counts: { ...entry.clip.counts, ...counts } } });

/** A comment of one's own before the server has it. @param {Entry} entry @param {Comment} comment */
export function expectComment(entry, comment) {
  if (comment.parent) return counted(addAnswer(entry, { ...comment, pending: true }, null), { comments: entry.clip.counts.comments + 1 });
  const comments = [{ ...comment, pending: true }, ...(entry.comments ?? [])];
  return counted({ ...entry, comments }, { comments: entry.clip.counts.comments + 1 });
}

/** Takes back a comment that was refused. @param {Entry} entry @param {string} id */
export function dropComment(entry, id) {
  return counted(changeComment(entry, id, () => null), { comments: Math.max(0, entry.clip.counts.comments - 1) });
}

/** A comment of one's own waits for an operator: it is not counted. @param {Entry} entry @param {string} id */
export function holdComment(entry, id) {
  const held = changeComment(entry, id, (one) => ({ ...one, pending: false, held: true }));
  return counted(held, { comments: Math.max(0, entry.clip.counts.comments - 1) });
}

/** A like of one's own before the server has it, or its undoing. @param {Entry} entry @param {boolean} on */
export function expectLike(entry, on) {
  if (entry.liked === on) return entry;
  return counted({ ...entry, liked: on }, { likes: Math.max(0, entry.clip.counts.likes + (on ? 1 : -1)) });
}

/** @param {Entry} entry @param {any} event @param {Person | null} me */
function commented(entry, event, me) {
  const fresh = event.comment;
  if (fresh.parent) return counted(addAnswer(entry, fresh, event.replies), { comments: event.comments });
  const mine = fresh.author.id === me?.id;
  const rest = (entry.comments ?? []).filter(
    (old) => old.id !== fresh.id && !(mine && old.pending && old.text === fresh.text),
  );
  const comments = entry.comments === null ? null : ordered([fresh, ...rest]);
  return counted({ ...entry, comments }, { comments: event.comments });
}

/**
 * One event of a clip's topic.
 * @param {Entry} entry @param {any} event @param {Person | null} me
 * @returns {Entry}
 */
export function fold(entry, event, me) {
  switch (event.type) {
    case "clip_queued":
    case "clip_started":
    case "clip_steered":
    case "clip_finished":
    case "clip_failed":
    case "clip_changed":
      return mergeClip(entry, event.clip, false);
    case "clip_progress":
      return forming(entry.clip) ? { ...entry, progress: event } : entry;
    case "clip_waiting":
      return entry.clip.status === "queued" ? { ...entry, waiting: event } : entry;
    case "clip_ballot":
      return forming(entry.clip) ? { ...entry, ballot: event } : entry;
    case "liked": {
      const liked = event.by.id === me?.id ? event.on : entry.liked;
      return counted({ ...entry, liked }, { likes: event.likes });
    }
    case "commented":
      return commented(entry, event, me);
    case "comment_changed":
    case "comment_liked":
    case "comment_pinned":
      return foldTalk(entry, event);
    case "comment_removed": {
      const left = foldTalk(entry, event);
      return event.comments === null ? left : counted(left, { comments: event.comments });
    }
    case "remixed":
    case "clip_removed": // a remix of this one
      return counted(entry, { remixes: event.remixes });
    case "presence":
      return { ...entry, viewers: event.viewers };
    default:
      return entry; // an event of a newer server
  }
}

/**
 * The state of a topic as a whole; comments that the server does not know yet are kept.
 * @param {Entry} entry @param {any} snapshot
 */
export function restore(entry, snapshot) {
  const pending = (entry.comments ?? []).filter((c) => c.pending && !snapshot.comments.some((/** @type {Comment} */ s) => s.id === c.id));
  const merged = snapshot.clip ? mergeClip(entry, snapshot.clip, true) : entry;
  const comments = ordered([...pending, ...withLikes([...(snapshot.pinned ? [snapshot.pinned] : []), ...snapshot.comments], snapshot.liked_comments ?? [])]);
  // The count is of replies too, which lie in the comment that they belong to.
  const told = comments.reduce((sum, one) => sum + (one.pending || one.held ? 0 : 1 + (one.replies ?? 0)), 0);
  return {
    ...merged,
    liked: snapshot.liked,
    viewers: snapshot.viewers,
    progress: forming(merged.clip) ? (snapshot.progress ?? entry.progress) : null,
    waiting: merged.clip.status === "queued" ? (snapshot.waiting ?? null) : null,
    ballot: forming(merged.clip) ? (snapshot.ballot ?? null) : null,
    pinned: snapshot.pinned?.id ?? null,
    comments,
    more: merged.clip.counts.comments > told ? (entry.more ?? "") : null,
  };
}
