"""The inbox: what a person is told of what others do. Pieces of the transaction of the deed."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from phosphene.events import InboxSeen, Notice, Noticed, Recorded
from phosphene.guest_names import guest_handle
from phosphene.ids import new_id
from phosphene.letters import mentioned_handles
from phosphene.model import Clip, Person, person_topic
from phosphene.notifications import (
    ALWAYS_TOLD,
    OF_ONES_OWN,
    TOLD_TOGETHER,
    NoticeKind,
    QuietHours,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import record
from phosphene.store.people import named
from phosphene.store.push_schedule import schedule_push
from phosphene.store.relations import STRANGERS, Relationship, get_relationship, may_contact
from phosphene.store.rows import make_cursor, read_cursor

HOUR_S: Final = 3600.0
"""Deeds of one stranger within an hour are told together: nobody rings at a door all day."""
# Else one comment could ring at any number of doors.
MENTIONS: Final = 5
"""So many people may be called in one comment."""
# Else a clip of which a million were told would hold the lock for seconds.
TOLD: Final = 1000
"""So many people are told that a notice is gone."""
COLUMNS: Final = (
    "n.id, n.kind, n.actor, p.handle, n.clip, n.comment, n.text, n.outcome, n.count, n.at, n.seen"
)
SOURCE: Final = "notices AS n LEFT JOIN people AS p ON p.id = n.actor"


class InboxPage(Struct, frozen=True):
    """Notices, newest first, and the cursor after them (None at the end)."""

    notices: tuple[Notice, ...]
    unread: int
    cursor: str | None


def notify(
    cx: SqlConnection,
    person_id: str,
    kind: NoticeKind,
    actor: Person,
    now: float,
    between: Relationship,
    *,
    clip: str = "",
    comment: str = "",
    text: str = "",
    outcome: str = "",
) -> list[Recorded]:
    """Tell a person of a deed, unless it is their own, of somebody that they do not want to hear
    of, or of a kind that they do not want to hear of. ``between``: what the person asks of the
    actor, and the actor of them."""
    if actor.id == person_id and kind not in OF_ONES_OWN:
        return []
    off = kinds_off(cx, person_id) if kind not in ALWAYS_TOLD else ()
    if _unheard(between) or kind in off or not may_contact(cx, person_id, actor.id, between):
        return []
    together = kind in TOLD_TOGETHER
    if together and (earlier := _unseen_of(cx, person_id, kind, clip)) is not None:
        _count_again(cx, earlier, actor.id, now)
        return []
    # Whom one follows is told of each time: that is what one follows them for.
    stranger = actor.id != person_id and "follow" not in between.by
    if stranger and (earlier := _within_the_hour(cx, person_id, kind, actor.id, now)) is not None:
        if not together:  # else the number is that of people who like one clip
            # Its time stays that of the first: else one comment an hour would be one for ever.
            cx.execute("UPDATE notices SET count = count + 1 WHERE id = ?", (earlier,))
        return []
    told = {"clip": clip, "comment": comment, "text": text, "outcome": outcome}
    return _add_notice(cx, person_id, kind, actor, now, stranger=stranger, **told)


def notify_likeness(
    cx: SqlConnection,
    person_id: str,
    kind: NoticeKind,
    actor: Person,
    now: float,
    *,
    clip: str = "",
    text: str = "",
    outcome: str = "",
) -> list[Recorded]:
    """Tell a person what is done with their likeness, or of what they asked for, also by whom they
    mute or block. Attempts of one person within an hour are one notice: no alarm may be a means to
    pester."""
    if actor.id == person_id:
        return []
    if kind == "likeness_refused":
        row = cx.execute(
            "SELECT id FROM notices WHERE person = ? AND at > ? AND kind = ? AND actor = ?"
            " ORDER BY at DESC, id DESC LIMIT 1",
            (person_id, now - HOUR_S, kind, actor.id),
        ).fetchone()
        if row is not None:
            # Its time stays that of the first: else one attempt an hour would be one for ever.
            cx.execute("UPDATE notices SET count = count + 1 WHERE id = ?", row)
            return []
    actor = named(cx, actor)
    told = {"clip": clip, "text": text, "outcome": outcome}
    return _add_notice(cx, person_id, kind, actor, now, stranger=True, **told)


def own_name(cx: SqlConnection, person_id: str) -> Person:
    """A person under the name that they have now."""
    return named(cx, Person(person_id, guest_handle(person_id)))


def _count_again(cx: SqlConnection, notice_id: str, actor_id: str, now: float) -> None:
    cx.execute(
        "UPDATE notices SET count = count + 1, actor = ?, at = ? WHERE id = ?",
        (actor_id, now, notice_id),
    )


def _add_notice(
    cx: SqlConnection,
    person_id: str,
    kind: NoticeKind,
    actor: Person,
    now: float,
    *,
    stranger: bool,
    clip: str = "",
    comment: str = "",
    text: str = "",
    outcome: str = "",
) -> list[Recorded]:
    notice = Notice(
        id=new_id(now),
        kind=kind,
        actor=actor,
        clip=clip,
        comment=comment,
        text=text,
        outcome=outcome,
        at=now,
    )
    cx.execute(
        "INSERT INTO notices (id, person, kind, clip, comment, actor, text, outcome, count, at,"
        " seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0)",
        (notice.id, person_id, kind, clip, comment, actor.id, text, outcome, now),
    )
    schedule_push(cx, person_id, actor.id, stranger=stranger, now=now)
    return [record(cx, person_topic(person_id), Noticed(notice, count_unread(cx, person_id)))]


def notify_remixed(
    cx: SqlConnection, person_id: str, clip: Clip, now: float, between: Relationship
) -> list[Recorded]:
    """Tell the author of a clip what was made of it."""
    kind: NoticeKind = "forked" if clip.is_fork else "remixed"
    text = clip.text
    return notify(cx, person_id, kind, clip.author, now, between, clip=clip.id, text=text)


def notify_steered(
    cx: SqlConnection, clip: Clip, by: Person, text: str, now: float
) -> list[Recorded]:
    """Tell the author of a clip that it follows somebody's line."""
    author = clip.author.id
    between = get_relationship(cx, author, by.id)
    return notify(cx, author, "steered", by, now, between, clip=clip.id, text=text)


