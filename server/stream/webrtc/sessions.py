"""The viewers of this process: each a peer connection with a lifetime of its own."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiortc import RTCCertificate
from aiortc.sdp import SessionDescription

from phosphene.errors import Busy, NotFound
from phosphene.failure_boundary import boundary, keep_running
from phosphene.stream.live import LiveClip
from phosphene.stream.replay import Replay
from phosphene.stream.webrtc.fanout import Fanouts
from phosphene.stream.webrtc.offer import read_offer, ufrags
from phosphene.stream.webrtc.statistics import Statistics
from phosphene.stream.webrtc.template_cache import TemplateCaches
from phosphene.stream.webrtc.udp import MediaPort, open_port
from phosphene.stream.webrtc.viewer_session import (
    PATIENT,
    STRANGER,
    Admission,
    Patience,
    ViewerSession,
)

BUSY_RETRY_S = 5.0
LONG_OFFER: Final = (200, 20_000)
"""Lines and characters. Chromium's have 150 and 7,000; 470 lines took 8 ms of a slow core, one of
60,000 characters 7, in which no picture is sent."""
# The rest is for those who come to this instance by itself.
LED_SHARE = 0.8
"""Up to this share of its viewers an instance takes some from others."""
REPORT_EVERY_S = 1.0
# Reports to 1,000 viewers in one turn would hold up the pictures; an eighth of them every 125 ms
# does not. Few viewers are worth no more than one wake-up a second.
SLICES, SLICE = 8, 25
# aiortc's certificates are good for 30 days; new ones each day keep the key short-lived.
CERTIFICATE_S = 24 * 3600.0

log = logging.getLogger("phosphene.stream")


class ViewerSessions:
    """All sessions of this process and their count. Made by ``open_sessions``."""

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        limit: int,
        patience: Patience,
        port: MediaPort,
        fanouts: Fanouts,
    ) -> None:
        self.sessions_total = 0
        self.sessions_broken = 0
        self.port = port
        self._tasks = tasks
        self._limit = limit
        self._patience = patience
        self._open: dict[str, ViewerSession] = {}
        self._marked: dict[bytes, tuple[ViewerSession, str]] = {}
        self._fanouts = fanouts
        self._templates = TemplateCaches()
        self._some = asyncio.Event()
        self._leaving = False
        self._units_sent = 0
        self._keyframe_requests = 0
        self._certificate = RTCCertificate.generateCertificate()
        self._certified_s = time.monotonic()

    @property
    def viewer_count(self) -> int:
        """Sessions that are open now."""
        return len(self._open)

    def takes_more(self) -> bool:
        """Whether others may send viewers here."""
        return not self._leaving and len(self._open) < LED_SHARE * self._limit

    @property
    def statistics(self) -> list[Statistics]:
        """Of each viewer that is here."""
        return [session.statistics for session in self._open.values()]

    @property
    def units_sent(self) -> int:
        """Encoded pictures sent to all viewers together."""
        return self._units_sent + sum(one.peer.sender.pictures for one in self._open.values())

    @property
    def keyframe_requests(self) -> int:
        """PLI and FIR received from all viewers together."""
        now = sum(one.viewer.keyframe_requests for one in self._open.values())
        return self._keyframe_requests + now

    async def open_session(
        self,
        source: LiveClip | Replay | None,
        offer: str,
        admission: Admission = STRANGER,
        mark: bytes | None = None,
    ) -> tuple[ViewerSession, str]:
        """A session for a clip, or (None) for a feed, and the answer to the offer; media flows as
        soon as the viewer connects. What it was admitted with is told every second of pictures that
        were sent. Who comes again with the ``mark`` of a session that is open gets that one.

        Raises:
            BadInput, NotAcceptable: the offer (see ``read_offer``), or its player decodes nothing
            of that clip.
            Busy: as many viewers as the settings allow.
        """
        if mark is not None and (known := self._marked.get(mark)) is not None:
            return known
        # Read before the room is looked at: who sends what cannot be used learns it, though the
        # server be full.
        clean = await _read(offer)
        if mark is not None and (known := self._marked.get(mark)) is not None:
            return known  # opened meanwhile
        if self._leaving or len(self._open) >= self._limit:
            raise Busy("no room for another viewer now; try again soon", BUSY_RETRY_S)
        session = ViewerSession(
            source, clean, self.port, self._current_certificate(), self._templates, admission
        )
        try:
            session.ufrags = ufrags(offer)
            if source is not None:
                session.turn_to(source)
            answer = session.peer.answer_offer()
        except BaseException:
            session.release_source()
            await session.peer.close()
            raise
        self._open[session.id] = session
        if mark is not None:
            self._marked[mark] = session, answer
        self._some.set()
        self.sessions_total += 1
        self._tasks.create_task(self._attend(session, mark), name=f"viewer of {session.clip}")
        return session, answer

    def get_session(self, clip: str | None, session_id: str) -> ViewerSession:
        """An open session of that clip, or (None) of a feed. Raises NotFound."""
        session = self._open.get(session_id)
        if session is None or session.clip != clip:
            raise NotFound("no such session; it may have ended")
        return session

    def end_clip(self, clip_id: str) -> None:
        """Nobody is sent more of a clip: who watches it alone is sent away, who watches a feed is
        shown nothing until the next one."""
        for session in list(self._open.values()):
            if session.clip == clip_id:
                session.end_soon()
            elif session.shows_clip(clip_id):
                session.turn_to(None)

    def send_away(self) -> None:
        """Take no more, and tell every player to connect anew."""
        self._leaving = True
        for session in self._open.values():
            session.send_away()

    def end_all(self) -> None:
        """End every session and take no more."""
        self._leaving = True
        for session in list(self._open.values()):
            session.end_soon()

    async def tend_sessions(self) -> None:
        """Sender reports, each viewer's in its slice of a second, and the end of the silent. Sleeps
        for as long as nobody is here."""
        while True:
            await self._some.wait()
            slices = min(SLICES, 1 + len(self._open) // SLICE)
            for piece in range(slices):
                await asyncio.sleep(REPORT_EVERY_S / slices)
                now_s, unix_s = time.monotonic(), time.time()
                for session in list(self._open.values())[piece::slices]:
                    if session.connected:
                        with boundary("viewer"):
                            self._tend(session, now_s, unix_s)

    def _tend(self, session: ViewerSession, now_s: float, unix_s: float) -> None:
        # Counted in rounds: after a sleep of this process none of its viewers is gone, and what
        # they sent meanwhile is read a moment later.
        ice = session.peer.ice_transport
        ice.silent_s += REPORT_EVERY_S
        if ice.silent_s > self._patience.silent_s + REPORT_EVERY_S:
            log.info("a viewer of %s fell silent", session.clip or "the feed")
            session.end_soon()
        else:
            session.peer.send_reports(now_s, unix_s)
            session.count_watched(REPORT_EVERY_S)

    async def _attend(self, session: ViewerSession, mark: bytes | None) -> None:
        try:
            with session.admission.attend(session.end_soon):
                await session.serve_viewer(self._fanouts.serving_viewer, self._patience)
        except ConnectionError as gone:
            log.info("a viewer of %s is gone: %s", session.clip or "the feed", gone)
        except Exception:
            # A boundary: whatever aiortc trips over may cost one viewer, never the others.
            self.sessions_broken += 1
            log.exception("a session for %s broke", session.clip or "the feed")
        finally:
            del self._open[session.id]
            if mark is not None:
                del self._marked[mark]
            if not self._open:
                self._some.clear()
            self._units_sent += session.peer.sender.pictures
            self._keyframe_requests += session.viewer.keyframe_requests

    def _current_certificate(self) -> RTCCertificate:
        """One certificate for all viewers of a day: making one costs more than a handshake."""
        if time.monotonic() - self._certified_s > CERTIFICATE_S:
            self._certificate = RTCCertificate.generateCertificate()
            self._certified_s = time.monotonic()
        return self._certificate


@asynccontextmanager
async def open_sessions(
    limit: int,
    *,
    loopback: bool = False,
    patience: Patience = PATIENT,
    media_port: int = 0,
    hosts: Sequence[str] = (),
    announced: Sequence[str] = (),
) -> AsyncIterator[ViewerSessions]:
    """Room for ``limit`` viewers on one UDP port (see ``open_port``); at the end all peer
    connections are closed. Raises BadInput: the port cannot be used."""
    async with (
        open_port(media_port, hosts=hosts, announced=announced, loopback=loopback) as port,
        asyncio.TaskGroup() as tasks,
        asyncio.TaskGroup() as fanning,
    ):
        sessions = ViewerSessions(tasks, limit, patience, port, Fanouts(fanning))
        tending = tasks.create_task(keep_running("viewers", sessions.tend_sessions))
        try:
            yield sessions
        finally:
            sessions.end_all()
            tending.cancel()


async def _read(offer: str) -> SessionDescription:
    """``read_offer``, of a long one beside the event loop."""
    lines, characters = LONG_OFFER
    if offer.count("\n") > lines or len(offer) > characters:
        return await asyncio.to_thread(read_offer, offer)
    return read_offer(offer)
