"""Whether a text may be drawn, and what would be drawn of it; before anything is."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Container, Iterator, Sequence, Set
from contextlib import aclosing
from typing import Final

from msgspec.structs import replace

from phosphene.errors import Busy, JudgedBy, Refusal, Refused
from phosphene.language import name_thing
from phosphene.meaning.meaning_messages import TextRead
from phosphene.model import Slot
from phosphene.refusal_appeals import RefusalPass
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.studio.desk_rules import DeskRulesLayer, RulesNow
from phosphene.studio.dialogue import (
    ALONE,
    Dialogue,
    FindPasses,
    Judged,
    SignRefusal,
    WholeText,
    join_dialogue,
)
from phosphene.studio.refusal_counter import NoteRefusal
from phosphene.studio.rights_found import (
    PREFIX,
    FindRights,
    RightsFound,
    find_no_rights,
    outranks,
    rights_as_found,
)
from phosphene.trust.close_refusals import refuse_close, rewordings_of
from phosphene.trust.close_works import Closeness, judge_closeness
from phosphene.trust.content_verdict import innocent_categories, refuse_content
from phosphene.trust.overturned_rules import SEVERE
from phosphene.trust.policy import decide
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.prompt_text import LONGEST, clean_prompt
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rewording import is_french

OFFERED: Final = 2
"""Rewordings of a refusal."""
TRIED: Final = 6
"""Rewordings that are looked at for these."""


class PromptCheck:
    """The policy, and the model's reading. ``desk`` gives the rules as they are now, ``sign`` an
    id to what is refused, and ``find_passes`` what no longer refuses a prompt of a person.
    ``is_minor`` tells of who asks whether more is refused; ``note_refusal`` counts a refusal;
    ``meaning`` reads what texts come close to, where there is one; ``find_rights`` says what the
    registry has against a prompt: its callers ask it next."""

    def __init__(
        self,
        desk: DeskRulesLayer,
        sign: SignRefusal,
        find_passes: FindPasses,
        pools: ModelPools,
        is_minor: Callable[[str], Awaitable[bool]],
        note_refusal: NoteRefusal,
        meaning: PromptReaderProcess | None = None,
        find_rights: FindRights = find_no_rights,
    ) -> None:
        self._find_rights = find_rights
        self._is_minor = is_minor
        self._note_refusal = note_refusal
        self._desk = desk
        self._sign = sign
        self._find_passes = find_passes
        self._rules = desk.base
        self._pools = pools
        self._readers = {pool: PromptReader(pool) for pool in pools}
        self._meaning = meaning

    def reads_freely(self, pool: Pool) -> bool:
        """Whether its model has no list of what it can draw."""
        return self._readers[pool].reads_freely

    async def clean_text(self, text: str, person_id: str, dialogue: Dialogue = ALONE) -> str:
        """The text as a model may draw it for a person. What the registry refuses rather than works
        of the rules is left to the registry, which is asked next (``clean_line``).

        Raises:
            BadInput, Refused (by the policy; counted), Busy (nobody knows yet whether there is such
            a model).
        """
        # Passes are for prompts: what they let through is spent with the clip.
        judging = _no_passes, self._find_refusing
        return (await self._judge_text(text, person_id, dialogue, *judging)).text

    async def judge_prompt(self, text: str, person_id: str, dialogue: Dialogue) -> Judged:
        """The same, what its author was asked, and by which passes it is drawn. What the registry
        says of it better than works of the rules is left to the registry.

        Raises:
            BadInput, Refused (by the policy; counted), Busy.
        """
        judging = self._find_passes, self._find_rights
        return await self._judge_text(text, person_id, dialogue, *judging)

    async def _judge_text(
        self,
        text: str,
        person_id: str,
        dialogue: Dialogue,
        find_passes: FindPasses,
        find_rights: FindRights,
    ) -> Judged:
        cleaned = clean_prompt(text)
        pool = self._pools.choose_pool(dialogue.model, None)
        judging = find_passes, find_rights
        judged = await self._decide(cleaned, person_id, dialogue, pool, *judging)
        if isinstance(judged, Judged):
            return judged
        refusal = self._sign(judged, cleaned, dialogue.before, person_id)
        await self._note_refusal(refusal, cleaned)
        raise Refused(refusal)

    async def read_text(
        self, text: str, person_id: str, pool: Pool
    ) -> tuple[str, tuple[Slot, ...]]:
        """The text as it may be drawn, and what of it would be. A refusal is not counted: nobody
        has asked for a clip.

        Raises:
            BadInput, Refused (by the policy, or the registry), Busy (nobody is there to read it).
        """
        cleaned = clean_prompt(text)
        found = await self._find_rights(cleaned, person_id, ALONE)
        judging = self._find_passes, rights_as_found(found)
        judged = await self._decide(cleaned, person_id, ALONE, pool, *judging)
        refusal = judged if isinstance(judged, Refusal) else found.refusal
        if refusal is not None:
            raise Refused(refusal)
        return cleaned, await self._readers[pool].read_prompt(cleaned)

    async def _find_refusing(self, text: str, person_id: str, dialogue: Dialogue) -> RightsFound:
        """What the registry has against a line: its questions let one pass, and so must not stand
        in for those of works."""
        found = await self._find_rights(text, person_id, dialogue)
        asks = found.refusal is not None and found.refusal.ask
        return replace(found, refusal=None) if asks else found

    async def _decide(
        self,
        text: str,
        person_id: str,
        dialogue: Dialogue,
        pool: Pool,
        find_passes: FindPasses,
        find_rights: FindRights,
    ) -> Judged | Refusal:
        """What refuses a text, or the text with what was asked of it and what it passes by."""
        known: dict[tuple[str, JudgedBy], str] | None = None
        asked, passed = None, list[str]()
        said = self._refusals(text, person_id, dialogue, find_rights)
        async with aclosing(said) as refusals:
            async for refusal in refusals:
                if refusal.ask and dialogue.mine:
                    asked = asked or replace(refusal, stage=dialogue.stage)
                    continue
                if known is None and refusal.appeal_keeps == "prompt":
                    found = await find_passes(person_id, text, dialogue.before)
                    known = {(one.rule, one.layer): one.appeal for one in found}
                appeal = (known or {}).get((refusal.rule, refusal.layer))
                if appeal is None or refusal.appeal_keeps != "prompt":
                    told = await self._with_rewordings(refusal, text, self._readers[pool])
                    return replace(told, stage=dialogue.stage)
                passed.append(appeal)
        return Judged(text, asked, tuple(dict.fromkeys(passed)))

    async def _refusals(
        self, text: str, person_id: str, dialogue: Dialogue, find_rights: FindRights
    ) -> AsyncGenerator[Refusal, None]:
        """What each layer says against a text, one after the other: whoever lets one of them pass
        asks for the next."""
        minor = await self._is_minor(person_id)
        said = join_dialogue(text, dialogue)
        read = await self._meaning.read_text(text) if self._meaning else None
        now = await self._desk.get_rules()
        words = refuse_words(said, now, innocent=innocent_categories(read), minor=minor)
        # Off the loop: the worst 500 characters take milliseconds.
        while (refusal := await asyncio.to_thread(_next_of, words)) is not None:
            yield refusal
        for content in refuse_content(read, self._rules) if read is not None else ():
            yield with_keeping(content, now)
        passed, found = list[str](), None
        while (close := await self._by_closeness(read, said, passed)) is not None:
            found = found or await find_rights(text, person_id, dialogue)
            if not outranks(found, close, read.works if read else ()):
                yield with_keeping(close, now)
            passed.append(close.entry)

    async def _by_closeness(
        self, read: TextRead | None, said: WholeText, passed: Sequence[str]
    ) -> Refusal | None:
        """What a text comes close to, or all of it together, which what was before does not;
        ``passed``: entries that it may come close to."""
        close = self._judge(read, passed) if read is not None else None
        if close is None and said.whole:
            close = await self._find_close(said.whole, passed)
            earlier = await self._find_close(said.before, passed) if close else None
            if close and earlier and earlier.work.entry == close.work.entry:
                return None
        return refuse_close(close, self._rules) if close else None

    async def _find_close(self, text: str, passed: Sequence[str] = ()) -> Closeness | None:
        read = await self._meaning.read_text(text) if self._meaning else None
        return self._judge(read, passed) if read is not None else None

    def _judge(
        self, read: TextRead, passed: Sequence[str], others: str | None = None
    ) -> Closeness | None:
        """By the works of the rules, and those whose names begin with ``others``."""
        works = self._meaning.works if self._meaning else 0
        known = self._rules.entries
        names = [one.entry for one in read.works if one.entry not in known]
        gone = [one for one in names if others is None or not one.startswith(others)]
        return judge_closeness(read, works, (*gone, *passed))

    async def _with_rewordings(self, refusal: Refusal, text: str, reader: PromptReader) -> Refusal:
        """With what may be asked for instead: what would be refused in turn, or draws nothing, is
        offered to nobody."""
        offered = list(refusal.rewordings)
        if refusal.entry in self._rules.entries:
            things = await _things_in(text, reader)
            offered += rewordings_of(refusal, text, things, self._rules)
        kept = list[str]()
        for one in list(dict.fromkeys(offered))[:TRIED]:
            if len(kept) < OFFERED and one != text and await self._may_be_offered(one, reader):
                kept.append(one)
        return replace(refusal, rewordings=tuple(kept), allowed=kept[0] if kept else None)

    async def _may_be_offered(self, text: str, reader: PromptReader) -> bool:
        if len(text) > LONGEST or await asyncio.to_thread(decide, text, self._rules) is not None:
            return False
        read = await self._meaning.read_text(text) if self._meaning else None
        if read is not None and self._judge(read, (), PREFIX) is not None:
            return False
        return await _is_drawn(text, reader)


async def _no_passes(person_id: str, text: str, before: Sequence[str]) -> Sequence[RefusalPass]:
    return ()


async def _things_in(text: str, reader: PromptReader) -> Sequence[str]:
    """What the model reads as a subject of a text, with an article of the text's language."""
    try:
        understood = await reader.read_prompt(text)
    except Busy:
        return ()
    language = "fr" if is_french(text) else "en"
    found = [slot.value for slot in understood if slot.name == "subject"]
    return [name_thing(value, language) for value in found if value is not None]


