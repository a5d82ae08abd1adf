"""Viewers of a clip on air are led to the instance that draws it, so that few others mirror it.

Each instance that has an address of its own says every second which clips it draws. That is a
hint: whom it does not reach mirrors the clip, and who is not heard of any more is led to by nobody.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.bus.bus import Bus, Hint
from phosphene.failure_boundary import keep_running, running
from phosphene.model import Clip
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.redirects import HERE, redirect_to
from phosphene.web import COOKIE

CHANNEL: Final = "on air"
SAID_EVERY_S: Final = 1.0
# Whom a busy instance says too late, or whose word is lost, has a mirror meanwhile: that costs
# little, and a viewer who is led to nobody fails.
BELIEVED_S: Final = 2.5
"""So long viewers are still led to an instance that is gone: one word may be lost."""
LED: Final = "led"
"""What ``here`` is of a viewer who was led to this instance by another."""


class DrawnHere(Struct, frozen=True):
    """An instance's word: where viewers reach it (an origin), and under which lease it draws which
    clips; none while it has no room for more viewers."""

    # It goes into headers.
    url: Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+\Z")]
    clips: dict[str, int]


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[DrawnHere] = msgspec.msgpack.Decoder(DrawnHere)


class InstanceDirectory:
    """What other instances have said; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: dict[str, tuple[DrawnHere, float]] = {}

    def note_instance(self, word: DrawnHere) -> None:
        """Take an instance's word in place of its last one."""
        now = self._clock()
        self._said = {url: kept for url, kept in self._said.items() if kept[1] > now}
        self._said[word.url] = word, now + BELIEVED_S

    @property
    def urls(self) -> tuple[str, ...]:
        """Instances that are there."""
        now = self._clock()
        return tuple(url for url, (_, until) in self._said.items() if until > now)

    def find_drawing(self, clip_id: str) -> str | None:
        """Where a clip is drawn: of those who say so the one with the newest lease."""
        now = self._clock()
        there = [
            (word.clips[clip_id], url)
            for url, (word, until) in self._said.items()
            if until > now and clip_id in word.clips
        ]
        return max(there)[1] if there else None


class InstanceRouting:
    """Made by ``open_routing``, see there."""

    def __init__(
        self,
        url: str,
        live_clips: LiveClips,
        bus: Bus,
        directory: InstanceDirectory,
        has_room: Callable[[], bool],
    ) -> None:
        self._url = url
        self._live_clips = live_clips
        self._bus = bus
        self._directory = directory
        self._has_room = has_room
        self._news = asyncio.Event()

    @property
    def urls(self) -> tuple[str, ...]:
        """Where viewers may be led."""
        return self._directory.urls

    async def redirect_viewer(self, request: Request, clip: Clip) -> Response | None:
        """The answer to who is to watch where a clip is drawn; None: they are answered here."""
        # A login does not go along to another address, and with it the right to see a private clip
        # and the limits that people set themselves: who is somebody here stays.
        if clip.visibility == "private" or COOKIE in request.cookies:
            return None
        if "authorization" in request.headers or clip.id in self._live_clips.live_ids:
            return None
        url = self._directory.find_drawing(clip.id)
        path = request.url.include_query_params(**{HERE: LED})
        return redirect_to(f"{url}{path.path}?{path.query}") if url else None

    def own_address(self, request: Request) -> str:
        """What begins the addresses in answers to a viewer who was led here: players resolve what
        begins with a path by the address that they asked first."""
        return self._url if request.query_params.get(HERE) == LED else ""

    def announce_arrival(self, live: LiveClip) -> None:
        """Say at once that a clip is on air here."""
        self._news.set()

    async def announce_clips(self) -> None:
        """Say what is on air here, for ever."""
        while True:
            self._news.clear()
            await self._say(self._clips())
            with suppress(TimeoutError):
                async with asyncio.timeout(SAID_EVERY_S):
                    await self._news.wait()

    async def say_goodbye(self) -> None:
        """Nobody is to be led here any more."""
        await self._say({})

    async def listen_for_instances(self) -> None:
        """Hear what the others say, for ever."""
        async for hint in self._bus.receive_hints(CHANNEL):
            if isinstance(hint, Hint):
                # Of another release, or of somebody with redis-cli: a mirror does without it.
                with suppress(msgspec.DecodeError):
                    self._directory.note_instance(_decoder.decode(hint.data))

    def _clips(self) -> dict[str, int]:
        clips = self._live_clips
        # Only as long as there is room: a clip that everybody watches needs its mirrors.
        return (
            {id_: clips.get_live(id_).lease for id_ in clips.live_ids} if self._has_room() else {}
        )

    async def _say(self, clips: dict[str, int]) -> None:
        await self._bus.publish_hint(CHANNEL, _encode(DrawnHere(self._url, clips)))


@asynccontextmanager
async def open_routing(
    url: str,
    live_clips: LiveClips,
    bus: Bus,
    has_room: Callable[[], bool],
    clock: Callable[[], float],
) -> AsyncIterator[InstanceRouting]:
    """Within the block this instance leads viewers to the others, and they lead viewers here while
    it ``has_room``, if it has an address of its own (``url``). ``clock`` counts seconds."""
    directory = InstanceDirectory(clock)
    routing = InstanceRouting(url.rstrip("/"), live_clips, bus, directory, has_room)
    async with AsyncExitStack() as stack:
        if bus.is_shared:
            await stack.enter_async_context(
                running(keep_running("routing", routing.listen_for_instances))
            )
        if bus.is_shared and url:
            stack.push_async_callback(routing.say_goodbye)
            await stack.enter_async_context(
                running(keep_running("routing", routing.announce_clips))
            )
            stack.enter_context(live_clips.announcing_arrivals(routing.announce_arrival))
        yield routing
