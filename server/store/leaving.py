"""Somebody leaves for good: everything of theirs goes, a bounded part in each transaction."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec

from phosphene.events import ClipRemoved, Liked, Recorded
from phosphene.guest_names import HOUSE, LEFT
from phosphene.model import Comment, Person, clip_topic, person_topic
from phosphene.store import comments, inbox, likeness_ledger, rights, search, withheld_comments
from phosphene.store.act_weight import weigh
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import event_body, record
from phosphene.store.likenesses import revoke_terms
from phosphene.store.logins import left_digest
from phosphene.store.removal import remove_clip
from phosphene.store.rows import COMMENT_COLUMNS, COMMENT_SOURCE, comment_of
from phosphene.store.store import Ages, Tidied
from phosphene.store.transactions import TransactionRunner

PAGE: Final = 500
"""Comments in one list."""
FEW: Final = 20
"""Clips, comments or likes that go in one transaction: each takes several statements."""
EVENTS: Final = 5000
"""Events of the log that are looked through in one transaction."""
# A guest's token is good for so long, and would else bring the same person back.
REMEMBERED_S: Final = 400 * 86400.0
"""So long it is known by a digest that somebody left."""

OWN: Final = (
    "DELETE FROM accounts WHERE person = ?1",
    "DELETE FROM passkeys WHERE person = ?1",
    "DELETE FROM identities WHERE person = ?1",
    "DELETE FROM recovery_codes WHERE person = ?1",
    "DELETE FROM logins WHERE person = ?1",
    "DELETE FROM api_keys WHERE person = ?1",
    "DELETE FROM roles WHERE person = ?1",
    "UPDATE roles SET given_by = '' WHERE given_by = ?1",
    # Whom a moderator shut out, a verifier's word brings back under no other account.
    "UPDATE verified_identities SET person = 'left ' || subject WHERE person = ?1"
    " AND EXISTS (SELECT 1 FROM suspensions WHERE person = ?1)",
    "DELETE FROM verified_identities WHERE person = ?1",
    "DELETE FROM suspensions WHERE person = ?1",
    "DELETE FROM profiles WHERE person = ?1",
    "DELETE FROM people WHERE id = ?1",
    "DELETE FROM former_handles WHERE person = ?1",
    "DELETE FROM relations WHERE person = ?1",
    "DELETE FROM relations WHERE other = ?1",
    "DELETE FROM inbox_settings WHERE person = ?1",
    "DELETE FROM push_subscriptions WHERE person = ?1",
    "DELETE FROM push_strangers WHERE person = ?1",
    "DELETE FROM push_strangers WHERE actor = ?1",
    "DELETE FROM notices WHERE person = ?1",
    "DELETE FROM held_comments WHERE author = ?1",
    "DELETE FROM saves WHERE person = ?1",
    "DELETE FROM reactions WHERE person = ?1",
    "DELETE FROM wishes WHERE person = ?1",
    "DELETE FROM feed_choices WHERE person = ?1",
    "DELETE FROM viewings WHERE person = ?1",
    "DELETE FROM views WHERE person = ?1",
    "DELETE FROM imports WHERE person = ?1",
    "DELETE FROM imported_clips WHERE person = ?1",
    "DELETE FROM imported_recipes WHERE person = ?1",
    "DELETE FROM minors WHERE person = ?1",
    "DELETE FROM likenesses WHERE owner = ?1",
    "DELETE FROM likeness_people WHERE owner = ?1",
    "DELETE FROM likeness_people WHERE person = ?1",
    "DELETE FROM likeness_asks WHERE owner = ?1",
    "DELETE FROM likeness_asks WHERE person = ?1",
    "DELETE FROM likeness_uses WHERE owner = ?1",
    "DELETE FROM likeness_uses WHERE person = ?1",
    "DELETE FROM likeness_withdrawals WHERE owner = ?1",
    "DELETE FROM presence_tries WHERE person = ?1",
    "DELETE FROM face_templates WHERE person = ?1",
    "DELETE FROM likeness_portraits WHERE person = ?1",
    "DELETE FROM face_matches WHERE person = ?1",
    "DELETE FROM face_matches WHERE other = ?1",
    "DELETE FROM likeness_matches WHERE owner = ?1",
    "DELETE FROM audience WHERE person = ?1",
    "DELETE FROM watch_limits WHERE person = ?1",
    "DELETE FROM watch_days WHERE person = ?1",
    "DELETE FROM watched_clips WHERE person = ?1",
    # What was hidden at once would else be hidden for good, and on nobody's desk.
    f"UPDATE reports SET reporter = '{HOUSE}', words = '', name = '', email = ''"
    " WHERE reporter = ?1 AND state = 'open' AND reason IN ('intimate', 'child_safety')"
    " AND NOT EXISTS (SELECT 1 FROM reports AS other WHERE other.kind = reports.kind"
    f" AND other.subject = reports.subject AND other.reporter = '{HOUSE}'"
    " AND other.state = 'open')",
    "DELETE FROM reports WHERE reporter = ?1",
    "DELETE FROM reports WHERE author = ?1",
    "DELETE FROM decisions WHERE author = ?1",
    "DELETE FROM appeals WHERE author = ?1",
    f"UPDATE appeals SET answered_by = '{LEFT}' WHERE answered_by = ?1",
    f"UPDATE decisions SET decided_by = '{LEFT}' WHERE decided_by = ?1",
    f"UPDATE decisions SET undone_by = '{LEFT}' WHERE undone_by = ?1",
    "DELETE FROM refusal_appeals WHERE person = ?1",
    f"UPDATE refusal_appeals SET answered_by = '{LEFT}' WHERE answered_by = ?1",
    f"UPDATE desk_rules SET made_by = '{LEFT}' WHERE made_by = ?1",
    f"UPDATE desk_rules SET undone_by = '{LEFT}' WHERE undone_by = ?1",
    "DELETE FROM right_contests WHERE person = ?1",
    f"UPDATE rights SET holder = '{LEFT}' WHERE holder = ?1",
    "DELETE FROM right_holders WHERE person = ?1",
    f"UPDATE operator_deeds SET person = '{LEFT}' WHERE person = ?1",
    f"UPDATE operator_deeds SET subject = 'person {LEFT}' WHERE subject = 'person ' || ?1",
    # Keys are <person>:<key>, and ; comes after the colon.
    "DELETE FROM answers WHERE key > ?1 || ':' AND key < ?1 || ';'",
)
"""What needs no more than to go."""


Withdraw = Callable[[SqlConnection, str, float], Sequence[Recorded] | None]
"""Withholds a part of what others made with the likeness of somebody; None: nothing is left."""


class LeavingStore:
    """A part of the store; raises Busy when the database cannot be used. ``empty_log`` lets nothing
    that was overwritten stay in the write-ahead log; ``clock`` gives seconds since the epoch,
    ``withdraw`` withholds what others made with their likeness."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        empty_log: Callable[[], Awaitable[bool]],
        clock: Callable[[], float],
        withdraw: Withdraw,
    ) -> None:
        self._write = write
        self._read = read
        self._withdraw = withdraw
        self.empty_log = empty_log
        self._clock = clock

    async def begin(self, person_id: str) -> Sequence[str]:
        """Somebody leaves for good, whatever stops meanwhile; their clips that are being drawn."""
        await self._write(begin_leaving, person_id, self._clock())
        return await self._read(unfinished_clips, person_id)

    async def leave_some(self, person_id: str) -> Tidied:
        """Let go of a part of what somebody who leaves has made and done."""
        return await self._write(leave_some, person_id, self._clock(), self._withdraw)

    async def list_comments(self, person_id: str, after: str) -> Sequence[Comment]:
        """What a person wrote, by id, after one; a page of it."""
        return await self._read(comments_of, person_id, after, PAGE)


