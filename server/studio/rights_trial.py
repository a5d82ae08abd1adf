"""How one entry of the registry speaks: what it says of a sentence, and from how close on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

from msgspec.structs import asdict, replace

from phosphene.meaning.meaning_messages import CloseWork
from phosphene.rights import LIVE, Right, RightDetails, RightState, RightTried
from phosphene.studio.rights_check import judge_rights, make_layer, version_name
from phosphene.studio.rights_descriptions import judge_alone, work_of
from phosphene.studio.rights_found import PREFIX
from phosphene.trust.close_works import closeness_thresholds
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.prompt_text import clean_prompt
from phosphene.trust.rights_rules import current_day


class RightsTrial:
    """``get_version`` is the number of the registry's last change, ``meaning`` reads what texts
    come close to; ``today`` the day."""

    def __init__(
        self,
        get_version: Callable[[], Awaitable[int]],
        meaning: PromptReaderProcess,
        today: Callable[[], date] = current_day,
    ) -> None:
        self._get_version = get_version
        self._meaning = meaning
        self._today = today

    async def describe_entry(self, right: Right) -> RightDetails:
        """An entry, and how it speaks."""
        asks, refuses = closeness_thresholds(self._meaning.works)
        measured = bool(right.described) and self._meaning.layer == "meaning"
        return RightDetails(
            **asdict(right),
            rule=PREFIX + right.id,
            rules_version=version_name(await self._get_version()),
            asks_from=round(asks, 3) if measured else None,
            refuses_from=round(refuses, 3) if measured and right.mode != "ask" else None,
        )

    async def try_text(self, right: Right, text: str) -> RightTried:
        """What an entry says of a text to somebody without a licence; one that is not live, as if
        it were confirmed. Raises BadInput."""
        cleaned, version = clean_prompt(text), await self._get_version()
        if right.mode == "allow":
            return RightTried("drawn")
        state: RightState = right.state if right.state in LIVE else "confirmed"
        right = replace(right, state=state, licensed=(), until=None)
        layer = await asyncio.to_thread(make_layer, version, (right,), self._today())
        refusal = (await asyncio.to_thread(judge_rights, cleaned, "", layer)).refusal
        work = await self._compare(cleaned, right)
        # What nobody has looked at describes nothing yet.
        if work and state == "confirmed" and (refusal is None or refusal.ask):
            refusal = judge_alone(work, right, self._meaning.works) or refusal
            refusal = refusal and replace(refusal, rules_version=version_name(version))
        score, shared = (round(work.score, 3), work.shared) if work else (None, ())
        if refusal is None:
            return RightTried("drawn", None, score, shared)
        return RightTried("asked" if refusal.ask else "refused", refusal, score, shared)

    async def _compare(self, text: str, right: Right) -> CloseWork | None:
        if not right.described:
            return None
        return await self._meaning.compare_text(text, work_of(right))
