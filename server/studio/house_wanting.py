"""Who would like the house's sentences: each as the clip that it would be, asked of the learner."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Clip, Person, Slot
from phosphene.text import TaggedPhrase

CountWanting = Callable[[Sequence[str]], Awaitable[Sequence[int] | None]]
"""For each sentence how many people would like it better than all that is there for them; nothing
where nothing is learned, None where the learner does not answer now."""
SURE: Final = 0.9


async def count_nobody(texts: Sequence[str]) -> Sequence[int]:
    """Where nothing is learned of anybody."""
    return ()


class SentenceDemand:
    """``count_people`` says how many people would like each of some clips that are not there,
    ``read_phrases`` what a text calls, in another thread."""

    def __init__(
        self,
        count_people: Callable[[Sequence[Clip]], Awaitable[Sequence[int] | None]],
        read_phrases: Callable[[str], Sequence[TaggedPhrase]],
    ) -> None:
        self._count_people = count_people
        self._read_phrases = read_phrases

    async def count_wanting(self, texts: Sequence[str]) -> Sequence[int] | None:
        """See ``CountWanting``."""
        # 30 ms of CPU for sixty: too long for the event loop.
        return await self._count_people(await asyncio.to_thread(self._as_clips, texts))

    def _as_clips(self, texts: Sequence[str]) -> list[Clip]:
        """The clips that sentences would be."""
        return [self._as_clip(text) for text in texts]

    def _as_clip(self, text: str) -> Clip:
        slots = dict[str, Slot]()
        for said, start, end in self._read_phrases(text):
            name, _, value = said.partition(":")
            slots.setdefault(name, Slot(name, value, SURE, tuple(text[start:end].lower().split())))
        return Clip(
            id="",
            author=Person(HOUSE, HOUSE_HANDLE),
            text=text,
            seconds=6,
            status="done",
            created_at=0.0,
            understood=tuple(slots.values()),
        )
