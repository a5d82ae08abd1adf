import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import count, islice, pairwise

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.bus.bus import Bus, StreamEntry
from phosphene.bus.local import LocalBus
from phosphene.bus.redis import open_bus
from phosphene.errors import NotLive
from phosphene.stream.handover import units_so_far
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.relay import can_follow, open_relays, receive_units, send_units
from phosphene.stream.relay_stream import stream_of
from phosphene.stream.rendition import Rendition
from phosphene.units import Unit
from tests.stream.viewer import FPS, GOP, HEIGHT, WIDTH, Encoder, a_clip
from tests.support import RedisServer, redis_server

TIMEOUT_S = 20.0


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest_asyncio.fixture
async def buses(redis: RedisServer) -> AsyncIterator[tuple[Bus, Bus]]:
    async with open_bus(redis.url, "here") as here, open_bus(redis.url, "there") as there:
        yield here, there


def a_live(clip: str, asked: list[str] | None = None) -> LiveClip:
    def ask() -> None:
        if asked is not None:
            asked.append(clip)

    return LiveClip(clip, width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=ask)


def fill(live: LiveClip, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


async def holds(live: Rendition, units: int) -> None:
    while len(live.units.items) < units:
        await live.units.wait_grown(len(live.units.items))


@pytest.mark.parametrize(
    ("taken", "number", "key", "fit"),
    [
        (-1, 0, True, True),
        (-1, 7, False, False),  # the stream was trimmed: wait for a keyframe
        (-1, 12, True, True),
        (4, 5, False, True),
        (4, 4, True, False),  # repeated after an outage
        (4, 0, True, False),
        (4, 6, False, False),  # one is missing
        (4, 12, True, True),
    ],
)
def test_what_fits_after_what(taken: int, number: int, key: bool, fit: bool) -> None:
    assert can_follow(taken, number, key) is fit


@pytest.mark.asyncio
async def test_alone_there_is_nothing_to_mirror(live: LiveClip) -> None:
    stage = LiveClips()
    async with open_relays(stage, LocalBus()) as relays:
        with stage.on_air(
            "a", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None
        ) as here:
            assert relays.find_live(a_clip("a")) is here
            with pytest.raises(NotLive, match="cancelled"):  # known before its log is closed
                relays.find_live(a_clip("a", status="cancelled"))
        with pytest.raises(NotLive):
            relays.find_live(a_clip("a"))


@pytest.mark.asyncio
async def test_a_clip_drawn_there_is_watched_here(
    buses: tuple[Bus, Bus], units: list[Unit]
) -> None:
    stage_here, stage_there = LiveClips(), LiveClips()
    async with (
        asyncio.timeout(TIMEOUT_S),
        open_relays(stage_here, buses[0]) as here,
        open_relays(stage_there, buses[1]),
    ):
        with stage_there.on_air(
            "m1", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None
        ) as there:
            fill(there, units[:5])
            mirror = here.find_live(a_clip("m1"))
            assert here.find_live(a_clip("m1")) is mirror
            assert here.relayed_ids == {"m1"}
            await holds(mirror, 5)
            fill(there, units[5:20])
            await holds(mirror, 20)
        assert [unit async for unit in mirror.units.read()] == units[:20]
    assert not here.relayed_ids


@pytest.mark.asyncio
@pytest.mark.parametrize("status", ["queued", "done", "failed"])
async def test_only_live_clips_are_mirrored(buses: tuple[Bus, Bus], status: str) -> None:
    async with open_relays(LiveClips(), buses[0]) as relays:
        with pytest.raises(NotLive):
            relays.find_live(a_clip("m2", status=status))


@pytest.mark.asyncio
async def test_a_keyframe_is_asked_for_across_instances(buses: tuple[Bus, Bus]) -> None:
    stage, asked = LiveClips(), asyncio.Event()
    async with (
        asyncio.timeout(TIMEOUT_S),
        open_relays(LiveClips(), buses[0]) as here,
        open_relays(stage, buses[1]),
    ):
        with stage.on_air("m3", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=asked.set):
            mirror = here.find_live(a_clip("m3"))
            now_s = 0.0
            while not asked.is_set():  # until the other instance listens
                mirror.request_keyframe(now_s)
                now_s += 1.0
                try:
                    async with asyncio.timeout(0.1):
                        await asked.wait()
                except TimeoutError:
                    continue


@pytest.mark.asyncio
async def test_a_mirror_without_viewers_is_dropped(buses: tuple[Bus, Bus]) -> None:
    async with asyncio.timeout(TIMEOUT_S), open_relays(LiveClips(), buses[0], 0.05) as relays:
        mirror = relays.find_live(a_clip("m4"))
        with mirror.audience.viewer_present():
            pass
        assert [unit async for unit in mirror.units.read()] == []
        await asyncio.sleep(0)
        assert not relays.relayed_ids


@pytest.mark.asyncio
async def test_a_mirror_that_is_ended_before_it_begins_is_forgotten(
    buses: tuple[Bus, Bus],
) -> None:
    async with open_relays(LiveClips(), buses[0]) as relays:
        mirror = relays.find_live(a_clip("m9"))
        relays.end_relay("m9")
        assert [unit async for unit in mirror.units.read()] == []
        for _ in range(5):  # turns of the loop
            await asyncio.sleep(0)
        assert not relays.relayed_ids
        relays.end_relay("m9")


@pytest.mark.asyncio
async def test_who_stops_does_not_wait_for_clips_of_others(buses: tuple[Bus, Bus]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        async with open_relays(LiveClips(), buses[0], deserted_s=10 * TIMEOUT_S) as relays:
            mirror = relays.find_live(a_clip("long"))
            mirror.ask_rendition("half")
        assert mirror.units.closed


@pytest.mark.asyncio
async def test_an_instance_that_falls_silent_ends_the_mirror(
    buses: tuple[Bus, Bus], units: list[Unit]
) -> None:
    there, here = a_live("m5"), a_live("m5")
    fill(there, units[:3])
    async with asyncio.timeout(TIMEOUT_S), asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(send_units(there, buses[1]))
        # Not before all of it is there: beside other work that may take longer than the silence.
        first = a_live("m5")
        patient = tasks.create_task(receive_units(first, buses[0], silent_s=None))
        await holds(first, 3)
        await receive_units(here, buses[0], silent_s=0.5)
        sending.cancel()
        patient.cancel()
    assert here.units.items == units[:3]


@pytest.mark.asyncio
async def test_garbage_in_the_stream_is_skipped(buses: tuple[Bus, Bus], units: list[Unit]) -> None:
    there, here = a_live("m6"), a_live("m6")
    await buses[1].append_entries(stream_of("m6"), StreamEntry(0, b"\xc1garbage"))
    fill(there, units[:3])
    there.units.close()
    async with asyncio.timeout(TIMEOUT_S):
        await send_units(there, buses[1])
        await receive_units(here, buses[0])
    assert here.units.items == units[:3]


@pytest.mark.asyncio
async def test_who_takes_a_clip_over_finds_all_of_it_however_many_pictures_waited_at_once(
    buses: tuple[Bus, Bus], units: list[Unit]
) -> None:
    live = a_live("m9")
    fill(live, units)
    live.units.close()
    assert len(units) > FPS
    async with asyncio.timeout(TIMEOUT_S):
        await send_units(live, buses[1])
    assert await units_so_far(buses[0], "m9") == units


@pytest.mark.asyncio
async def test_both_go_on_when_redis_died_and_came_back(
    buses: tuple[Bus, Bus], redis: RedisServer, units: list[Unit]
) -> None:
    there, here = a_live("m7"), a_live("m7")
    endless = (replace(units[n % len(units)], pts=n) for n in count())
    async with asyncio.timeout(TIMEOUT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(send_units(there, buses[1]))
        tasks.create_task(receive_units(here, buses[0]))
        fill(there, list(islice(endless, 5)))
        await holds(here, 5)
        redis.kill()
        fill(there, list(islice(endless, GOP)))
        assert not await buses[1].append_entries("other", StreamEntry(0, b""))
        redis.start()
        while len(here.units.items) < 5 + 2 * GOP:  # each new unit is another try
            fill(there, [next(endless)])
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await holds(here, 10**9)
        there.units.close()
    shown = here.units.items
    assert [unit.pts for unit in shown[:5]] == list(range(5))
    for before, after in pairwise(shown):
        assert after.pts == before.pts + 1 or (after.key and after.pts > before.pts)
    assert shown[-1] == there.units.items[-1]


@pytest.mark.asyncio
async def test_a_rendition_is_asked_for_and_comes_across_instances(
    buses: tuple[Bus, Bus], encoder: Encoder
) -> None:
    stage, pts = LiveClips(), count(1)
    async with (
        asyncio.timeout(TIMEOUT_S),
        open_relays(LiveClips(), buses[0]) as here,
        open_relays(stage, buses[1]),
    ):
        with stage.on_air(
            "m8",
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            ask_keyframe=lambda: None,
            ask_rendition=encoder.asked.append,
        ) as encoder.live:
            encoder.make(0, 1)
            mirror = here.find_live(a_clip("m8"))
            with mirror.watching_rendition("half") as half:
                while not half.units.items:  # until the other instance listens
                    encoder.make(at := next(pts), at + 1)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.03):
                            await half.units.wait_grown(0)
                    mirror.ask_rendition("half")
                begun = len(encoder.asked)
                encoder.make(at + 1, at + GOP + 1)
                await holds(mirror, at + GOP + 1)
                while len(encoder.asked) < begun + 1:  # the mirror asks with each keyframe
                    await half.units.wait_grown(len(half.units.items))
            await holds(half, encoder.live.get_rendition("half").units.items[-1].pts - at + 1)
        there = encoder.live.get_rendition("half").units.items
        assert [unit async for unit in half.units.read()] == there
        assert there[0].key
        assert not mirror.get_rendition("vp8").units.items
    assert half.units.closed
