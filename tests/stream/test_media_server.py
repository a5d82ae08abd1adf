"""Viewers are led to a media server while a clip arrives there, and see its pictures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamTrack
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from phosphene.blobs.folder import Directory
from phosphene.bus.local import LocalBus
from phosphene.bus.local_counters import LocalCounters
from phosphene.model import Clip
from phosphene.operation import routes
from phosphene.settings import Settings
from phosphene.stream import media_server
from phosphene.stream.hls import routes as hls
from phosphene.stream.hls.packager import open_packagers
from phosphene.stream.live import LiveClips
from phosphene.stream.media_server import MediaServer
from phosphene.stream.relay import open_relays
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import open_sessions
from phosphene.stream.webrtc.whep import SDP, Whep, operations
from phosphene.stream.webrtc.whip import push
from phosphene.streams import open_target, watch_origins
from phosphene.units import Unit
from tests.stream.viewer import GOP, WIDTH, a_clip, a_viewer
from tests.stream.webrtc.test_whip import SOON_S, TOKEN, Endpoint, asked, on_air, serving

ENDPOINT = "/v1/clips/a/whep"
PLAYLIST = "/v1/clips/a/hls/index.m3u8"


class Relaying(Endpoint):
    """A media server that shows what it takes to whoever asks by WHEP."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()
        self._relay = MediaRelay()

    async def watch(self) -> None:
        """Keep what comes."""
        self._arrived.set_result(await self.tracks.get())

    async def whep(self, request: Request) -> Response:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peers.append(peer)
        offer = (await request.body()).decode()
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        peer.addTrack(self._relay.subscribe(await self._arrived))
        await peer.setLocalDescription(await peer.createAnswer())
        return Response(peer.localDescription.sdp, 201, media_type=SDP)


class Noted(MediaServer):
    """Tells when a clip arrives there."""

    def __init__(self, whep_url: str) -> None:
        super().__init__(whep_url, "https://cdn.example/{clip}")
        self.shows = asyncio.Event()

    @asynccontextmanager
    async def announce_push(self, clip_id: str) -> AsyncIterator[None]:
        async with super().announce_push(clip_id):
            self.shows.set()
            yield


@asynccontextmanager
async def asking(
    stage: LiveClips, media_server: MediaServer, folder: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of our endpoints, who follows where they lead."""

    async def find(request: Request, clip_id: str) -> Clip:
        return a_clip()

    async def sent(request: Request, clip: Clip, seconds: float, until_s: float) -> None:
        """Counted elsewhere."""

    async with (
        open_sessions(4, loopback=True) as sessions,
        open_relays(stage, LocalBus()) as relays,
        open_packagers(relays.find_live) as packagers,
    ):
        blobs, nobody = Directory(folder), IceServers("", "", lambda: 0.0)
        whep = Whep(
            *(find, relays.find_live, sessions, Replays(blobs), blobs, nobody),
            redirects=[media_server.redirect_whep],
        )
        led = [media_server.redirect_hls]
        playlists = hls.operations(find, packagers, blobs, 1000, sent, led)
        ours = httpx.ASGITransport(Starlette(routes=routes([*operations(whep), *playlists])))
        elsewhere = {"http://127.0.0.1": httpx.AsyncHTTPTransport()}
        async with httpx.AsyncClient(
            transport=ours, mounts=elsewhere, base_url="http://here", follow_redirects=True
        ) as http:
            yield http


async def watch(http: httpx.AsyncClient, path: str) -> list[int]:
    """The statuses until somebody takes the offer, and a picture has come."""
    async with a_viewer() as viewer:
        offer = await viewer.offer()
        answer = await http.post(path, content=offer, headers={"Content-Type": SDP})
        await viewer.accept(answer.text)
        assert (await viewer.frame()).width == WIDTH
        return [one.status_code for one in (*answer.history, answer)]


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_viewer_is_led_there_while_the_clip_arrives_and_stays_here_before_and_after(
    units: list[Unit], tmp_path: Path
) -> None:
    media, stage = Relaying(), LiveClips()
    async with (
        asyncio.timeout(SOON_S),
        serving(media, Route("/{clip}/whep", media.whep, methods=["POST"])),
        open_target(media.url, TOKEN) as target,
    ):
        assert target
        shown = Noted(media.url.replace("/whip", "/whep"))
        async with asking(stage, shown, tmp_path) as http:
            with on_air(stage, units[:GOP]) as live:
                assert await watch(http, ENDPOINT) == [201]
                pushing = asyncio.create_task(push(live, target, shown))
                await shown.shows.wait()
                for unit in units[GOP:]:
                    live.units.append(unit)
                assert await watch(http, ENDPOINT) == [307, 201]
                assert await watch(http, f"{ENDPOINT}?here=1") == [201]
                led = await http.get(PLAYLIST, follow_redirects=False)
                assert (led.status_code, led.headers["location"]) == (307, "https://cdn.example/a")
                assert "#EXTM3U" in (await http.get(f"{PLAYLIST}?here=1")).text
                pushing.cancel()
                with suppress(asyncio.CancelledError):
                    await pushing
                assert "#EXTM3U" in (await http.get(PLAYLIST)).text
                assert await watch(http, ENDPOINT) == [201]


def test_our_pages_may_be_led_to_both() -> None:
    settings = Settings(
        watch_url="https://media.example:8889/{clip}/whep",
        watch_hls_url="https://cdn.example/{clip}/index.m3u8",
    )
    assert watch_origins(settings) == ("https://media.example:8889", "https://cdn.example")
    assert watch_origins(Settings()) == ()


@pytest.mark.asyncio
async def test_another_instance_leads_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_server, "SAID_EVERY_S", 0.0)
    now, counted = [0.0], asyncio.Event()

    class Counted(LocalCounters):
        async def set_share(self, key: str, value: int, ttl_s: float) -> None:
            await super().set_share(key, value, ttl_s)
            counted.set()

    counters = Counted(lambda: now[0])
    url, request = "https://media.example/{clip}/whep", asked()
    drawing, other = (MediaServer(url, "", counters) for _ in range(2))
    async with drawing.announce_push("a"):
        assert await other.redirect_whep(request, a_clip("a"))
        now[0] += media_server.BELIEVED_S
        counted.clear()
        await counted.wait()
        assert await other.redirect_whep(request, a_clip("a"))
        assert await other.redirect_whep(request, a_clip("b")) is None
        assert await other.redirect_hls(request, a_clip("a")) is None
    assert await other.redirect_whep(request, a_clip("a")) is None
