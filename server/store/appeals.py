"""Who asks that something withheld be looked at once more, and what comes of it. Each function is
one piece of a transaction."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, Unprocessable
from phosphene.events import Recorded
from phosphene.model import Person
from phosphene.reports import (
    ANSWER_S,
    APPEAL_S,
    Answered,
    Appeal,
    AppealAnswer,
    Decider,
    Decision,
    OwnAppeal,
    OwnDecision,
    SubjectKind,
    statement_of,
)
from phosphene.store import decision_rows, inbox, reads, roles
from phosphene.store.connection import SqlConnection
from phosphene.store.subjects import find_subject

Overturn = Callable[[SqlConnection, Decision, str, Decider, float], list[Recorded]]
"""Takes a decision back, with words to whose it is; gives what was recorded."""
LISTED: Final = 200
"""Appeals, or decisions, in one list."""
TAKING: Final = ("hide", "remove", "hold", "warn", "suspend")
"""Decisions that take something from somebody."""
COLUMNS: Final = (
    "SELECT a.decision, a.words, a.at, a.state, a.note, a.answered_by, p.handle, a.answered_at"
    " FROM appeals AS a LEFT JOIN people AS p ON p.id = a.answered_by"
)


def add_appeal(
    cx: SqlConnection, decision_id: str, author: Person, words: str, now: float
) -> OwnDecision:
    """Ask for another look at what was decided of something of one's own, or of what one reported,
    once.

    Raises:
        NotFound: no such decision of theirs. AlreadyTaken: somebody has. Unprocessable: nothing to
            look at, or too late.
    """
    decision = decision_rows.get_decision(cx, decision_id)
    if not _concerns(cx, decision, author.id):
        raise NotFound(f"no decision {decision_id} of what is yours")
    if decision.undone_at is not None:
        raise Unprocessable("this was taken back already")
    if now > decision.at + APPEAL_S:
        raise Unprocessable("this was decided more than six months ago")
    if decision.final or _text(cx, decision.kind, decision.subject) is None:
        raise Unprocessable("what this was about is no more")
    made = cx.execute(
        "INSERT INTO appeals (decision, kind, subject, clip, author, words, at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT DO NOTHING",
        (
            *(decision.id, decision.kind, decision.subject, decision.clip),
            *(author.id, words, now),
        ),
    ).rowcount
    if not made:
        raise AlreadyTaken("another look at this was asked for already")
    return _own(cx, decision, now)


def _concerns(cx: SqlConnection, decision: Decision, person_id: str) -> bool:
    if decision.action in TAKING:
        return decision.author.id == person_id
    if decision.action != "dismiss":
        return False
    reported = cx.execute(
        "SELECT 1 FROM reports WHERE decision = ? AND decision <> '' AND reporter = ? LIMIT 1",
        (decision.id, person_id),
    )
    return reported.fetchone() is not None


def own_decisions(cx: SqlConnection, person_id: str, now: float) -> list[OwnDecision]:
    """What was decided of what is a person's own, the newest first."""
    rows = cx.execute(
        f"{decision_rows.COLUMNS} WHERE d.author = ? AND d.action IN {TAKING}"
        " ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (person_id, LISTED),
    ).fetchall()
    return [_own(cx, decision_rows.decision_of(*row), now) for row in rows]


def open_appeals(cx: SqlConnection) -> list[Appeal]:
    """Those that wait, the oldest first."""
    query = f"{COLUMNS} WHERE a.state = 'open' ORDER BY a.at, a.decision LIMIT ?"
    return [_appeal(cx, *row) for row in cx.execute(query, (LISTED,)).fetchall()]


def answered_appeals(cx: SqlConnection) -> list[Appeal]:
    """The newest that somebody has answered."""
    query = f"{COLUMNS} WHERE a.state <> 'open' ORDER BY a.at DESC, a.decision DESC LIMIT ?"
    return [_appeal(cx, *row) for row in cx.execute(query, (LISTED,)).fetchall()]


