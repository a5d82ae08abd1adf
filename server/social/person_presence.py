"""Whether somebody has a page before them, on whichever instance: the others are asked."""

import asyncio
import logging
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.bus.bus import Bus, Hint
from phosphene.ids import new_id
from phosphene.social.presence import PresenceTracker

QUESTIONS: Final = "who is here"
ANSWERS: Final = "is here"
# A hint is there after 0.25 ms (p99 4 ms): who says nothing for so long does not have them.
PATIENCE_S: Final = 0.5

log = logging.getLogger("phosphene.social")


class PresenceQuestion(Struct, frozen=True, array_like=True):
    """``id`` comes back with the answer."""

    id: str
    person: str


_questions = msgspec.msgpack.Decoder(PresenceQuestion)
_ids = msgspec.msgpack.Decoder(str)


class PersonPresence:
    """Asks other instances, and answers them while ``run`` runs."""

    # Asked when somebody is to be rung, and not told with every page that opens: 5,000 pages would
    # be a thousand words to Redis a second, for a few pushes.
    def __init__(self, bus: Bus, presence: PresenceTracker) -> None:
        self._bus = bus
        self._presence = presence
        self._open: dict[str, asyncio.Event] = {}

    async def has_page(self, person_id: str) -> bool:
        """Whether a page of theirs shows a clip, on any instance that answers. With the bus away
        only this one is known: rather told twice than never."""
        if self._presence.has_page(person_id):
            return True
        if not (self._bus.is_shared and self._bus.is_up):
            return False
        name, found = new_id(0.0), asyncio.Event()
        self._open[name] = found
        try:
            question = msgspec.msgpack.encode(PresenceQuestion(name, person_id))
            await self._bus.publish_hint(QUESTIONS, question)
            async with asyncio.timeout(PATIENCE_S):
                return await found.wait()
        except TimeoutError:
            return False
        finally:
            del self._open[name]

    async def run(self) -> None:
        """Hear questions and answers, for ever."""
        async for hint in self._bus.receive_hints(QUESTIONS, ANSWERS):
            if isinstance(hint, Hint):
                try:
                    await self._handle(hint)
                except msgspec.DecodeError:
                    log.warning("a question about who is here cannot be read")

    async def _handle(self, hint: Hint) -> None:
        if hint.channel == ANSWERS:
            found = self._open.get(_ids.decode(hint.data))
            if found is not None:
                found.set()
            return
        question = _questions.decode(hint.data)
        # Only who has them answers: it is enough that one does.
        if self._presence.has_page(question.person):
            await self._bus.publish_hint(ANSWERS, msgspec.msgpack.encode(question.id))
