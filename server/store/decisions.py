"""What is decided of reports, and taken back. Each function is one piece of a transaction."""

from collections import Counter
from collections.abc import Callable
from sqlite3 import Connection
from typing import Any, Final

import msgspec

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, Unprocessable, Unusable
from phosphene.events import Recorded
from phosphene.guest_names import guest_handle
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.reports import ACTIONS, Decided, Decider, Decision, Decisions, NewDecision
from phosphene.store import inbox, logins, relations
from phosphene.store.people import named
from phosphene.store.roles import role_of
from phosphene.store.rows import make_cursor, read_cursor
from phosphene.store.subjects import Subject, answer_reports, find_subject, open_reports

GRACE_S: Final = 7 * 86400.0
"""So long what was removed can be brought back."""
KEPT_S: Final = 365 * 86400.0
"""So long a report is kept that is closed, and a decision that does not hold."""
COLUMNS: Final = (
    "SELECT d.id, d.kind, d.subject, d.clip, d.author, a.handle, d.action, d.reason, d.note,"
    " d.decided_by, b.handle, d.at, d.final, d.undone_at, d.undone_by, u.handle"
    " FROM decisions AS d LEFT JOIN people AS a ON a.id = d.author"
    " LEFT JOIN people AS b ON b.id = d.decided_by LEFT JOIN people AS u ON u.id = d.undone_by"
)


Act = Callable[[Connection, NewDecision, Subject, str], list[Recorded]]
"""Does what the decision of this id says to its subject; gives what was recorded."""
TakeBack = Callable[[Connection, Decision], list[Recorded]]


def decide(cx: Connection, new: NewDecision, by: Decider, now: float, act: Act | None) -> Decided:
    """Decide of something and of all open reports of it. Without an ``act`` the caller does it
    afterwards, and for good.

    Raises:
        NotFound: there is no such thing, or nothing to dismiss. Unusable: not for such a thing.
        Forbidden: somebody else has to decide. AlreadyTaken: it is so already.
    """
    if act and new.action not in ACTIONS[new.kind]:
        raise Unusable(f"a {new.kind} can be: {', '.join(ACTIONS[new.kind])}")
    subject = find_subject(cx, new.kind, new.subject)
    _need_right(cx, subject, by)
    reports = open_reports(cx, new.kind, subject.id)
    if new.action == "dismiss" and not reports:
        raise NotFound("nobody reports this, or somebody has decided")
    # The answers to a comment are taken away with it: nobody could decide of them any more.
    takes_answers = new.kind == "comment" and new.action != "dismiss"
    below = answer_reports(cx, subject.id) if takes_answers else ()
    # The most frequent of the reports, and without any the moderator's own finding.
    usual = Counter(reason for _, _, reason in reports).most_common(1)
    reason = new.reason or (usual[0][0] if usual else "other")
    decision_id = new_id(now)
    recorded = act(cx, new, subject, decision_id) if act else []
    cx.execute(
        "INSERT INTO decisions (id, kind, subject, clip, author, action, reason, note, decided_by,"
        " at, final) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(decision_id, new.kind, subject.id, subject.clip, subject.author.id, new.action),
            *(reason, new.note, by.id, now, int(act is None)),
        ),
    )
    for report_id, reporter, _ in (*reports, *below):
        cx.execute(
            "UPDATE reports SET state = 'decided', decision = ? WHERE id = ?",
            (decision_id, report_id),
        )
        recorded += _tell(cx, reporter, "decided", new.action, now)
    if new.action != "dismiss":
        seen = subject.clip if new.kind == "clip" and act else ""
        text = new.note or subject.text
        recorded += _tell(cx, subject.author.id, "moderated", new.action, now, seen, text)
    return Decided(get(cx, decision_id), tuple(recorded))


def undo(cx: Connection, decision_id: str, by: Decider, now: float, take_back: TakeBack) -> Decided:
    """Take a decision back: what it took is there again, and its reports are open.

    Raises:
        NotFound, also what was dismissed is gone; AlreadyTaken: somebody has; Unprocessable: it is
        final; Forbidden.
    """
    decision = get(cx, decision_id)
    if decision.undone_at is not None:
        raise AlreadyTaken("this was taken back already")
    if decision.final:
        raise Unprocessable("this is final: what was removed is no more")
    _need_right(cx, Subject(decision.subject, decision.clip, decision.author, ""), by)
    if decision.action == "dismiss":
        find_subject(cx, decision.kind, decision.subject)
    recorded = [] if decision.action == "dismiss" else take_back(cx, decision)
    cx.execute(
        "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE id = ?", (now, by.id, decision_id)
    )
    _reopen(cx, decision_id)
    if decision.action != "dismiss":
        author, seen = decision.author.id, decision.clip
        recorded += _tell(cx, author, "moderated", "restore", now, seen, "")
    return Decided(get(cx, decision_id), tuple(recorded))


