"""What people write of clips: each function is one piece of a transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from sqlite3 import Connection

from msgspec.structs import replace

from phosphene.errors import AlreadyTaken, BadInput, Forbidden, NotFound
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
from phosphene.store import comment_log, inbox, reads, relations, report_closing
from phosphene.store.counters import bump
from phosphene.store.event_log import record
from phosphene.store.idempotency import forget_answers
from phosphene.store.people import named
from phosphene.store.rows import HELD_COLUMNS, HELD_SOURCE, comment_of, held_of

WITHHELD = "id, clip, author, handle, text, created_at, parent, edited_at, likes, replies"


def add_comment(cx: Connection, comment: Comment, held: str = "") -> list[Recorded]:
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
    if _is_there(cx, comment):
        return []
    if held:
        _hold(cx, comment, held)
        return []
    return _publish(cx, comment, author, answered)


def edit_comment(
    cx: Connection, clip_id: str, comment_id: str, person: Person, text: str, now: float
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
    cx: Connection, clip_id: str, comment_id: str, person_id: str | None, now: float
) -> list[Recorded]:
    """Forget a comment with its answers. ``person_id``: its author or the clip's, None for an
    operator. Raises NotFound."""
    if person_id is not None:
        owner = reads.check_seen(cx, clip_id, person_id)
        if _drop_held(cx, clip_id, comment_id, person_id, now):
            return []
        if _drop_own_withheld(cx, clip_id, comment_id, person_id, now):
            return []
        if person_id not in {owner, _comment_of(cx, clip_id, comment_id).author.id}:
            raise NotFound(f"no comment {comment_id} of yours")

    return forget_comments(cx, clip_id, [comment_id], now)


def forget_comments(
    cx: Connection, clip_id: str, comment_ids: Sequence[str], now: float
) -> list[Recorded]:
    """Forget comments of a clip, with their answers. Raises NotFound."""

    def forget(cx: Connection, one: str) -> None:
        cx.execute("DELETE FROM comment_likes WHERE comment = ?", (one,))
        report_closing.close_comment(cx, one)
        _bury(cx, one, now)

    for comment_id in comment_ids:
        _drop_held_answers(cx, clip_id, comment_id, now)
    return take_away(cx, clip_id, comment_ids, forget)


def take_away(
    cx: Connection,
    clip_id: str,
    comment_ids: Sequence[str],
    leave: Callable[[Connection, str], None],
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
    cx: Connection, comment: Comment, leave: Callable[[Connection, str], None]
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
        unread += inbox.forget_comment(cx, id_)
    pinned = cx.execute(
        "DELETE FROM pins WHERE clip = ? AND comment = ?", (comment.clip, comment.id)
    ).rowcount
    total = bump(cx, "comments", comment.clip, -len(talk)).comments
    replies = count_reply(cx, comment.parent, -1)
    topic = clip_topic(comment.clip)
    gone = CommentRemoved(comment.clip, comment.id, comment.parent, total, replies)
    told = [record(cx, topic, gone)]
    if pinned:
        told.append(record(cx, topic, CommentPinned(comment.clip)))
    return {id_ for id_, _ in talk}, told + unread


def like_comment(
    cx: Connection, clip_id: str, comment_id: str, person: Person, on: bool
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
    cx: Connection, clip_id: str, comment_id: str, person_id: str, on: bool
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
        " ON CONFLICT (clip) DO UPDATE SET comment = excluded.comment WHERE comment <> ?2"
        if on
        else "DELETE FROM pins WHERE clip = ?1 AND comment = ?2"
    )
    if not cx.execute(statement, (clip_id, comment_id)).rowcount:
        return []
    event = CommentPinned(clip_id, comment if on else None)
    return [record(cx, clip_topic(clip_id), event)]


def decide_held(cx: Connection, comment_id: str, publish: bool, now: float) -> list[Recorded]:
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
    _bury(cx, comment_id, now)
    return []


def withhold_comment(
    cx: Connection, clip_id: str, comment_id: str, decision: str
) -> list[Recorded]:
    """Nobody sees a comment, with its answers, from now on. Raises NotFound."""

    def move(cx: Connection, one: str) -> None:
        cx.execute(
            f"INSERT INTO withheld_comments ({WITHHELD}, decision)"
            f" SELECT {WITHHELD}, ? FROM comments WHERE id = ?",
            (decision, one),
        )

    return take_away(cx, clip_id, [comment_id], move)


def release_comments(cx: Connection, decision: str) -> list[Recorded]:
    """Bring back what a decision withheld. Raises NotFound: it is gone, or what it answers is."""
    rows = cx.execute(
        "SELECT w.id, w.clip, w.author, coalesce(p.handle, w.handle), w.text, w.created_at,"
        # Counted anew: who liked it or answered in it may have left meanwhile.
        " w.parent, w.edited_at, (SELECT count(*) FROM comment_likes WHERE comment = w.id),"
        " (SELECT count(*) FROM withheld_comments AS below"
        " WHERE below.decision = w.decision AND below.parent = w.id)"
        " FROM withheld_comments AS w"
        " LEFT JOIN people AS p ON p.id = w.author WHERE w.decision = ?",
        (decision,),
    ).fetchall()
    # What begins the talk comes first: its answers stand below it.
    talk = sorted(map(comment_of, rows), key=lambda one: (one.parent is not None, one.created_at))
    cx.execute("DELETE FROM withheld_comments WHERE decision = ?", (decision,))
    if not talk:
        raise NotFound("this comment is gone")
    within = {one.id for one in talk}
    recorded = list[Recorded]()
    for comment in talk:
        if comment.parent is not None:
            reads.comment(cx, comment.parent)
        cx.execute(
            f"INSERT INTO comments ({WITHHELD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(comment.id, comment.clip, comment.author.id, comment.author.handle),
                *(comment.text, comment.created_at, comment.parent, comment.edited_at),
                *(comment.likes, comment.replies),
            ),
        )
        total = bump(cx, "comments", comment.clip, 1).comments
        # Of a talk that came whole the number of its answers came with it.
        change = 0 if comment.parent in within else 1
        replies = count_reply(cx, comment.parent, change)
        told = Commented(comment, total, replies)
        recorded.append(record(cx, clip_topic(comment.clip), told))
    return recorded


def forget_withheld(cx: Connection, decision: str, now: float) -> None:
    """What a decision withheld goes for good."""
    rows = cx.execute("SELECT id FROM withheld_comments WHERE decision = ?", (decision,)).fetchall()
    for (comment_id,) in rows:
        drop_withheld(cx, comment_id, now)


def _publish(
    cx: Connection, comment: Comment, author: str, answered: Comment | None
) -> list[Recorded]:
    cx.execute(
        "INSERT INTO comments (id, clip, author, handle, text, created_at, parent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        _fields(comment),
    )
    counts = bump(cx, "comments", comment.clip, 1)
    replies = count_reply(cx, comment.parent, 1)
    event = Commented(comment, counts.comments, replies)
    recorded = [record(cx, clip_topic(comment.clip), event)]
    return recorded + _tell_of_comment(cx, comment, author, answered)


def _is_there(cx: Connection, comment: Comment) -> bool:
    """Whether it was sent before. Raises AlreadyTaken: another one was; NotFound: it was
    removed."""
    for query in (
        "SELECT clip, author FROM comments WHERE id = ?",
        "SELECT clip, author FROM held_comments WHERE id = ?",
    ):
        row = cx.execute(query, (comment.id,)).fetchone()
        if row is not None:
            if row != (comment.clip, comment.author.id):
                raise AlreadyTaken("that comment id is taken")
            return True
    for query in (
        "SELECT 1 FROM removed_comments WHERE id = ?",
        "SELECT 1 FROM withheld_comments WHERE id = ?",
    ):
        if cx.execute(query, (comment.id,)).fetchone() is not None:
            raise NotFound(f"the comment {comment.id} was removed")
    return False


def _answered(cx: Connection, comment: Comment) -> Comment | None:
    """What it answers. Raises NotFound, Forbidden (one blocks the other)."""
    if comment.parent is None:
        return None
    answered = _comment_of(cx, comment.clip, comment.parent)
    relations.need_unblocked(cx, comment.author.id, answered.author.id)
    return answered


def _comment_of(cx: Connection, clip_id: str, comment_id: str) -> Comment:
    found = reads.comment(cx, comment_id)
    if found.clip != clip_id or found.held:
        raise NotFound(f"no comment {comment_id}")
    return found


def _hold(cx: Connection, comment: Comment, code: str) -> None:
    cx.execute(
        "INSERT INTO held_comments (id, clip, author, handle, text, created_at, parent, code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*_fields(comment), code),
    )


def _fields(comment: Comment) -> tuple[object, ...]:
    author = comment.author
    return (
        *(comment.id, comment.clip, author.id, author.handle, comment.text),
        *(comment.created_at, comment.parent),
    )


def _drop_held(cx: Connection, clip_id: str, comment_id: str, person_id: str, now: float) -> bool:
    """Whether its author took back what waited for an operator."""
    dropped = cx.execute(
        "DELETE FROM held_comments WHERE id = ? AND clip = ? AND author = ?",
        (comment_id, clip_id, person_id),
    ).rowcount
    if dropped:
        forget_answers(cx, comment_id, person_id)
        _bury(cx, comment_id, now)
    return bool(dropped)


def _drop_held_answers(cx: Connection, clip_id: str, parent: str, now: float) -> None:
    """What waits to answer a comment that is gone waits for nothing."""
    waiting = cx.execute(
        "SELECT id, author FROM held_comments WHERE clip = ? AND parent = ?", (clip_id, parent)
    ).fetchall()
    for comment_id, author in waiting:
        _drop_held(cx, clip_id, comment_id, author, now)


def drop_withheld(cx: Connection, comment_id: str, now: float) -> None:
    """A comment that nobody is shown goes for good."""
    cx.execute("DELETE FROM withheld_comments WHERE id = ?", (comment_id,))
    cx.execute("DELETE FROM comment_likes WHERE comment = ?", (comment_id,))
    report_closing.close_withheld_comment(cx, comment_id)
    _bury(cx, comment_id, now)


def _drop_own_withheld(
    cx: Connection, clip_id: str, comment_id: str, person_id: str, now: float
) -> bool:
    """Whether its author let go of what a moderator hid."""
    query = "SELECT 1 FROM withheld_comments WHERE id = ? AND clip = ? AND author = ?"
    if cx.execute(query, (comment_id, clip_id, person_id)).fetchone() is None:
        return False
    drop_withheld(cx, comment_id, now)
    return True


def _bury(cx: Connection, comment_id: str, now: float) -> None:
    """Sent once more, by a phone that did not hear the answer, it does not come back."""
    cx.execute(
        "INSERT INTO removed_comments (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (comment_id, now),
    )


def count_reply(cx: Connection, parent: str | None, change: int) -> int | None:
    """Add to the answers of a comment; how many there are. None where it answers none."""
    if parent is None:
        return None
    row = cx.execute(
        "UPDATE comments SET replies = replies + ? WHERE id = ? RETURNING replies",
        (change, parent),
    ).fetchone()
    return None if row is None else int(row[0])


def _tell_of_comment(
    cx: Connection, comment: Comment, author: str, answered: Comment | None
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
