"""What people say of themselves, and what they made: each function is a piece of a transaction."""

import heapq
from collections.abc import Sequence

from msgspec import Struct

from phosphene.errors import NotFound
from phosphene.model import Clip, Page
from phosphene.store import reads
from phosphene.store.connection import SqlConnection
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_of, make_cursor, read_cursor

PUBLIC = f"visibility = 'public' AND {reads.SHOWN}"


MOST_FOLLOWED = 500
"""So many of those whom a person follows are in their feed: 0.02 ms each."""


class ProfileWords(Struct, frozen=True):
    """``portrait``: the clip whose still it is. ``shares_likes``: whether others see what one
    likes."""

    about: str = ""
    portrait: str | None = None
    shares_likes: bool = False


class Tally(Struct, frozen=True):
    """Of a person's public clips."""

    clips: int
    remixes: int
    likes: int


def words_of(cx: SqlConnection, person_id: str) -> ProfileWords:
    row = cx.execute(
        # Only while everybody may see the clip that it is a still of.
        "SELECT w.about, c.id, w.shares_likes FROM profiles AS w LEFT JOIN clips AS c"
        " ON c.id = w.portrait AND c.visibility = 'public' WHERE w.person = ?",
        (person_id,),
    ).fetchone()
    return ProfileWords() if row is None else ProfileWords(row[0], row[1], bool(row[2]))


def set_words(cx: SqlConnection, person_id: str, words: ProfileWords) -> None:
    """Raises NotFound: the portrait is not of a public clip of one's own."""
    # No picture can be uploaded here: a portrait was drawn by this server, and its prompt passed
    # the policy.
    if words.portrait is not None:
        clip = reads.clip(cx, words.portrait)
        if clip.author.id != person_id or clip.visibility != "public" or clip.status != "done":
            raise NotFound("a portrait is a still of a finished, public clip of your own")
    cx.execute(
        "INSERT INTO profiles (person, about, portrait, shares_likes) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET about = excluded.about,"
        " portrait = excluded.portrait, shares_likes = excluded.shares_likes",
        (person_id, words.about, words.portrait, int(words.shares_likes)),
    )


def tally(cx: SqlConnection, person_id: str) -> Tally:
    row = cx.execute(
        "SELECT count(*), count(parent), coalesce(sum(likes), 0)"
        f" FROM clips WHERE author = ? AND {PUBLIC}",
        (person_id,),
    ).fetchone()
    return Tally(*row)


def clips_by(
    cx: SqlConnection, epoch: str, person_id: str, limit: int, cursor: str | None, remixes: bool
) -> Page:
    """A person's public clips, or remixes, newest first."""
    kind = "NOT NULL" if remixes else "NULL"
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.author = ? AND {PUBLIC}"
        f" AND c.parent IS {kind} AND (c.created_at, c.id) < (?, ?)"
        " ORDER BY c.created_at DESC, c.id DESC LIMIT ?",
        (person_id, *read_cursor(epoch, f"by {kind}", cursor), limit + 1),
    )
    # The list is part of the cursor: one of another list is refused, and not read as a place in
    # this.
    return _page(epoch, f"by {kind}", [clip_of(row) for row in rows], limit)


def liked_by(cx: SqlConnection, epoch: str, person_id: str, limit: int, cursor: str | None) -> Page:
    """Public clips that a person likes, the newest clips first."""
    places = cx.execute(
        "SELECT c.created_at, c.id FROM likes AS l JOIN clips AS c ON c.id = l.clip"
        f" WHERE l.person = ? AND {PUBLIC} AND (c.created_at, c.id) < (?, ?)",
        (person_id, *read_cursor(epoch, "liked", cursor)),
    )
    # Places first, bodies of the newest few: who likes a thousand clips asks for twenty.
    newest = heapq.nlargest(limit + 1, places)
    return _page(epoch, "liked", [reads.clip(cx, clip_id) for _, clip_id in newest], limit)


def clips_of_followed(
    cx: SqlConnection, epoch: str, person_id: str, limit: int, cursor: str | None
) -> Page:
    """Public clips of those whom a person follows, newest first."""
    place = read_cursor(epoch, "followed", cursor)
    followed = cx.execute(
        "SELECT other FROM relations WHERE person = ? AND kind = 'follow' ORDER BY at DESC LIMIT ?",
        (person_id, MOST_FOLLOWED),
    ).fetchall()
    # The newest of each author, from the index: one sorted query would read all that they made.
    found = [
        clip_of(row)
        for (author,) in followed
        for row in cx.execute(
            f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.author = ? AND {PUBLIC}"
            " AND (c.created_at, c.id) < (?, ?) ORDER BY c.created_at DESC, c.id DESC LIMIT ?",
            (author, *place, limit + 1),
        )
    ]
    found.sort(key=lambda clip: (clip.created_at, clip.id), reverse=True)
    return _page(epoch, "followed", found, limit)


def _page(epoch: str, listing: str, found: Sequence[Clip], limit: int) -> Page:
    shown = tuple(found[:limit])
    more = len(found) > limit
    after = make_cursor(epoch, listing, shown[-1].created_at, shown[-1].id) if more else None
    return Page(shown, after)
