"""What an owner takes back: nothing is lent any more, and the clips are withheld, with all that was
made of them. Each function is one piece of a transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from phosphene.consent.ledger import LikenessWithdrawn, Withdrawal, person_digest
from phosphene.consent.uses import WithdrawnSome
from phosphene.errors import NotFound
from phosphene.events import Recorded
from phosphene.store import inbox, likeness_asks, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.enrolments import drop_template
from phosphene.store.likeness_ledger import add_entry
from phosphene.store.likeness_portraits import drop_portrait
from phosphene.store.likeness_standing import get_likeness, is_owner_in, is_withdrawn
from phosphene.store.likeness_totals import count_deed
from phosphene.store.likenesses import revoke_terms, set_person
from phosphene.store.removal import remove_clip
from phosphene.store.store import Ages, Tidied
from phosphene.store.transactions import TransactionRunner
from phosphene.store.withholding import withhold_clip

GRACE_S: Final = 7 * 86400.0
"""So long the files of what was taken back are kept, for who looks into a complaint."""
FEW: Final = 20
"""Clips that are withheld in one transaction: each takes several statements."""
MOST: Final = 1_000_000
"""So many clips can show one person."""
ON_ITS_WAY: Final = ("queued", "live")


class LikenessWithdrawals:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner, clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock

    async def begin_withdrawal(
        self, owner: str, what: Withdrawal, subject: str = ""
    ) -> WithdrawnSome:
        """Take back one clip, all by one person, the portrait, or everything. Raises NotFound."""
        return await self._write(begin_withdrawal, owner, what, subject, self._clock())

    async def withdraw_some(
        self, owner: str, what: Withdrawal, subject: str, left: Sequence[str]
    ) -> WithdrawnSome:
        """Withhold some of the clips that are ``left`` of a withdrawal that has begun."""
        return await self._write(withdraw_some, owner, what, subject, left, self._clock())


def begin_withdrawal(
    cx: SqlConnection, owner: str, what: Withdrawal, subject: str, now: float
) -> WithdrawnSome:
    """Take back one clip, all by one person (``subject``), the portrait with all that was drawn
    from it, or everything: from now on the answer to each of these uses is no, and those on air are
    withheld first.

    Raises:
        NotFound: nothing is lent, or that clip does not show them.
    """
    if get_likeness(cx, owner).level == "none" and not affected(cx, owner, "everything", "", 1):
        raise NotFound("you lend no likeness here")
    if what == "clip" and not is_owner_in(cx, subject, owner):
        raise NotFound(f"no clip {subject} that shows you")
    if what == "person":
        set_person(cx, owner, subject, False, now)
        likeness_asks.withdraw_asks(cx, owner, subject)
    if what in {"portrait", "everything"}:
        drop_portrait(cx, owner)
    if what == "everything":
        drop_template(cx, owner)
        revoke_terms(cx, owner)
        likeness_asks.withdraw_asks(cx, owner)
    left = affected(cx, owner, what, subject)
    _note(cx, owner, what, subject, len(left), now)
    return withdraw_some(cx, owner, what, subject, left, now)


def withdraw_some(
    cx: SqlConnection, owner: str, what: Withdrawal, subject: str, left: Sequence[str], now: float
) -> WithdrawnSome:
    """Withhold some of the clips that are ``left`` of a withdrawal that has begun."""
    # The list is made once: looked for with each part, 5,000 clips held the write lock for minutes.
    recorded = list[Recorded]()
    for clip_id in left[:FEW]:
        if _status(cx, clip_id) and not is_withdrawn(cx, clip_id):
            recorded += _withhold(cx, owner, clip_id, now)
    if not left[FEW:]:
        _end(cx, owner, what, subject, now)
    return WithdrawnSome(tuple(left[:FEW]), tuple(recorded), tuple(left[FEW:]))


def resume_withdrawal(cx: SqlConnection, now: float) -> WithdrawnSome:
    """Go on with one that a stop interrupted."""
    row = cx.execute("SELECT owner, what, subject FROM likeness_withdrawals LIMIT 1").fetchone()
    if row is None:
        return WithdrawnSome((), ())
    owner, what, subject = row
    left = affected(cx, owner, what, subject, FEW + 1, resumed=True)
    return withdraw_some(cx, owner, what, subject, left, now)


def affected(
    cx: SqlConnection,
    owner: str,
    what: Withdrawal,
    subject: str,
    limit: int = MOST,
    *,
    resumed: bool = False,
) -> list[str]:
    """Clips that are still to be withheld, those on air first. ``resumed``: what was made of those
    that are withheld already may not be."""
    if what in {"portrait", "everything"}:
        which = "u.portrait_seq > 0" if what == "portrait" else "1 = 1"
        # What is on air is few, and comes first: the second statement finds it once more.
        on_air = _shown(cx, owner, f"{which} AND c.status IN ('queued', 'live')", limit)
        return list(dict.fromkeys((*on_air, *_shown(cx, owner, which, limit))))[:limit]
    clips = [subject] if what == "clip" else _used_by(cx, owner, subject, resumed)
    found = _with_descendants(cx, owner, clips)
    states = {one: _status(cx, one) for one in found if not is_withdrawn(cx, one)}
    # What is left of a removed clip is not that clip.
    there = [one for one, status in states.items() if status]
    return sorted(there, key=lambda one: states[one] not in ON_ITS_WAY)


def withdraw_leaver(cx: SqlConnection, owner: str, now: float) -> Sequence[Recorded] | None:
    """What others made with the likeness of somebody who leaves is withheld, a part at a time;
    None when nothing is left of it."""
    left = affected(cx, owner, "everything", "", FEW + 1)
    part = withdraw_some(cx, owner, "everything", "", left, now)
    return part.recorded if part.clips else None


def finish_withdrawals(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Go on with what somebody took back, and let go for good of what they did a week ago."""
    part = resume_withdrawal(cx, now)
    blobs, recorded = list[str](), list(part.recorded)
    due = due_clips(cx, now - GRACE_S, FEW)
    for clip_id in due:
        removed = remove_clip(cx, clip_id)
        blobs += removed.blobs
        recorded += removed.recorded
    return Tidied(bool(part.left) or len(due) == FEW, tuple(blobs), tuple(recorded))


