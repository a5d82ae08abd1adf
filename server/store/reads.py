"""Questions to the database: each function is one query, or a few in one snapshot."""

import json
from collections.abc import Sequence

import msgspec

from phosphene.errors import NotFound
from phosphene.model import (
    FEED_TOPIC,
    Clip,
    Comment,
    CommentPage,
    Counts,
    Page,
    Position,
    clip_topic,
    person_topic,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.hidden_people import hidden_from
from phosphene.store.rows import (
    CLIP_COLUMNS,
    CLIP_SOURCE,
    COMMENT_COLUMNS,
    COMMENT_SOURCE,
    HELD_COLUMNS,
    HELD_SOURCE,
    WEIGHED_COLUMNS,
    WEIGHED_SOURCE,
    clip_of,
    comment_of,
    held_of,
    make_cursor,
    read_cursor,
)
from phosphene.store.topic_state import TopicState

# A client that retries does so within minutes, a phone without a network within a day.
KEEP_ANSWERS_S = 24 * 3600.0
PAGE_LIMIT = 500
# Written as in the schema: only then does SQLite use the partial indexes.
SHOWN = "status NOT IN ('failed', 'cancelled')"
PUBLIC = f"visibility = 'public' AND {SHOWN}"
CLIP_FIELDS = (
    "id, author, created_at, body, likes, comments, remixes, views, expires_at, withheld_for"
)
LISTED = "(visibility = 'public' OR author = ?)"
SEEN = "(visibility <> 'private' OR author = ?)"


def clip(cx: SqlConnection, clip_id: str) -> Clip:
    row = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.id = ?", (clip_id,)
    ).fetchone()
    if row is None:
        raise NotFound(f"no clip {clip_id}")
    return clip_of(row)


def clips(cx: SqlConnection, epoch: str, person_id: str, limit: int, cursor: str | None) -> Page:
    limit = max(1, min(limit, PAGE_LIMIT))
    # By place and never by OFFSET: a page costs the same at any depth (0.14 ms among 1,000 clips
    # and among 300,000), and nothing is shown twice when clips come meanwhile.
    place = read_cursor(epoch, "clips", cursor)
    # Each part is read from an index in order, until the page is full.
    before = f"SELECT {CLIP_FIELDS} FROM clips WHERE (created_at, id) < (?, ?)"
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM ("
        f"{before} AND {PUBLIC}"
        f" UNION ALL {before} AND author = ? AND visibility = 'unlisted' AND {SHOWN}"
        f" UNION ALL {before} AND author = ? AND visibility = 'private' AND {SHOWN}"
        " ORDER BY created_at DESC, id DESC LIMIT ?"
        ") AS c LEFT JOIN people AS p ON p.id = c.author",
        (*place, *place, person_id, *place, person_id, limit + 1),
    )
    read = sorted(map(clip_of, rows), key=lambda one: (one.created_at, one.id), reverse=True)
    found = tuple(read[:limit])
    if len(read) <= limit:
        return Page(found, None)
    return Page(found, make_cursor(epoch, "clips", found[-1].created_at, found[-1].id))


def candidates(cx: SqlConnection, limit: int) -> list[Clip]:
    found: list[Clip] = []
    for status in ("live", "queued"):
        found += _newest(cx, "visibility = 'public' AND status = ?", (status,), limit - len(found))
    # Not asked for by its status: of all that is done a sorted list would be made.
    done = [one for one in _newest(cx, PUBLIC, (), limit) if one.status == "done"]
    return (found + done)[:limit]


def unfinished(cx: SqlConnection) -> list[str]:
    rows = cx.execute(
        "SELECT id FROM clips WHERE status IN ('queued', 'live') ORDER BY created_at, id"
    )
    return [row[0] for row in rows]


def parent_of(cx: SqlConnection, clip_id: str) -> str | None:
    return _family(cx, clip_id)[0]


def root_of(cx: SqlConnection, clip_id: str) -> str:
    """The oldest ancestor, gone or not; a clip that is no remix is its own."""
    return _family(cx, clip_id)[1]


def _family(cx: SqlConnection, clip_id: str) -> tuple[str | None, str]:
    row = cx.execute("SELECT parent, root FROM clips WHERE id = ?", (clip_id,)).fetchone()
    if row is None:
        raise NotFound(f"no clip {clip_id}")
    return row[0], row[1]


def lineage(cx: SqlConnection, clip_id: str, person_id: str) -> list[Clip]:
    found = _relatives(cx, clip_id, person_id)
    known = {one.id for one in found}
    # Who may find a hidden parent here may know that it is one.
    rows = cx.execute(
        "SELECT id, parent FROM clips WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(known)),),
    )
    true = dict(rows.fetchall())
    return [
        msgspec.structs.replace(one, parent=true[one.id]) if true[one.id] in known else one
        for one in found
    ]


