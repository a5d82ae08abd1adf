"""WHIP: a clip on air pushed into an existing media server (RFC 9725), past the fleet.

The packets are made of the very units that our own viewers are sent; nothing is encoded again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from fractions import Fraction
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError
from msgspec import Struct

from phosphene.failure_boundary import Backoff, hold, task_group
from phosphene.model import Clip
from phosphene.stream.keyframe_seek import last_keyframe
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.media_server import PLACE, MediaServer

SDP: Final = "application/sdp"
CONNECT_S: Final = 10.0
BACK_OFF_S: Final = (1.0, 8.0)
SERVER_FAULT: Final = 500

Ask = Callable[
    [str, str, Mapping[str, str], bytes], Awaitable[tuple[int, Mapping[str, str], bytes]]
]
"""Asks an address by a method, with headers and a body: the status, the headers by their names in
lower case, and the body. Raises OSError."""

log = logging.getLogger("phosphene.whip")


class PushFailed(Exception):
    """The media server did not take the clip to its end; ``str(error)`` says why."""


class PushRefused(PushFailed):
    """It will not take it the next time either."""


class WhipTarget(Struct, frozen=True):
    """Where clips are pushed: ``url`` holds ``{clip}`` in the place of a clip's id; ``token`` is a
    bearer token (RFC 6750), empty for none; ``ask`` is what asks there, and where its answers
    lead."""

    url: str
    token: str
    ask: Ask

    def endpoint_of(self, clip: str) -> str:
        """The endpoint of one clip."""
        return self.url.replace(PLACE, quote(clip, safe=""))


class ClipTrack(MediaStreamTrack):
    """A clip's units as packets, from the last keyframe on; ends when the clip does: then ``ended``
    is called."""

    kind = "video"

    def __init__(self, live: LiveClip, ended: Callable[[], None]) -> None:
        super().__init__()
        self._live = live
        self._at: int | None = None
        self.over = False
        self._tell_end = ended

    async def recv(self) -> "av.Packet[Any]":
        """The next unit. Raises MediaStreamError at the end."""
        units = self._live.units
        await units.wait_grown(self._at or 0)
        at = last_keyframe(units.items) if self._at is None else self._at
        if at >= len(units.items):
            self.over = True
            self._tell_end()
            self.stop()
            raise MediaStreamError
        self._at = at + 1
        packet = av.Packet(units.items[at].data)
        # A track that gives av.Packet is only packed: 2.96 ms of CPU a viewer-second, where an
        # encoder of aiortc's takes 46.7 for VP8 and 115 for H.264.
        packet.pts, packet.time_base = units.items[at].pts, Fraction(1, self._live.fps)
        return packet


async def push(live: LiveClip, target: WhipTarget, media_server: MediaServer) -> None:
    """Send a clip until it ends, then end the session; meanwhile its viewers are led there.

    Raises:
        PushFailed: the server cannot be reached, says no, or went away. Whatever else aiortc
            raises, which is anything.
    """
    # An empty list, because aiortc takes None for a public STUN server of somebody else's.
    peer, changed = RTCPeerConnection(RTCConfiguration(iceServers=[])), asyncio.Event()
    track = ClipTrack(live, changed.set)
    session = None
    try:
        offer = await _offer(peer, track, live)
        answer, session = await _post(target, live.clip, offer)
        try:
            await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        # A server may answer an offer of H.264 with VP8, for which aiortc has an error of its own;
        # the others are of answers that are odd in other ways.
        except (ValueError, InvalidAccessError, InvalidStateError, OperationError) as error:
            raise PushRefused(f"its answer cannot be used: {error}") from None
        await _connected(peer, changed)
        async with media_server.announce_push(live.clip):
            await _ended(peer, track, changed)
    finally:
        await peer.close()
        if session:
            await _delete(target, session)


@asynccontextmanager
async def open_pushes(
    stage: LiveClips,
    find: Callable[[str], Awaitable[Clip]],
    target: WhipTarget | None,
    media_server: MediaServer,
) -> AsyncIterator[None]:
    """Inside the block every public clip that goes on air here is pushed to ``target``."""
    if target is None:
        yield
        return
    async with task_group() as tasks:
        running: set[asyncio.Task[None]] = set()

        def arrive(live: LiveClip) -> None:
            pushing = hold(
                "push", partial(_push_public, live, find, target, media_server), live.clip
            )
            task = tasks.create_task(pushing, name=f"push {live.clip}")
            running.add(task)
            task.add_done_callback(running.discard)

        with stage.announcing_arrivals(arrive):
            try:
                yield
            finally:
                for task in running:
                    task.cancel()


async def _push_public(
    live: LiveClip,
    find: Callable[[str], Awaitable[Clip]],
    target: WhipTarget,
    media_server: MediaServer,
) -> None:
    """A push that fails costs our own viewers nothing: it is said in the log, and tried again while
    the clip is on air, unless the server has refused it."""
    backoff = Backoff(*BACK_OFF_S)
    if (await find(live.clip)).visibility != "public":
        return
    while not live.units.closed:
        try:
            await push(live, target, media_server)
            log.info("pushed", extra={"clip": live.clip})
            return
        except PushFailed as error:
            log.warning("clip %s was not pushed: %s", live.clip, error)
            if isinstance(error, PushRefused):
                return
        await backoff.pause()


async def _offer(peer: RTCPeerConnection, track: ClipTrack, live: LiveClip) -> str:
    """An offer of H.264 only, complete with candidates."""
    sender = peer.addTransceiver(track, direction="sendonly")
    # Before the offer is made: later preferences do nothing in aiortc.
    codecs = RTCRtpSender.getCapabilities("video").codecs
    sender.setCodecPreferences([one for one in codecs if one.mimeType == "video/H264"])
    loop = asyncio.get_running_loop()
    # aiortc asks its own encoder for a keyframe, and there is none: ask the clip's.
    sender.sender._send_keyframe = lambda: live.request_keyframe(loop.time())  # type: ignore[method-assign]
    await peer.setLocalDescription(await peer.createOffer())
    return str(peer.localDescription.sdp)


async def _connected(peer: RTCPeerConnection, changed: asyncio.Event) -> None:
    """Until media can be sent. Raises PushFailed: it never can."""
    peer.on("connectionstatechange", changed.set)
    try:
        async with asyncio.timeout(CONNECT_S):
            await _until(changed, lambda: peer.connectionState == "connected" or _is_lost(peer))
    except TimeoutError:
        raise PushFailed("no connection for media came to be") from None
    if _is_lost(peer):
        raise PushFailed("no connection for media came to be")


async def _ended(peer: RTCPeerConnection, track: ClipTrack, changed: asyncio.Event) -> None:
    """Until the clip is over. Raises PushFailed when the connection is lost."""
    await _until(changed, lambda: track.over or _is_lost(peer))
    if not track.over:
        raise PushFailed("the media server went away")


def _is_lost(peer: RTCPeerConnection) -> bool:
    return peer.connectionState in {"failed", "closed"}


async def _until(changed: asyncio.Event, done: Callable[[], bool]) -> None:
    while not done():
        changed.clear()
        await changed.wait()


async def _post(target: WhipTarget, clip: str, offer: str) -> tuple[str, str]:
    """The answer and the session's address, empty where it has none. Raises PushFailed."""
    url = target.endpoint_of(clip)
    headers = {"Content-Type": SDP, **_authorization(target, url)}
    try:
        status, told, answer = await target.ask("POST", url, headers, offer.encode())
        if status != 201:
            # What is wrong with the request (4xx) stays wrong; a fault there (5xx) may pass.
            failure = PushRefused if status < SERVER_FAULT else PushFailed
            raise failure(f"{url} answered {status}, not 201")
        location = told.get("location", "")
        return answer.decode(), urljoin(url, location) if location else ""
    except (OSError, ValueError) as error:
        raise PushFailed(f"{url} cannot be used: {error}") from None


async def _delete(target: WhipTarget, session: str) -> None:
    """End the session; a server that is gone has ended it already."""
    try:
        await target.ask("DELETE", session, _authorization(target, session), b"")
    except (OSError, ValueError) as error:
        # ValueError too: the address is the server's word, and may be none.
        log.debug("the session could not be ended: %s", error)


def _authorization(target: WhipTarget, url: str) -> dict[str, str]:
    # The token is for the server that the operator named, and for none that it names.
    ours = urlsplit(target.url)[:2] == urlsplit(url)[:2]
    return {"Authorization": f"Bearer {target.token}"} if target.token and ours else {}
