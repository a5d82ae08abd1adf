"""How clips on air are watched: what is opened for it, and in which order."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from phosphene.bus.bus import Bus
from phosphene.bus.counters import SharedCounters
from phosphene.settings import Settings
from phosphene.store.store import Store
from phosphene.stream.file_transfers import FileTransfers
from phosphene.stream.hls.packager import Packagers, open_packagers
from phosphene.stream.instance_routing import InstanceRouting, open_routing
from phosphene.stream.live import LiveClips
from phosphene.stream.media_server import MediaServer
from phosphene.stream.relay import Relays, open_relays
from phosphene.stream.webrtc.sessions import ViewerSessions, open_sessions
from phosphene.stream.webrtc.whip import WhipTarget, open_pushes
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import (
    PATIENCE_S,
    NotReached,
    OutboundClient,
)


@dataclass(frozen=True, slots=True)
class Streams:
    """Each is of this instance, and there once."""

    live_clips: LiveClips
    relays: Relays
    packagers: Packagers
    sessions: ViewerSessions
    transfers: FileTransfers
    media_server: MediaServer
    routing: InstanceRouting

    def end_clip(self, clip_id: str) -> None:
        """Nobody is sent more of a clip by this instance, whichever way they watch it."""
        self.live_clips.close_clip(clip_id)
        self.relays.end_relay(clip_id)
        self.sessions.end_clip(clip_id)
        self.transfers.end_clip(clip_id)


def watch_origins(settings: Settings) -> tuple[str, ...]:
    """Origins where viewers of clips on air are led to."""
    found = map(origin_of, (settings.watch_url, settings.watch_hls_url))
    return tuple(dict.fromkeys(one for one in found if one))


@asynccontextmanager
async def open_target(whip_url: str, whip_token: str) -> AsyncIterator[WhipTarget | None]:
    """Where clips on air are pushed, if anywhere: of what is inside, that server only is asked."""
    if not whip_url:
        yield None
        return
    # The operator named it; where its answers lead is somebody else's word.
    async with OutboundClient([origin_of(whip_url) or whip_url], PATIENCE_S) as client:

        async def ask(
            method: str, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int, Mapping[str, str], bytes]:
            try:
                answer = await client.ask(method, url, headers, body)
            except NotReached as error:
                raise ConnectionError(str(error)) from None
            return answer.status, answer.headers, answer.body

        yield WhipTarget(whip_url, whip_token, ask)


@asynccontextmanager
async def open_streams(
    settings: Settings, store: Store, bus: Bus, counters: SharedCounters
) -> AsyncIterator[Streams]:
    """All of them; who watches is sent away when the block ends."""
    live_clips = LiveClips()
    media_server = MediaServer(settings.watch_url, settings.watch_hls_url, counters)
    async with (
        open_target(settings.whip_url, settings.whip_token) as target,
        open_relays(live_clips, bus) as relays,
        open_packagers(relays.find_live) as packagers,
        open_pushes(live_clips, store.get_clip, target, media_server),
        open_sessions(
            settings.viewers,
            loopback=settings.loopback,
            media_port=settings.media_port,
            hosts=settings.media_hosts.split(),
            announced=settings.announce.split(),
        ) as sessions,
        open_routing(
            settings.instance_url, live_clips, bus, sessions.takes_more, time.monotonic
        ) as routing,
    ):
        transfers = FileTransfers()
        yield Streams(live_clips, relays, packagers, sessions, transfers, media_server, routing)