def notify_owner(
    cx: SqlConnection,
    person_id: str,
    kind: NoticeKind,
    now: float,
    *,
    clip: str = "",
    text: str = "",
    outcome: str = "",
) -> list[Recorded]:
    """Tell a person of what becomes of their own, or waits for them; of nobody else."""
    own = own_name(cx, person_id)
    told = {"clip": clip, "text": text, "outcome": outcome}
    return notify(cx, person_id, kind, own, now, STRANGERS, **told)


def withdraw(
    cx: SqlConnection,
    person_id: str,
    kind: NoticeKind,
    actor: Person,
    now: float,
    between: Relationship,
    *,
    clip: str = "",
) -> list[Recorded]:
    """A deed is taken back that the person has not looked at: who likes and unlikes is not told of
    as two."""
    if actor.id == person_id or _unheard(between):
        return []
    earlier = _unseen_of(cx, person_id, kind, clip)
    if earlier is None:
        return []
    gone = cx.execute("DELETE FROM notices WHERE id = ? AND count = 1", (earlier,)).rowcount
    if not gone:
        cx.execute("UPDATE notices SET count = count - 1 WHERE id = ?", (earlier,))
        return []
    return [record(cx, person_topic(person_id), InboxSeen(count_unread(cx, person_id)))]


def mentioned(text: str) -> list[str]:
    """The handles that a comment calls, each once."""
    return list(mentioned_handles(text))[:MENTIONS]


def page(
    cx: SqlConnection, epoch: str, person_id: str, limit: int, cursor: str | None
) -> InboxPage:
    rows = cx.execute(
        f"SELECT {COLUMNS} FROM {SOURCE} WHERE n.person = ? AND (n.at, n.id) < (?, ?)"
        " ORDER BY n.at DESC, n.id DESC LIMIT ?",
        (person_id, *read_cursor(epoch, "inbox", cursor), limit + 1),
    )
    found = [_notice(row) for row in rows]
    shown = tuple(found[:limit])
    after = make_cursor(epoch, "inbox", shown[-1].at, shown[-1].id) if found[limit:] else None
    return InboxPage(shown, count_unread(cx, person_id), after)


def unread_since(cx: SqlConnection, person_id: str, since: float, limit: int) -> list[Notice]:
    """What came after a time and was not seen, the newest first."""
    rows = cx.execute(
        f"SELECT {COLUMNS} FROM {SOURCE} WHERE n.person = ? AND n.at > ? AND n.seen = 0"
        " ORDER BY n.at DESC, n.id DESC LIMIT ?",
        (person_id, since, limit),
    )
    return list(map(_notice, rows))


def count_unread(cx: SqlConnection, person_id: str) -> int:
    # Exact, from an index that holds only what was not seen: no counter beside it that may differ.
    # Named: without statistics SQLite takes the one by actor, and reads every notice of the person.
    row = cx.execute(
        "SELECT count(*) FROM notices INDEXED BY notices_unseen WHERE person = ? AND seen = 0",
        (person_id,),
    )
    return int(row.fetchone()[0])


def mark_seen(cx: SqlConnection, person_id: str, until: float) -> list[Recorded]:
    """The person looked at all up to a time."""
    seen = cx.execute(
        "UPDATE notices SET seen = 1 WHERE person = ? AND seen = 0 AND at <= ?", (person_id, until)
    ).rowcount
    if not seen:
        return []
    return [record(cx, person_topic(person_id), InboxSeen(count_unread(cx, person_id)))]


def kinds_off(cx: SqlConnection, person_id: str) -> Sequence[str]:
    """Kinds that a person does not want to hear of."""
    # One row of JSON: it is read with every deed, and written a few times in a life.
    row = cx.execute("SELECT off FROM inbox_settings WHERE person = ?", (person_id,)).fetchone()
    return [] if row is None else msgspec.json.decode(row[0], type=list[str])


