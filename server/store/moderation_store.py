"""What the store knows of reports, decisions and roles."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from phosphene.errors import AlreadyTaken
from phosphene.events import Recorded
from phosphene.model import Person, Recipe
from phosphene.operator_deeds import OperatorDeeds
from phosphene.reports import (
    Answered,
    Appeal,
    AppealAnswer,
    Cases,
    Decided,
    Decider,
    Decision,
    Decisions,
    GivenRole,
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
    desk_statistics,
    families,
    fast_lane,
    moderation_totals,
    operator_deeds,
    reads,
    reports,
    roles,
    withheld_comments,
    withholding,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.desk_statistics import DeskStatistics
from phosphene.store.moderation_totals import ModerationTotals
from phosphene.store.store import Ages, Tidied
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

    async def give_role(self, person: Person, role: GivenRole, by: Decider) -> None:
        """Raises Unprocessable: a guest can have none."""
        await self._write(roles.give_role, person, role, by.id, self._clock())

    async def take_role(self, person_id: str, by: Decider) -> None:
        """The person has no role any more."""
        await self._write(roles.take_role, person_id, by.id, self._clock())

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

    async def hold_family(self, decision_id: str) -> tuple[Sequence[Recorded], bool]:
        """Hold some of what was made of a clip that was taken away; whether there is more."""
        work, withhold = families.hold_some, withholding.withhold_clip
        return await self._write(work, decision_id, self._clock(), withhold)

    async def is_recipe_forbidden(self, recipe: Recipe) -> bool:
        """Whether a clip of the same words and seed was taken away."""
        return await self._read(families.is_forbidden, recipe)

    async def list_held(self) -> Decisions:
        """What is held with what it was made of, until somebody has looked."""
        return Decisions(await self._read(families.held_clips), None)

    async def list_totals(self) -> ModerationTotals:
        """What was reported, decided and appealed in the last year."""
        return await self._read(moderation_totals.moderation_totals, self._clock())

    async def get_statistics(self) -> DeskStatistics:
        """How the desk works, in numbers."""
        return await self._read(desk_statistics.desk_statistics, self._clock())

    async def list_deeds(self, before: int, limit: int) -> OperatorDeeds:
        """What those who run the place did, the newest first."""
        return await self._read(operator_deeds.read_deeds, before, limit)

    async def note_deed(self, by: Decider, deed: str, subject: str, said: str = "") -> None:
        """Write down what somebody did who runs the place."""
        work = operator_deeds.note_deed
        await self._write(work, by.id, deed, subject, self._clock(), said)

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
        return await self._read(appeals.own_decisions, person_id, self._clock())

    async def list_decisions(self, *, limit: int, cursor: str | None) -> Decisions:
        """What was decided, the newest first."""
        return await self._read(decisions.page, self._epoch, limit, cursor)


def _add_report(
    cx: SqlConnection, new: NewReport, reporter: Person, now: float
) -> tuple[Receipt, list[Recorded]]:
    receipt, whose = reports.add_report(cx, new, reporter, now)
    recorded = list[Recorded]()
    if fast_lane.is_to_be_hidden(cx, new, reporter.id):
        with suppress(AlreadyTaken):
            recorded += withholding.withhold_clip(cx, new.subject, "notice", now)
    if whose is None:
        return receipt, recorded
    told = desk_notices.notify_deciders(cx, "reported", (reporter.id, whose), now)
    return receipt, [*recorded, *told]


def _overturn(
    cx: SqlConnection, decision: Decision, note: str, by: Decider, now: float
) -> list[Recorded]:
    recorded = list(decisions.undo(cx, decision.id, by, now, _take_back, note).recorded)
    # Who looked twice found nothing: the reports need no third look. Where they were left to lie,
    # they are on the desk again.
    if decision.action != "dismiss" and open_reports(cx, decision.kind, decision.subject):
        new = NewDecision(decision.kind, decision.subject, "dismiss")
        recorded += decisions.decide(cx, new, by, now, _act).recorded
    return recorded


def _add_appeal(
    cx: SqlConnection, decision_id: str, author: Person, words: str, now: float
) -> tuple[OwnDecision, list[Recorded]]:
    own = appeals.add_appeal(cx, decision_id, author, words, now)
    return own, desk_notices.notify_deciders(cx, "appealed", (author.id,), now)


def _act(
    cx: SqlConnection, new: NewDecision, subject: Subject, decision_id: str, now: float, by: str
) -> list[Recorded]:
    match new.kind, new.action:
        case "clip", "hide" | "remove":
            return _take_away(cx, subject, decision_id, now, by)
        case "clip", "dismiss":
            return _end_hiding(cx, subject.id)
        case "comment", "hide" | "remove":
            return comments.withhold_comment(cx, subject.clip, subject.id, decision_id)
        case "person", "suspend":
            decisions.suspend_person(cx, subject, decision_id, new.until(now))
    return []


def _take_away(
    cx: SqlConnection, subject: Subject, decision_id: str, now: float, by: str
) -> list[Recorded]:
    recorded = withholding.withhold_clip(cx, subject.id)
    recorded += _end_hiding(cx, subject.id)
    # It stays hidden by a decision of its own, and not with what it was made of.
    if families.end_hold(cx, subject.id, by, now):
        recorded += withholding.release_clip(cx, subject.id, "family")
    families.forbid_recipe(cx, reads.clip(cx, subject.id), decision_id)
    return recorded


def _end_hiding(cx: SqlConnection, clip_id: str) -> list[Recorded]:
    hidden = fast_lane.is_hidden(cx, clip_id)
    return withholding.release_clip(cx, clip_id, "notice") if hidden else []


def hold_families(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Hold what was made of clips that were taken away, where a stop interrupted that."""
    recorded, more = families.hold_on(cx, now, withholding.withhold_clip)
    return Tidied(more, recorded=tuple(recorded))


def _take_back(cx: SqlConnection, decision: Decision) -> list[Recorded]:
    if decision.kind == "clip" and decision.action == "hold":
        if families.is_held_once_more(cx, decision):
            return []
        return withholding.release_clip(cx, decision.subject, "family")
    if decision.kind == "clip":
        families.allow_recipe(cx, decision.id)
        return withholding.release_clip(cx, decision.subject)
    if decision.kind == "comment":
        return withheld_comments.release_comments(cx, decision.id)
    if decision.action == "suspend":
        decisions.end_suspension(cx, decision.subject)
    return []
