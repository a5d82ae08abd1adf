import asyncio
from collections.abc import AsyncIterator

import pytest

from server.model import Unit
from server.stream.cursor import Cursor
from server.stream.live import Live
from tests.stream.viewer import FPS, GOP

TICKS = 90_000 // FPS


Reading = AsyncIterator[tuple[Unit, int]]


async def receive(reading: Reading, count: int) -> list[tuple[int, Unit]]:
    got = [await anext(reading) for _ in range(count)]
    return [(time, unit) for unit, time in got]


async def step(reading: Reading) -> tuple[Unit, int]:
    return await anext(reading)


def fill(live: Live, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


@pytest.mark.asyncio
async def test_a_latecomer_starts_at_the_last_keyframe_squeezed_to_now(
    live: Live, units: list[Unit]
) -> None:
    fill(live, units[: GOP + 4])
    cursor = Cursor(live)
    reading = cursor.read()
    got = await receive(reading, 4)
    assert [unit for _, unit in got] == units[GOP : GOP + 4]
    now = (GOP + 3) * TICKS
    assert [time for time, _ in got] == [now - 270, now - 180, now - 90, now]


@pytest.mark.asyncio
async def test_after_the_burst_times_are_those_of_the_units(live: Live, units: list[Unit]) -> None:
    fill(live, units[:3])
    cursor = Cursor(live)
    reading = cursor.read()
    await receive(reading, 3)
    fill(live, units[3:6])  # three at once, as after a hiccup, keep their distances
    assert [time for time, _ in await receive(reading, 3)] == [3 * TICKS, 4 * TICKS, 5 * TICKS]


@pytest.mark.asyncio
async def test_a_viewer_before_first_light_waits_for_it(live: Live, units: list[Unit]) -> None:
    cursor = Cursor(live)
    reading = cursor.read()
    waiting = asyncio.ensure_future(step(reading))
    await asyncio.wait([waiting], timeout=0.01)
    assert not waiting.done()
    fill(live, units[:1])
    assert await waiting == (units[0], 0)


@pytest.mark.asyncio
async def test_a_viewer_that_fell_behind_jumps(live: Live, units: list[Unit]) -> None:
    fill(live, units[:1])
    cursor = Cursor(live)
    reading = cursor.read()
    first, _ = (await receive(reading, 1))[0]
    fill(live, units[1 : 2 * GOP + 3])
    got = await receive(reading, 3)
    assert [unit for _, unit in got] == units[2 * GOP : 2 * GOP + 3]
    assert first < got[0][0] < got[1][0] < got[2][0] == (2 * GOP + 2) * TICKS


@pytest.mark.asyncio
async def test_it_ends_after_the_last_unit(live: Live, units: list[Unit]) -> None:
    fill(live, units[:2])
    cursor = Cursor(live)
    reading = cursor.read()
    live.units.close()
    assert [unit async for unit, _ in reading] == units[:2]
    assert cursor.sent == 2


@pytest.mark.asyncio
async def test_it_ends_when_the_clip_never_began(live: Live) -> None:
    cursor = Cursor(live)
    reading = cursor.read()
    waiting = asyncio.ensure_future(step(reading))
    await asyncio.wait([waiting], timeout=0.01)
    live.units.close()
    with pytest.raises(StopAsyncIteration):
        await waiting


@pytest.mark.asyncio
async def test_a_lost_picture_goes_to_a_newer_keyframe(
    live: Live, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:2])
    cursor = Cursor(live)
    reading = cursor.read()
    await receive(reading, 2)
    fill(live, units[2 : GOP + 1])
    cursor.picture_lost()
    assert (await receive(reading, 1))[0][1] == units[GOP]
    assert not asked


@pytest.mark.asyncio
async def test_a_lost_picture_asks_for_a_keyframe_once(
    live: Live, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:2])
    cursor = Cursor(live)
    reading = cursor.read()
    await receive(reading, 2)
    for _ in range(5):
        cursor.picture_lost()
    assert len(asked) == 1
    assert cursor.keyframe_requests == 5
