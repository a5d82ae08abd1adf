import asyncio
import re
import time
from asyncio import Queue
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request

from phosphene.blobs.folder import Directory
from phosphene.bus.local import LocalBus
from phosphene.errors import NotFound, TooMany
from phosphene.model import Clip
from phosphene.mux import mp4
from phosphene.operation import routes
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.relay import open_relays
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import sessions
from phosphene.stream.webrtc.events import links
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import open_sessions
from phosphene.stream.webrtc.viewer_session import Admission
from phosphene.stream.webrtc.whep import FRAGMENT, SDP, Whep, operations
from phosphene.units import Unit
from tests.stream.viewer import FPS, HEIGHT, WIDTH, a_clip, a_viewer
from tests.stream.webrtc.test_offer import SMALL

ENDPOINT = "/v1/clips/a/whep"
OFFER = {"Content-Type": SDP}
CANDIDATE = "a=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n"

KEY = "Idempotency-Key"


class Site:
    """The routes over a stage with clip ``a`` on air; ``clips`` are those that exist."""

    def __init__(
        self, http: httpx.AsyncClient, live: LiveClip, clips: dict[str, Clip], watched: Queue[float]
    ) -> None:
        self.watched = watched
        self.http = http
        self.live = live
        self.clips = clips

    async def offer(self, body: str | bytes, path: str = ENDPOINT) -> httpx.Response:
        return await self.http.post(path, content=body, headers=OFFER)


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips, watched = {"a": a_clip()}, Queue[float]()

    async def find(request: Request, clip_id: str) -> Clip:
        try:
            return clips[clip_id]
        except KeyError:
            raise NotFound(f"no clip {clip_id}") from None

    async def admit(request: Request) -> Admission:
        if "x-greedy" in request.headers:
            raise TooMany("that was a lot", 7.0)
        return Admission(lambda seconds, clip_id: watched.put_nowait(seconds))

    stage, blobs = LiveClips(), Directory(tmp_path)
    async with open_sessions(2, loopback=True) as sessions, open_relays(stage, LocalBus()) as m:
        app = Starlette(
            routes=routes(
                operations(
                    Whep(
                        find,
                        m.find_live,
                        sessions,
                        Replays(blobs),
                        blobs,
                        IceServers("stun:s.example", "", time.time),
                        admit,
                    )
                )
            )
        )
        transport = httpx.ASGITransport(app)
        with stage.on_air(
            "a",
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            ask_keyframe=lambda: None,
            ask_rendition=lambda name: None,
        ) as live:
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
                yield Site(http, live, clips, watched)


@pytest.mark.asyncio
async def test_seconds_with_pictures_are_counted_for_who_watches(
    site: Site, units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "REPORT_EVERY_S", 0.01)
    async with a_viewer() as viewer:
        answer = await site.offer(await viewer.offer())
        await viewer.accept(answer.text)
        await viewer.started()
        assert site.watched.empty()
        for unit in units[:3]:
            site.live.units.append(unit)
        await viewer.frame()
        assert await site.watched.get() == 0.01
        await site.http.delete(answer.headers["location"])


@pytest.mark.asyncio
async def test_a_player_that_lost_its_answer_gets_the_same_session(site: Site) -> None:
    again = {"Idempotency-Key": "k1", "Content-Type": SDP}
    async with a_viewer() as viewer:
        offer = await viewer.offer()
        first, second = [
            await site.http.post(ENDPOINT, content=offer, headers=again) for _ in range(2)
        ]
        assert (second.status_code, second.text) == (201, first.text)
        assert second.headers["location"] == first.headers["location"]
        other = await site.http.post(ENDPOINT, content=offer, headers=again | {KEY: "k2"})
        assert other.headers["location"] != first.headers["location"]
        full = await site.http.post(ENDPOINT, content=offer, headers=again | {KEY: "k3"})
        assert full.status_code == 503
        await site.http.delete(first.headers["location"])
        anew = await site.http.post(ENDPOINT, content=offer, headers=again)
        assert anew.headers["location"] not in {first.headers["location"], None}
        for one in (other, anew):
            await site.http.delete(one.headers["location"])
        for bad in ("", "k" * 201):
            refused = await site.http.post(ENDPOINT, content=offer, headers=again | {KEY: bad})
            assert refused.status_code == 400


