import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from phosphene.errors import BadInput, Busy, NotFound
from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.sessions import ViewerSessions, open_sessions
from phosphene.stream.webrtc.viewer_session import Patience, ViewerSession
from phosphene.units import Unit
from tests.stream.viewer import GOP, HEIGHT, WIDTH, Encoder, Viewer, a_viewer


@asynccontextmanager
async def watching(
    sessions: ViewerSessions, live: LiveClip
) -> AsyncIterator[tuple[Viewer, ViewerSession]]:
    """A viewer whose offer was answered."""
    async with a_viewer() as viewer:
        session, answer = await sessions.open_session(live, await viewer.offer())
        await viewer.accept(answer)
        yield viewer, session


async def feed(live: LiveClip, units: list[Unit], viewers: list[Viewer]) -> list[int]:
    """Append one unit after the other, each when every viewer has decoded the one before it."""
    times = []
    for unit in units:
        live.units.append(unit)
        frames = await asyncio.gather(*(viewer.frame() for viewer in viewers))
        times.append(frames[0].pts or 0)
    return times


def fill(live: LiveClip, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


@pytest.mark.asyncio
async def test_a_viewer_before_first_light_sees_every_picture(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    async with watching(sessions, live) as (viewer, _):
        # The jitter buffer gives a frame away when the next one begins: the first comes late.
        live.units.append(units[0])
        times = await feed(live, units[1:8], [viewer])
        assert times == sorted(set(times))
        live.units.append(units[8])
        frame = await viewer.frame()
        assert (frame.width, frame.height) == (WIDTH, HEIGHT)
        assert live.viewer_count == sessions.viewer_count == 1


@pytest.mark.asyncio
async def test_a_latecomer_begins_at_the_last_keyframe(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    fill(live, units[: GOP + 6])
    async with watching(sessions, live) as (viewer, session):
        for _ in range(5):
            await viewer.frame()
        live.units.append(units[GOP + 6])
        await viewer.frame()
        assert session.peer.sender.pictures == 7


@pytest.mark.asyncio
async def test_ten_viewers_share_one_log(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    async with AsyncExitStack() as stack:
        pairs = [await stack.enter_async_context(watching(sessions, live)) for _ in range(10)]
        live.units.append(units[0])
        await feed(live, units[1:4], [viewer for viewer, _ in pairs])
        assert live.viewer_count == sessions.viewer_count == 10
        assert sessions.units_sent == 40
    assert sessions.sessions_total == 10


@pytest.mark.asyncio
async def test_a_lost_picture_is_answered_from_the_log(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit], asked: list[str]
) -> None:
    async with watching(sessions, live) as (viewer, session):
        live.units.append(units[0])
        await feed(live, units[1:3], [viewer])
        await viewer.lose_picture()
        while session.peer.sender.pictures < 6:
            await viewer.frame()
        assert sessions.keyframe_requests >= 1
        assert not asked


@pytest.mark.asyncio
async def test_the_session_ends_after_the_last_picture(live: LiveClip, units: list[Unit]) -> None:
    async with open_sessions(1, loopback=True, patience=Patience(15.0, 0.0)) as sessions:
        async with watching(sessions, live) as (viewer, session):
            fill(live, units[:3])
            await viewer.frame()
            live.units.close()
            await viewer.frame()
            await session.closed.wait()
            await viewer.gone.wait()
        assert sessions.viewer_count == 0
        assert sessions.sessions_broken == 0
        assert sessions.units_sent == 3


@pytest.mark.asyncio
async def test_a_viewer_that_never_connects_is_forgotten(live: LiveClip) -> None:
    async with open_sessions(1, loopback=True, patience=Patience(0.01, 0.0)) as sessions:
        async with a_viewer() as viewer:
            session, _ = await sessions.open_session(live, await viewer.offer())
            await session.closed.wait()
        with pytest.raises(NotFound):
            sessions.get_session("a", session.id)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_viewer_that_falls_silent_is_forgotten(live: LiveClip, units: list[Unit]) -> None:
    """aiortc checks every five seconds: for this server's patience that is never."""
    patience = Patience(15.0, 0.0, silent_s=0.2)
    async with open_sessions(1, loopback=True, patience=patience) as sessions:
        async with watching(sessions, live) as (viewer, session):
            fill(live, units[:3])
            await viewer.frame()
            await session.closed.wait()
        assert (sessions.viewer_count, sessions.sessions_broken, live.viewer_count) == (0, 0, 0)


@pytest.mark.asyncio
async def test_a_viewer_that_hangs_up_is_forgotten(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    async with watching(sessions, live) as (viewer, session):
        fill(live, units[:3])
        await viewer.frame()
        await viewer.peer.close()
        await session.closed.wait()
    assert live.viewer_count == 0


@pytest.mark.asyncio
async def test_a_session_that_breaks_is_counted_and_costs_no_other(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(sessions, live) as (_, broken), watching(sessions, live) as (viewer, _):
        monkeypatch.setattr(broken.selection, "shown", 7)
        live.units.append(units[0])
        await feed(live, units[1:3], [viewer])
        await broken.closed.wait()
        assert sessions.sessions_broken == 1
        assert sessions.viewer_count == 1


@pytest.mark.asyncio
async def test_a_lost_packet_is_sent_again(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    async with watching(sessions, live) as (viewer, _):
        live.units.append(units[0])
        await feed(live, units[1:3], [viewer])
        viewer.drop_one()
        live.units.append(units[3])
        live.units.append(units[4])
        for unit in units[5:9]:
            live.units.append(unit)
            await viewer.frame()
        assert viewer.dropped == 1


@pytest.mark.asyncio
async def test_a_smaller_picture_comes_in_the_same_stream(
    sessions: ViewerSessions, encoder: Encoder
) -> None:
    async with watching(sessions, encoder.live) as (viewer, session):
        encoder.make(0, 1)
        frames = []
        for pts in range(1, 3 * GOP):
            if pts in {5, GOP + 5}:
                session.selection.choose_rendition("half" if pts == 5 else None)
            encoder.make(pts, pts + 1)
            frames.append(await viewer.frame())
        sizes = [frame.width for frame in frames]
        assert sizes == [WIDTH] * GOP + [WIDTH // 2] * GOP + [WIDTH] * (GOP - 1)
        times = [frame.pts or 0 for frame in frames]
        assert times == sorted(set(times))
        seen = session.statistics
        assert (seen.rendition, seen.switches, seen.keyframe_requests) == ("full", 2, 0)


@pytest.mark.asyncio
async def test_a_viewer_that_reports_a_weak_line_gets_the_half(
    sessions: ViewerSessions, encoder: Encoder
) -> None:
    async with watching(sessions, encoder.live) as (viewer, session):
        encoder.make(0, 3)
        await viewer.frame()
        await viewer.report(lost=0.3, bitrate=1000)
        await encoder.heard.wait()
        assert encoder.asked == ["half"]
        assert session.statistics.bitrate == 1000
        encoder.make(3, 2 * GOP)
        while (await viewer.frame()).width == WIDTH:
            continue
        seen = session.statistics
        assert (seen.rendition, seen.switches) == ("half", 1)


@pytest.mark.asyncio
async def test_a_player_without_h264_sees_vp8(sessions: ViewerSessions, encoder: Encoder) -> None:
    async with a_viewer() as viewer:
        offer = (await viewer.offer()).replace("H264", "H265")
        session, answer = await sessions.open_session(encoder.live, offer)
        assert "VP8/90000" in answer
        assert "H265" not in answer
        await viewer.accept(answer)
        await viewer.started()
        encoder.make(0, 1)
        greys = []
        for pts in range(1, 9):
            encoder.make(pts, pts + 1)
            frame = await viewer.frame()
            greys.append(float(frame.to_ndarray(format="gray").mean()))
        assert (frame.width, frame.height) == (WIDTH, HEIGHT)
        assert greys == sorted(greys)
        assert greys[-1] > greys[0] + 20
        assert session.statistics.rendition == "vp8"


@pytest.mark.asyncio
async def test_full_means_busy_and_room_comes_back(live: LiveClip) -> None:
    async with open_sessions(1, loopback=True) as sessions, a_viewer() as viewer:
        offer = await viewer.offer()
        first, _ = await sessions.open_session(live, offer)
        with pytest.raises(Busy):
            await sessions.open_session(live, offer)
        first.end_soon()
        await first.closed.wait()
        await asyncio.sleep(0)
        await sessions.open_session(live, offer)


@pytest.mark.asyncio
async def test_a_bad_offer_takes_no_room(live: LiveClip) -> None:
    async with open_sessions(1, loopback=True) as sessions:
        with pytest.raises(BadInput):
            await sessions.open_session(live, "v=0")
        assert sessions.viewer_count == 0
        async with a_viewer() as viewer:
            await sessions.open_session(live, await viewer.offer())


@pytest.mark.asyncio
async def test_nobody_joins_a_server_that_stops(sessions: ViewerSessions, live: LiveClip) -> None:
    async with watching(sessions, live) as (viewer, session):
        sessions.end_all()
        with pytest.raises(Busy):
            await sessions.open_session(live, await viewer.offer())
        await session.closed.wait()


@pytest.mark.asyncio
async def test_a_session_belongs_to_its_clip(sessions: ViewerSessions, live: LiveClip) -> None:
    async with watching(sessions, live) as (_, session):
        assert sessions.get_session("a", session.id) is session
        for clip, session_id in (("b", session.id), ("a", "other"), ("a", "")):
            with pytest.raises(NotFound):
                sessions.get_session(clip, session_id)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_of_a_lossy_line_nearly_every_picture_is_decoded(
    sessions: ViewerSessions, live: LiveClip, units: list[Unit]
) -> None:
    """One packet in twenty is lost, some delayed behind the next one, by a fixed pattern."""
    due = [Unit(n, units[n % 48].key, n, 0.0, True, units[n % 48].data) for n in range(400)]
    async with watching(sessions, live) as (viewer, session):
        live.units.append(due[0])
        await viewer.started()
        viewer.lose(random.Random(5), loss=0.05, reorder=0.02, packets=390)
        decoded = asyncio.create_task(viewer.count(round(0.99 * len(due))))
        for unit in due[1:]:
            come = viewer.come
            live.units.append(unit)
            await viewer.beyond(come)
        async with asyncio.timeout(10):
            await decoded
        assert viewer.dropped >= 5
        assert session.peer.sender.again >= viewer.dropped // 2
