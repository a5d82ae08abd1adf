import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request

from phosphene.blobs.folder import Directory
from phosphene.errors import NotFound, Unauthorized
from phosphene.model import Clip
from phosphene.mux import mp4
from phosphene.operation import routes
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import whep
from phosphene.stream.webrtc.feed_session import FeedSession, operations, sources
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.whep import FEED_PATH as PATH
from phosphene.stream.webrtc.whep import SDP, Whep
from phosphene.units import Unit
from phosphene.web import on_error
from tests.stream.viewer import FPS, HEIGHT, WIDTH, Viewer, a_clip, a_viewer
from tests.stream.webrtc.test_offer import SMALL


class Site:
    """Clips ``a`` and ``b`` on air, ``c`` done, ``d`` queued."""

    def __init__(self, http: httpx.AsyncClient, lives: dict[str, LiveClip]) -> None:
        self.http = http
        self.lives = lives

    async def turn(self, session: str, clip: str | None, **more: Any) -> httpx.Response:
        return await self.http.put(session, json={"clip": clip} | more)


@pytest_asyncio.fixture
async def site(tmp_path: Path, units: list[Unit], sessions: ViewerSessions) -> AsyncIterator[Site]:
    blobs, stage = Directory(tmp_path), LiveClips()
    name = await blobs.put(mp4([unit.data for unit in units[:6]], FPS), ".mp4")
    clips = {name: a_clip(name) for name in "ab"}
    clips["c"] = a_clip("c", status="done", sha256=name.removesuffix(".mp4"))
    clips["d"] = a_clip("d", status="queued")

    async def find(request: Request, clip_id: str) -> Clip:
        if clip_id not in clips:
            raise NotFound(f"no clip {clip_id}")
        if clip_id == "b" and request.headers.get("authorization", "Bearer b") != "Bearer b":
            raise Unauthorized("not for you")
        return clips[clip_id]

    def reach(clip: Clip) -> LiveClip:
        return stage.get_live(clip.id)

    replays = Replays(blobs)
    watching = Whep(find, reach, sessions, replays, blobs, IceServers("", "", time.time))
    channel = FeedSession(sessions, sources(find, reach, replays))
    app = Starlette(
        routes=routes([*whep.operations(watching), *operations(channel)]),
        exception_handlers={Exception: on_error},
    )
    with ExitStack() as stack:
        lives = {
            clip: stack.enter_context(
                stage.on_air(clip, width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
            )
            for clip in "ab"
        }
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
            yield Site(http, lives)


async def connect(site: Site, viewer: Viewer) -> str:
    offer = await viewer.offer()
    made = await site.http.post(PATH, content=offer, headers={"Content-Type": SDP})
    assert made.status_code == 201
    await viewer.accept(made.text)
    return str(made.headers["location"])


async def time_of(viewer: Viewer) -> int:
    """Of the next picture."""
    return (await viewer.frame()).pts or 0


def append(live: LiveClip, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


@pytest.mark.asyncio
async def test_one_connection_shows_one_clip_after_the_other(
    site: Site, units: list[Unit], sessions: ViewerSessions
) -> None:
    a, b = site.lives["a"], site.lives["b"]
    append(a, units[:3])
    append(b, units[:14])
    async with a_viewer() as viewer:
        session = await connect(site, viewer)
        assert (await site.turn(session, "a")).json()["clip"] == "a"
        times = [await time_of(viewer) for _ in range(2)]
        assert (a.viewer_count, b.viewer_count) == (1, 0)
        turned = await site.turn(session, "b")
        assert turned.status_code == 200
        # Of b the last keyframe and what follows it come at once; the last of a comes before.
        times += [await time_of(viewer) for _ in range(2)]
        assert (a.viewer_count, b.viewer_count) == (0, 1)
        append(b, units[14:16])
        times += [await time_of(viewer) for _ in range(2)]
        assert times == sorted(set(times))
        assert sessions.viewer_count == sessions.sessions_total == 1
        seen = (await site.http.get(session)).json()
        assert (seen["clip"], seen["connected"], seen["pictures"]) == ("b", True, 7)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_the_connection_outlives_its_clips_and_files_are_shown_again_and_again(
    site: Site, units: list[Unit]
) -> None:
    a = site.lives["a"]
    append(a, units[:3])
    a.units.close()
    async with a_viewer() as viewer:
        session = await connect(site, viewer)
        await site.turn(session, "a", next="c")
        times = [await time_of(viewer) for _ in range(2)]
        assert (await site.turn(session, "c")).status_code == 200
        times += [await time_of(viewer) for _ in range(14)]
        assert times == sorted(set(times))
        assert (await site.http.delete(session)).status_code == 200
        await viewer.gone.wait()


@pytest.mark.asyncio
async def test_times_of_the_clip_are_told(site: Site, units: list[Unit]) -> None:
    append(site.lives["a"], units[:3])
    async with a_viewer() as viewer:
        session = await connect(site, viewer)
        first = (await site.turn(session, "a")).json()["rtp_time"]
        await viewer.frame()
        then = (await site.turn(session, "a")).json()["rtp_time"]
        assert 0 < (then - first) % 2**32 < 2**31


@pytest.mark.asyncio
async def test_what_cannot_be_shown_is_a_problem_and_changes_nothing(
    site: Site, units: list[Unit]
) -> None:
    made = await site.http.post(PATH, content=SMALL, headers={"Content-Type": SDP})
    session = made.headers["location"]
    await site.turn(session, "a")
    for clip, status in (("x", 404), ("d", 409)):
        answer = await site.turn(session, clip, next="x")
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    typed = {"Content-Type": "application/json"}
    assert (await site.http.put(session, content=b"{", headers=typed)).status_code == 400
    stranger = {"Authorization": "Bearer x"}
    refused = await site.http.put(session, json={"clip": "b"}, headers=stranger)
    assert refused.status_code == 401
    assert (await site.turn(PATH + "/other", "a")).status_code == 404
    assert site.lives["a"].viewer_count == 1
    assert (await site.turn(session, None)).status_code == 200
    assert site.lives["a"].viewer_count == 0
    await site.turn(session, "a")
    await site.http.delete(session)
    assert site.lives["a"].viewer_count == 0


@pytest.mark.asyncio
async def test_a_finished_clip_is_not_for_players_without_h264(site: Site) -> None:
    offer = SMALL.replace("H264", "H265")
    made = await site.http.post(PATH, content=offer, headers={"Content-Type": SDP})
    assert "VP8/90000" in made.text
    session = made.headers["location"]
    refused = await site.turn(session, "c")
    assert refused.status_code == 406
    assert "H.264 only" in refused.json()["detail"]
    assert (await site.http.get(session)).json()["clip"] is None


@pytest.mark.asyncio
async def test_pages_of_others_may_turn(site: Site) -> None:
    preflight = await site.http.options(PATH + "/some")
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert (await site.http.head(PATH)).status_code == 200


@pytest.mark.asyncio
async def test_many_turns_in_a_row_end_at_the_last(site: Site, units: list[Unit]) -> None:
    for live in site.lives.values():
        append(live, units[:3])
    async with a_viewer() as viewer:
        session = await connect(site, viewer)
        answers = await asyncio.gather(*(site.turn(session, clip) for clip in "abababab"))
        assert {one.status_code for one in answers} == {200}
        await viewer.frame()
        assert site.lives["a"].viewer_count + site.lives["b"].viewer_count == 1
