"""The route that says what would be drawn for a text, before anybody asks for a clip."""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.visitors import Visitors, address_of
from phosphene.model import Clip, ModelName, PromptText, Slot
from phosphene.operation import Operation
from phosphene.render.dispatch.inheritance import (
    dropped_slots,
    inherited_slots,
    with_inherited,
)
from phosphene.render.dispatch.pool import Pool
from phosphene.render.reading import PhraseReading, describe, read_phrases
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json


class ReadingRequest(Struct, frozen=True):
    """A text that somebody may ask for. ``changes``: it changes a clip that there is (a remix, a
    fork, a line of its audience), of which stays what it does not say; ``parent`` names the clip,
    so that what stays of it is told. ``model`` as in a prompt."""

    text: PromptText
    changes: bool = False
    parent: str = ""
    model: ModelName | None = None


class PromptReading(Struct, frozen=True, kw_only=True):
    """What would be drawn. ``summary`` is one sentence for people; ``phrases`` are in the order of
    the text, ``understood`` as a clip has it. A model that ``reads_freely`` has no list of what it
    can draw: nothing can be said beforehand, and there are no phrases. ``model``: which would
    draw it."""

    text: str
    summary: str
    reads_freely: bool = False
    phrases: tuple[PhraseReading, ...] = ()
    understood: tuple[Slot, ...] = ()
    model: str = ""


class Readings:
    """``read`` gives a text as it may be drawn and what of it would be, ``reads_freely`` whether a
    model has no list of that (see ``PromptCheck``), ``choose_pool`` says which model would draw
    (see ``Pools``), ``find_clip`` gives a clip that a person may see."""

    def __init__(
        self,
        read: Callable[[str, str, Pool], Awaitable[tuple[str, tuple[Slot, ...]]]],
        reads_freely: Callable[[Pool], bool],
        choose_pool: Callable[[str | None, Clip | None], Pool],
        find_clip: Callable[[str, str], Awaitable[Clip]],
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._read = read
        self._reads_freely = reads_freely
        self._choose_pool = choose_pool
        self._find_clip = find_clip
        self._limits = limits
        self._visitors = visitors

    async def read_text(self, request: Request) -> Response:
        asked = await read_json(request, ReadingRequest)
        # No guest is made for a question: the page asks while somebody types, before they are
        # anybody.
        person = await self._visitors.known_person(request)
        await self._limits.count_act("reading", person.id if person else None, address_of(request))
        who = person.id if person else ""
        parent = await self._find_clip(asked.parent, who) if asked.parent else None
        pool = self._choose_pool(asked.model, parent)
        text, understood = await self._read(asked.text, who, pool)
        if parent is not None:
            stays = inherited_slots(parent, dropped_slots(parent, text))
            understood = with_inherited(understood, stays)
        free, changes = self._reads_freely(pool), asked.changes or parent is not None
        return answer(
            PromptReading(
                text=text,
                summary=describe(text, understood, free=free, changes=changes),
                reads_freely=free,
                phrases=read_phrases(text, understood),
                understood=understood,
                model=pool.name,
            )
        )

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="POST",
                path="/v1/readings",
                summary="What would be drawn for a text: nothing is made",
                caller="reader",
                limit="reading",
                endpoint=self.read_text,
                body=ReadingRequest,
                answer=PromptReading,
                errors=(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
            ),
        ]
