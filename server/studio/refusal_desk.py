"""Refusals that somebody looks at once more: what is signed as they happen, what is kept once their
author asks, and what comes of the answers."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from phosphene.errors import JudgedBy, Refusal, Unprocessable, Unusable
from phosphene.events import Publish, Recorded
from phosphene.model import Clip, Person
from phosphene.refusal_appeals import (
    OVERTURNED,
    JudgedRule,
    NewRefusalAnswer,
    NewRefusalAppeal,
    OwnRefusalAppeal,
    PhraseTrial,
    RefusalAnswered,
    RefusalAppeal,
    RefusalAppeals,
    RefusalPass,
    RuleLooks,
    RuleSeen,
    SecondAppeal,
)
from phosphene.reports import Decider
from phosphene.store.refusal_appeals import KeptRefusal
from phosphene.studio.desk_rules import DeskRulesLayer, RulesNow
from phosphene.studio.said_before import texts_of
from phosphene.trust.overturned_rules import turns_to_asking
from phosphene.trust.prompt_text import clean_prompt
from phosphene.trust.refusal_ids import RefusalIds
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rewording import language_of
from phosphene.trust.rule_file import rule_of_category, rule_of_code, rule_of_name

STAGES: Final = frozenset({"prompt", "remix"})
"""Where another look is offered: what a pass lets through is drawn as a clip."""
TryPhrase = Callable[[str, str, Rules], PhraseTrial]
"""What a phrase of a prompt would let through of rules. Raises Unusable."""
ADDRESS: Final = "/v1/refusals/{}/appeal"


class RefusalSigner:
    """Gives refusals their ids, and finds what was let through by them. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self,
        ids: RefusalIds,
        find_passes: Callable[[str, str], Awaitable[Sequence[RefusalPass]]],
        clock: Callable[[], float],
    ) -> None:
        self.ids = ids
        self._find_passes = find_passes
        self._clock = clock

    def sign_refusal(
        self, refusal: Refusal, text: str, before: Sequence[str], person_id: str
    ) -> Refusal:
        """The refusal with its id, and the address of an appeal where one is offered: not of a
        question, which its author answers."""
        refusal_id = self.ids.make_id(refusal, text, before, person_id, self._clock())
        offered = refusal.stage in STAGES and refusal.appeal_keeps and not refusal.ask
        return replace(
            refusal,
            id=refusal_id,
            appeal=ADDRESS.format(refusal_id) if offered else "",
            appeal_keeps=refusal.appeal_keeps if offered else "",
        )

    async def find_passes(
        self, person_id: str, text: str, before: Sequence[str]
    ) -> Sequence[RefusalPass]:
        """What no longer refuses a prompt of a person."""
        return await self._find_passes(person_id, self.ids.digest_of(text, before))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalDesk:
    """``keep`` keeps an appeal, ``keep_again`` asks for a look by somebody else, ``read_own`` and
    ``get_appeal`` read one, ``list_kept`` those that wait or were answered, ``keep_answer`` answers
    one, ``get_looks`` counts what came of the looks at rules (``RefusalStore``). ``find_clip``
    gives a clip that a person may see (Raises NotFound), ``get_clip`` any; ``publish`` tells what
    was recorded; ``clock`` gives seconds since the epoch."""

    keep: Callable[[Person, KeptRefusal], Awaitable[tuple[OwnRefusalAppeal, Sequence[Recorded]]]]
    keep_again: Callable[[str, Person, str], Awaitable[tuple[OwnRefusalAppeal, Sequence[Recorded]]]]
    read_own: Callable[[str, str], Awaitable[OwnRefusalAppeal]]
    get_appeal: Callable[[str], Awaitable[RefusalAppeal]]
    list_kept: Callable[[bool], Awaitable[RefusalAppeals]]
    keep_answer: Callable[
        [str, NewRefusalAnswer, Decider, Callable[[str, JudgedBy, RuleLooks], bool]],
        Awaitable[RefusalAnswered],
    ]
    get_looks: Callable[[Collection[JudgedRule]], Awaitable[Mapping[JudgedRule, RuleLooks]]]
    ids: RefusalIds
    layer: DeskRulesLayer
    find_clip: Callable[[str, Person], Awaitable[Clip]]
    get_clip: Callable[[str], Awaitable[Clip]]
    publish: Publish
    try_words: TryPhrase
    clock: Callable[[], float]

    async def add_appeal(
        self, refusal_id: str, new: NewRefusalAppeal, person: Person
    ) -> OwnRefusalAppeal:
        """Ask for another look at a refusal, with the prompt.

        Raises:
            NotFound (no such refusal, or no such parent), Forbidden (too old), Unusable (another
            prompt, or no consent), Unprocessable (not offered), AlreadyTaken, TooMany.
        """
        claims = self.ids.read_id(refusal_id, person.id, self.clock())
        if not new.consent:
            raise Unusable("consent: those who moderate are to read the prompt")
        if claims.stage not in STAGES:
            raise Unprocessable("of a line no other look is offered: ask for a clip instead")
        text, before = clean_prompt(new.text), tuple[str, ...]()
        if new.parent:
            before = await texts_of(self.get_clip, await self.find_clip(new.parent, person))
        if self.ids.digest_of(text, before) != claims.digest:
            raise Unusable("text: this is not the prompt that was refused under this id")
        kept = KeptRefusal(
            claims=claims,
            text=text,
            parent=new.parent,
            language=language_of(text),
            words=new.words,
            matched=tuple(text[start:end] for start, end in claims.matched),
        )
        own, recorded = await self.keep(person, kept)
        await self.publish(recorded)
        return own

    async def ask_again(
        self, refusal_id: str, second: SecondAppeal, person: Person
    ) -> OwnRefusalAppeal:
        """Ask for a look by somebody else. Raises NotFound, Forbidden, Unprocessable, TooMany."""
        appeal_id = self.appeal_of(refusal_id, person)
        own, recorded = await self.keep_again(appeal_id, person, second.words)
        await self.publish(recorded)
        return own

    async def get_own(self, refusal_id: str, person: Person) -> OwnRefusalAppeal:
        """What came of an appeal. Raises NotFound."""
        return await self.read_own(self.appeal_of(refusal_id, person), person.id)

    def appeal_of(self, refusal_id: str, person: Person) -> str:
        """The id of an appeal by that of its refusal, or itself. Raises NotFound, Forbidden."""
        if "." not in refusal_id:
            return refusal_id
        return self.ids.read_id(refusal_id, person.id, self.clock()).id

    async def list_appeals(self, *, answered: bool) -> RefusalAppeals:
        """As those see them who decide, beside the rules that spoke."""
        found = await self.list_kept(answered)
        return RefusalAppeals(await self._seen(found.appeals), found.open)

    async def try_phrase(self, appeal_id: str, phrase: str) -> PhraseTrial:
        """What would be drawn if a phrase of an appealed prompt were innocent. Raises NotFound,
        Unusable, Unprocessable."""
        appeal = await self.get_appeal(appeal_id)
        _need_words(appeal)
        now = await self.layer.get_rules()
        return await asyncio.to_thread(self.try_words, phrase, appeal.text, now.rules)

    async def answer_refusal_appeal(
        self, appeal_id: str, answer: NewRefusalAnswer, by: Decider
    ) -> RefusalAppeal:
        """Say what comes of an appeal. Raises NotFound, AlreadyTaken, Forbidden, Unusable,
        Unprocessable (a pass or a phrase of a severe rule; a phrase that lets through what is
        listed)."""
        await self._check_answer(appeal_id, answer)
        answered = await self.keep_answer(appeal_id, answer, by, turns_to_asking)
        await self.publish(answered.recorded)
        (seen,) = await self._seen([answered.appeal])
        return seen

    async def _check_answer(self, appeal_id: str, answer: NewRefusalAnswer) -> None:
        if answer.days is not None and answer.outcome not in OVERTURNED:
            raise Unusable("days: only a pass ends")
        if answer.outcome != "rule" and answer.phrase:
            raise Unusable("phrase: only of a rule that is wrong")
        if answer.outcome != "rule":
            return
        appeal = await self.get_appeal(appeal_id)
        if appeal.layer == "words" and not answer.phrase:
            raise Unusable("phrase: say which words of the prompt are innocent")
        if not answer.phrase:
            return
        trial = await self.try_phrase(appeal_id, answer.phrase)
        if not trial.frees:
            raise Unprocessable("phrase: the prompt would be refused all the same")
        if trial.names or trial.severe:
            through = ", ".join((*trial.names, *trial.severe)[:5])
            raise Unprocessable(f"phrase: it would let through {through}")

    async def _seen(self, appeals: Sequence[RefusalAppeal]) -> list[RefusalAppeal]:
        rules = {(one.rule, one.layer) for one in appeals}
        now, looks = await self.layer.get_rules(), await self.get_looks(rules)
        # Off the loop: to look through 2,500 names takes 7 ms.
        seen = await asyncio.to_thread(see_rules, rules, now)
        told = {rule: replace(seen[rule], looks=looks[rule]) for rule in rules}
        return [replace(one, seen=told[one.rule, one.layer]) for one in appeals]


