"""Whose acts weigh. Identities cost nothing: those that were sent too little weigh nothing yet."""

from collections.abc import Mapping
from typing import Final

from phosphene.store.connection import SqlConnection

# An identity is made with one request, 540 of them a second were: what it costs is to be sent
# pictures by this very server, which no script can shorten.
STANDING_S: Final = 30.0
"""Seconds of pictures that an identity was sent before what it does weighs in a ranking."""


FORGOTTEN_S: Final = 400 * 86400.0
"""An identity that was sent nothing for so long is over: its token has expired."""


def has_standing(cx: SqlConnection, person_id: str) -> bool:
    row = cx.execute("SELECT watched_s FROM audience WHERE person = ?", (person_id,)).fetchone()
    return row is not None and row[0] >= STANDING_S


def add_watched(
    cx: SqlConnection, watched: Mapping[str, float], ages: Mapping[str, float], now: float
) -> frozenset[str]:
    """Add seconds per person, up to the age of each identity in seconds: nobody was sent more than
    there was time for. Those who have standing now; what they did before weighs from then on."""
    cx.execute("DELETE FROM audience WHERE at <= ?", (now - FORGOTTEN_S,))
    return frozenset(
        person
        for person, seconds in watched.items()
        if _add(cx, person, seconds, ages[person], now)
    )


def weigh(cx: SqlConnection, counter: str, clip_id: str, person_id: str, change: int) -> None:
    """Add a like, remix or view to what weighs of a clip, if it is by somebody with standing."""
    if change and has_standing(cx, person_id):
        _bump(cx, counter, clip_id, change)


def _add(cx: SqlConnection, person_id: str, seconds: float, age_s: float, now: float) -> bool:
    row = cx.execute("SELECT watched_s FROM audience WHERE person = ?", (person_id,)).fetchone()
    before = row[0] if row is not None else 0.0
    # A hundred connections of one identity are no hundred people who watch.
    after = max(before, min(before + seconds, age_s))
    cx.execute(
        "INSERT INTO audience (person, watched_s, at) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET watched_s = excluded.watched_s, at = excluded.at",
        (person_id, after, now),
    )
    if before < STANDING_S <= after:
        _settle(cx, person_id)
    return bool(after >= STANDING_S)


def _settle(cx: SqlConnection, person_id: str) -> None:
    """Let what the person did before weigh too."""
    remixed = (
        "SELECT parent FROM clips WHERE author = ? AND visibility = 'public'"
        " AND status NOT IN ('failed', 'cancelled') AND parent IS NOT NULL"
    )
    for counter, query in (
        ("likes", "SELECT clip FROM likes WHERE person = ?"),
        ("views", "SELECT clip FROM viewings WHERE person = ?"),
        ("views", "SELECT clip FROM views WHERE person = ?"),
        ("remixes", remixed),
    ):
        for (clip_id,) in cx.execute(query, (person_id,)).fetchall():
            _bump(cx, counter, clip_id, 1)


def _bump(cx: SqlConnection, counter: str, clip_id: str, change: int) -> None:
    cx.execute("INSERT INTO weights (clip) VALUES (?) ON CONFLICT DO NOTHING", (clip_id,))
    cx.execute(
        f"UPDATE weights SET {counter} = CASE WHEN {counter} + ? < 0 THEN 0 ELSE {counter} + ? END"
        " WHERE clip = ?",
        (change, change, clip_id),
    )
