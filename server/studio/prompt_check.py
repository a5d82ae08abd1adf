"""Whether a text may be drawn, and what would be drawn of it; before anything is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from phosphene.errors import Busy, Refusal, Refused
from phosphene.language import name_thing
from phosphene.meaning.meaning_messages import TextRead
from phosphene.model import Slot
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.studio.dialogue import ALONE, Dialogue, Judged, WholeText, join_dialogue
from phosphene.studio.refusal_counter import NoteRefusal
from phosphene.trust.close_refusals import refuse_close, rewordings_of
from phosphene.trust.close_works import Closeness, judge_closeness
from phosphene.trust.content_verdict import innocent_categories, refuse_content
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
    """The policy, and the model's reading. ``is_minor`` tells of who asks whether more is
    refused; ``note_refusal`` counts a refusal; ``meaning`` reads what texts come close to, where
    there is one."""

    def __init__(
        self,
        rules: Rules,
        pools: ModelPools,
        is_minor: Callable[[str], Awaitable[bool]],
        note_refusal: NoteRefusal,
        meaning: PromptReaderProcess | None = None,
    ) -> None:
        self._is_minor = is_minor
        self._note_refusal = note_refusal
        self._rules = rules
        self._pools = pools
        self._readers = {pool: PromptReader(pool) for pool in pools}
        self._meaning = meaning

    def reads_freely(self, pool: Pool) -> bool:
        """Whether its model has no list of what it can draw."""
        return self._readers[pool].reads_freely

    async def clean_text(self, text: str, person_id: str, dialogue: Dialogue = ALONE) -> str:
        """The text as a model may draw it for a person.

        Raises:
            BadInput, Refused (by the policy; counted), Busy (nobody knows yet whether there is such
            a model).
        """
        return (await self.judge_prompt(text, person_id, dialogue)).text

    async def judge_prompt(self, text: str, person_id: str, dialogue: Dialogue) -> Judged:
        """The same, and what its author was asked.

        Raises:
            BadInput, Refused (by the policy; counted), Busy.
        """
        cleaned = clean_prompt(text)
        pool = self._pools.choose_pool(dialogue.model, None)
        refusal = await self._decide(cleaned, person_id, dialogue, pool)
        if refusal is None or (refusal.ask and dialogue.mine):
            return Judged(cleaned, refusal)
        await self._note_refusal(refusal, cleaned)
        raise Refused(refusal)

    async def read_text(
        self, text: str, person_id: str, pool: Pool
    ) -> tuple[str, tuple[Slot, ...]]:
        """The text as it may be drawn, and what of it would be. A refusal is not counted: nobody
        has asked for a clip.

        Raises:
            BadInput, Refused (by the policy), Busy (nobody is there to read it).
        """
        cleaned = clean_prompt(text)
        refusal = await self._decide(cleaned, person_id, ALONE, pool)
        if refusal is not None:
            raise Refused(refusal)
        return cleaned, await self._readers[pool].read_prompt(cleaned)

    async def _decide(
        self, text: str, person_id: str, dialogue: Dialogue, pool: Pool
    ) -> Refusal | None:
        minor = await self._is_minor(person_id)
        said = join_dialogue(text, dialogue)
        read = await self._meaning.read_text(text) if self._meaning else None
        judge = partial(_by_words, innocent=innocent_categories(read), minor=minor)
        # Off the loop: the worst 500 characters take milliseconds.
        refusal = await asyncio.to_thread(judge, said, self._rules)
        if refusal is None and read is not None:
            refusal = refuse_content(read, self._rules)
        if refusal is None:
            refusal = await self._by_closeness(read, said)
        if refusal is None:
            return None
        told = await self._with_rewordings(refusal, text, self._readers[pool])
        return replace(told, stage=dialogue.stage)

    async def _by_closeness(self, read: TextRead | None, said: WholeText) -> Refusal | None:
        """What a text comes close to, or all of it together, which what was before does not."""
        close = self._judge(read) if read is not None else None
        if close is None and said.whole:
            close = await self._find_close(said.whole)
            earlier = await self._find_close(said.before) if close else None
            if close and earlier and earlier.work.entry == close.work.entry:
                return None
        return refuse_close(close, self._rules) if close else None

    async def _find_close(self, text: str) -> Closeness | None:
        read = await self._meaning.read_text(text) if self._meaning else None
        return self._judge(read) if read is not None else None

    def _judge(self, read: TextRead) -> Closeness | None:
        works = self._meaning.works if self._meaning else 0
        gone = [one.entry for one in read.works if one.entry not in self._rules.entries]
        return judge_closeness(read, works, gone)

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
        return await self._find_close(text) is None and await _is_drawn(text, reader)


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


def _by_words(
    said: WholeText, rules: Rules, *, innocent: frozenset[str], minor: bool
) -> Refusal | None:
    """Why a text is refused, or else all of it together, which what was before is not."""
    refusal = decide(said.text, rules, minor=minor, innocent=innocent)
    if refusal is not None or not said.whole:
        return refusal
    together = decide(said.whole, rules, minor=minor)
    if together is None or decide(said.before, rules, minor=minor) is not None:
        return None
    return replace(together, rewordings=(), allowed=None)