@pytest.mark.asyncio
async def test_watch_and_leave(site: Site, units: list[Unit]) -> None:
    async with a_viewer() as viewer:
        answer = await site.offer(await viewer.offer())
        assert answer.status_code == 201
        assert answer.headers["content-type"] == SDP
        assert answer.headers["etag"].startswith('"')
        location = answer.headers["location"]
        ice_servers, extensions = answer.headers["link"].split(", ", 1)
        assert ice_servers == '<stun:s.example>; rel="ice-server"'
        assert extensions == links(location)
        assert location.startswith(ENDPOINT + "/")
        assert len(location) > len(ENDPOINT) + 20
        await viewer.accept(answer.text)
        for unit in units[:3]:
            site.live.units.append(unit)
        await viewer.frame()
        left = await site.http.delete(location)
        assert left.status_code == 200
        await viewer.gone.wait()
        assert (await site.http.delete(location)).status_code == 404


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "expected"), [("queued", 409), ("live", 409), ("failed", 404), ("done", 404)]
)
async def test_a_clip_that_is_not_on_air_here(site: Site, status: str, expected: int) -> None:
    site.clips["b"] = a_clip("b", status=status, reason="broken")
    refused = await site.offer(SMALL, "/v1/clips/b/whep")
    assert refused.status_code == expected
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert ("retry-after" in refused.headers) == (expected == 409)


@pytest.mark.asyncio
async def test_who_opens_too_many_is_told_when_to_come_back(site: Site) -> None:
    headers = OFFER | {"x-greedy": "yes"}
    refused = await site.http.post(ENDPOINT, content=SMALL, headers=headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
    assert refused.headers["access-control-allow-origin"] == "*"
    # Asking for a clip that is not on air yet, again and again, is no opening.
    site.clips["b"] = a_clip("b", status="queued")
    early = await site.http.post("/v1/clips/b/whep", content=SMALL, headers=headers)
    assert early.status_code == 409


@pytest.mark.asyncio
async def test_no_such_clip(site: Site) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = await site.http.request(method, "/v1/clips/x/whep", headers=OFFER)
        assert answer.status_code == 404
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"hello", 400),
        (b"\xff\xfe", 400),
        (SMALL.replace("BUNDLE 0", "BUNDLE 1").encode(), 400),
        (SMALL.replace("H264", "VP9").replace("VP8", "AV1").encode(), 406),
        (b"v=0\r\n" * 20_000, 413),
    ],
)
async def test_offers_that_cannot_be_answered(site: Site, body: bytes, status: int) -> None:
    refused = await site.offer(body)
    assert refused.status_code == status
    assert refused.json()["status"] == status
    assert site.live.viewer_count == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("given", ["text/plain", "", "application/json", "application/sdpx"])
async def test_only_sdp_is_understood(site: Site, given: str) -> None:
    headers = {"Content-Type": given} if given else {}
    refused = await site.http.post(ENDPOINT, content=SMALL, headers=headers)
    assert refused.status_code == 415


@pytest.mark.asyncio
async def test_a_full_server_says_when_to_come_back(site: Site) -> None:
    for status in (201, 201, 503):
        answer = await site.offer(SMALL)
        assert answer.status_code == status
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.asyncio
async def test_players_of_other_pages_may_ask(site: Site) -> None:
    session = (await site.offer(SMALL)).headers["location"]
    for path, methods in ((ENDPOINT, {"POST", "GET"}), (session, {"PATCH", "DELETE"})):
        answer = await site.http.options(path)
        assert answer.status_code == 204
        allowed = answer.headers["access-control-allow-methods"].split(", ")
        assert methods <= set(allowed)
        assert "Content-Type" in answer.headers["access-control-allow-headers"]
    exposed = (await site.offer(SMALL)).headers["access-control-expose-headers"]
    assert {"Location", "ETag", "Link", "Retry-After"} <= set(exposed.split(", "))
    assert (await site.http.options(ENDPOINT)).headers["accept-post"] == SDP


@pytest.mark.asyncio
async def test_get_and_head_tell_that_it_is_live(site: Site) -> None:
    for answer in (await site.http.get(ENDPOINT), await site.http.head(ENDPOINT)):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == SDP
        assert answer.headers["cache-control"] == "no-store"
        assert not answer.content


@pytest.mark.asyncio
async def test_the_same_address_answers_with_the_video_when_done(
    site: Site, tmp_path: Path
) -> None:
    name = await Directory(tmp_path).put(b"a video", ".mp4")
    site.clips["b"] = a_clip("b", status="done", sha256=name.removesuffix(".mp4"))
    answer = await site.http.get("/v1/clips/b/whep", headers={"Range": "bytes=2-"})
    assert (answer.status_code, answer.content) == (206, b"video")
    assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.asyncio
