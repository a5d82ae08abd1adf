"""What was refused, decided and done with likenesses, counted: a document, and a part of a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.durations import duration_words
from phosphene.api.html_tables import text_table
from phosphene.api.moderation_page import moderation_section
from phosphene.api.refusals_page import refusals_section
from phosphene.language import say
from phosphene.operation import Operation
from phosphene.refusal_appeals import RefusalAppealTotal
from phosphene.refusal_totals import RefusalDays, RefusalTotal
from phosphene.store.likeness_totals import TIMED, LikenessDeed, LikenessTotal
from phosphene.store.moderation_totals import ModerationTotals
from phosphene.store.refusal_count_store import RefusalCountStore
from phosphene.web import answer, read_query


class TransparencyReport(Struct, frozen=True):
    """Of the last twelve months: likenesses by month, the newest first; what was reported, decided
    and appealed; what was refused and asked about, by layer and language, and the appeals of
    that. What was not done is not in it."""

    likeness: Sequence[LikenessTotal]
    moderation: ModerationTotals
    refusals: Sequence[RefusalTotal]
    refusal_appeals: Sequence[RefusalAppealTotal]


class DaysQuery(Struct, frozen=True):
    """So many days, today among them."""

    days: Annotated[int, Meta(ge=1, le=366)] = 30


class Transparency:
    """``list_totals`` counts what was done with likenesses, ``moderation`` what was reported,
    decided and appealed, ``refusals`` what was refused and asked about, ``refusal_appeals`` what
    came of appeals of that."""

    def __init__(
        self,
        list_totals: Callable[[], Awaitable[Sequence[LikenessTotal]]],
        moderation: Callable[[], Awaitable[ModerationTotals]],
        refusals: RefusalCountStore,
        refusal_appeals: Callable[[], Awaitable[Sequence[RefusalAppealTotal]]],
    ) -> None:
        self._list_totals = list_totals
        self._moderation = moderation
        self._refusals = refusals
        self._refusal_appeals = refusal_appeals

    async def get_transparency(self, request: Request) -> Response:
        refusals = await self._refusals.list_totals()
        told = await self._list_totals(), await self._moderation(), refusals
        return answer(TransparencyReport(*told, await self._refusal_appeals()))

    async def list_refusal_days(self, request: Request) -> Response:
        days = read_query(request, DaysQuery).days
        return answer(RefusalDays(await self._refusals.list_days(days)))

    async def transparency_sections(self) -> str:
        """All of it, as HTML."""
        counted = await self._refusals.list_totals(), await self._refusal_appeals()
        refusals = refusals_section(*counted)
        moderation = moderation_section(await self._moderation())
        return refusals + await self.likeness_section() + moderation

    async def likeness_section(self) -> str:
        """Of the last twelve months together, in the language of the request, as HTML."""
        totals = await self._list_totals()
        title, lead = (
            say("Likenesses in the last twelve months"),
            say(
                "Counted when it is done, by month, and without a name; by month it is in"
                " /v1/transparency."
            ),
        )
        heads = say("What"), say("How often"), say("How long one took on average")
        rows = [_row(words, deed, totals) for deed, words in _deeds().items()]
        return (
            '<section aria-labelledby="transparency"><h2 id="transparency">'
            f"{escape(title)}</h2>\n<p>{escape(lead)}</p>\n{text_table(heads, rows)}</section>\n"
        )

    def operations(self) -> list[Operation]:
        """The document, and a part of it by day."""
        return [
            Operation(
                method="GET",
                path="/v1/transparency",
                summary="Refusals; likenesses used and taken back; reports, decisions, appeals",
                endpoint=self.get_transparency,
                answer=TransparencyReport,
            ),
            Operation(
                method="GET",
                path="/v1/transparency/refusals",
                summary="What was refused and asked about by day, layer and language",
                endpoint=self.list_refusal_days,
                query=DaysQuery,
                answer=RefusalDays,
                errors=(422,),
            ),
        ]


def _deeds() -> Mapping[LikenessDeed, str]:
    return {
        "asked": say("Asked to show somebody"),
        "agreed": say("Answered with yes"),
        "declined": say("Answered with no"),
        "used": say("Clips and lines that show somebody with their yes"),
        "refused": say("Attempts that were refused"),
        "withdrawn": say("Taken back by a press, until the last clip was withheld"),
        "withheld": say("Clips that were withheld by it"),
        "matched": say("Clips held for a face that may be somebody's"),
        "released": say("Given back: the face was somebody else's"),
        "confirmed": say("Kept hidden: it showed them without a yes"),
    }


def _row(words: str, deed: LikenessDeed, totals: Sequence[LikenessTotal]) -> tuple[str, str, str]:
    found = [one for one in totals if one.deed == deed]
    count = sum(one.count for one in found)
    took = None
    if deed in TIMED and count:
        took = sum((one.mean_s or 0.0) * one.count for one in found) / count
    return words, str(count), duration_words(took)
