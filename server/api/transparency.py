"""What was done with likenesses here, counted: a document, and a part of the privacy page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.moderation_page import moderation_section
from phosphene.language import LANGUAGE, say
from phosphene.operation import Operation
from phosphene.store.likeness_totals import TIMED, LikenessDeed, LikenessTotal
from phosphene.store.moderation_totals import ModerationTotals
from phosphene.web import answer

HOUR_S: Final = 3600.0
MINUTE_S: Final = 60.0


class LikenessTransparency(Struct, frozen=True):
    """Of the last twelve months, the newest first; what was not done in a month is not in it."""

    likeness: Sequence[LikenessTotal]
    moderation: ModerationTotals


class Transparency:
    """``list_totals`` counts what was done with likenesses, ``moderation`` what was reported,
    decided and appealed."""

    def __init__(
        self,
        list_totals: Callable[[], Awaitable[Sequence[LikenessTotal]]],
        moderation: Callable[[], Awaitable[ModerationTotals]],
    ) -> None:
        self._list_totals = list_totals
        self._moderation = moderation

    async def get_transparency(self, request: Request) -> Response:
        return answer(LikenessTransparency(await self._list_totals(), await self._moderation()))

    async def transparency_sections(self) -> str:
        """All of it, as HTML."""
        return await self.likeness_section() + moderation_section(await self._moderation())

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
        heads = "".join(
            f'<th scope="col">{escape(one)}</th>'
            for one in (say("What"), say("How often"), say("How long one took on average"))
        )
        rows = "".join(_row(words, deed, totals) for deed, words in _deeds().items())
        return (
            '<section aria-labelledby="transparency"><h2 id="transparency">'
            f"{escape(title)}</h2>\n<p>{escape(lead)}</p>\n"
            f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></section>\n"
        )

    def operations(self) -> list[Operation]:
        """The document."""
        return [
            Operation(
                method="GET",
                path="/v1/transparency",
                summary="Likenesses asked for, refused, taken back; reports, decisions, appeals",
                endpoint=self.get_transparency,
                answer=LikenessTransparency,
            )
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


def _row(words: str, deed: LikenessDeed, totals: Sequence[LikenessTotal]) -> str:
    found = [one for one in totals if one.deed == deed]
    count = sum(one.count for one in found)
    took = "–"
    if deed in TIMED and count:
        took = _duration(sum((one.mean_s or 0.0) * one.count for one in found) / count)
    heads = say("How often"), say("How long one took on average")
    return (
        f'<tr><td>{escape(words)}</td><td data-head="{escape(heads[0])}">{count}</td>'
        f'<td data-head="{escape(heads[1])}">{escape(took)}</td></tr>\n'
    )


def _duration(seconds: float) -> str:
    if seconds >= 2 * HOUR_S:
        return say("{0} hours", round(seconds / HOUR_S))
    if seconds >= 2 * MINUTE_S:
        return say("{0} minutes", round(seconds / MINUTE_S))
    text = f"{seconds:.1f}"
    return say("{0} seconds", text.replace(".", ",") if LANGUAGE.get() == "fr" else text)
