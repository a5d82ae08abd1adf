import asyncio
from fractions import Fraction

import pytest
from aiortc.mediastreams import MediaStreamError

from server.model import Unit
from server.stream.live import Live
from server.stream.track import LiveTrack
from tests.stream.viewer import FPS, GOP

TICKS = 90_000 // FPS


async def receive(track: LiveTrack, count: int) -> list[tuple[int, bytes]]:
    packets = [await track.recv() for _ in range(count)]
    assert all(packet.time_base == Fraction(1, 90_000) for packet in packets)
    return [(packet.pts or 0, bytes(packet)) for packet in packets]


def fill(live: Live, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


@pytest.mark.asyncio
async def test_a_latecomer_starts_at_the_last_keyframe_squeezed_to_now(
    live: Live, units: list[Unit]
) -> None:
    fill(live, units[: GOP + 4])
    track = LiveTrack(live)
    got = await receive(track, 4)
    assert [data for _, data in got] == [unit.data for unit in units[GOP : GOP + 4]]
    now = (GOP + 3) * TICKS
    assert [time for time, _ in got] == [now - 270, now - 180, now - 90, now]


@pytest.mark.asyncio
async def test_after_the_burst_times_are_those_of_the_units(live: Live, units: list[Unit]) -> None:
    fill(live, units[:3])
    track = LiveTrack(live)
    await receive(track, 3)
    fill(live, units[3:6])  # three at once, as after a hiccup, keep their distances
    assert [time for time, _ in await receive(track, 3)] == [3 * TICKS, 4 * TICKS, 5 * TICKS]


@pytest.mark.asyncio
async def test_a_viewer_before_first_light_waits_for_it(live: Live, units: list[Unit]) -> None:
    track = LiveTrack(live)
    waiting = asyncio.ensure_future(track.recv())
    await asyncio.wait([waiting], timeout=0.01)
    assert not waiting.done()
    fill(live, units[:1])
    assert bytes(await waiting) == units[0].data


@pytest.mark.asyncio
async def test_a_viewer_that_fell_behind_jumps(live: Live, units: list[Unit]) -> None:
    fill(live, units[:1])
    track = LiveTrack(live)
    first, _ = (await receive(track, 1))[0]
    fill(live, units[1 : 2 * GOP + 3])
    got = await receive(track, 3)
    assert [data for _, data in got] == [unit.data for unit in units[2 * GOP : 2 * GOP + 3]]
    assert first < got[0][0] < got[1][0] < got[2][0] == (2 * GOP + 2) * TICKS


@pytest.mark.asyncio
async def test_it_ends_after_the_last_unit(live: Live, units: list[Unit]) -> None:
    fill(live, units[:2])
    track = LiveTrack(live)
    live.units.close()
    await receive(track, 1)
    assert not track.complete
    await receive(track, 1)
    assert track.complete
    with pytest.raises(MediaStreamError):
        await track.recv()
    assert track.sent == 2


@pytest.mark.asyncio
async def test_it_ends_when_the_clip_never_began(live: Live) -> None:
    track = LiveTrack(live)
    waiting = asyncio.ensure_future(track.recv())
    await asyncio.wait([waiting], timeout=0.01)
    live.units.close()
    with pytest.raises(MediaStreamError):
        await waiting


@pytest.mark.asyncio
async def test_a_lost_picture_goes_to_a_newer_keyframe(
    live: Live, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:2])
    track = LiveTrack(live)
    await receive(track, 2)
    fill(live, units[2 : GOP + 1])
    track.picture_lost()
    assert [data for _, data in await receive(track, 1)] == [units[GOP].data]
    assert not asked


@pytest.mark.asyncio
async def test_a_lost_picture_asks_for_a_keyframe_once(
    live: Live, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:2])
    track = LiveTrack(live)
    await receive(track, 2)
    for _ in range(5):
        track.picture_lost()
    assert len(asked) == 1
    assert track.keyframe_requests == 5