def _relatives(cx: SqlConnection, clip_id: str, person_id: str) -> list[Clip]:
    one = clip(cx, clip_id)
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE root = ?"
        f" AND ({LISTED} OR c.id = ?) ORDER BY created_at, c.id LIMIT ?",
        (root_of(cx, clip_id), person_id, clip_id, PAGE_LIMIT),
    )
    found = [clip_of(row) for row in rows]
    # Of a very large tree those that lead to the clip are there too.
    known, missing = {member.id for member in found}, list[Clip]()
    while one.id not in known and len(missing) < PAGE_LIMIT:
        missing.append(one)
        above = _listed(cx, parent_of(cx, one.id), person_id)
        if above is None:
            break
        one = above
    return found + missing[::-1]


def _listed(cx: SqlConnection, clip_id: str | None, person_id: str) -> Clip | None:
    """A clip that this person may find in a list."""
    row = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.id = ? AND {LISTED}",
        (clip_id, person_id),
    ).fetchone()
    return None if row is None else clip_of(row)


def check_seen(cx: SqlConnection, clip_id: str, person_id: str) -> str:
    """The id of its author. Raises NotFound when there is no such clip for this person."""
    query = f"SELECT author FROM clips WHERE id = ? AND {SEEN}"
    row = cx.execute(query, (clip_id, person_id)).fetchone()
    if row is None:
        raise NotFound(f"no clip {clip_id}")
    return str(row[0])


def sees(cx: SqlConnection, clip_id: str, person_id: str) -> bool:
    """Whether there is such a clip for this person."""
    query = f"SELECT 1 FROM clips WHERE id = ? AND {SEEN}"
    return cx.execute(query, (clip_id, person_id)).fetchone() is not None


def counts(cx: SqlConnection, clip_ids: Sequence[str], public: bool = False) -> dict[str, Counts]:
    rows = cx.execute(
        "SELECT id, likes, comments, remixes, views FROM clips"
        # One statement for any number of ids: SQLite prepares it once, and is not limited by its
        # count of parameters.
        " WHERE id IN (SELECT value FROM json_each(?)) AND (? = 1 OR visibility = 'public')",
        (json.dumps(list(clip_ids)), int(not public)),
    )
    return {row[0]: Counts(*row[1:]) for row in rows}


def liked(cx: SqlConnection, person_id: str, clip_ids: Sequence[str]) -> frozenset[str]:
    rows = cx.execute(
        "SELECT clip FROM likes WHERE person = ? AND clip IN (SELECT value FROM json_each(?))",
        (person_id, json.dumps(list(clip_ids))),
    )
    return frozenset(row[0] for row in rows)


def comment(cx: SqlConnection, comment_id: str) -> Comment:
    """A comment, also one that waits for an operator."""
    for columns, source, made in (
        (COMMENT_COLUMNS, COMMENT_SOURCE, comment_of),
        (HELD_COLUMNS, HELD_SOURCE, held_of),
    ):
        query = f"SELECT {columns} FROM {source} WHERE c.id = ?"
        row = cx.execute(query, (comment_id,)).fetchone()
        if row is not None:
            return made(row)
    raise NotFound(f"no comment {comment_id}")


def comments(
    cx: SqlConnection, epoch: str, clip_id: str, person_id: str, limit: int, cursor: str | None
) -> CommentPage:
    """Comments that answer no other, newest first, as a person sees them."""
    limit = max(1, min(limit, PAGE_LIMIT))
    clip(cx, clip_id)
    place = read_cursor(epoch, clip_topic(clip_id), cursor)
    found = [
        comment_of(row)
        for row in cx.execute(
            f"SELECT {COMMENT_COLUMNS} FROM {COMMENT_SOURCE}"
            " WHERE c.clip = ? AND c.parent IS NULL AND (c.created_at, c.id) < (?, ?)"
            " ORDER BY c.created_at DESC, c.id DESC LIMIT ?",
            (clip_id, *place, limit + 1),
        )
    ]
    shown = tuple(found[:limit])
    after = None
    if len(found) > limit:
        after = make_cursor(epoch, clip_topic(clip_id), shown[-1].created_at, shown[-1].id)
    if cursor is not None:
        return CommentPage(shown, after, liked=_liked_comments(cx, person_id, shown))
    pinned = _pinned(cx, clip_id)
    liked_ids = _liked_comments(cx, person_id, (*shown, *([pinned] if pinned else [])))
    held = _held_by(cx, clip_id, person_id, None)
    shown = tuple(sorted((*shown, *held), key=lambda one: (one.created_at, one.id), reverse=True))
    return CommentPage(shown, after, pinned, liked_ids)