async def test_a_finished_clip_is_shown_again_and_again(
    site: Site, tmp_path: Path, units: list[Unit]
) -> None:
    name = await Directory(tmp_path).put(mp4([one.data for one in units[:3]], FPS), ".mp4")
    site.clips["b"] = a_clip("b", status="done", sha256=name.removesuffix(".mp4"))
    async with a_viewer() as viewer:
        made = await site.offer(await viewer.offer(), "/v1/clips/b/whep")
        assert made.status_code == 201
        await viewer.accept(made.text)
        times = [(await viewer.frame()).pts or 0 for _ in range(8)]
        assert times == sorted(set(times))
        location = made.headers["location"]
        assert (await site.http.get(location)).json()["clip"] == "b"
        assert (await site.http.delete(location)).status_code == 200
    only_vp8 = await site.offer(SMALL.replace("H264", "H265"), "/v1/clips/b/whep")
    assert only_vp8.status_code == 406
    assert "video.mp4" in only_vp8.json()["detail"]


@pytest.mark.asyncio
async def test_candidates_of_any_section_ask_for_no_restart(site: Site) -> None:
    """Players without max-bundle have credentials for each section."""
    data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=ice-ufrag:data\n"
    made = await site.offer(SMALL.replace("BUNDLE 0", "BUNDLE 0 2") + data)
    assert "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n" in made.text
    assert "a=group:BUNDLE 0\r\n" in made.text
    patched = await site.http.patch(
        made.headers["location"],
        content=f"a=ice-ufrag:data\r\nm=application 9 X 0\r\na=mid:2\r\n{CANDIDATE}",
        headers={"Content-Type": FRAGMENT},
    )
    assert patched.status_code == 204


@pytest.mark.asyncio
async def test_trickle(site: Site) -> None:
    made = await site.offer(SMALL)
    location, etag = made.headers["location"], made.headers["etag"]
    plain = {"Content-Type": FRAGMENT}
    fragment = f"a=ice-ufrag:abcd\r\na=mid:0\r\n{CANDIDATE}a=candidate:broken\r\n"
    for status, headers, body in (
        (204, plain, fragment),
        (204, plain | {"If-Match": etag}, CANDIDATE),
        (204, plain, "a=end-of-candidates\r\n"),
        (204, plain, ""),
        (412, plain | {"If-Match": '"other"'}, fragment),
        (204, plain | {"If-Match": "*"}, fragment),
        (204, plain | {"If-Match": f'"x", {etag}'}, "a=candidate:what is this\r\n"),
        (428, plain, fragment.replace("abcd", "anew")),
        (400, plain, fragment.replace("abcd", "a new")),
        (415, OFFER, fragment),
        (400, plain, b"\xff"),
        (413, plain, "x" * 70_000),
    ):
        answer = await site.http.patch(location, content=body, headers=headers)
        assert answer.status_code == status, (body, answer.text)
    missing = await site.http.patch(ENDPOINT + "/other", content=fragment, headers=plain)
    assert missing.status_code == 404


@pytest.mark.asyncio
async def test_ice_restart(site: Site) -> None:
    made = await site.offer(SMALL)
    location, before = made.headers["location"], made.headers["etag"]
    fragment = "a=ice-ufrag:anew\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
    headers = {"Content-Type": FRAGMENT, "If-Match": "*"}
    answer = await site.http.patch(location, content=fragment, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FRAGMENT
    ufrag = re.findall(r"a=ice-ufrag:(\w+)", answer.text)
    assert ufrag
    assert ufrag[0] not in made.text
    assert "a=candidate:" in answer.text
    assert answer.headers["etag"] != before
    stale = await site.http.patch(location, content="", headers=headers | {"If-Match": before})
    assert stale.status_code == 412


@pytest.mark.asyncio
async def test_who_saves_data_asks_for_the_small_picture(site: Site) -> None:
    half = site.live.get_rendition("half")
    for saves, watching in (("off", 0), ("on", 1)):
        headers = OFFER | {"Save-Data": saves}
        assert (await site.http.post(ENDPOINT, content=SMALL, headers=headers)).status_code == 201
        assert half.audience.count == watching


@pytest.mark.asyncio
async def test_other_methods_are_not_allowed(site: Site) -> None:
    answer = await site.http.put(ENDPOINT)
    assert answer.status_code == 405


@pytest.mark.asyncio
async def test_many_at_once_fill_the_room_and_no_more(site: Site) -> None:
    answers = await asyncio.gather(*(site.offer(SMALL) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [201, 201, 503, 503, 503, 503]
