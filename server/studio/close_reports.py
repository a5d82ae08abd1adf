"""A clip that comes close to a registered work, and whose author says that another is meant: it is
drawn, and those who moderate have a look."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from phosphene.errors import NotFound, Refusal
from phosphene.events import Publish, Recorded
from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Clip, Person
from phosphene.reports import NewReport, Receipt

AddReport = Callable[[NewReport, Person], Awaitable[tuple[Receipt, Sequence[Recorded]]]]

CLOSE: Final = "Close to {entry} ({score}): {shared}. Its author says that another is meant."
"""What the report says; moderators read it."""


class CloseReports:
    """Reports in the name of the house. ``add_report`` is that of the store (Raises NotFound),
    ``publish`` tells what was recorded."""

    def __init__(self, add_report: AddReport, publish: Publish) -> None:
        self._add_report = add_report
        self._publish = publish

    async def report_close(self, clip: Clip, asked: Refusal) -> None:
        """Put a clip before moderators, with what its author was asked."""
        score = f"{asked.score:.2f}" if asked.score is not None else ""
        words = CLOSE.format(
            entry=asked.entry or asked.rule, score=score, shared=", ".join(asked.matched)
        )
        new = NewReport("clip", clip.id, "other", words)
        try:
            _, recorded = await self._add_report(new, Person(HOUSE, HOUSE_HANDLE))
        except NotFound:
            return  # nobody but its author sees it
        await self._publish(recorded)
