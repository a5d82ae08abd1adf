"""Whether everybody in a clip still says yes while it is drawn. What cannot be known is a no."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from phosphene.consent.terms import UseVerdict, decide_together
from phosphene.errors import Busy, Withheld
from phosphene.failure_boundary import keep_running, running
from phosphene.model import Clip, shows_somebody

CHECK_S: Final = 0.25
"""So often the store is asked beside the word that comes over the bus."""
UNSURE_S: Final = 1.0
"""A clip that shows somebody ends when nobody could say for so long that it may go on."""


class ClipConsent:
    """``check_clip`` gives what the owners in a clip say now; ``is_told``: whether a word of
    another instance would come at this moment; ``end_clip`` takes a clip off the air, then ends
    its drawing; ``clock`` counts seconds."""

    def __init__(
        self,
        check_clip: Callable[[str], Awaitable[Sequence[UseVerdict]]],
        is_told: Callable[[], bool],
        end_clip: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check_clip = check_clip
        self._is_told = is_told
        self._end_clip = end_clip
        self._clock = clock

    async def confirm_clip(self, clip: Clip) -> None:
        """Whether the clip may go on. Raises Withheld."""
        if not shows_somebody(clip):
            return
        answer = await self._ask(clip.id, UNSURE_S)
        if answer is None and not self._is_told():
            raise Withheld("it cannot be known now whether everybody in it still says yes")
        if answer is False:
            raise Withheld("somebody in it does not want to be drawn any more")

    @asynccontextmanager
    async def watching_clip(self, clip: Clip) -> AsyncIterator[None]:
        """Inside the block the clip ends as soon as somebody in it says no, or nobody can say."""
        if not shows_somebody(clip):
            yield
            return

        sure_at = [self._clock()]  # stays when the watch fails and begins again

        async def watch() -> None:
            await self._watch(clip.id, sure_at)

        async with running(keep_running("consent", watch)):
            yield

    async def _watch(self, clip_id: str, sure_at: list[float]) -> None:
        while True:
            asked_at = self._clock()
            answer = await self._ask(clip_id, UNSURE_S)
            if answer:
                sure_at[0] = asked_at
            elif answer is None and self._is_told():
                sure_at[0] = self._clock()
            if answer is False or self._clock() - sure_at[0] >= UNSURE_S:
                self._end_clip(clip_id)
                return
            await asyncio.sleep(CHECK_S)

    async def _ask(self, clip_id: str, within_s: float) -> bool | None:
        """Whether all say yes; None: the store does not answer in time."""
        try:
            async with asyncio.timeout(within_s):
                verdicts = await self._check_clip(clip_id)
        except (Busy, TimeoutError):
            return None
        # A clip that shows somebody and of whom nothing is written is nobody's yes.
        return bool(verdicts) and decide_together(verdicts) == "yes"
