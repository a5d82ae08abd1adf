"""What people write of clips: each function is one piece of a transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from phosphene.errors import BadInput, Forbidden, NotFound
from phosphene.events import (
    CommentChanged,
    Commented,
    CommentLiked,
    CommentPinned,
    CommentRemoved,
    Recorded,
)
from phosphene.model import Comment, Person, clip_topic
from phosphene.notifications import NoticeKind
from phosphene.store import (
    comment_log,
    comment_rows,
    deeds,
    inbox,
    logins,
    reads,
    relations,
    report_closing,
    withheld_comments,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import record
from phosphene.store.idempotency import forget_answers
from phosphene.store.people import named
from phosphene.store.rows import HELD_COLUMNS, HELD_SOURCE, held_of


def post_comment(cx: SqlConnection, comment: Comment, held: str = "") -> list[Recorded]:
    """``add_comment`` of who may write now. Raises Forbidden: they are suspended."""
    logins.need_active(cx, comment.author.id)
    return add_comment(cx, comment, held)


def add_comment(cx: SqlConnection, comment: Comment, held: str = "") -> list[Recorded]:
    """Write a comment, or let it wait for an operator for a reason ``held``. One that answers an
    answer belongs to the same talk."""
    author = reads.check_seen(cx, comment.clip, comment.author.id)
    between = relations.need_unblocked(cx, author, comment.author.id)
    relations.need_contact(cx, author, comment.author.id, between)
    answered = _answered(cx, comment)
    if answered is not None:
        between = relations.get_relationship(cx, answered.author.id, comment.author.id)
        relations.need_contact(cx, answered.author.id, comment.author.id, between)
    comment = replace(
        comment,
        author=named(cx, comment.author),
        parent=None if answered is None else answered.parent or answered.id,
    )
    if comment_rows.is_there(cx, comment):
        return []
    if held:
        comment_rows.hold_comment(cx, comment, held)
        return []
    return _publish(cx, comment, author, answered)


def edit_comment(
    cx: SqlConnection, clip_id: str, comment_id: str, person: Person, text: str, now: float
) -> list[Recorded]:
    """Give a comment other words. Raises NotFound: it is not theirs."""
    author = reads.check_seen(cx, clip_id, person.id)
    between = relations.need_unblocked(cx, author, person.id)
    relations.need_contact(cx, author, person.id, between)
    comment = _comment_of(cx, clip_id, comment_id)
    if comment.author.id != person.id:
        raise NotFound(f"no comment {comment_id} of yours")
    if comment.text == text:
        return []
    cx.execute("UPDATE comments SET text = ?, edited_at = ? WHERE id = ?", (text, now, comment_id))
    comment = reads.comment(cx, comment_id)
    inbox.reword_comment(cx, comment_id, text)
    comment_log.reword(cx, comment)
    forget_answers(cx, comment_id, person.id)
    return [record(cx, clip_topic(clip_id), CommentChanged(comment))]


def remove_comment(
    cx: SqlConnection, clip_id: str, comment_id: str, person_id: str | None, now: float
) -> list[Recorded]:
    """Forget a comment with its answers. ``person_id``: its author or the clip's, None for an
    operator. Raises NotFound."""
    if person_id is not None:
        owner = reads.check_seen(cx, clip_id, person_id)
        if _drop_held(cx, clip_id, comment_id, person_id, now):
            return []
        if withheld_comments.drop_own_withheld(cx, clip_id, comment_id, person_id, now):
            return []
        if person_id not in {owner, _comment_of(cx, clip_id, comment_id).author.id}:
            raise NotFound(f"no comment {comment_id} of yours")

    return forget_comments(cx, clip_id, [comment_id], now)


def forget_comments(
    cx: SqlConnection, clip_id: str, comment_ids: Sequence[str], now: float
) -> list[Recorded]:
    """Forget comments of a clip, with their answers. Raises NotFound."""

    def forget(cx: SqlConnection, one: str) -> None:
        cx.execute("DELETE FROM comment_likes WHERE comment = ?", (one,))
        report_closing.close_comment(cx, one)
        comment_rows.bury_comment(cx, one, now)

    for comment_id in comment_ids:
        _drop_held_answers(cx, clip_id, comment_id, now)
    return take_away(cx, clip_id, comment_ids, forget)


def take_away(
    cx: SqlConnection,
    clip_id: str,
    comment_ids: Sequence[str],
    leave: Callable[[SqlConnection, str], None],
) -> list[Recorded]:
    """Nobody is shown these comments any more, nor their answers; ``leave`` is called with the id
    of each while its row is still there. Raises NotFound."""
    gone, recorded = set[str](), list[Recorded]()
    for comment_id in comment_ids:
        if comment_id not in gone:  # else it stood below another
            talk, told = _take_talk(cx, _comment_of(cx, clip_id, comment_id), leave)
            gone |= talk
            recorded += told
    # Once for all of them: the log of a busy clip has a thousand events, and 20 comments looked for
    # one by one held the write lock for 140 ms.
    comment_log.erase_comments(cx, clip_id, frozenset(comment_ids), gone)
    return recorded


def _take_talk(
    cx: SqlConnection, comment: Comment, leave: Callable[[SqlConnection, str], None]
) -> tuple[set[str], list[Recorded]]:
    """Take a comment away with its answers; their ids, and what was recorded."""
    talk = cx.execute(
        "SELECT id, author FROM comments WHERE id = ?1"
        # Said twice, as in the schema: only then does SQLite use the partial index.
        " UNION ALL SELECT id, author FROM comments WHERE parent = ?1 AND parent IS NOT NULL",
        (comment.id,),
    ).fetchall()
    unread = list[Recorded]()
    for id_, author in talk:
        leave(cx, id_)
        forget_answers(cx, id_, author)
        cx.execute("DELETE FROM comments WHERE id = ?", (id_,))
        deeds.drop_comment(cx, author, comment.clip)
        unread += inbox.forget_comment(cx, id_)
    pinned = cx.execute(
        "DELETE FROM pins WHERE clip = ? AND comment = ?", (comment.clip, comment.id)
    ).rowcount
    total = bump(cx, "comments", comment.clip, -len(talk)).comments
    replies = comment_rows.count_reply(cx, comment.parent, -1)
    topic = clip_topic(comment.clip)
    gone = CommentRemoved(comment.clip, comment.id, comment.parent, total, replies)
    told = [record(cx, topic, gone)]
    if pinned:
        told.append(record(cx, topic, CommentPinned(comment.clip)))
    return {id_ for id_, _ in talk}, told + unread


def like_comment(
    cx: SqlConnection, clip_id: str, comment_id: str, person: Person, on: bool
) -> tuple[int, list[Recorded]]:
    """Like a comment or no more; its exact likes. Twice counts once."""
    author = reads.check_seen(cx, clip_id, person.id)
    comment = _comment_of(cx, clip_id, comment_id)
    for other in {author, comment.author.id}:
        relations.need_unblocked(cx, person.id, other, undoes=not on)
    statement = (
        "INSERT INTO comment_likes (comment, person, clip) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        if on
        else "DELETE FROM comment_likes WHERE comment = ? AND person = ? AND clip = ?"
    )
    # The row decides and the counter follows, as with likes of clips.
    if not cx.execute(statement, (comment_id, person.id, clip_id)).rowcount:
        return comment.likes, []
    (likes,) = cx.execute(
        "UPDATE comments SET likes = likes + ? WHERE id = ? RETURNING likes",
        (1 if on else -1, comment_id),
    ).fetchone()
    event = CommentLiked(clip_id, comment_id, likes)
    return likes, [record(cx, clip_topic(clip_id), event)]


def pin_comment(
    cx: SqlConnection, clip_id: str, comment_id: str, person_id: str, on: bool
) -> list[Recorded]:
    """Let one comment of a clip be read first, or no more. Raises NotFound: not their clip;
    BadInput: an answer."""
    if reads.check_seen(cx, clip_id, person_id) != person_id:
        raise NotFound(f"no clip {clip_id} of yours")
    comment = _comment_of(cx, clip_id, comment_id)
    if comment.parent is not None:
        raise BadInput("an answer stands below its comment: pin that")
    statement = (
        # Changes nothing where it is pinned already, and so is not told twice.
        "INSERT INTO pins (clip, comment) VALUES (?1, ?2)"
        " ON CONFLICT (clip) DO UPDATE SET comment = excluded.comment WHERE pins.comment <> ?2"
        if on
        else "DELETE FROM pins WHERE clip = ?1 AND comment = ?2"
    )
    if not cx.execute(statement, (clip_id, comment_id)).rowcount:
        return []
    event = CommentPinned(clip_id, comment if on else None)
    return [record(cx, clip_topic(clip_id), event)]


def decide_held(cx: SqlConnection, comment_id: str, publish: bool, now: float) -> list[Recorded]:
    """What an operator decides of a comment that waits. Raises NotFound."""
    row = cx.execute(
        f"SELECT {HELD_COLUMNS} FROM {HELD_SOURCE} WHERE c.id = ?", (comment_id,)
    ).fetchone()
    if row is None:
        raise NotFound(f"no comment {comment_id} waits")
    held = replace(held_of(row), held=False)
    cx.execute("DELETE FROM held_comments WHERE id = ?", (comment_id,))
    forget_answers(cx, comment_id, held.author.id)
    if publish:
        # Its clip, or what it answers, may be gone meanwhile, or one of the two block the other.
        with suppress(NotFound, Forbidden):
            return add_comment(cx, held)
    comment_rows.bury_comment(cx, comment_id, now)
    return []


def withhold_comment(
    cx: SqlConnection, clip_id: str, comment_id: str, decision: str
) -> list[Recorded]:
    """Nobody sees a comment, with its answers, from now on. Raises NotFound."""

    def move(cx: SqlConnection, one: str) -> None:
        withheld_comments.copy_withheld(cx, one, decision)

    return take_away(cx, clip_id, [comment_id], move)


def _publish(
    cx: SqlConnection, comment: Comment, author: str, answered: Comment | None
) -> list[Recorded]:
    comment_rows.insert_comment(cx, comment)
    deeds.note_deed(cx, comment.author.id, comment.clip, "comment", comment.created_at)
    counts = bump(cx, "comments", comment.clip, 1)
    replies = comment_rows.count_reply(cx, comment.parent, 1)
    event = Commented(comment, counts.comments, replies)
    recorded = [record(cx, clip_topic(comment.clip), event)]
    return recorded + _tell_of_comment(cx, comment, author, answered)


def _answered(cx: SqlConnection, comment: Comment) -> Comment | None:
    """What it answers. Raises NotFound, Forbidden (one blocks the other)."""
    if comment.parent is None:
        return None
    answered = _comment_of(cx, comment.clip, comment.parent)
    relations.need_unblocked(cx, comment.author.id, answered.author.id)
    return answered


def _comment_of(cx: SqlConnection, clip_id: str, comment_id: str) -> Comment:
    found = reads.comment(cx, comment_id)
    if found.clip != clip_id or found.held:
        raise NotFound(f"no comment {comment_id}")
    return found


def _drop_held(
    cx: SqlConnection, clip_id: str, comment_id: str, person_id: str, now: float
) -> bool:
    """Whether its author took back what waited for an operator."""
    dropped = cx.execute(
        "DELETE FROM held_comments WHERE id = ? AND clip = ? AND author = ?",
        (comment_id, clip_id, person_id),
    ).rowcount
    if dropped:
        forget_answers(cx, comment_id, person_id)
        comment_rows.bury_comment(cx, comment_id, now)
    return bool(dropped)


def _drop_held_answers(cx: SqlConnection, clip_id: str, parent: str, now: float) -> None:
    """What waits to answer a comment that is gone waits for nothing."""
    waiting = cx.execute(
        "SELECT id, author FROM held_comments WHERE clip = ? AND parent = ?", (clip_id, parent)
    ).fetchall()
    for comment_id, author in waiting:
        _drop_held(cx, clip_id, comment_id, author, now)


def _tell_of_comment(
    cx: SqlConnection, comment: Comment, author: str, answered: Comment | None
) -> list[Recorded]:
    """Who is answered hears of it, the author of the clip, and whoever it calls and may see the
    clip; each once."""
    told: dict[str, NoticeKind] = {}
    if answered is not None and reads.sees(cx, comment.clip, answered.author.id):
        told[answered.author.id] = "replied"
    told.setdefault(author, "commented")
    for handle in inbox.mentioned(comment.text):
        row = cx.execute("SELECT id FROM people WHERE handle = ?", (handle,)).fetchone()
        if row is not None and reads.sees(cx, comment.clip, row[0]):
            told.setdefault(row[0], "mentioned")
    recorded = list[Recorded]()
    for person_id, kind in told.items():
        recorded += inbox.notify(
            cx,
            person_id,
            kind,
            comment.author,
            comment.created_at,
            relations.get_relationship(cx, person_id, comment.author.id),
            clip=comment.clip,
            comment=comment.id,
            text=comment.text,
        )
    return recorded