def answer_appeal(
    cx: SqlConnection,
    decision_id: str,
    answer: AppealAnswer,
    by: Decider,
    now: float,
    overturn: Overturn,
) -> Answered:
    """Say what comes of an appeal. What is overturned is there again.

    Raises:
        NotFound: there is none, or what it is about is gone. AlreadyTaken: it has an answer.
        Forbidden: somebody else has to answer.
    """
    state = cx.execute("SELECT state FROM appeals WHERE decision = ?", (decision_id,)).fetchone()
    if state is None:
        raise NotFound(f"nobody asked for another look at {decision_id}")
    if state[0] != "open":
        raise AlreadyTaken("this appeal was answered already, or is of what is no more")
    decision = decision_rows.get_decision(cx, decision_id)
    roles.need_right(cx, decision.author, by)
    _need_another(cx, decision, by)
    if answer.outcome == "overturned":
        recorded = overturn(cx, decision, answer.note, by, now)
    else:
        recorded = _uphold(cx, decision, answer.note, by, now)
    row = cx.execute(f"{COLUMNS} WHERE a.decision = ?", (decision_id,)).fetchone()
    return Answered(_appeal(cx, *row), tuple(recorded))


def _uphold(
    cx: SqlConnection, decision: Decision, note: str, by: Decider, now: float
) -> list[Recorded]:
    cx.execute(
        "UPDATE appeals SET state = 'upheld', note = ?, answered_by = ?, answered_at = ?"
        " WHERE decision = ?",
        (note, by.id, now, decision.id),
    )
    told = {"clip": decision.clip if decision.kind == "clip" else "", "text": note}
    row = cx.execute("SELECT author FROM appeals WHERE decision = ?", (decision.id,)).fetchone()
    author = str(row[0])
    return inbox.notify_owner(cx, author, "moderated", now, outcome="upheld", **told)


def _need_another(cx: SqlConnection, decision: Decision, by: Decider) -> None:
    """Whoever decided first does not decide of the appeal, where there is somebody else who may.
    Raises Forbidden."""
    if decision.by is None or by.id != decision.by.id:
        return
    if roles.may_another_decide(cx, by.id, decision.author.id):
        raise Forbidden("you decided this: another moderator looks at it once more")


def _own(cx: SqlConnection, one: Decision, now: float) -> OwnDecision:
    row = cx.execute(f"{COLUMNS} WHERE a.decision = ?", (one.id,)).fetchone()
    text = _text(cx, one.kind, one.subject)
    open_to = one.undone_at is None and not one.final and text is not None
    return OwnDecision(
        id=one.id,
        kind=one.kind,
        subject=one.subject,
        clip=one.clip,
        text=text or "",
        action=one.action,
        reason=one.reason,
        note=one.note,
        at=one.at,
        final=one.final,
        undone_at=one.undone_at,
        may_appeal=open_to and row is None and now <= one.at + APPEAL_S,
        appeal=None if row is None else _own_appeal(*row),
        statement=statement_of(one),
    )


def _text(cx: SqlConnection, kind: SubjectKind, subject: str) -> str | None:
    """What something that was decided of says; None: it is gone."""
    if kind == "comment":
        query = "SELECT text FROM withheld_comments WHERE id = ?"
        row = cx.execute(query, (subject,)).fetchone()
        if row is not None:
            return str(row[0])
    try:
        return (
            reads.clip(cx, subject).text if kind == "clip" else find_subject(cx, kind, subject).text
        )
    except NotFound:
        return None


def _own_appeal(*row: Any) -> OwnAppeal:
    _, words, at, state, note, _, _, answered_at = row
    told = {"words": words, "at": at, "state": state, "note": note, "answered_at": answered_at}
    return msgspec.convert(told, OwnAppeal)


def _appeal(cx: SqlConnection, *row: Any) -> Appeal:
    decision_id, *_, by, handle, _ = row
    own, decision = _own_appeal(*row), decision_rows.get_decision(cx, decision_id)
    return Appeal(
        **msgspec.structs.asdict(own),
        decision=decision,
        text=_text(cx, decision.kind, decision.subject) or "",
        answered_by=decision_rows.somebody(by, handle),
        answer_by=own.at + ANSWER_S,
    )
