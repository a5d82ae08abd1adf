"""What is decided of reports, and taken back. Each function is one piece of a transaction."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from phosphene.errors import AlreadyTaken, NotFound, Unprocessable, Unusable
from phosphene.events import Recorded
from phosphene.ids import new_id
from phosphene.reports import (
    ACTIONS,
    Decided,
    Decider,
    Decision,
    Decisions,
    NewDecision,
    check_decision,
)
from phosphene.store import decision_rows, inbox, logins, roles
from phosphene.store.connection import SqlConnection
from phosphene.store.decision_rows import COLUMNS, TAKEN_AWAY, held_by
from phosphene.store.operator_deeds import note_deed
from phosphene.store.rows import make_cursor, read_cursor
from phosphene.store.subjects import Subject, answer_reports, find_subject, open_reports

GRACE_S: Final = 7 * 86400.0
"""So long what was removed can be brought back."""
KEPT_S: Final = 365 * 86400.0
"""So long a report is kept that is closed, and a decision that does not hold."""


Act = Callable[[SqlConnection, NewDecision, Subject, str, float, str], list[Recorded]]
"""Does what the decision of this id, at this time and by this person, says to its subject; gives
what was recorded."""
TakeBack = Callable[[SqlConnection, Decision], list[Recorded]]


def decide(
    cx: SqlConnection, new: NewDecision, by: Decider, now: float, act: Act | None
) -> Decided:
    """Decide of something and of all open reports of it. Without an ``act`` the caller does it
    afterwards, and for good.

    Raises:
        NotFound: there is no such thing, or nothing to dismiss. Unusable: not for such a thing.
        Forbidden: somebody else has to decide. AlreadyTaken: it is so already.
    """
    if act and new.action not in ACTIONS[new.kind]:
        raise Unusable(f"a {new.kind} can be: {', '.join(ACTIONS[new.kind])}")
    check_decision(new)
    subject = find_subject(cx, new.kind, new.subject)
    roles.need_right(cx, subject.author, by)
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
    recorded = act(cx, new, subject, decision_id, now, by.id) if act else []
    cx.execute(
        "INSERT INTO decisions (id, kind, subject, clip, author, action, reason, note, decided_by,"
        " at, final, ground, reference, notified, until, family)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(decision_id, new.kind, subject.id, subject.clip, subject.author.id, new.action),
            *(reason, new.note, by.id, now, int(act is None), new.ground, new.reference),
            *(int(bool(reports)), new.until(now)),
            int(new.kind == "clip" and new.action in TAKEN_AWAY),
        ),
    )
    note_deed(cx, by.id, new.action, f"{new.kind} {subject.id}", now, reason)
    for report_id, reporter, _ in (*reports, *below):
        cx.execute(
            "UPDATE reports SET state = 'decided', decision = ? WHERE id = ?",
            (decision_id, report_id),
        )
        recorded += inbox.notify_owner(cx, reporter, "decided", now, outcome=new.action)
    if new.action != "dismiss":
        seen = subject.clip if new.kind == "clip" and act else ""
        told = {"clip": seen, "text": new.note or subject.text, "outcome": new.action}
        recorded += inbox.notify_owner(cx, subject.author.id, "moderated", now, **told)
    return Decided(decision_rows.get_decision(cx, decision_id), tuple(recorded))


def undo(
    cx: SqlConnection,
    decision_id: str,
    by: Decider,
    now: float,
    take_back: TakeBack,
    note: str = "",
) -> Decided:
    """Take a decision back: what it took is there again, its reports are open, and who asked for
    that has it. ``note``: words to whose it is.

    Raises:
        NotFound, also what was dismissed is gone; AlreadyTaken: somebody has; Unprocessable: it is
        final; Forbidden.
    """
    decision = decision_rows.get_decision(cx, decision_id)
    if decision.undone_at is not None:
        raise AlreadyTaken("this was taken back already")
    if decision.final:
        raise Unprocessable("this is final: what was removed is no more")
    roles.need_right(cx, decision.author, by)
    if decision.action == "dismiss":
        find_subject(cx, decision.kind, decision.subject)
    recorded = [] if decision.action == "dismiss" else take_back(cx, decision)
    for caused in held_by(cx, decision_id):
        with suppress(NotFound, Unprocessable):  # its author has removed it
            recorded += undo(cx, caused, Decider(None, "operator"), now, take_back).recorded
    note_deed(cx, by.id, "undo", f"{decision.kind} {decision.subject}", now, decision.action)
    cx.execute(
        "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE id = ?", (now, by.id, decision_id)
    )
    cx.execute(
        "UPDATE appeals SET state = 'overturned', note = ?, answered_by = ?, answered_at = ?"
        " WHERE decision = ? AND state = 'open'",
        (note, by.id, now, decision_id),
    )
    _reopen(cx, decision_id)
    if decision.action != "dismiss":
        told = {"clip": decision.clip, "text": note, "outcome": "restore"}
        recorded += inbox.notify_owner(cx, decision.author.id, "moderated", now, **told)
    return Decided(decision_rows.get_decision(cx, decision_id), tuple(recorded))


def page(cx: SqlConnection, epoch: str, limit: int, cursor: str | None) -> Decisions:
    """All decisions, the newest first."""
    rows = cx.execute(
        f"{COLUMNS} WHERE (d.at, d.id) < (?, ?) ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (*read_cursor(epoch, "decisions", cursor), limit + 1),
    ).fetchall()
    shown = [decision_rows.decision_of(*row) for row in rows[:limit]]
    more = len(rows) > limit
    after = make_cursor(epoch, "decisions", shown[-1].at, shown[-1].id) if more else None
    return Decisions(shown, after)


def finish_due(cx: SqlConnection, now: float, limit: int) -> list[tuple[str, str, str]]:
    """Removals of a week ago are final from now on; id, kind and subject of each."""
    rows = cx.execute(
        "SELECT id, kind, subject FROM decisions WHERE action = 'remove' AND final = 0"
        " AND undone_at IS NULL AND at <= ?"
        # Whose it is has asked for another look, and is to have it.
        " AND NOT EXISTS (SELECT 1 FROM appeals AS p WHERE p.decision = decisions.id"
        " AND p.state = 'open') LIMIT ?",
        (now - GRACE_S, limit),
    ).fetchall()
    cx.executemany("UPDATE decisions SET final = 1 WHERE id = ?", [row[:1] for row in rows])
    return rows


def forget_old(cx: SqlConnection, now: float, limit: int) -> bool:
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
    appealed = cx.execute(
        "DELETE FROM appeals WHERE decision IN (SELECT decision FROM appeals WHERE at <= ?"
        " AND state <> 'open' LIMIT ?)",
        (now - KEPT_S, limit),
    ).rowcount
    return limit in {gone, decided, appealed}


def suspend_person(
    cx: SqlConnection, subject: Subject, decision_id: str, until: float | None = None
) -> None:
    """``until``: when it ends by itself. Raises AlreadyTaken."""
    if logins.is_suspended(cx, subject.id):
        raise AlreadyTaken(f"@{subject.author.handle} is suspended already")
    cx.execute(
        "INSERT INTO suspensions (person, decision, until) VALUES (?, ?, ?)",
        (subject.id, decision_id, until),
    )


def end_suspension(cx: SqlConnection, person_id: str) -> None:
    cx.execute("DELETE FROM suspensions WHERE person = ?", (person_id,))


def end_suspensions(cx: SqlConnection, now: float, limit: int) -> list[Recorded]:
    """Those whose time is over; they are told."""
    rows = cx.execute(
        "SELECT person FROM suspensions WHERE until IS NOT NULL AND until <= ? LIMIT ?",
        (now, limit),
    ).fetchall()
    recorded = list[Recorded]()
    for (person_id,) in rows:
        end_suspension(cx, person_id)
        recorded += inbox.notify_owner(cx, person_id, "moderated", now, outcome="restore")
    return recorded


def _reopen(cx: SqlConnection, decision_id: str) -> None:
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
