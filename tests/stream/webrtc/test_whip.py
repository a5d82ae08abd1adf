"""A clip pushed over HTTP, ICE, DTLS and SRTP into a WHIP endpoint that decodes it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import av
import pytest
import pytest_asyncio
import uvicorn
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from phosphene.model import Clip
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.media_server import MediaServer
from phosphene.stream.redirects import lead_away
from phosphene.stream.webrtc import whip
from phosphene.stream.webrtc.whip import PushFailed, WhipTarget, open_pushes, push
from phosphene.streams import open_target
from phosphene.units import Unit
from tests.stream.viewer import FPS, HEIGHT, WIDTH, a_clip

TOKEN = "let me in"
SOON_S = 20.0


class Endpoint:
    """Takes one clip at a time; ``frames`` are those that came."""

    def __init__(self) -> None:
        self.url = ""
        self.down = 0
        self.session = ""
        self.offers: list[str] = []
        self.frames: asyncio.Queue[av.VideoFrame] = asyncio.Queue()
        self.deleted = asyncio.Event()
        self.tracks: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self.peers: list[RTCPeerConnection] = []

    async def post(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        offer = (await request.body()).decode()
        self.offers.append(offer)
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peers.append(peer)
        peer.on("track", self.tracks.put_nowait)
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        headers = {"Location": self.session or f"{request.url.path}/session"}
        return Response(peer.localDescription.sdp, 201, headers, media_type="application/sdp")

    async def say(self, request: Request) -> Response:
        if self.down:
            self.down -= 1
            return Response(status_code=502)
        return await self.post(request)

    async def delete(self, request: Request) -> Response:
        self.deleted.set()
        return Response()

    async def watch(self) -> None:
        """Decode what comes until it ends."""
        track = await self.tracks.get()
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, av.VideoFrame)
                self.frames.put_nowait(frame)
        except MediaStreamError:
            return

    async def close(self) -> None:
        for peer in self.peers:
            await peer.close()


class Odd(Endpoint):
    """Answers every offer with the same ``words``."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    async def post(self, request: Request) -> Response:
        self.offers.append((await request.body()).decode())
        headers = {"Location": f"{request.url.path}/session"}
        return Response(self._words, 201, headers, media_type="application/sdp")


VP8 = (
    """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=recvonly
a=mid:0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuv
a=fingerprint:sha-256 """
    + ":".join(["AB"] * 32)
    + """
a=setup:active
a=rtcp-mux
a=rtpmap:96 VP8/90000
"""
)


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def serving(endpoint: Endpoint, *more: Route) -> AsyncIterator[None]:
    app = Starlette(
        routes=[
            Route("/{clip}/whip", endpoint.say, methods=["POST"]),
            Route("/{clip}/whip/session", endpoint.delete, methods=["DELETE"]),
            *more,
        ]
    )
    server = Server(uvicorn.Config(app, lifespan="off", log_level="error", ws="none"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        endpoint.url = f"http://127.0.0.1:{listener.getsockname()[1]}/{{clip}}/whip"
        task = asyncio.ensure_future(server.serve([listener]))
        await server.listening.wait()
        watching = asyncio.ensure_future(endpoint.watch())
        try:
            yield
        finally:
            await endpoint.close()
            watching.cancel()
            server.should_exit = True
            await task


@pytest_asyncio.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    async with serving(endpoint):
        yield endpoint


@contextmanager
def on_air(stage: LiveClips, units: list[Unit], clip: str = "a") -> Iterator[LiveClip]:
    with stage.on_air(clip, width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None) as live:
        for unit in units:
            live.units.append(unit)
        yield live


def asked(query: str = "") -> Request:
    return Request({"type": "http", "headers": [], "query_string": query.encode()})


def decoded(units: list[Unit]) -> list[bytes]:
    decoder = av.CodecContext.create("h264", "r")
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit.data))]
    frames += decoder.decode(None)
    return [frame.to_ndarray().tobytes() for frame in frames]


