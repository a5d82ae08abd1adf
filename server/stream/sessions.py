"""The viewers of this process: each a peer connection with a lifetime of its own."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiortc.sdp import SessionDescription
from msgspec import Struct

from server.errors import Busy, NotFound
from server.stream.cursor import Cursor
from server.stream.live import Live
from server.stream.offer import read_offer
from server.stream.peer import Peer

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

    def __init__(self, live: Live, offer: SessionDescription) -> None:
        self.id = secrets.token_urlsafe(18)
        self.etag = f'"{secrets.token_urlsafe(9)}"'
        self.live = live
        self.cursor = Cursor(live)
        self.peer = Peer(offer, self.leave, self.cursor.picture_lost)
        self.closed = asyncio.Event()
        self._running: asyncio.Task[Any] | None = None
        self._left = False

    def leave(self) -> None:
        """End the session soon."""
        self._left = True
        if self._running is not None:
            self._running.cancel()
            self._running = None

    async def attend(self, patience: Patience) -> None:
        """Until the viewer has gone, never came, or has seen the last picture; then close.

        Raises:
            ConnectionError: the viewer is gone.
        """
        # Only now may it be cancelled: before its first step it would never close.
        self._running = asyncio.current_task()
        try:
            if not self._left:
                await self._play(patience)
        finally:
            await self._close()

    async def _play(self, patience: Patience) -> None:
        try:
            async with asyncio.timeout(patience.connect_s):
                await self.peer.connect()
        except TimeoutError:
            log.info("clip %s: a viewer did not connect", self.live.clip)
            return
        async for unit, rtp_time in self.cursor.read():
            await self.peer.sender.picture(self.live.payloads(unit), rtp_time)
        # Lost packets of the last pictures may still be asked for.
        await asyncio.sleep(patience.linger_s)

    async def _close(self) -> None:
        self._running = None
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.peer.close()
        except TimeoutError:
            log.warning("clip %s: a connection did not close", self.live.clip)
        finally:
            self.closed.set()


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
        return self._units_sent + sum(one.cursor.sent for one in self._open.values())

    @property
    def keyframe_requests(self) -> int:
        """PLI and FIR received from all viewers together."""
        now = sum(one.cursor.keyframe_requests for one in self._open.values())
        return self._keyframe_requests + now

    async def open(self, live: Live, offer: str) -> tuple[Session, str]:
        """A session and the answer to the offer; media flows as soon as the viewer connects.

        Raises:
            BadInput, NotAcceptable: the offer (see ``read_offer``).
            Busy: as many viewers as the settings allow.
        """
        clean = read_offer(offer)
        if self._leaving or len(self._open) >= self._limit:
            raise Busy("no room for another viewer now; try again soon", BUSY_RETRY_S)
        session = Session(live, clean)
        self._open[session.id] = session
        try:
            answer = await session.peer.answer(loopback=self._loopback)
        except BaseException:
            del self._open[session.id]
            await session.peer.close()
            raise
        self.sessions_total += 1
        self._tasks.create_task(self._attend(session), name=f"viewer of {live.clip}")
        return session, answer

    def get(self, clip: str, session_id: str) -> Session:
        """An open session of that clip. Raises NotFound."""
        session = self._open.get(session_id)
        if session is None or session.live.clip != clip:
            raise NotFound("no such session; it may have ended")
        return session

    def leave(self) -> None:
        """End every session and take no more."""
        self._leaving = True
        for session in list(self._open.values()):
            session.leave()

    async def _attend(self, session: Session) -> None:
        try:
            with session.live.audience.present():
                await session.attend(self._patience)
        except ConnectionError as gone:
            log.info("clip %s: a viewer is gone: %s", session.live.clip, gone)
        except Exception:
            # A boundary: whatever aiortc trips over may cost one viewer, never the others.
            self.sessions_broken += 1
            log.exception("clip %s: a session broke", session.live.clip)
        finally:
            del self._open[session.id]
            self._units_sent += session.cursor.sent
            self._keyframe_requests += session.cursor.keyframe_requests


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