def begin_leaving(cx: SqlConnection, person_id: str, now: float) -> None:
    """From now on nobody is let in as this person, and the rest goes, whatever stops meanwhile."""
    # At once: what is drawn of them now ends with its next second.
    revoke_terms(cx, person_id)
    cx.execute(
        "INSERT INTO leavings (person, place) VALUES (?, 0) ON CONFLICT DO NOTHING", (person_id,)
    )
    cx.execute(
        "INSERT INTO departed (digest, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (left_digest(person_id), now),
    )


def unfinished_clips(cx: SqlConnection, person_id: str) -> list[str]:
    """Those of a person that are being drawn."""
    rows = cx.execute(
        "SELECT id FROM clips WHERE author = ? AND status IN ('queued', 'live')", (person_id,)
    )
    return [row[0] for row in rows]


def forget_leavers(cx: SqlConnection, ages: Ages, now: float, withdraw: Withdraw) -> Tidied:
    """Let go of more of those whose leaving was interrupted, or had to wait for a clip."""
    forget_departed(cx, now)
    rows = cx.execute("SELECT person FROM leavings LIMIT ?", (FEW,)).fetchall()
    parts = [leave_some(cx, person_id, now, withdraw) for (person_id,) in rows]
    return Tidied(
        any(part.more for part in parts),
        tuple(name for part in parts for name in part.blobs),
        tuple(event for part in parts for event in part.recorded),
    )