def get(cx: Connection, decision_id: str) -> Decision:
    """Raises NotFound."""
    row = cx.execute(f"{COLUMNS} WHERE d.id = ?", (decision_id,)).fetchone()
    if row is None:
        raise NotFound(f"no decision {decision_id}")
    return _decision(*row)


def page(cx: Connection, epoch: str, limit: int, cursor: str | None) -> Decisions:
    """All decisions, the newest first."""
    rows = cx.execute(
        f"{COLUMNS} WHERE (d.at, d.id) < (?, ?) ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (*read_cursor(epoch, "decisions", cursor), limit + 1),
    ).fetchall()
    shown = [_decision(*row) for row in rows[:limit]]
    more = len(rows) > limit
    after = make_cursor(epoch, "decisions", shown[-1].at, shown[-1].id) if more else None
    return Decisions(shown, after)


def finish_due(cx: Connection, now: float, limit: int) -> list[tuple[str, str, str]]:
    """Removals of a week ago are final from now on; id, kind and subject of each."""
    rows = cx.execute(
        "SELECT id, kind, subject FROM decisions WHERE action = 'remove' AND final = 0"
        " AND undone_at IS NULL AND at <= ? LIMIT ?",
        (now - GRACE_S, limit),
    ).fetchall()
    cx.executemany("UPDATE decisions SET final = 1 WHERE id = ?", [row[:1] for row in rows])
    return rows


def forget_old(cx: Connection, now: float, limit: int) -> bool:
    """Forget reports that were closed a year ago, and what was decided then; whether there may be
    more."""
    gone = cx.execute(
        "DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE at <= ?"
        " AND state <> 'open' LIMIT ?)",
        (now - KEPT_S, limit),
    ).rowcount
    decided = cx.execute(
        # What still holds is kept for as long as it does: it can be undone.
        "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE at <= ?"
        " AND (final = 1 OR undone_at IS NOT NULL OR action = 'dismiss') LIMIT ?)",
        (now - KEPT_S, limit),
    ).rowcount
    return limit in {gone, decided}


def suspend(cx: Connection, subject: Subject, decision_id: str) -> None:
    """Raises AlreadyTaken."""
    if logins.is_suspended(cx, subject.id):
        raise AlreadyTaken(f"@{subject.author.handle} is suspended already")
    cx.execute(
        "INSERT INTO suspensions (person, decision) VALUES (?, ?)", (subject.id, decision_id)
    )


def end_suspension(cx: Connection, person_id: str) -> None:
    cx.execute("DELETE FROM suspensions WHERE person = ?", (person_id,))


def _need_right(cx: Connection, subject: Subject, by: Decider) -> None:
    """Raises Forbidden."""
    if by.id == subject.author.id:
        raise Forbidden("this is your own: somebody else decides of it")
    if by.role != "operator" and role_of(cx, subject.author.id) is not None:
        raise Forbidden(f"@{subject.author.handle} has a role: an operator decides of it")


def _reopen(cx: Connection, decision_id: str) -> None:
    """Reports of a decision are open again, unless their reporter has made another one since, or
    what they are of is gone."""
    # An answer that its author let go of while it was withheld comes back with no decision.
    cx.execute(
        "UPDATE reports SET state = 'gone', words = '' WHERE decision = ?1 AND decision <> ''"
        " AND kind = 'comment' AND NOT EXISTS"
        " (SELECT 1 FROM comments WHERE id = reports.subject)",
        (decision_id,),
    )
    cx.execute(
        "UPDATE reports SET state = 'open', decision = '' WHERE decision = ?1 AND decision <> ''"
        " AND state = 'decided'"
        " AND NOT EXISTS (SELECT 1 FROM reports AS newer WHERE newer.reporter = reports.reporter"
        " AND newer.kind = reports.kind AND newer.subject = reports.subject"
        " AND newer.state = 'open')",
        (decision_id,),
    )


def _tell(
    cx: Connection,
    person_id: str,
    kind: Any,
    outcome: str,
    now: float,
    clip: str = "",
    text: str = "",
) -> list[Recorded]:
    # Not who decided: they would be answered for it, and the record names them.
    own = named(cx, Person(person_id, guest_handle(person_id)))
    return inbox.notify(
        cx, person_id, kind, own, now, relations.STRANGERS, clip=clip, text=text, outcome=outcome
    )


def _decision(*row: Any) -> Decision:
    id_, kind, subject, clip, author, handle, action, reason, note, by, by_handle, *rest = row
    at, final, undone_at, undone_by, undone_handle = rest
    told = {"id": id_, "kind": kind, "subject": subject, "clip": clip, "action": action}
    told |= {"reason": reason, "note": note, "at": at, "final": bool(final)}
    told |= {
        "author": Person(author, handle or guest_handle(author)),
        "by": _somebody(by, by_handle),
    }
    told |= {"undone_at": undone_at, "undone_by": _somebody(undone_by, undone_handle)}
    return msgspec.convert(told, Decision)


def _somebody(person_id: str | None, handle: str | None) -> Person | None:
    return Person(person_id, handle or guest_handle(person_id)) if person_id else None