def replies(
    cx: SqlConnection,
    epoch: str,
    clip_id: str,
    parent: str,
    person_id: str,
    limit: int,
    cursor: str | None,
) -> CommentPage:
    """Answers to a comment, in the order in which they came, as a person sees them."""
    limit = max(1, min(limit, PAGE_LIMIT))
    if (first := comment(cx, parent)).clip != clip_id or first.held:
        raise NotFound(f"no comment {parent}")
    place = (0.0, "") if cursor is None else read_cursor(epoch, parent, cursor)
    found = [
        comment_of(row)
        for row in cx.execute(
            f"SELECT {COMMENT_COLUMNS} FROM {COMMENT_SOURCE}"
            " WHERE c.parent = ? AND c.parent IS NOT NULL AND (c.created_at, c.id) > (?, ?)"
            " ORDER BY c.created_at, c.id LIMIT ?",
            (parent, *place, limit + 1),
        )
    ]
    shown = tuple(found[:limit])
    liked_ids = _liked_comments(cx, person_id, shown)
    if len(found) > limit:
        last = shown[-1]
        after = make_cursor(epoch, parent, last.created_at, last.id)
        return CommentPage(shown, after, liked=liked_ids)
    # What waits is shown at the end, where its author has just written it.
    return CommentPage((*shown, *_held_by(cx, clip_id, person_id, parent)), None, liked=liked_ids)


def held_comments(cx: SqlConnection, limit: int) -> list[tuple[Comment, str]]:
    """Comments that wait for an operator, the oldest first, each with why."""
    rows = cx.execute(
        f"SELECT {HELD_COLUMNS}, c.code FROM {HELD_SOURCE} ORDER BY c.created_at, c.id LIMIT ?",
        (limit,),
    )
    return [(held_of(row[:-1]), row[-1]) for row in rows]


def _held_by(
    cx: SqlConnection, clip_id: str, person_id: str, parent: str | None
) -> Sequence[Comment]:
    rows = cx.execute(
        f"SELECT {HELD_COLUMNS} FROM {HELD_SOURCE} WHERE c.clip = ? AND c.author = ?"
        " AND coalesce(c.parent, '') = ? ORDER BY c.created_at LIMIT ?",
        (clip_id, person_id, parent or "", PAGE_LIMIT),
    )
    return [held_of(row) for row in rows]


def _pinned(cx: SqlConnection, clip_id: str) -> Comment | None:
    row = cx.execute("SELECT comment FROM pins WHERE clip = ?", (clip_id,)).fetchone()
    return None if row is None else comment(cx, row[0])


def _liked_comments(cx: SqlConnection, person_id: str, shown: Sequence[Comment]) -> tuple[str, ...]:
    if not person_id:
        return ()
    ids = json.dumps([one.id for one in shown])
    rows = cx.execute(
        "SELECT comment FROM comment_likes WHERE person = ?"
        " AND comment IN (SELECT value FROM json_each(?))",
        (person_id, ids),
    )
    return tuple(sorted(row[0] for row in rows))


def recall(cx: SqlConnection, key: str, now: float) -> bytes | None:
    row = cx.execute(
        "SELECT answer FROM answers WHERE key = ? AND kept_at > ?", (key, now - KEEP_ANSWERS_S)
    ).fetchone()
    return None if row is None else bytes(row[0])


def top(cx: SqlConnection, epoch: str, topic: str) -> Position:
    row = cx.execute("SELECT coalesce(max(seq), 0) FROM events WHERE topic = ?", (topic,))
    return Position(epoch, row.fetchone()[0])


def topic_state(
    cx: SqlConnection, epoch: str, topic: str, person_id: str, comment_limit: int
) -> TopicState:
    at = top(cx, epoch, topic)
    if topic == FEED_TOPIC or topic == person_topic(person_id):
        return TopicState(at=at)
    clip_id = topic.removeprefix(clip_topic(""))
    newest_comments = comments(cx, epoch, clip_id, person_id, comment_limit, None)
    hidden = hidden_from(cx, person_id)
    pinned = newest_comments.pinned
    return TopicState(
        at=at,
        clip=clip(cx, clip_id),
        liked=bool(liked(cx, person_id, [clip_id])),
        comments=tuple(one for one in newest_comments.comments if one.author.id not in hidden),
        pinned=None if pinned is None or pinned.author.id in hidden else pinned,
        liked_comments=newest_comments.liked,
    )


def _newest(cx: SqlConnection, condition: str, values: tuple[str, ...], limit: int) -> list[Clip]:
    rows = cx.execute(
        f"SELECT {WEIGHED_COLUMNS} FROM {WEIGHED_SOURCE} WHERE {condition}"
        " ORDER BY created_at DESC, c.id DESC LIMIT ?",
        (*values, limit),
    )
    return [clip_of(row) for row in rows]
