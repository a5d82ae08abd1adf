"""One viewer of this process: a peer connection with a lifetime of its own."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

from aiortc import RTCCertificate
from aiortc.sdp import SessionDescription
from msgspec import Struct

from phosphene.append_log import Log
from phosphene.errors import NotFound
from phosphene.stream.live import LiveClip
from phosphene.stream.rendition import Rendition
from phosphene.stream.replay import Replay
from phosphene.stream.webrtc.peer import Peer
from phosphene.stream.webrtc.selection import Selection
from phosphene.stream.webrtc.statistics import Statistics, statistics
from phosphene.stream.webrtc.template_cache import TemplateCaches
from phosphene.stream.webrtc.udp import MediaPort
from phosphene.stream.webrtc.viewer import Viewer

CLOSE_S = 5.0

log = logging.getLogger("phosphene.stream")


Watched = Callable[[float, str], None]
"""Is told of seconds of pictures that were sent, and of which clip; '' is none any more."""
Attend = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""While a session is open: what ends it from outside, as when its viewer's login ends."""


ServeRendition = Callable[[Rendition, Viewer], AbstractContextManager[Callable[[], None]]]
"""Sends a viewer a rendition inside its block (``Fanouts.serving_viewer``); gives what is called
when something is due though no unit has come."""


def uncounted(seconds: float, clip_id: str) -> None:
    """For viewers whose time nobody counts."""


class Admission(Struct, frozen=True):
    """What a viewer was let in with."""

    watched: Watched = uncounted
    attend: Attend = lambda end: nullcontext()


STRANGER = Admission()


class Patience(Struct, frozen=True):
    """How long a viewer may take to connect, how long it is kept after the last picture, and how
    long it may be silent: its ICE agent checks every few seconds (RFC 7675)."""

    # Half-open sessions hold places: in a test 1,000 of them, made within seconds, kept everybody
    # else out for as long as this.
    connect_s: float = 15.0
    # The last pictures may be lost like all others, and NACKs come within some round trips.
    linger_s: float = 1.0
    # Four checks of RFC 7675's five seconds. A player that is killed says no goodbye.
    silent_s: float = 20.0


PATIENT = Patience()


