"""What the store knows of refusals that were appealed, and of what the desk changed in the
rules."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from phosphene.errors import JudgedBy
from phosphene.events import Recorded
from phosphene.model import Person
from phosphene.refusal_appeals import (
    DeskRule,
    JudgedRule,
    LiveDeskRules,
    NewRefusalAnswer,
    OwnRefusalAppeal,
    RefusalAnswered,
    RefusalAppeal,
    RefusalAppeals,
    RefusalAppealTotal,
    RefusalPass,
    RuleLooks,
)
from phosphene.reports import Decider
from phosphene.store import desk_notices, desk_rules, refusal_appeals
from phosphene.store.connection import SqlConnection
from phosphene.store.refusal_appeals import KeptRefusal
from phosphene.store.transactions import TransactionRunner

TurnsToAsking = Callable[[str, JudgedBy, RuleLooks], bool]
"""Whether a rule of a layer asks from now on, by what came of the looks at it."""


class RefusalStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def add_appeal(
        self, person: Person, kept: KeptRefusal
    ) -> tuple[OwnRefusalAppeal, Sequence[Recorded]]:
        """Ask for another look at a refusal. Raises AlreadyTaken, TooMany."""
        add = partial(refusal_appeals.add_refusal_appeal, kept=kept)
        return await self._write(_and_tell, add, person, self._clock())

    async def ask_again(
        self, appeal_id: str, person: Person, words: str
    ) -> tuple[OwnRefusalAppeal, Sequence[Recorded]]:
        """Ask for a look by somebody else. Raises NotFound, Unprocessable, TooMany."""
        again = partial(refusal_appeals.ask_again, appeal_id=appeal_id, words=words)
        return await self._write(_and_tell, again, person, self._clock())

    async def get_own(self, appeal_id: str, person_id: str) -> OwnRefusalAppeal:
        """Raises NotFound."""
        work = refusal_appeals.own_refusal_appeal
        return await self._read(work, appeal_id, person_id, self._clock())

    async def list_own(self, person_id: str) -> Sequence[OwnRefusalAppeal]:
        """A person's, the newest first."""
        return await self._read(refusal_appeals.own_refusal_appeals, person_id, self._clock())

    async def get_appeal(self, appeal_id: str) -> RefusalAppeal:
        """Raises NotFound."""
        return await self._read(refusal_appeals.get_refusal_appeal, appeal_id, self._clock())

    async def list_appeals(self, answered: bool) -> RefusalAppeals:
        """Those that wait, or the newest that were answered."""
        work = refusal_appeals.open_refusal_appeals
        if answered:
            work = refusal_appeals.answered_refusal_appeals
        return await self._read(work, self._clock())

    async def answer_refusal_appeal(
        self, appeal_id: str, answer: NewRefusalAnswer, by: Decider, turns: TurnsToAsking
    ) -> RefusalAnswered:
        """Say what comes of an appeal. Raises NotFound, AlreadyTaken, Forbidden, Unprocessable."""
        return await self._write(_answer, appeal_id, answer, by, self._clock(), turns)

    async def find_passes(self, person_id: str, digest: str) -> Sequence[RefusalPass]:
        """What no longer refuses a prompt of a person."""
        work = refusal_appeals.find_passes
        return await self._read(work, person_id, digest, self._clock())

    async def list_totals(self) -> Sequence[RefusalAppealTotal]:
        """Appeals of the last year, by layer, language and what came of them."""
        return await self._read(refusal_appeals.refusal_appeal_totals, self._clock())

    async def get_version(self) -> int:
        """The number of the last change of the rules."""
        return await self._read(desk_rules.desk_rules_version)

    async def list_live(self) -> LiveDeskRules:
        """What holds of these changes."""
        return await self._read(desk_rules.live_desk_rules)

    async def list_rules(self) -> Sequence[DeskRule]:
        """All changes, the newest first; 200 at most."""
        return await self._read(desk_rules.list_desk_rules)

    async def undo_rule(self, seq: int, by: Decider) -> DeskRule:
        """Take a change back. Raises NotFound."""
        return await self._write(desk_rules.undo_desk_rule, seq, by, self._clock())

    async def get_looks(self, rules: Collection[JudgedRule]) -> Mapping[JudgedRule, RuleLooks]:
        """What came of the looks at rules."""
        return await self._read(_looks_at_all, rules)


def _looks_at_all(
    cx: SqlConnection, rules: Collection[JudgedRule]
) -> Mapping[JudgedRule, RuleLooks]:
    return {rule: desk_rules.looks_at(cx, *rule) for rule in rules}


def _and_tell(
    cx: SqlConnection, ask: Callable[..., OwnRefusalAppeal], person: Person, now: float
) -> tuple[OwnRefusalAppeal, list[Recorded]]:
    """Ask for a look, and tell those who decide."""
    own = ask(cx, person=person, now=now)
    return own, desk_notices.notify_deciders(cx, "appealed", (person.id,), now)


def _answer(
    cx: SqlConnection,
    appeal_id: str,
    answer: NewRefusalAnswer,
    by: Decider,
    now: float,
    turns: TurnsToAsking,
) -> RefusalAnswered:
    answered = refusal_appeals.answer_refusal_appeal(cx, appeal_id, answer, by, now)
    appeal, rule = answered.appeal, (answered.appeal.rule, answered.appeal.layer)
    if answer.phrase:
        said = f"{answer.phrase} (appeal {appeal_id})"
        desk_rules.add_desk_rule(cx, "phrase", *rule, answer.phrase, by.id, now, said)
    looks = desk_rules.looks_at(cx, *rule)
    if appeal.keeps == "prompt" and turns(*rule, looks):
        wrong = looks.once + looks.rule
        said = f"{appeal.layer}: {wrong} of {wrong + looks.right} looks found it wrong"
        desk_rules.add_desk_rule(cx, "ask", *rule, "", "", now, said)
    return answered