def _need_words(appeal: RefusalAppeal) -> None:
    if appeal.keeps == "hash":
        raise Unprocessable("this rule has no exceptions: what it refuses is never drawn")
    if appeal.layer != "words":
        raise Unprocessable("no word spoke, but the meaning of the whole: there is no phrase")


def see_rules(rules: Collection[JudgedRule], now: RulesNow) -> dict[JudgedRule, RuleSeen]:
    """Rules as they stand now. Pure."""
    shown = _names({rule for rule, _ in rules}, now.base) | _categories(now.base)
    return {
        (rule, layer): replace(
            shown.get(rule, RuleSeen(rule=rule, known=False)),
            version=now.rules.version,
            asks=(rule, layer) in now.asks,
        )
        for rule, layer in rules
    }


def _categories(rules: Rules) -> dict[str, RuleSeen]:
    known = (*rules.categories, *(rules.for_minors.categories if rules.for_minors else ()))
    told = {
        rule: one.message
        for one in reversed(known)
        for rule in (rule_of_category(one), rule_of_code(one.code))
    }
    return {rule: RuleSeen(rule=rule, message=message) for rule, message in told.items()}


def _names(wanted: Collection[str], rules: Rules) -> dict[str, RuleSeen]:
    found = dict[str, RuleSeen]()
    for group, name in rules.entries.values():
        if (rule := rule_of_name(group, name)) in wanted:
            plain = name.name.split(" (")[0]
            message = group.message.format(name=plain, holder=name.holder or plain)
            found[rule] = RuleSeen(rule=rule, message=message, entry=name.name, holder=name.holder)
    return found
