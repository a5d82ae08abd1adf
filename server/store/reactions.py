"""What people made of clips, for their own feed. Each function is one piece of a transaction."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from phosphene.model import ClipShown, ReactionKind, StoredReaction
from phosphene.store.connection import SqlConnection

KEPT: Final = 400
"""Reactions of a person that are kept: the newest, and so many rejections beside them."""
REJECTIONS: Final = frozenset({"not_for_me", "report"})
"""What is not to be shown again, whether a feed is personal or not, and however long ago."""
REJECTED: Final = "kind IN ('not_for_me', 'report')"
FADING: Final = "kind NOT IN ('not_for_me', 'report')"
"""What goes with time and with the history: all but rejections, which keep a clip away."""
# Of a person at most twice KEPT rows are read, of a clip all people's: 29 ms in a write transaction
# where 100,000 had it. What is worked out of ``clip`` is looked up in no index.
WITH_CLIP: Final = "clip || '' = ?"
SOURCE: Final = "SELECT body FROM clips WHERE id = ?1 AND author <> ?2"
PERSONAL: Final = "NOT EXISTS (SELECT 1 FROM feed_choices WHERE person = ?2 AND personal = 0)"
KEPT_S: Final = 90 * 86400.0
"""So long one is kept that is no rejection."""
MOST_MS: Final = 3_600_000
LOOKED_AT: Final = 500
"""Viewings of a clip at most of which people are counted: those it is promised are the first."""
SKIPPED_MS: Final = 1500
"""Who leaves a clip sooner skips it."""

# Whether somebody keeps their name is as it is when it is read.
COLUMNS: Final = (
    "r.id, r.person, r.clip, r.kind, r.watched_ms, r.served, r.at,"
    " EXISTS (SELECT 1 FROM accounts AS a WHERE a.person = r.person)"
)
# Whoever reads on after an id must not miss one: those of who left are not used again.
ADDING: Final = (
    "INSERT INTO reactions (id, person, clip, kind, watched_ms, served, at)"
    " SELECT max(free.id), ?2, ?3, ?4, ?5, ?6, ?7 FROM"
    " (SELECT coalesce(max(id), 0) + 1 AS id FROM reactions UNION ALL SELECT ?1) AS free"
)


def count_shown(
    cx: SqlConnection, clip_id: str, author_id: str, born: float, until: float
) -> ClipShown:
    """What became of a clip until then, and who was here from when it was public; of many people
    some. Histories tell it too: of reactions a person has KEPT, and who goes on watching loses
    those to this clip."""
    viewings = cx.execute(
        "SELECT person, kind FROM reactions WHERE clip = ? AND at < ?"
        " AND kind IN ('watch', 'skip', 'finished', 'looped') LIMIT ?",
        (clip_id, until, LOOKED_AT),
    ).fetchall()
    seen = cx.execute(
        "SELECT person FROM viewings WHERE clip = ? AND person <> ? AND at < ? LIMIT ?",
        (clip_id, author_id, until, LOOKED_AT),
    )
    watched = {person for person, kind in viewings if kind != "skip"} | {one for (one,) in seen}
    # Of so many rows at least thirteen people's: each has twice KEPT at most.
    bounds = born, until, author_id, 26 * KEPT
    here = {
        person
        for table in ("reactions", "viewings")
        for (person,) in cx.execute(
            f"SELECT person FROM {table} WHERE at >= ? AND at < ? AND person <> ?"
            " ORDER BY at LIMIT ?",
            bounds,
        )
    }
    return ClipShown(
        watched=len(watched),
        shown=len(watched | {person for person, _ in viewings}),
        here=len(here),
    )


class _Length(msgspec.Struct):
    seconds: float


def viewing_kind(watched_ms: int, seconds: float) -> ReactionKind:
    """What it is called to have a clip of ``seconds`` before oneself for so long."""
    if watched_ms < SKIPPED_MS:
        return "skip"
    if watched_ms < 1000 * seconds:
        return "watch"
    return "finished" if watched_ms < 2000 * seconds else "looped"


def is_personal(cx: SqlConnection, person_id: str) -> bool:
    """Whether what a person watches and does may be kept for their feed."""
    query = "SELECT 1 FROM feed_choices WHERE person = ? AND personal = 0"
    return cx.execute(query, (person_id,)).fetchone() is None


def add_reaction(
    cx: SqlConnection,
    person_id: str,
    clip_id: str,
    kind: ReactionKind,
    watched_ms: int | None,
    served: bool,
    now: float,
) -> None:
    """Note what a person made of a clip, if it is there and not their own, and their feed may be
    personal; what they did long before goes, but of rejections only for newer ones. What they
    watched (``watch``) is called by how long they did."""
    query = SOURCE if kind in REJECTIONS else f"{SOURCE} AND {PERSONAL}"
    row = cx.execute(query, (clip_id, person_id)).fetchone()
    if row is None:
        return
    bounded = None if watched_ms is None else max(0, min(MOST_MS, watched_ms))
    if kind == "watch" and bounded is not None:
        kind = viewing_kind(bounded, msgspec.msgpack.decode(row[0], type=_Length).seconds)
    cx.execute(ADDING, (int(now * 1e6), person_id, clip_id, kind, bounded, int(served), now))
    which = f"person = ?1 AND {REJECTED if kind in REJECTIONS else FADING}"
    cx.execute(
        f"DELETE FROM reactions WHERE {which} AND id <="
        f" (SELECT id FROM reactions WHERE {which} ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (person_id, KEPT),
    )


def mark_cleared(cx: SqlConnection, person_id: str, now: float) -> None:
    """Tell whoever reads on that earlier reactions of a person are gone: a row in their place, the
    only one of its kind that a person has."""
    # First: while what goes is still there the id is above all of it.
    cx.execute(ADDING, (int(now * 1e6), person_id, "", "cleared", None, 0, now))
    cx.execute(
        "DELETE FROM reactions WHERE person = ?1 AND kind = 'cleared'"
        " AND id < (SELECT max(id) FROM reactions WHERE person = ?1)",
        (person_id,),
    )


def take_back(cx: SqlConnection, person_id: str, clip_id: str, kind: ReactionKind) -> None:
    """Forget that a person did this with a clip; of what they did not do nothing happens."""
    where = f"person = ? AND {WITH_CLIP} AND kind = ?"
    which = (person_id, clip_id, kind)
    if cx.execute(f"SELECT 1 FROM reactions WHERE {where} LIMIT 1", which).fetchone():
        newest = "SELECT at FROM reactions WHERE person = ? ORDER BY id DESC LIMIT 1"
        mark_cleared(cx, person_id, cx.execute(newest, (person_id,)).fetchone()[0])
        cx.execute(f"DELETE FROM reactions WHERE {where}", which)


def rejected_by(cx: SqlConnection, person_id: str) -> list[str]:
    """The clips that a person said are not for them, or reported, the newest last."""
    query = f"SELECT clip FROM reactions WHERE person = ? AND id > 0 AND {REJECTED} ORDER BY id"
    return [row[0] for row in cx.execute(query, (person_id,))]


LIKED: Final = (
    "kind IN ('like', 'comment', 'remix', 'fork', 'steer', 'share', 'save', 'looped', 'finished')"
)
"""What who enjoyed a clip does with it."""
WATCHED: Final = "kind IN ('watch', 'finished', 'looped')"
"""Who had it before them, and did not leave it at once."""


def count_others(cx: SqlConnection, clip_id: str, person_id: str, most: int) -> int:
    """How many people beside one enjoyed a clip, up to so many."""
    query = f"SELECT person FROM reactions WHERE clip = ? AND person <> ? AND {LIKED}"
    return _people(cx.execute(query, (clip_id, person_id)), most)


def count_joining(cx: SqlConnection, clip_id: str, other_id: str, person_id: str, most: int) -> int:
    """How many people beside one enjoyed both clips, up to so many."""
    query = (
        "SELECT r.person FROM reactions AS r"
        f" WHERE r.clip = ? AND r.person <> ? AND r.{LIKED} AND EXISTS (SELECT 1 FROM reactions"
        f" AS o WHERE o.person = r.person AND o.{WITH_CLIP} AND o.{LIKED})"
    )
    return _people(cx.execute(query, (clip_id, person_id, other_id)), most)


def count_going_on(
    cx: SqlConnection, clip_id: str, other_id: str, person_id: str, most: int
) -> int:
    """How many people beside one watched a clip after another, up to so many."""
    query = (
        "SELECT r.person FROM reactions AS r"
        f" WHERE r.clip = ? AND r.person <> ? AND r.{WATCHED} AND EXISTS (SELECT 1 FROM reactions"
        f" AS o WHERE o.person = r.person AND o.{WITH_CLIP} AND o.{WATCHED} AND o.id < r.id)"
    )
    return _people(cx.execute(query, (clip_id, person_id, other_id)), most)


def _people(rows: Iterable[tuple[str]], most: int) -> int:
    """How many different ones these are; no more are read than needed."""
    found = set[str]()
    for (person,) in rows:
        found.add(person)
        if len(found) == most:
            break
    return len(found)


def reactions_after(cx: SqlConnection, after: int, limit: int) -> list[StoredReaction]:
    """What anybody did after an id, in order; that somebody cleared theirs, too."""
    query = f"SELECT {COLUMNS} FROM reactions AS r WHERE r.id > ? ORDER BY r.id LIMIT ?"
    return [_reaction(row) for row in cx.execute(query, (after, limit))]


def reactions_of(cx: SqlConnection, person_id: str, until: int) -> list[StoredReaction]:
    """What a person did up to an id, in order."""
    query = (
        f"SELECT {COLUMNS} FROM reactions AS r WHERE r.person = ? AND r.id <= ?"
        " AND r.kind <> 'cleared' ORDER BY r.id"
    )
    return [_reaction(row) for row in cx.execute(query, (person_id, until))]


def reactions_since(cx: SqlConnection, person_id: str, after: int) -> list[StoredReaction]:
    """What a person did after an id, in order; that they cleared what was before, too."""
    query = f"SELECT {COLUMNS} FROM reactions AS r WHERE r.person = ? AND r.id > ? ORDER BY r.id"
    return [_reaction(row) for row in cx.execute(query, (person_id, after))]


def _reaction(row: tuple[Any, ...]) -> StoredReaction:
    number, person, clip, kind, watched_ms, served, at, known = row
    return StoredReaction(number, person, clip, kind, watched_ms, bool(served), at, bool(known))
