"""Whether a text may be drawn, and what would be drawn of it; before anything is."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from phosphene.errors import Busy, Refusal, Refused
from phosphene.metrics import Metrics
from phosphene.model import Slot
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.trust.policy import decide
from phosphene.trust.prompt_text import clean_prompt
from phosphene.trust.refusal_rules import Rules


class PromptCheck:
    """The policy, and the model's reading. ``is_minor`` tells of who asks whether more is
    refused; ``tell_refused`` tells of a refusal that was counted."""

    def __init__(
        self,
        rules: Rules,
        pools: ModelPools,
        metrics: Metrics,
        is_minor: Callable[[str], Awaitable[bool]],
        tell_refused: Callable[[Refusal], Awaitable[None]],
    ) -> None:
        self._is_minor = is_minor
        self._tell_refused = tell_refused
        self._rules = rules
        self._pools = pools
        self._readers = {pool: PromptReader(pool) for pool in pools}
        self._metrics = metrics

    def reads_freely(self, pool: Pool) -> bool:
        """Whether its model has no list of what it can draw."""
        return self._readers[pool].reads_freely

    async def clean_text(self, text: str, person_id: str, model: str | None = None) -> str:
        """The text as a model may draw it for a person.

        Raises:
            BadInput, Refused (by the policy; counted), Busy (nobody knows yet whether that is one).
        """
        cleaned = clean_prompt(text)
        refusal = await self._decide(cleaned, person_id, self._pools.choose_pool(model, None))
        if refusal is not None:
            self._metrics.refusals.labels(refusal.code).inc()
            await self._tell_refused(refusal)
            raise Refused(refusal)
        return cleaned

    async def read_text(
        self, text: str, person_id: str, pool: Pool
    ) -> tuple[str, tuple[Slot, ...]]:
        """The text as it may be drawn, and what of it would be. A refusal is not counted: nobody
        has asked for a clip.

        Raises:
            BadInput, Refused (by the policy), Busy (nobody is there to read it).
        """
        cleaned = clean_prompt(text)
        refusal = await self._decide(cleaned, person_id, pool)
        if refusal is not None:
            raise Refused(refusal)
        return cleaned, await self._readers[pool].read_prompt(cleaned)

    async def _decide(self, text: str, person_id: str, pool: Pool) -> Refusal | None:
        minor = await self._is_minor(person_id)
        # Off the loop: the worst 500 characters take milliseconds.
        refusal = await asyncio.to_thread(decide, text, self._rules, minor=minor)
        if refusal is None or refusal.allowed is None:
            return refusal
        if await self._is_drawn(refusal.allowed, self._readers[pool]):
            return refusal
        return msgspec.structs.replace(refusal, allowed=None)

    async def _is_drawn(self, allowed: str, reader: PromptReader) -> bool:
        """Whether somebody or something would be drawn for it: what a refusal offers instead must
        not disappoint. Of a model that is not known yet nothing is said against it."""
        if reader.knows_no_bounds:
            return True
        try:
            understood = await reader.read_prompt(allowed)
        except Busy:
            return False
        return any(slot.name == "subject" and slot.value is not None for slot in understood)