@pytest.mark.asyncio
async def test_the_pictures_that_arrive_are_those_that_were_encoded(
    endpoint: Endpoint, units: list[Unit]
) -> None:
    with on_air(LiveClips(), units[:14]) as live:
        async with (
            asyncio.timeout(SOON_S),
            open_target(endpoint.url, TOKEN) as target,
            asyncio.TaskGroup() as tasks,
        ):
            assert target
            shown = MediaServer("https://media.example/{clip}/whep", "https://media.example/{clip}")
            pushing = tasks.create_task(push(live, target, shown))
            came = [await endpoint.frames.get()]  # the push begins at the last keyframe
            led = [
                await one(asked(), a_clip(live.clip))
                for one in (shown.redirect_whep, shown.redirect_hls)
            ]
            assert [one.headers["location"] for one in led if one] == [
                "https://media.example/a/whep",
                "https://media.example/a",
            ]
            here = asked("here=1")
            assert await lead_away(here, a_clip(live.clip), [shown.redirect_whep]) is None
            for unit in units[14:20]:
                live.units.append(unit)
            came += [await endpoint.frames.get() for _ in range(5)]
            live.units.close()
            await pushing
    assert await shown.redirect_whep(asked(), a_clip(live.clip)) is None
    known = decoded(units[12:20])
    assert [frame.to_ndarray().tobytes() for frame in came] == known[: len(came)]
    assert endpoint.deleted.is_set()
    (offer,) = endpoint.offers
    assert "H264" in offer
    assert "VP8" not in offer
    assert "a=sendonly" in offer
    assert "a=candidate" in offer


@pytest.mark.asyncio
async def test_a_server_that_says_no(endpoint: Endpoint, units: list[Unit]) -> None:
    with on_air(LiveClips(), units[:1]) as live:
        for url, token, why in (
            (endpoint.url, "wrong", "401"),
            (endpoint.url + "/none", TOKEN, "404"),
            ("http://127.0.0.1:1/{clip}", "", "cannot be used"),
        ):
            async with open_target(url, token) as target:
                assert target
                with pytest.raises(PushFailed, match=why):
                    await push(live, target, MediaServer())


@pytest.mark.asyncio
@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:1/session", "http://localhost:{port}/x"])
async def test_a_session_elsewhere_inside_is_not_asked_and_gets_no_token(
    endpoint: Endpoint, units: list[Unit], elsewhere: str
) -> None:
    asked = list[tuple[str, str, bool]]()
    port = str(urlsplit(endpoint.url.replace("{clip}", "a")).port)
    endpoint.session = elsewhere.replace("{port}", port)

    async with open_target(endpoint.url, TOKEN) as target:
        assert target

        async def ask(
            method: str, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int, Mapping[str, str], bytes]:
            asked.append((method, url, "Authorization" in headers))
            return await target.ask(method, url, headers, body)

        with on_air(LiveClips(), units[:2]) as live:
            live.units.close()
            async with asyncio.timeout(SOON_S):
                await push(live, WhipTarget(target.url, target.token, ask), MediaServer())
    assert asked == [
        ("POST", endpoint.url.replace("{clip}", "a"), True),
        ("DELETE", endpoint.session, False),
    ]
    assert not endpoint.deleted.is_set()


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("odd", [VP8, "", "v=0", "hello", VP8.replace("m=video", "m=audio")])
async def test_an_odd_answer_costs_only_the_push(
    units: list[Unit], odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint, stage = Odd(odd), LiveClips()

    async def find(clip_id: str) -> Clip:
        return a_clip(clip_id)

    async with (
        serving(endpoint),
        open_target(endpoint.url, TOKEN) as target,
        open_pushes(stage, find, target, MediaServer()),
    ):
        for clip in ("a", "b"):  # the second one is pushed after the first has failed
            with on_air(stage, units[:2], clip):
                async with asyncio.timeout(SOON_S):
                    await endpoint.deleted.wait()
            endpoint.deleted.clear()
    assert len(endpoint.offers) == 2
    assert "its answer cannot be used" in caplog.text or "push a failed" in caplog.text


@pytest.mark.asyncio
async def test_a_server_that_is_back_is_sent_the_rest(
    endpoint: Endpoint, units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whip, "BACK_OFF_S", (0.0, 0.0))
    endpoint.down = 2
    stage = LiveClips()

    async def find(clip_id: str) -> Clip:
        return a_clip(clip_id)

    async with (
        open_target(endpoint.url, TOKEN) as target,
        open_pushes(stage, find, target, MediaServer()),
    ):
        with on_air(stage, units[:2]):
            async with asyncio.timeout(SOON_S):
                await endpoint.frames.get()
    assert endpoint.down == 0


@pytest.mark.asyncio
async def test_public_clips_are_pushed_and_others_are_not(
    endpoint: Endpoint, units: list[Unit]
) -> None:
    clips = {"a": a_clip(), "private": a_clip("private", visibility="private")}
    clips["unlisted"] = a_clip("unlisted", visibility="unlisted")
    stage = LiveClips()

    async def find(clip_id: str) -> Clip:
        return clips[clip_id]

    async with (
        open_target(endpoint.url, TOKEN) as target,
        open_pushes(stage, find, target, MediaServer()),
    ):
        others = [on_air(stage, units[:2], name) for name in ("private", "unlisted")]
        with others[0], others[1], on_air(stage, units[:2]):
            async with asyncio.timeout(SOON_S):
                await endpoint.frames.get()
    assert len(endpoint.offers) == 1
