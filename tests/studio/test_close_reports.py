"""A clip whose author says that another is meant is put before moderators, once."""

from pathlib import Path

import pytest

from phosphene.errors import Refusal
from phosphene.studio.close_reports import CloseReports
from tests.store.making import a_clip, a_store

pytestmark = pytest.mark.asyncio
ASKED = Refusal(
    code="character",
    rule="names/character/shrek",
    message="close",
    entry="Shrek",
    score=0.534,
    matched=("ogre", "swamp"),
    ask=True,
)


async def test_moderators_read_what_it_is_close_to(tmp_path: Path) -> None:
    told = list[object]()

    async def publish(recorded: object) -> None:
        told.append(recorded)

    async with a_store(tmp_path / "x.db") as store:
        clip = a_clip("c1", status="done")
        await store.add_clip(clip)
        reports = CloseReports(store.moderation.add_report, publish)
        await reports.report_close(clip, ASKED)
        await reports.report_close(clip, ASKED)
        (case,) = (await store.moderation.list_cases()).cases
        assert case.subject == "c1"
        words = "Close to Shrek (0.53): ogre, swamp. Its author says that another is meant."
        assert [one.words for one in case.reports] == [words]
        await reports.report_close(a_clip("never kept"), ASKED)
        assert len((await store.moderation.list_cases()).cases) == 1