def leave_some(cx: SqlConnection, person_id: str, now: float, withdraw: Withdraw) -> Tidied:
    """Let go of a part of what somebody who leaves has made and done."""
    row = cx.execute("SELECT place FROM leavings WHERE person = ?", (person_id,)).fetchone()
    if row is None:
        return Tidied()
    (place,) = row
    if (withheld := withdraw(cx, person_id, now)) is not None:
        return Tidied(True, recorded=tuple(withheld))
    for step in (_clips, _comments, _likes, _comment_likes, _told, _rights):
        if (done := step(cx, person_id, now)) is not None:
            return done
    for statement in OWN:
        cx.execute(statement, (person_id,))
    likeness_ledger.forget_owner(cx, person_id)
    likeness_ledger.forget_person(cx, person_id)
    search.forget(cx, person_id)
    cx.execute("DELETE FROM events WHERE topic = ?", (person_topic(person_id),))
    last = _forget_in_log(cx, person_id, place)
    if last is not None:
        cx.execute("UPDATE leavings SET place = ? WHERE person = ?", (last, person_id))
        return Tidied(more=True)
    # What is still being drawn goes when it has ended.
    if unfinished_clips(cx, person_id):
        return Tidied()
    cx.execute("DELETE FROM leavings WHERE person = ?", (person_id,))
    return Tidied(more=True)


def forget_departed(cx: SqlConnection, now: float) -> None:
    """Nobody needs to know any more who left so long ago."""
    cx.execute("DELETE FROM departed WHERE at <= ?", (now - REMEMBERED_S,))


