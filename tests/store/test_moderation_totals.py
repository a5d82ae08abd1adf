"""What was reported, decided and appealed, counted."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.events import ClipFinished
from phosphene.reports import Decider, NewDecision, NewReport
from phosphene.store.moderation_totals import YEAR_S, AppealTotal, DecisionTotal, ReportTotal
from tests.store.making import ANNA, BEN, EVE, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio
TOKEN = Decider(None, "operator")


async def test_a_year_is_counted_and_no_more(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for person in (ANNA, BEN, EVE):
            await store.set_handle(person)
        await store.add_clip(a_clip("a"))
        done = replace(a_clip("a"), status="done", sha256="a-video")
        await store.change_clip(done, ClipFinished(done))
        assert (await store.moderation.list_totals()).mean_s is None
        notice = NewReport("clip", "a", "rights", "mine", True, "Eve", "eve@example.org", True)
        await store.moderation.add_report(notice, EVE)
        await store.moderation.add_report(NewReport("clip", "a", "rights"), BEN)
        clock.now += 7200
        new = NewDecision("clip", "a", "hide", ground="law", reference="an act")
        decision = (await store.moderation.decide(new, TOKEN)).decision.id
        await store.moderation.add_appeal(decision, ANNA, "why")
        await store.moderation.undo(decision, TOKEN)
        totals = await store.moderation.list_totals()
        assert totals.reports == [ReportTotal("rights", 2, 1)]
        assert totals.decisions == [DecisionTotal("hide", "law", 1, 1)]
        assert totals.appeals == [AppealTotal("overturned", 1, 0.0)]
        clock.now += YEAR_S + 1
        assert (await store.moderation.list_totals()).reports == []
