"""What the store knows of reports, decisions and roles."""

from collections.abc import Awaitable, Callable, Sequence

from phosphene.events import Recorded
from phosphene.model import Person
from phosphene.reports import (
    Answered,
    Appeal,
    AppealAnswer,
    Cases,
    Decided,
    Decider,
    Decision,
    Decisions,
    NewDecision,
    NewReport,
    OwnDecision,
    Receipt,
    Role,
    RoleHolder,
)
from phosphene.store import (
    appeals,
    comments,
    decisions,
    desk_notices,
    reports,
    roles,
    withheld_comments,
    withholding,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.subjects import Subject, open_reports
from phosphene.store.transactions import TransactionRunner

HOLDERS = 200
"""People in the list of roles."""


class ModerationStore:
    """A part of the store; raises Busy when the database cannot be used. ``empty_log`` lets nothing
    that was overwritten stay in the write-ahead log; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        epoch: str,
        empty_log: Callable[[], Awaitable[bool]],
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._epoch = epoch
        self._empty_log = empty_log
        self._clock = clock

    async def get_role(self, person_id: str) -> Role | None:
        """What a person may decide about."""
        return await self._read(roles.role_of, person_id)

    async def give_role(self, person: Person, role: Role, by: Decider) -> None:
        """Raises Unprocessable: a guest can have none."""
        await self._write(roles.give_role, person, role, by.id, self._clock())

    async def take_role(self, person_id: str) -> None:
        """The person has no role any more."""
        await self._write(roles.take_role, person_id)

    async def list_roles(self) -> Sequence[RoleHolder]:
        """Who has a role, operators first; 200 at most."""
        return await self._read(roles.role_holders, HOLDERS)

    async def add_report(
        self, new: NewReport, reporter: Person
    ) -> tuple[Receipt, Sequence[Recorded]]:
        """Keep a report; of one that is still open the words are replaced. Those who decide are
        told of a new one. Raises NotFound, Unusable: it is their own."""
        return await self._write(_add_report, new, reporter, self._clock())

    async def get_receipt(self, report_id: str, reporter_id: str) -> Receipt:
        """A report as its reporter sees it. Raises NotFound: it is not theirs."""
        return await self._read(reports.receipt, report_id, reporter_id)

    async def list_receipts(self, reporter_id: str) -> Sequence[Receipt]:
        """A person's reports, the newest first."""
        return await self._read(reports.receipts, reporter_id)

    async def list_cases(self) -> Cases:
        """What the oldest open reports are about."""
        return Cases(*await self._read(reports.cases))

    async def decide(self, new: NewDecision, by: Decider) -> Decided:
        """Decide of something and of all open reports of it. Raises NotFound, Unusable, Forbidden,
        AlreadyTaken."""
        decided: Decided = await self._write(decisions.decide, new, by, self._clock(), _act)
        # Overwritten pages stay readable in the write-ahead log until it is cut.
        await self._empty_log()
        return decided

    async def decide_finally(self, new: NewDecision, by: Decider) -> Decided:
        """The same of what the caller does next, and nobody can undo. Raises NotFound,
        Forbidden."""
        return await self._write(decisions.decide, new, by, self._clock(), None)

    async def undo(self, decision_id: str, by: Decider) -> Decided:
        """Take a decision back. Raises NotFound, Forbidden, AlreadyTaken, Unprocessable: it is
        final."""
        return await self._write(decisions.undo, decision_id, by, self._clock(), _take_back)

    async def add_appeal(
        self, decision_id: str, author: Person, words: str
    ) -> tuple[OwnDecision, Sequence[Recorded]]:
        """Ask for another look at what was decided of something of one's own; those who decide are
        told. Raises NotFound, AlreadyTaken, Unprocessable."""
        return await self._write(_add_appeal, decision_id, author, words, self._clock())

    async def answer_appeal(self, decision_id: str, answer: AppealAnswer, by: Decider) -> Answered:
        """Say what comes of an appeal. Raises NotFound, AlreadyTaken, Forbidden."""
        work = appeals.answer_appeal
        return await self._write(work, decision_id, answer, by, self._clock(), _overturn)

    async def list_appeals(self, *, answered: bool) -> Sequence[Appeal]:
        """Those that wait, the oldest first, or the newest that were answered."""
        return await self._read(appeals.answered_appeals if answered else appeals.open_appeals)

    async def list_own_decisions(self, person_id: str) -> Sequence[OwnDecision]:
        """What was decided of what is a person's own, the newest first."""
        return await self._read(appeals.own_decisions, person_id)

    async def list_decisions(self, *, limit: int, cursor: str | None) -> Decisions:
        """What was decided, the newest first."""
        return await self._read(decisions.page, self._epoch, limit, cursor)


def _add_report(
    cx: SqlConnection, new: NewReport, reporter: Person, now: float
) -> tuple[Receipt, list[Recorded]]:
    receipt, whose = reports.add_report(cx, new, reporter, now)
    if whose is None:
        return receipt, []
    return receipt, desk_notices.notify_deciders(cx, "reported", (reporter.id, whose), now)


def _overturn(
    cx: SqlConnection, decision: Decision, note: str, by: Decider, now: float
) -> list[Recorded]:
    recorded = list(decisions.undo(cx, decision.id, by, now, _take_back, note).recorded)
    # Who looked twice found nothing: the reports need no third look.
    if open_reports(cx, decision.kind, decision.subject):
        new = NewDecision(decision.kind, decision.subject, "dismiss")
        recorded += decisions.decide(cx, new, by, now, _act).recorded
    return recorded


def _add_appeal(
    cx: SqlConnection, decision_id: str, author: Person, words: str, now: float
) -> tuple[OwnDecision, list[Recorded]]:
    own = appeals.add_appeal(cx, decision_id, author, words, now)
    return own, desk_notices.notify_deciders(cx, "appealed", (author.id,), now)


def _act(cx: SqlConnection, new: NewDecision, subject: Subject, decision_id: str) -> list[Recorded]:
    match new.kind, new.action:
        case "clip", "hide" | "remove":
            return withholding.withhold_clip(cx, subject.id)
        case "comment", "hide" | "remove":
            return comments.withhold_comment(cx, subject.clip, subject.id, decision_id)
        case "person", "suspend":
            decisions.suspend(cx, subject, decision_id)
    return []


def _take_back(cx: SqlConnection, decision: Decision) -> list[Recorded]:
    if decision.kind == "clip":
        return withholding.release_clip(cx, decision.subject)
    if decision.kind == "comment":
        return withheld_comments.release_comments(cx, decision.id)
    decisions.end_suspension(cx, decision.subject)
    return []
