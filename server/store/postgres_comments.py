"""Many comments in one go: what ``comments.post_comment`` does one by one.

Only those that are plain: on a clip of somebody else who is nothing to them, by somebody who may,
that answer and call nobody, and of which no browser and no webhook is to be told. All others are
left to it.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.events import Commented, Notice, Noticed, Recorded
from phosphene.ids import new_id
from phosphene.model import Comment, Person, clip_topic, person_topic
from phosphene.store.connection import SetOutcome, SqlConnection
from phosphene.store.inbox import HOUR_S, mentioned
from phosphene.store.postgres_sets import (
    STRANGERS,
    Deed,
    bump_many,
    columns_of,
    deed_columns,
    note_deeds,
    record_many,
)
from phosphene.store.relations import FOR_ALL

PLAIN: Final = (
    f"SELECT w.n, p.handle, c.author, {deed_columns('comment')}"
    " FROM unnest(?1::text[], ?2::text[], ?3::text[], ?4::float8[]) WITH ORDINALITY"
    " AS w(clip, person, id, at, n)"
    " JOIN clips AS c ON c.id = w.clip AND c.visibility <> 'private' AND c.author <> w.person"
    f" LEFT JOIN people AS p ON p.id = w.person WHERE {STRANGERS}"
    " AND NOT EXISTS (SELECT 1 FROM comments AS k WHERE k.id = w.id)"
    " AND NOT EXISTS (SELECT 1 FROM held_comments AS k WHERE k.id = w.id)"
    " AND NOT EXISTS (SELECT 1 FROM removed_comments AS k WHERE k.id = w.id)"
    " AND NOT EXISTS (SELECT 1 FROM withheld_comments AS k WHERE k.id = w.id)"
    " AND NOT EXISTS (SELECT 1 FROM minors AS m WHERE m.person = c.author)"
    " AND NOT EXISTS (SELECT 1 FROM meta AS m WHERE m.key = ?5 AND m.value = '1')"
    " AND NOT EXISTS (SELECT 1 FROM push_subscriptions AS s WHERE s.person = c.author)"
    " AND NOT EXISTS (SELECT 1 FROM notices AS o WHERE o.person = c.author"
    " AND o.actor = w.person AND o.at > w.at - ?6 AND o.kind = 'commented')"
    " AND NOT EXISTS (SELECT 1 FROM webhooks AS h"
    " WHERE h.ended_at IS NULL AND h.kinds LIKE '% comment.created %') ORDER BY w.n"
)
PLACES: Final = (
    "SELECT u.t, coalesce((SELECT max(e.seq) FROM events AS e WHERE e.topic = u.t), 0)"
    " FROM unnest(?::text[]) AS u(t)"
)
AUTHORS: Final = (
    "SELECT u.id, coalesce((SELECT s.off FROM inbox_settings AS s WHERE s.person = u.id), '[]'),"
    " (SELECT count(*) FROM notices AS n WHERE n.person = u.id AND n.seen = 0)"
    " FROM unnest(?::text[]) AS u(id)"
)
ADDING: Final = (
    "INSERT INTO comments (id, clip, author, handle, text, created_at) SELECT * FROM"
    " unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::float8[])"
)
TELLING: Final = (
    "INSERT INTO notices (id, person, kind, clip, comment, actor, text, outcome, count, at, seen)"
    " SELECT i, p, 'commented', c, k, a, t, '', 1, w.at, 0 FROM"
    " unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::float8[])"
    " AS w(i, p, c, k, a, t, at)"
)


class _Said(Struct, frozen=True):
    place: int
    comment: Comment
    owner: str
    deed: Deed


def comment_many(cx: SqlConnection, wanted: Sequence[tuple[Comment, str]]) -> SetOutcome:
    """Do those that are plain, in their order."""
    said = list(_plain(cx, wanted))
    return SetOutcome(_write(cx, said) if said else {}, [])


def _plain(cx: SqlConnection, wanted: Sequence[tuple[Comment, str]]) -> Iterator[_Said]:
    ids = Counter(comment.id for comment, _ in wanted)
    people = Counter(comment.author.id for comment, _ in wanted)
    asked = [
        (place, one)
        for place, (one, held) in enumerate(wanted)
        if not held and one.parent is None and ids[one.id] == 1 and people[one.author.id] == 1
        # What PostgreSQL cannot store fails by itself.
        if "\0" not in one.text and not mentioned(one.text)
    ]
    if not asked:
        return
    given = columns_of([(one.clip, one.author.id, one.id, one.created_at) for _, one in asked])
    for number, handle, owner, *deed in cx.execute(PLAIN, (*given, FOR_ALL, HOUR_S)):
        place, one = asked[number - 1]
        if handle is not None:
            one = replace(one, author=Person(one.author.id, handle))
        note = Deed(one.author.id, one.clip, "comment", one.created_at, *deed)
        yield _Said(place, one, owner, note)


def _write(cx: SqlConnection, said: Sequence[_Said]) -> dict[int, list[Recorded]]:
    comments = [one.comment for one in said]
    cx.execute(ADDING, columns_of([_fields(one) for one in comments]))
    counts = bump_many(cx, "comments", [one.clip for one in comments])
    note_deeds(cx, [one.deed for one in said])
    owners = {one.owner for one in said}
    topics = {clip_topic(one.clip) for one in comments} | {*map(person_topic, owners)}
    places: dict[str, int] = dict(cx.execute(PLACES, (list(topics),)).fetchall())
    authors = {id_: (off, unread) for id_, off, unread in cx.execute(AUTHORS, (list(owners),))}
    unread = {id_: count for id_, (_, count) in authors.items()}
    silent = {id_ for id_, (off, _) in authors.items() if "commented" in json.loads(off)}

    def place(topic: str) -> int:
        places[topic] += 1
        return places[topic]

    answers, notices = dict[int, list[Recorded]](), list[tuple[Any, ...]]()
    for one in said:
        comment, owner, topic = one.comment, one.owner, clip_topic(one.comment.clip)
        before = counts[comment.clip]
        now = counts[comment.clip] = replace(before, comments=before.comments + 1)
        told = [Recorded(topic, place(topic), Commented(comment, now.comments))]
        if owner not in silent:
            notice = _notice(comment)
            notices.append(_columns(owner, notice))
            unread[owner] += 1
            own = person_topic(owner)
            told.append(Recorded(own, place(own), Noticed(notice, unread[owner])))
        answers[one.place] = told
    if notices:
        cx.execute(TELLING, columns_of(notices))
    record_many(cx, [recorded for told in answers.values() for recorded in told])
    return answers


def _fields(comment: Comment) -> tuple[Any, ...]:
    author = comment.author
    return comment.id, comment.clip, author.id, author.handle, comment.text, comment.created_at


def _notice(comment: Comment) -> Notice:
    """As ``inbox.notify`` makes one of a stranger's comment."""
    return Notice(
        id=new_id(comment.created_at),
        kind="commented",
        actor=comment.author,
        clip=comment.clip,
        comment=comment.id,
        text=comment.text,
        outcome="",
        at=comment.created_at,
    )


def _columns(owner: str, one: Notice) -> tuple[Any, ...]:
    return one.id, owner, one.clip, one.comment, one.actor.id, one.text, one.at