async def _is_drawn(allowed: str, reader: PromptReader) -> bool:
    """Whether somebody or something would be drawn for it: what a refusal offers instead must
    not disappoint. Of a model that is not known yet nothing is said against it."""
    if reader.knows_no_bounds:
        return True
    try:
        understood = await reader.read_prompt(allowed)
    except Busy:
        return False
    return any(slot.name == "subject" and slot.value is not None for slot in understood)


def refuse_words(
    said: WholeText, now: RulesNow, *, innocent: Container[str], minor: bool
) -> Iterator[Refusal]:
    """Why a text is refused, or else all of it together, which what was before is not: by one rule
    after the other, so that whoever passes one of them meets the next; then what is refused of a
    ``minor`` beside that. Of severe rules no phrase of the desk is innocent, whatever else refuses
    the text, and behind them stands no other. Pure."""
    found = _by_words(said, now.base, innocent)
    if found is not None:
        severe = found if found.code in SEVERE else _by_words(said, now.severe, innocent)
        if severe is not None:
            yield replace(severe, appeal_keeps="hash", rules_version=now.base.version)
            return
        if now.rules is not now.base:
            found = _by_words(said, now.rules, innocent)
    spared = set[str]()
    while found is not None:
        yield with_keeping(found, now)
        spared.add(found.rule)
        found = _by_words(said, now.rules, innocent, spared)
    if minor and now.base.for_minors is not None:
        stricter = _by_words(said, now.base.for_minors, ())
        if stricter is not None:
            yield replace(stricter, appeal_keeps="hash")