def _clips(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    rows = cx.execute(
        "SELECT id FROM clips WHERE author = ? AND status NOT IN ('queued', 'live') LIMIT ?",
        (person_id, FEW),
    ).fetchall()
    removed = [remove_clip(cx, clip_id) for (clip_id,) in rows]
    if not removed:
        return None
    blobs = tuple(name for one in removed for name in one.blobs)
    return Tidied(True, blobs, tuple(event for one in removed for event in one.recorded))


def _comments(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    withheld = cx.execute(
        "SELECT id FROM withheld_comments WHERE author = ? LIMIT ?", (person_id, FEW)
    ).fetchall()
    for (comment_id,) in withheld:
        withheld_comments.drop_withheld(cx, comment_id, now)
    rows = cx.execute(
        "SELECT id, clip FROM comments WHERE author = ? LIMIT ?", (person_id, FEW)
    ).fetchall()
    by_clip = dict[str, list[str]]()
    for comment_id, clip_id in rows:
        by_clip.setdefault(clip_id, []).append(comment_id)
    recorded = list[Recorded]()
    for clip_id, some in by_clip.items():
        recorded += comments.forget_comments(cx, clip_id, some, now)
    return Tidied(True, recorded=tuple(recorded)) if rows or withheld else None


def _likes(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    rows = cx.execute("SELECT clip FROM likes WHERE person = ? LIMIT ?", (person_id, FEW))
    recorded = list[Recorded]()
    for (clip_id,) in (found := rows.fetchall()):
        cx.execute("DELETE FROM likes WHERE person = ? AND clip = ?", (person_id, clip_id))
        if cx.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone():
            likes = bump(cx, "likes", clip_id, -1).likes
            weigh(cx, "likes", clip_id, person_id, -1)
            event = Liked(clip_id, Person(LEFT, LEFT), False, likes)
            recorded.append(record(cx, clip_topic(clip_id), event))
    return Tidied(True, recorded=tuple(recorded)) if found else None


def _comment_likes(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    rows = cx.execute(
        "SELECT comment FROM comment_likes WHERE person = ? LIMIT ?", (person_id, FEW)
    )
    for (comment_id,) in (found := rows.fetchall()):
        cx.execute(
            "DELETE FROM comment_likes WHERE person = ? AND comment = ?", (person_id, comment_id)
        )
        cx.execute("UPDATE comments SET likes = likes - 1 WHERE id = ?", (comment_id,))
    return Tidied(more=True) if found else None


def _told(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    """What others were told of them."""
    rows = cx.execute(
        "SELECT id, person FROM notices WHERE actor = ? LIMIT ?", (person_id, FEW)
    ).fetchall()
    for notice_id, _ in rows:
        cx.execute("DELETE FROM notices WHERE id = ?", (notice_id,))
    recorded = inbox.tell_unread(cx, (person for _, person in rows if person != person_id))
    return Tidied(True, recorded=tuple(recorded)) if rows else None


def _rights(cx: SqlConnection, person_id: str, now: float) -> Tidied | None:
    """What they registered, by the public log, from which every instance knows of it."""
    rows = cx.execute(
        "SELECT id FROM rights WHERE holder = ? AND state <> 'withdrawn' LIMIT ?", (person_id, FEW)
    ).fetchall()
    for (right_id,) in rows:
        rights.withdraw_right(cx, right_id, person_id, now)
    return Tidied(more=True) if rows else None


def _forget_in_log(cx: SqlConnection, person_id: str, place: int) -> int | None:
    """Look through a part of the log after a place; where it ends, None at the end."""
    rows = cx.execute(
        "SELECT id FROM events WHERE id > ? ORDER BY id LIMIT ?", (place, EVENTS)
    ).fetchall()
    if not rows:
        return None
    last = rows[-1][0]
    named = cx.execute(
        "SELECT id, event FROM events WHERE id > ? AND id <= ? AND instr(event, ?) > 0",
        (place, last, person_id.encode()),
    ).fetchall()
    for event_id, body in named:
        cx.execute("UPDATE events SET event = ? WHERE id = ?", (without(body, person_id), event_id))
    return int(last)


def without(body: bytes, person_id: str) -> bytes:
    """An event that names nobody of this id; what names them otherwise than as somebody is
    forgotten."""
    told = msgspec.msgpack.encode(_replaced(msgspec.msgpack.decode(body), person_id))
    return event_body(ClipRemoved("")) if person_id.encode() in told else told


def _replaced(value: Any, person_id: str) -> Any:
    match value:
        case {"id": str(found), "handle": _} if found == person_id:
            return {"id": LEFT, "handle": LEFT}
        case dict():
            return {name: _replaced(one, person_id) for name, one in value.items()}
        case list():
            return [_replaced(one, person_id) for one in value]
        case _:
            return value


def comments_of(cx: SqlConnection, person_id: str, after: str, limit: int) -> list[Comment]:
    """What a person wrote, by id, after one."""
    rows = cx.execute(
        f"SELECT {COMMENT_COLUMNS} FROM {COMMENT_SOURCE} WHERE c.author = ? AND c.id > ?"
        " ORDER BY c.id LIMIT ?",
        (person_id, after, limit),
    )
    return [comment_of(row) for row in rows]
