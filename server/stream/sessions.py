"""The viewers of this process: each a peer connection with a lifetime of its own."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiortc import RTCIceCandidate, RTCPeerConnection
from msgspec import Struct

from server.errors import Busy, NotFound
from server.stream.live import Live
from server.stream.offer import fragment_ufrag, read_offer
from server.stream.peer import negotiate
from server.stream.track import LiveTrack

CLOSE_S = 5.0
BUSY_RETRY_S = 5.0

log = logging.getLogger("phosphene.stream")


class Patience(Struct, frozen=True):
    """How long a viewer may take to connect, and how long it is kept after the last picture."""

    connect_s: float = 15.0
    linger_s: float = 2.0


PATIENT = Patience()


class Session:
    """One viewer of one clip. ``id`` is a capability: who knows it may end the session."""

    def __init__(self, live: Live, track: LiveTrack, peer: RTCPeerConnection, offer: str) -> None:
        self.id = secrets.token_urlsafe(18)
        self.etag = f'"{secrets.token_urlsafe(9)}"'
        self.ufrag = fragment_ufrag(offer)
        self.broken = False
        self.live = live
        self.track = track
        self.closed = asyncio.Event()
        self._peer = peer
        self._connected = asyncio.Event()
        self._shown = asyncio.Event()
        self._gone = asyncio.Event()
        peer.on("connectionstatechange", self._on_state)
        track.on("ended", self._shown.set)

    @property
    def answer(self) -> str:
        """The SDP answer, with all our candidates."""
        return self._peer.localDescription.sdp

    async def trickle(self, candidates: list[RTCIceCandidate]) -> None:
        """Take more of the viewer's addresses."""
        for candidate in candidates:
            candidate.sdpMLineIndex = 0
            await self._peer.addIceCandidate(candidate)

    def leave(self) -> None:
        """End the session soon."""
        self._gone.set()
        self._connected.set()
        self._shown.set()

    async def attend(self, patience: Patience) -> None:
        """Until the viewer has gone, never came, or has seen the last picture; then close."""
        try:
            async with asyncio.timeout(patience.connect_s):
                await self._connected.wait()
            await self._shown.wait()
            await self._linger(patience.linger_s)
        except TimeoutError:
            log.info("clip %s: a viewer did not connect", self.live.clip)
        finally:
            await self._close()

    async def _linger(self, seconds: float) -> None:
        """Lost packets of the last pictures may still be asked for."""
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            # aiortc's send loop ends without a word when packing or sending raises.
            self.broken = not self.track.complete

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._peer.close()
        except TimeoutError:
            log.warning("clip %s: a peer connection did not close", self.live.clip)
        finally:
            self.closed.set()

    def _on_state(self) -> None:
        if self._peer.connectionState == "connected":
            self._connected.set()
        elif self._peer.connectionState in {"failed", "closed"}:
            self.leave()


class Sessions:
    """All sessions of this process and their count. Made by ``open_sessions``."""

    def __init__(
        self, tasks: asyncio.TaskGroup, limit: int, patience: Patience, *, loopback: bool
    ) -> None:
        self.sessions_total = 0
        self.sessions_broken = 0
        self._tasks = tasks
        self._limit = limit
        self._patience = patience
        self._loopback = loopback
        self._open: dict[str, Session] = {}
        self._opening = 0
        self._leaving = False
        self._units_sent = 0
        self._keyframe_requests = 0

    @property
    def viewers(self) -> int:
        """Sessions that are open now."""
        return len(self._open)

    @property
    def units_sent(self) -> int:
        """Encoded pictures sent to all viewers together."""
        return self._units_sent + sum(one.track.sent for one in self._open.values())

    @property
    def keyframe_requests(self) -> int:
        """PLI and FIR received from all viewers together."""
        now = sum(one.track.keyframe_requests for one in self._open.values())
        return self._keyframe_requests + now

    async def open(self, live: Live, offer: str) -> Session:
        """Answer a viewer's offer; media flows as soon as it has connected.

        Raises:
            BadInput, NotAcceptable: the offer (see ``read_offer``).
            Busy: as many viewers as the settings allow.
        """
        clean = read_offer(offer)
        if self._leaving or len(self._open) + self._opening >= self._limit:
            raise Busy("no room for another viewer now; try again soon", BUSY_RETRY_S)
        self._opening += 1
        try:
            track = LiveTrack(live)
            peer = await negotiate(clean, track, loopback=self._loopback)
        finally:
            self._opening -= 1
        if self._leaving:
            await peer.close()
            raise Busy("the server is stopping", BUSY_RETRY_S)
        return self._begin(Session(live, track, peer, clean))

    def get(self, clip: str, session_id: str) -> Session:
        """An open session of that clip. Raises NotFound."""
        session = self._open.get(session_id)
        if session is None or session.live.clip != clip:
            raise NotFound("no such session; it may have ended")
        return session

    def leave(self) -> None:
        """End every session and take no more."""
        self._leaving = True
        for session in self._open.values():
            session.leave()

    def _begin(self, session: Session) -> Session:
        self._open[session.id] = session
        self.sessions_total += 1
        self._tasks.create_task(self._attend(session), name=f"viewer of {session.live.clip}")
        return session

    async def _attend(self, session: Session) -> None:
        try:
            with session.live.audience.present():
                await session.attend(self._patience)
        except Exception:
            # A boundary: whatever aiortc trips over may cost one viewer, never the others.
            session.broken = True
            log.exception("clip %s: a session broke", session.live.clip)
        finally:
            del self._open[session.id]
            self.sessions_broken += session.broken
            self._units_sent += session.track.sent
            self._keyframe_requests += session.track.keyframe_requests


@asynccontextmanager
async def open_sessions(
    limit: int, *, loopback: bool = False, patience: Patience = PATIENT
) -> AsyncIterator[Sessions]:
    """Room for ``limit`` viewers; at the end all peer connections are closed.

    ``loopback`` offers 127.0.0.1 to viewers even where there are other addresses.
    """
    async with asyncio.TaskGroup() as tasks:
        sessions = Sessions(tasks, limit, patience, loopback=loopback)
        try:
            yield sessions
        finally:
            sessions.leave()
