"""What people wish for their feed. Each function is one piece of a transaction."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.model import FeedChoices, FeedOrder, FeedWish
from phosphene.store import reactions
from phosphene.store.connection import SqlConnection

ALL: Final = 2**62
"""A limit that is none."""
KEPT: Final = 40
"""Wishes of a person that are kept: the newest."""


class FeedStanding(Struct, frozen=True):
    """How somebody wants their feed, the wishes of theirs that hold now, the oldest first, and the
    clips that are not for them, the newest last."""

    choices: FeedChoices = FeedChoices()
    wishes: tuple[FeedWish, ...] = ()
    rejected: tuple[str, ...] = ()


def get_standing(cx: SqlConnection, person_id: str, now: float) -> FeedStanding:
    return FeedStanding(
        get_choices(cx, person_id),
        tuple(list_wishes(cx, person_id, now)),
        tuple(reactions.rejected_by(cx, person_id)),
    )


def list_wishes(cx: SqlConnection, person_id: str, now: float) -> list[FeedWish]:
    """Those that hold now, the oldest first."""
    rows = cx.execute(
        "SELECT id, polarity, said, traits, made_at, until FROM wishes"
        " WHERE person = ? AND coalesce(until, 1e12) > ?",
        (person_id, now),
    )
    found = [
        FeedWish(one, polarity, said, msgspec.json.decode(traits, type=tuple[str, ...]), at, until)
        for one, polarity, said, traits, at, until in rows
    ]
    return sorted(found, key=lambda one: (one.made_at, one.id))


def add_wishes(cx: SqlConnection, person_id: str, wishes: Sequence[FeedWish]) -> None:
    """Keep some more: one about the same replaces what was wished before."""
    for one in wishes:
        traits = msgspec.json.encode(sorted(one.traits)).decode()
        cx.execute("DELETE FROM wishes WHERE person = ? AND traits = ?", (person_id, traits))
        cx.execute(
            "INSERT INTO wishes (id, person, polarity, said, traits, made_at, until)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (one.id, person_id, one.polarity, one.said, traits, one.made_at, one.until),
        )
    cx.execute(
        "DELETE FROM wishes WHERE id IN (SELECT id FROM wishes WHERE person = ?"
        " ORDER BY made_at DESC, id DESC LIMIT ? OFFSET ?)",
        (person_id, ALL, KEPT),
    )


def drop_wish(cx: SqlConnection, person_id: str, wish_id: str) -> bool:
    """Forget a wish; whether it was there and theirs."""
    query = "DELETE FROM wishes WHERE id = ? AND person = ?"
    return bool(cx.execute(query, (wish_id, person_id)).rowcount)


def get_choices(cx: SqlConnection, person_id: str) -> FeedChoices:
    """What somebody chose, or what holds for who chose nothing."""
    query = "SELECT feed_order, personal FROM feed_choices WHERE person = ?"
    row = cx.execute(query, (person_id,)).fetchone()
    return FeedChoices() if row is None else FeedChoices(row[0], bool(row[1]))


def change_choices(
    cx: SqlConnection, person_id: str, order: FeedOrder | None, personal: bool | None
) -> FeedChoices:
    """Change what is not None; what holds then."""
    before = get_choices(cx, person_id)
    kept = before.personal if personal is None else personal
    new = FeedChoices(order or before.order, kept)
    cx.execute(
        "INSERT INTO feed_choices (person, feed_order, personal) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET feed_order = excluded.feed_order,"
        " personal = excluded.personal",
        (person_id, new.order, int(new.personal)),
    )
    return new