def set_kinds_off(cx: SqlConnection, person_id: str, off: Sequence[str]) -> None:
    cx.execute(
        "INSERT INTO inbox_settings (person, off) VALUES (?, ?)"
        " ON CONFLICT (person) DO UPDATE SET off = excluded.off",
        (person_id, msgspec.json.encode(sorted(off)).decode()),
    )


def quiet_hours(cx: SqlConnection, person_id: str) -> QuietHours | None:
    """When a person wants no push."""
    row = cx.execute("SELECT quiet FROM inbox_settings WHERE person = ?", (person_id,)).fetchone()
    return msgspec.json.decode(row[0], type=QuietHours) if row is not None and row[0] else None


def set_quiet_hours(cx: SqlConnection, person_id: str, quiet: QuietHours | None) -> None:
    cx.execute(
        "INSERT INTO inbox_settings (person, off, quiet) VALUES (?, '[]', ?)"
        " ON CONFLICT (person) DO UPDATE SET quiet = excluded.quiet",
        (person_id, "" if quiet is None else msgspec.json.encode(quiet).decode()),
    )


def forget_comment(cx: SqlConnection, comment_id: str) -> list[Recorded]:
    """Nobody is told of a comment any more that is gone. What was told together with others keeps
    their number, without the words."""
    rows = cx.execute(
        # Said twice, as in the schema: only then does SQLite use the partial index.
        "SELECT id, person, count, seen FROM notices WHERE comment = ? AND comment <> ''",
        (comment_id,),
    ).fetchall()
    changed = list[str]()
    for notice_id, person_id, count, seen in rows:
        if count > 1:
            query = "UPDATE notices SET count = count - 1, text = '', comment = '' WHERE id = ?"
        else:
            query = "DELETE FROM notices WHERE id = ?"
            changed += [] if seen else [person_id]
        cx.execute(query, (notice_id,))
    return tell_unread(cx, changed)


def unread_of_clip(cx: SqlConnection, clip_id: str) -> list[str]:
    """People who were told of a clip and have not looked yet; 1,000 at most."""
    rows = cx.execute(
        "SELECT DISTINCT person FROM notices WHERE clip = ? AND seen = 0 LIMIT ?", (clip_id, TOLD)
    )
    return [row[0] for row in rows]


def hide_clip(cx: SqlConnection, clip_id: str, author_id: str) -> list[Recorded]:
    """Whoever was told of a clip that only its author sees is told no more, nor reads its words."""
    unread = unread_of_clip(cx, clip_id)
    cx.execute(
        # Whom it shows sees it, whoever else may not.
        "DELETE FROM notices WHERE clip = ? AND person <> ? AND kind NOT LIKE 'likeness%'",
        (clip_id, author_id),
    )
    return tell_unread(cx, (one for one in unread if one != author_id))


def tell_unread(cx: SqlConnection, people: Iterable[str]) -> list[Recorded]:
    """Tell people how many of their notices were not seen, once some are gone."""
    return [
        record(cx, person_topic(one), InboxSeen(count_unread(cx, one)))
        for one in dict.fromkeys(people)
    ]


def reword_comment(cx: SqlConnection, comment_id: str, text: str) -> None:
    """Notices of a comment hold its words as they are."""
    cx.execute(
        "UPDATE notices SET text = ? WHERE comment = ? AND comment <> ''", (text, comment_id)
    )


def _unheard(between: Relationship) -> bool:
    """Whether the person does not want to hear of the other, or one of them blocks the other."""
    return "mute" in between.by or between.blocked


def _unseen_of(cx: SqlConnection, person_id: str, kind: NoticeKind, clip: str) -> str | None:
    """The notice of this kind, and of this clip, that was not seen yet."""
    row = cx.execute(
        "SELECT id FROM notices WHERE person = ? AND kind = ? AND clip = ? AND seen = 0",
        (person_id, kind, clip),
    ).fetchone()
    return None if row is None else str(row[0])


def _within_the_hour(
    cx: SqlConnection, person_id: str, kind: NoticeKind, actor_id: str, now: float
) -> str | None:
    """The notice of a deed of this kind by the same person within the last hour."""
    row = cx.execute(
        "SELECT id FROM notices WHERE person = ? AND actor = ? AND at > ? AND kind = ?"
        " ORDER BY at DESC LIMIT 1",
        (person_id, actor_id, now - HOUR_S, kind),
    ).fetchone()
    return None if row is None else str(row[0])


def _notice(row: tuple[Any, ...]) -> Notice:
    id_, kind, actor, handle, clip, comment, text, outcome, count, at, seen = row
    return msgspec.convert(
        {
            "id": id_,
            "kind": kind,
            "actor": Person(actor, handle or guest_handle(actor)),
            "clip": clip,
            "comment": comment,
            "text": text,
            "outcome": outcome,
            "count": count,
            "at": at,
            "seen": bool(seen),
        },
        Notice,
    )
