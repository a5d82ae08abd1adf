"""What the desk of moderators comes to, in numbers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.events import ClipFinished
from phosphene.reports import AppealAnswer, Decider, NewDecision, NewReport
from phosphene.store.desk_statistics import (
    DAY_S,
    DecidedDay,
    FlaggerRecord,
    OpenReports,
    RepeatedOffence,
    quantile,
)
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_store

TOKEN = Decider(None, "operator")


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [((), 0.5, None), ((7,), 0.9, 7), ((1, 2, 3, 4), 0.5, 2), (range(1, 11), 0.9, 9)],
)
def test_a_quantile_is_a_value_that_was_measured(
    values: tuple[float, ...], share: float, wanted: float | None
) -> None:
    assert quantile(values, share) == wanted


@pytest.mark.asyncio
async def test_what_waits_what_was_decided_and_what_was_overturned(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for person in (ANNA, BEN, EVE):
            await store.set_handle(person)
        for name in "abcd":
            await store.add_clip(a_clip(name))
            done = replace(a_clip(name), status="done", sha256=f"{name}-video")
            await store.change_clip(done, ClipFinished(done))
            await store.moderation.add_report(NewReport("clip", name, "spam"), BEN)
            clock.now += 3600
        first = (await store.moderation.decide(NewDecision("clip", "a", "hide"), TOKEN)).decision
        await store.moderation.decide(NewDecision("clip", "b", "hide"), TOKEN)
        await store.moderation.decide(NewDecision("clip", "c", "hide"), TOKEN)
        await store.moderation.add_appeal(first.id, ANNA, "why")
        await store.moderation.answer_appeal(first.id, AppealAnswer("overturned"), TOKEN)
        with closing(sqlite3.connect(tmp_path / "x.db")) as cx, cx:
            cx.execute("INSERT INTO roles VALUES (?, 'flagger', '', 0)", (BEN.id,))
        clock.now = NOON + 2 * DAY_S
        told = await store.moderation.get_statistics()
        assert told.open == [OpenReports("clip", 0, 1, 0, NOON + 3 * 3600)]
        assert (told.measured, told.median_s, told.p90_s) == (3, 3 * 3600, 4 * 3600)
        assert [one for one in told.days if one.decisions] == [DecidedDay("2026-09-21", 4, 1)]
        assert (told.answered, told.overturned) == (1, 1)
        assert told.offenders == [RepeatedOffence(ANNA.handle, 2)]
        assert told.flaggers == [FlaggerRecord(BEN.handle, 3, 2)]
