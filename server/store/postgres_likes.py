"""Many likes in one go: what ``writes.like`` does one by one.

Only those that are plain: given to a clip of somebody else who is nothing to them, by somebody who
may, for the first time. All others are left to ``writes.like`` itself.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.events import Liked, Recorded
from phosphene.model import Counts, Person, clip_topic
from phosphene.store.act_weight import STANDING_S
from phosphene.store.connection import SetOutcome, SqlConnection
from phosphene.store.postgres_sets import (
    STRANGERS,
    Deed,
    bump_many,
    columns_of,
    deed_columns,
    note_deeds,
    record_many,
    weigh_many,
)
from phosphene.store.relations import FOR_ALL

PLAIN: Final = (
    f"SELECT w.n, p.handle, coalesce(a.watched_s, 0) >= ?3, {deed_columns('like')}"
    " FROM unnest(?1::text[], ?2::text[]) WITH ORDINALITY AS w(clip, person, n)"
    " JOIN clips AS c ON c.id = w.clip AND c.visibility <> 'private' AND c.author <> w.person"
    " LEFT JOIN people AS p ON p.id = w.person LEFT JOIN audience AS a ON a.person = w.person"
    " WHERE NOT EXISTS (SELECT 1 FROM likes AS l WHERE l.clip = w.clip AND l.person = w.person)"
    f" AND {STRANGERS} ORDER BY w.n"
)
CLIPS: Final = (
    "SELECT c.id, (SELECT min(n.id) FROM notices AS n WHERE n.person = c.author"
    " AND n.kind = 'liked' AND n.clip = c.id AND n.seen = 0),"
    " coalesce((SELECT s.off FROM inbox_settings AS s WHERE s.person = c.author), '[]'),"
    " EXISTS (SELECT 1 FROM minors AS m WHERE m.person = c.author)"
    " OR EXISTS (SELECT 1 FROM meta WHERE key = ?2 AND value = '1'),"
    " coalesce((SELECT max(e.seq) FROM events AS e WHERE e.topic = ?3 || c.id), 0)"
    " FROM clips AS c WHERE c.id = ANY(?1::text[])"
)
Arguments = tuple[str, Person, bool, float]


class _Like(Struct, frozen=True):
    place: int
    clip: str
    person: Person
    now: float
    weighs: bool
    deed: Deed


class _Liked(Struct):
    """A clip: the author's notice that counts likes, whether they want none, and how far its topic
    is."""

    notice: str | None
    silent: bool
    seq: int


def like_many(cx: SqlConnection, wanted: Sequence[Arguments]) -> SetOutcome:
    """Do those that are plain, in their order."""
    likes = list(_plain(cx, wanted))
    clips = _clips(cx, {one.clip for one in likes})
    first = dict[str, int]()
    for one in likes:
        # The first one tells the author by itself; the others are counted with it.
        if not (clips[one.clip].silent or clips[one.clip].notice):
            first.setdefault(one.clip, one.place)
    done = [one for one in likes if one.clip not in first]
    later = {one.place for one in likes if one.clip in first} - {*first.values()}
    return SetOutcome(_write(cx, done, clips) if done else {}, sorted(later))


def _plain(cx: SqlConnection, wanted: Sequence[Arguments]) -> Iterator[_Like]:
    pairs = [(clip, person.id) for clip, person, _, _ in wanted]
    often = Counter(pairs)
    asked = [place for place, pair in enumerate(pairs) if wanted[place][2] and often[pair] == 1]
    given = [[pairs[place][side] for place in asked] for side in (0, 1)]
    for number, handle, weighs, *deed in cx.execute(PLAIN, (*given, STANDING_S)):
        place = asked[number - 1]
        clip, person, _, now = wanted[place]
        named = person if handle is None else Person(person.id, handle)
        yield _Like(place, clip, named, now, weighs, Deed(person.id, clip, "like", now, *deed))


def _clips(cx: SqlConnection, ids: Iterable[str]) -> dict[str, _Liked]:
    rows = cx.execute(CLIPS, (list(ids), FOR_ALL, clip_topic("")))
    return {
        id_: _Liked(notice, minor or "liked" in json.loads(off), seq)
        for id_, notice, off, minor, seq in rows
    }


def _write(
    cx: SqlConnection, likes: Sequence[_Like], clips: dict[str, _Liked]
) -> dict[int, tuple[Counts, list[Recorded]]]:
    ids = [one.clip for one in likes]
    into = "INSERT INTO likes (clip, person) SELECT * FROM unnest(?::text[], ?::text[])"
    cx.execute(into, (ids, [one.person.id for one in likes]))
    counts = bump_many(cx, "likes", ids)
    note_deeds(cx, [one.deed for one in likes])
    weigh_many(cx, "likes", [one.clip for one in likes if one.weighs])
    _tell_authors(cx, likes, clips)
    answers = dict[int, tuple[Counts, list[Recorded]]]()
    for one in likes:
        before, clip = counts[one.clip], clips[one.clip]
        now = counts[one.clip] = replace(before, likes=before.likes + 1)
        clip.seq += 1
        event = Liked(one.clip, one.person, True, now.likes)
        answers[one.place] = now, [Recorded(clip_topic(one.clip), clip.seq, event)]
    record_many(cx, [recorded for _, (recorded,) in answers.values()])
    return answers


def _tell_authors(cx: SqlConnection, likes: Sequence[_Like], clips: dict[str, _Liked]) -> None:
    """What was not seen yet is one notice with a number, as in ``inbox.notify``."""
    told = dict[str, tuple[Any, ...]]()
    for one in likes:
        notice = None if clips[one.clip].silent else clips[one.clip].notice
        if notice is not None:
            number = told[notice][1] if notice in told else 0
            told[notice] = notice, number + 1, one.person.id, one.now
    if told:
        cx.execute(
            "UPDATE notices SET count = notices.count + w.number, actor = w.actor, at = w.at"
            " FROM unnest(?::text[], ?::bigint[], ?::text[], ?::float8[])"
            " AS w(id, number, actor, at) WHERE notices.id = w.id",
            columns_of([*told.values()]),
        )
