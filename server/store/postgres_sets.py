"""What likes, views and comments have in common that are done many at once: a statement for each
kind of row, with arrays, instead of twenty for each deed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from phosphene.events import Recorded
from phosphene.model import Counts, ReactionKind
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import event_body, mentioned
from phosphene.store.reactions import FADING, KEPT

STRANGERS: Final = (
    "NOT EXISTS (SELECT 1 FROM suspensions AS s WHERE s.person = w.person)"
    " AND NOT EXISTS (SELECT 1 FROM relations AS r"
    " WHERE r.person = w.person AND r.other = c.author)"
    " AND NOT EXISTS (SELECT 1 FROM relations AS r"
    " WHERE r.person = c.author AND r.other = w.person)"
)
"""Of a person ``w.person`` who may write and is nothing to the author of a clip ``c``."""
PERSONAL: Final = (
    "NOT EXISTS (SELECT 1 FROM feed_choices AS f WHERE f.person = w.person AND f.personal = 0)"
)
WITH_CLIP: Final = "FROM reactions AS r WHERE r.person = w.person AND r.clip || '' = w.clip"


class Deed(Struct, frozen=True):
    """What somebody did with a clip, for their own feed, as ``deeds.note_deed`` would note it;
    ``kept``: reactions of theirs that are kept already."""

    person: str
    clip: str
    kind: ReactionKind
    now: float
    is_new: bool
    served: int
    kept: int


def deed_columns(kind: ReactionKind) -> str:
    """The last three columns of a deed, in a query with ``w.clip`` and ``w.person``."""
    return (
        f"{PERSONAL} AND NOT EXISTS (SELECT 1 {WITH_CLIP} AND r.kind = '{kind}'),"
        f" coalesce((SELECT r.served {WITH_CLIP} ORDER BY r.id DESC LIMIT 1), 1),"
        " (SELECT count(*) FROM (SELECT 1 FROM reactions AS r"
        f" WHERE r.person = w.person AND r.{FADING} LIMIT {KEPT + 1}) AS kept)"
    )


def note_deeds(cx: SqlConnection, deeds: Sequence[Deed]) -> None:
    """Keep those that are new, of each person the newest."""
    deeds = [one for one in deeds if one.is_new]
    if not deeds:
        return
    (last,) = cx.execute("SELECT coalesce(max(id), 0) FROM reactions").fetchone()
    rows = list[tuple[Any, ...]]()
    for one in deeds:
        last = max(last + 1, int(one.now * 1e6))
        rows.append((last, one.person, one.clip, one.kind, one.served, one.now))
    cx.execute(
        "INSERT INTO reactions (id, person, clip, kind, served, at) SELECT * FROM"
        " unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::float8[])",
        columns_of(rows),
    )
    more = Counter(one.person for one in deeds)
    full = sorted({one.person for one in deeds if one.kept + more[one.person] > KEPT})
    if full:
        cx.execute(
            "DELETE FROM reactions WHERE id IN (SELECT o.id FROM unnest(?::text[]) AS w(person),"
            f" LATERAL (SELECT r.id FROM reactions AS r WHERE r.person = w.person AND r.{FADING}"
            " ORDER BY r.id DESC OFFSET ?) AS o)",
            (full, KEPT),
        )


def bump_many(cx: SqlConnection, counter: str, clips: Sequence[str]) -> dict[str, Counts]:
    """Add one to a counter of a clip for each time that it is named, as ``counters.bump``; what
    each had before."""
    stays = "" if counter == "views" else ", expires_at = NULL"
    before = ", ".join(
        f"{name} - w.n" if name == counter else name for name in Counts.__struct_fields__
    )
    rows = cx.execute(
        f"UPDATE clips SET {counter} = {counter} + w.n{stays} FROM"
        " (SELECT u.id, count(*) AS n FROM unnest(?::text[]) AS u(id) GROUP BY u.id) AS w"
        f" WHERE clips.id = w.id RETURNING clips.id, {before}",
        (list(clips),),
    )
    return {id_: Counts(*counts) for id_, *counts in rows}


def weigh_many(cx: SqlConnection, counter: str, clips: Sequence[str]) -> None:
    """As ``act_weight.weigh`` of those who have standing, for each time that a clip is named."""
    if clips:
        cx.execute(
            f"INSERT INTO weights (clip, {counter}) SELECT u.id, count(*)"
            " FROM unnest(?::text[]) AS u(id) GROUP BY u.id ON CONFLICT (clip)"
            f" DO UPDATE SET {counter} = weights.{counter} + excluded.{counter}",
            (list(clips),),
        )


def record_many(cx: SqlConnection, recorded: Sequence[Recorded]) -> None:
    """Append to topics, in this order, at places that the caller knows to be free, events that no
    webhook wants."""
    rows = [
        (one.topic, one.seq, event_body(one.event), mentioned(one.topic, one.event))
        for one in recorded
        if one.event is not None
    ]
    cx.execute(
        "INSERT INTO events (topic, seq, event, mentions) SELECT t, s, e, m"
        " FROM unnest(?::text[], ?::bigint[], ?::bytea[], ?::text[]) WITH ORDINALITY"
        " AS w(t, s, e, m, n)"
        # Their ids are in this order, too.
        " ORDER BY n",
        columns_of(rows),
    )


def columns_of(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows, of which there are some, as arrays."""
    return [list(column) for column in zip(*rows, strict=True)]