class ViewerSession:
    """One viewer. ``id`` is a capability: who knows it may end the session.

    With ``source`` it is for that clip: it ends with the clip on air, and shows a finished one
    again and again. Without, it is for a whole feed: it stays, and ``turn_to`` says what is shown.
    """

    def __init__(
        self,
        source: LiveClip | Replay | None,
        offer: SessionDescription,
        port: MediaPort,
        certificate: RTCCertificate,
        templates: TemplateCaches,
        admission: Admission,
    ) -> None:
        # 144 bits: the address of a session is all that protects it (WHEP asks that it cannot be
        # guessed).
        self.id = secrets.token_urlsafe(18)
        self.etag = f'"{secrets.token_urlsafe(9)}"'
        self.ufrags = frozenset[str]()
        self.clip = source.clip if source is not None else None
        sound = source is None or source.sound
        self.peer = Peer(
            offer,
            port,
            certificate,
            self.end_soon,
            self._picture_lost,
            self._note_receiver,
            sound=sound,
        )
        self.viewer = Viewer(
            self.peer.sender,
            self._on_end,
            self.end_soon,
            self.peer.wait_writable,
            templates,
            self.peer.audio_sender,
        )
        self.selection = Selection(
            self.viewer.turn_to,
            self.viewer.change_to,
            self.peer.only_rendition,
            self._on_change,
        )
        self.closed = asyncio.Event()
        self.connected = False
        self.admission = admission
        self._pictures = 0
        self.event_streams: dict[str, frozenset[str]] = {}
        self.story: Log[str | None] = Log()
        self.leaving = False
        self._live: LiveClip | None = None
        self._replay: Replay | None = None
        self._audience = ExitStack()
        self._news = asyncio.Event()
        self._ended = False
        self._running: asyncio.Task[Any] | None = None
        self._left = False
        self._wake_up: Callable[[], None] | None = None

    def count_watched(self, seconds: float) -> None:
        """Tell ``watched`` when pictures were sent in these last seconds."""
        if self.peer.sender.pictures > self._pictures:
            self._pictures = self.peer.sender.pictures
            self.admission.watched(seconds, self._live.clip if self._live is not None else "")

    def end_soon(self) -> None:
        """End the session soon."""
        self._left = True
        if self._running is not None:
            self._running.cancel()
            self._running = None

    @property
    def shown_live(self) -> LiveClip | None:
        """What is shown, while it goes on."""
        over = self._live is None or (self._live.units.closed and self._replay is None)
        return None if over else self._live

    @property
    def statistics(self) -> Statistics:
        """What is known of the viewer's line."""
        return statistics(
            self.peer.sender,
            self._live.clip if self._live is not None else None,
            connected=self.connected,
            keyframe_requests=self.viewer.keyframe_requests,
            rendition=self.selection.shown.name if self.selection.shown else None,
            switches=self.selection.switches,
        )

    def turn_to(self, source: LiveClip | Replay | None) -> int:
        """Show another clip (a finished one again and again) or nothing. Gives the RTP time with
        which its pictures begin.

        Raises:
            NotFound: the session has ended. NotAcceptable: its player decodes nothing of that clip.
        """
        if self.story.closed:
            raise NotFound("no such session; it may have ended")
        live = source.start_showing() if isinstance(source, Replay) else source
        time = self.selection.turn_to(live)
        self._replay = source if isinstance(source, Replay) else None
        self._live = live
        self._audience.close()
        self._ended = False
        self._news.set()
        if live is not None:
            self._audience.enter_context(live.audience.viewer_present())
        self.story.append(live.clip if live is not None else None)
        return time

    def shows_clip(self, clip_id: str) -> bool:
        """Whether it is open, and this is what it shows."""
        return not self.story.closed and self._live is not None and self._live.clip == clip_id

    def send_away(self) -> None:
        """Tell the player to connect anew: this server stops."""
        self.leaving = True
        if not self.story.closed:
            self.story.append(None)

    def restart_ice(self, ufrags: frozenset[str]) -> str:
        """An ICE restart: the viewer has new user names; ours, and our addresses, as a fragment
        (RFC 8840). What is shown goes on meanwhile."""
        self.ufrags, self.etag = ufrags, f'"{secrets.token_urlsafe(9)}"'
        return self.peer.restart_ice()

    def release_source(self) -> None:
        """It is not to be shown anything."""
        self.selection.close()
        self._audience.close()

    async def serve_viewer(self, serve: ServeRendition, patience: Patience) -> None:
        """Until the viewer has gone, never came, or has seen the last picture; then close.

        Raises:
            ConnectionError: the viewer is gone.
        """
        # Only now may it be cancelled: before its first step it would never close.
        self._running = asyncio.current_task()
        try:
            if not self._left:
                await self._play(serve, patience)
        finally:
            await self._close()

    async def _play(self, serve: ServeRendition, patience: Patience) -> None:
        try:
            async with asyncio.timeout(patience.connect_s):
                await self.peer.connect()
        except TimeoutError:
            log.info("a viewer of %s did not connect", self.clip or "the feed")
            return
        self.connected = True
        while self.clip is None or not self._ended:
            await self._watch(serve)
        # Lost packets of the last pictures may still be asked for.
        await asyncio.sleep(patience.linger_s)

    async def _watch(self, serve: ServeRendition) -> None:
        """Until the clip has ended or another, or another rendition of it, is to be shown."""
        self._news.clear()
        live, replay, shown = self._live, self._replay, self.selection.shown
        if live is None or shown is None or self._ended:
            await self._news.wait()
            return
        async with replay.keep_playing(live) if replay else nullcontext():
            with serve(shown, self.viewer) as self._wake_up:
                await self._news.wait()
        if self._ended and replay is not None and self._replay is replay:
            self.turn_to(replay)

    def _on_end(self) -> None:
        self._ended = True
        self._news.set()

    def _note_receiver(self) -> None:
        """Choose by what the viewer has just said of its line."""
        self.selection.note_receiver(self.peer.sender.receiver, time.monotonic())

    def _on_change(self) -> None:
        self._ended = self._ended or self.selection.is_over
        self._news.set()

    def _picture_lost(self) -> None:
        self.viewer.picture_lost(time.monotonic())
        if self._wake_up is not None:
            self._wake_up()

    async def _close(self) -> None:
        self._running = None
        self.story.close()
        self.release_source()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.peer.close()
        except TimeoutError:
            log.warning("the connection of a viewer of %s did not close", self.clip or "the feed")
        finally:
            self.closed.set()