def _next_of(refusals: Iterator[Refusal]) -> Refusal | None:
    return next(refusals, None)


def with_keeping(refusal: Refusal, now: RulesNow) -> Refusal:
    """A refusal with what an appeal of it keeps, and whether its rule asks by now."""
    if refusal.code in SEVERE:
        return replace(refusal, ask=False, appeal_keeps="hash")
    return replace(refusal, ask=refusal.ask or now.may_ask(refusal), appeal_keeps="prompt")


def _by_words(
    said: WholeText, rules: Rules, innocent: Container[str], spared: Set[str] = frozenset()
) -> Refusal | None:
    refusal = decide(said.text, rules, innocent=innocent, spared=spared)
    if refusal is not None or not said.whole:
        return refusal
    together = decide(said.whole, rules, spared=spared)
    if together is None:
        return None
    # What was before may be drawn by a pass for one rule: the others hold for all of it together.
    together = decide(said.whole, rules, spared=spared | _rules_against(said.before, rules))
    return replace(together, rewordings=(), allowed=None) if together else None


def _rules_against(text: str, rules: Rules) -> Set[str]:
    """All rules that refuse a text."""
    broken = set[str]()
    while (found := decide(text, rules, spared=broken)) is not None:
        broken.add(found.rule)
    return broken
