"""WHIP: a clip on air pushed into an existing media server (RFC 9725), past the fleet.

The packets are made of the very units that our own viewers are sent; nothing is encoded again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError
from msgspec import Struct

from server.errors import PhospheneError
from server.model import Clip
from server.stream.live import Live, Stage
from server.stream.place import last_keyframe

SDP: Final = "application/sdp"
PLACE: Final = "{clip}"
REQUEST_S: Final = 10.0
CONNECT_S: Final = 10.0

log = logging.getLogger("phosphene.whip")


class PushFailed(Exception):
    """The media server does not take the clip; ``str(error)`` says why."""


class Target(Struct, frozen=True):
    """Where clips are pushed: ``url`` holds ``{clip}`` in the place of a clip's id; ``token`` is a
    bearer token (RFC 6750), empty for none."""

    url: str
    token: str = ""

    def of(self, clip: str) -> str:
        """The endpoint of one clip."""
        return self.url.replace(PLACE, quote(clip, safe=""))


class Units(MediaStreamTrack):
    """A clip's units as packets, from the last keyframe on; ends when the clip does."""

    kind = "video"

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._at: int | None = None
        self.over = asyncio.Event()

    async def recv(self) -> "av.Packet[Any]":
        """The next unit. Raises MediaStreamError at the end."""
        units = self._live.units
        await units.grown(self._at or 0)
        at = last_keyframe(units.items) if self._at is None else self._at
        if at >= len(units.items):
            self.over.set()
            self.stop()
            raise MediaStreamError
        self._at = at + 1
        packet = av.Packet(units.items[at].data)
        packet.pts, packet.time_base = units.items[at].pts, Fraction(1, self._live.fps)
        return packet


async def push(live: Live, target: Target) -> None:
    """Send a clip until it ends, then end the session.

    Raises:
        PushFailed: the server cannot be reached, says no, or went away.
    """
    peer, track = RTCPeerConnection(RTCConfiguration(iceServers=[])), Units(live)
    session = None
    try:
        offer = await _offer(peer, track, live)
        answer, session = await asyncio.to_thread(_post, target.of(live.clip), target.token, offer)
        try:
            await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except (ValueError, InvalidStateError) as error:
            raise PushFailed(f"its answer cannot be used: {error}") from None
        await _ended(peer, track)
    finally:
        await peer.close()
        if session:
            await asyncio.to_thread(_delete, session, target.token)


@asynccontextmanager
async def open_pushes(
    stage: Stage, find: Callable[[str], Awaitable[Clip]], target: Target | None
) -> AsyncIterator[None]:
    """Inside the block every public clip that goes on air here is pushed to ``target``."""
    if target is None:
        yield
        return
    async with asyncio.TaskGroup() as tasks:
        running: set[asyncio.Task[None]] = set()

        def arrive(live: Live) -> None:
            task = tasks.create_task(_push_public(live, find, target), name=f"push {live.clip}")
            running.add(task)
            task.add_done_callback(running.discard)

        with stage.watch(arrive):
            try:
                yield
            finally:
                for task in running:
                    task.cancel()


async def _push_public(live: Live, find: Callable[[str], Awaitable[Clip]], target: Target) -> None:
    """A push that fails costs our own viewers nothing: it is said in the log."""
    try:
        if (await find(live.clip)).visibility == "public":
            await push(live, target)
            log.info("pushed", extra={"clip": live.clip})
    except (PushFailed, PhospheneError) as error:
        log.warning("clip %s was not pushed: %s", live.clip, error)


async def _offer(peer: RTCPeerConnection, track: Units, live: Live) -> str:
    """An offer of H.264 only, complete with candidates."""
    sender = peer.addTransceiver(track, direction="sendonly")
    codecs = RTCRtpSender.getCapabilities("video").codecs
    sender.setCodecPreferences([one for one in codecs if one.mimeType == "video/H264"])
    loop = asyncio.get_running_loop()
    # aiortc asks its own encoder for a keyframe, and there is none: ask the clip's.
    sender.sender._send_keyframe = lambda: live.want_keyframe(loop.time())  # type: ignore[method-assign]
    await peer.setLocalDescription(await peer.createOffer())
    return str(peer.localDescription.sdp)


async def _ended(peer: RTCPeerConnection, track: Units) -> None:
    """Until the clip is over. Raises PushFailed when the connection is lost or never comes."""
    up, lost = asyncio.Event(), asyncio.Event()

    def look() -> None:
        if peer.connectionState == "connected":
            up.set()
        if peer.connectionState in {"failed", "closed"}:
            lost.set()

    peer.on("connectionstatechange", look)
    look()
    if not await _first(up, lost, within_s=CONNECT_S):
        raise PushFailed("no connection for media came to be")
    if not await _first(track.over, lost, within_s=None):
        raise PushFailed("the media server went away")


async def _first(good: asyncio.Event, bad: asyncio.Event, within_s: float | None) -> bool:
    """Whether ``good`` came, and came first."""
    waiting = [asyncio.ensure_future(one.wait()) for one in (good, bad)]
    try:
        await asyncio.wait(waiting, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
    return good.is_set()


def _post(url: str, token: str, offer: str) -> tuple[str, str | None]:
    """The answer and the session's address. Raises PushFailed."""
    try:
        with urlopen(_request(url, token, "POST", offer.encode()), timeout=REQUEST_S) as answer:
            location = answer.headers.get("Location")
            if answer.status != 201:
                raise PushFailed(f"{url} answered {answer.status}, not 201")
            return answer.read().decode(), location and urljoin(answer.url, location)
    except HTTPError as error:
        with error:
            raise PushFailed(f"{url} answered {error.code} {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise PushFailed(f"{url} cannot be used: {error}") from None


def _delete(url: str, token: str) -> None:
    """End the session; a server that is gone has ended it already."""
    try:
        with urlopen(_request(url, token, "DELETE"), timeout=REQUEST_S):
            return
    except (OSError, HTTPException) as error:
        log.debug("the session could not be ended: %s", error)


def _request(url: str, token: str, method: str, body: bytes | None = None) -> Request:
    headers = {"Content-Type": SDP} if body else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Request(url, body, headers, method=method)