def due_clips(cx: SqlConnection, before: float, limit: int) -> list[str]:
    """Clips that were taken back before a time, and go for good."""
    rows = cx.execute(
        "SELECT w.clip FROM withholdings AS w JOIN clips AS c ON c.id = w.clip"
        " WHERE w.reason = 'consent' AND w.at <= ? AND c.status NOT IN ('queued', 'live')"
        " ORDER BY w.at LIMIT ?",
        (before, limit),
    )
    return [row[0] for row in rows]


def _shown(cx: SqlConnection, owner: str, condition: str, limit: int) -> list[str]:
    """Clips that show somebody and are not withheld for that yet."""
    rows = cx.execute(
        "SELECT DISTINCT u.clip FROM likeness_uses AS u JOIN clips AS c ON c.id = u.clip"
        f" WHERE u.owner = ? AND {condition} AND NOT EXISTS"
        " (SELECT 1 FROM withholdings AS w WHERE w.clip = u.clip AND w.reason = 'consent')"
        " LIMIT ?",
        (owner, limit),
    )
    return [row[0] for row in rows]


def _note(
    cx: SqlConnection, owner: str, what: Withdrawal, subject: str, clips: int, now: float
) -> None:
    cx.execute(
        "INSERT INTO likeness_withdrawals (owner, what, subject, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (owner, what, subject, now),
    )
    person = subject if what == "person" else ""
    fact = LikenessWithdrawn(
        what,
        clip=subject if what == "clip" else "",
        person=person_digest(person) if person else "",
        clips=clips,
    )
    add_entry(cx, owner, fact, now, person)


def _end(cx: SqlConnection, owner: str, what: str, subject: str, now: float) -> None:
    """All of it is withheld."""
    key = owner, what, subject
    row = cx.execute(
        "SELECT at FROM likeness_withdrawals WHERE owner = ? AND what = ? AND subject = ?", key
    ).fetchone()
    if row is None:
        return  # the account is deleted: nobody pressed
    cx.execute("DELETE FROM likeness_withdrawals WHERE owner = ? AND what = ? AND subject = ?", key)
    if row[0]:  # else begun before that was written down: since 1970 would be the mean
        count_deed(cx, "withdrawn", now, took=now - row[0])


def _withhold(cx: SqlConnection, owner: str, clip_id: str, now: float) -> Iterable[Recorded]:
    clip = reads.clip(cx, clip_id)
    yield from withhold_clip(cx, clip_id, "consent", now)
    count_deed(cx, "withheld", now)
    by = inbox.own_name(cx, owner)
    yield from inbox.notify_likeness(
        cx, clip.author.id, "likeness_withdrawn", by, now, text=clip.text
    )


def _used_by(cx: SqlConnection, owner: str, person: str, withheld: bool) -> list[str]:
    """Clips by a person that show the owner; ``withheld``: also those that are so for that."""
    rows = cx.execute(
        "SELECT DISTINCT u.clip FROM likeness_uses AS u WHERE u.person = ? AND u.owner = ?"
        " AND (? OR NOT EXISTS"
        " (SELECT 1 FROM withholdings AS w WHERE w.clip = u.clip AND w.reason = 'consent'))",
        (person, owner, withheld),
    )
    return [row[0] for row in rows]


def _with_descendants(cx: SqlConnection, owner: str, clips: Sequence[str]) -> list[str]:
    """These clips, and what was made of them that shows the owner too: it always does."""
    found, todo = dict.fromkeys(clips), list(clips)
    while todo:
        rows = cx.execute(
            # Said twice, as in the schema: only then does SQLite use the partial index.
            "SELECT id FROM clips WHERE parent = ? AND parent IS NOT NULL",
            (todo.pop(),),
        ).fetchall()
        # Not joined: without statistics SQLite then goes through all uses of the owner there ever
        # were, for each clip, and holds the write lock for minutes.
        new = [row[0] for row in rows if row[0] not in found and is_owner_in(cx, row[0], owner)]
        found |= dict.fromkeys(new)
        todo += new
    return list(found)


def _status(cx: SqlConnection, clip_id: str) -> str:
    row = cx.execute("SELECT status FROM clips WHERE id = ?", (clip_id,)).fetchone()
    return str(row[0]) if row else ""
