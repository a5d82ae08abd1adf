"""Refusals and questions, counted by day, of several instances on one database."""

from pathlib import Path

import pytest

from phosphene.refusal_totals import (
    CountedRefusal,
    RefusalDay,
    RefusalTotal,
    RightDay,
)
from phosphene.store.refusal_counts import DAY_S, KEPT_S
from phosphene.store.store import Ages
from tests.store.making import NOON, Clock, a_store

pytestmark = pytest.mark.asyncio
AGES = Ages(events=100, events_s=9e9, views_s=9e9, failed_s=9e9, births_s=9e9, latents_s=9e9)


async def test_days_are_counted_by_all_and_forgotten_after_two_years(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "x.db"
    async with a_store(path, "one", clock) as store, a_store(path, "two", clock) as second:
        for one in (store, second):
            await one.refusal_counts.count_refusal(CountedRefusal("words", "fr", "refused"))
            await one.refusal_counts.count_refusal(CountedRefusal("rights", "en", "asked", "e1"))
        clock.now += DAY_S
        await store.refusal_counts.count_refusal(CountedRefusal("rights", "en", "refused", "e1"))
        counts = second.refusal_counts
        assert await counts.list_totals() == [
            RefusalTotal("rights", "en", 1, 2),
            RefusalTotal("words", "fr", 2, 0),
        ]
        first, *rest = await counts.list_days(2)
        assert first == RefusalDay("2026-09-22", "rights", "en", 1, 0)
        assert {one.day for one in rest} == {"2026-09-21"}
        assert await counts.list_right_days("e1", 30) == [
            RightDay("2026-09-22", 1, 0),
            RightDay("2026-09-21", 0, 2),
        ]
        assert await counts.list_right_days("e1", 1) == [RightDay("2026-09-22", 1, 0)]
        clock.now = NOON + KEPT_S + 2 * DAY_S
        while (await store.tidy_some(AGES)).more:
            pass
        assert await counts.list_right_days("e1", 9999) == []
        assert await counts.list_days(9999) == []
