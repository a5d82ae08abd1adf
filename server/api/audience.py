"""What the server sent to each identity: seconds of pictures, by its own count."""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phosphene.api.visitors import Visitors, address_of
from phosphene.errors import NotFound, TooMany, Unauthorized
from phosphene.ids import made_at
from phosphene.model import Clip
from phosphene.people.connections import OpenConnections
from phosphene.store.store import Store
from phosphene.stream.webrtc.viewer_session import STRANGER, Admission
from phosphene.trust.rate_limits import RateLimits

PACE_S: Final = 2.0
"""So often what was sent is stored."""
# Who has standing is counted no more, which spares the store a row of theirs every two seconds; who
# is forgotten here is only counted once more.
KNOWN_LIMIT: Final = 20_000
SHOWN: Final = 0.25
"""Of whose film this share was sent has been shown it."""

FROM_BEGINNING: Final = re.compile(r"bytes=0-(\d{0,18})")
# Safari asks for two bytes before it plays.
LOOK: Final = 64 * 1024
"""Bytes that are more than a look into a film."""

Sent = Callable[[Request, str, float], Awaitable[None]]
"""Is told which share of a clip's file was sent."""


class WatchTimes:
    """Needs ``run`` beside it. ``clock`` gives seconds since the Unix epoch; ``told`` hears of all
    that is sent to a person: how many seconds, of which clip."""

    def __init__(
        self,
        store: Store,
        visitors: Visitors,
        clock: Callable[[], float] = time.time,
        told: Callable[[str, float, str], None] = lambda person_id, seconds, clip_id: None,
    ) -> None:
        self._told = told
        self._store = store
        self._visitors = visitors
        self._clock = clock
        self._watched: dict[str, float] = {}
        self._some = asyncio.Event()
        self._standing: OrderedDict[str, None] = OrderedDict()

    def add_seconds(self, person_id: str, seconds: float, clip_id: str = "") -> None:
        """So much was sent to a person just now, of a clip or of none in particular."""
        self._told(person_id, seconds, clip_id)
        if person_id in self._standing:
            return
        self._watched[person_id] = self._watched.get(person_id, 0.0) + seconds
        self._some.set()

    async def add_file_share(self, request: Request, clip_id: str, share: float) -> None:
        """This share of the file of a clip was sent."""
        with suppress(Unauthorized, NotFound, TooMany):
            if person := await self._visitors.known_person(request):
                seconds = share * (await self._store.get_clip(clip_id)).seconds
                # A player that looks into a film has not shown it.
                self.add_seconds(person.id, seconds, clip_id if share >= SHOWN else "")

    async def add_stretch(
        self, request: Request, clip: Clip, seconds: float, until_s: float
    ) -> None:
        """So many seconds of a clip were sent, up to one of its own."""
        with suppress(Unauthorized, TooMany):
            if person := await self._visitors.known_person(request):
                shown = until_s >= SHOWN * clip.seconds
                self.add_seconds(person.id, seconds, clip.id if shown else "")

    async def run(self) -> None:
        """Store what was sent, for ever."""
        while True:
            await self._some.wait()
            # Not a poll: what a viewer is sent comes every second.
            await asyncio.sleep(PACE_S)
            self._some.clear()
            watched, now = dict(self._watched), self._clock()
            ages = {person: now - made_at(person) for person in watched}
            for person in await self._store.add_watched(watched, ages):
                self._standing[person] = None
            while len(self._standing) > KNOWN_LIMIT:
                self._standing.popitem(last=False)
            for person, seconds in watched.items():
                left = self._watched.pop(person) - seconds
                if left > 0 and person not in self._standing:
                    self._watched[person] = left


class CountSent:
    """An ASGI application that serves a clip's file; ``sent`` learns how much of it was sent."""

    def __init__(self, app: ASGIApp, sent: Sent) -> None:
        self._app = app
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, whole, gone, elsewhere, request = 0, 0, False, False, Request(scope, receive)

        async def count(message: Message) -> None:
            nonlocal body, whole, gone, elsewhere
            if message["type"] == "http.response.start":
                whole = whole_size(message["status"], Headers(raw=message["headers"]))
                elsewhere = message["status"] == 307
            elif not message.get("more_body", False):
                # Asked while it can be: of who left before the end nobody knows what they got.
                gone = await request.is_disconnected()
            await send(message)
            body += len(message.get("body", b""))

        await self._app(scope, receive, count)
        if body and whole and not gone:
            await self._sent(request, scope["path_params"]["clip_id"], min(1.0, body / whole))
        elif elsewhere and request.method == "GET" and asks_for_all(request):
            await self._sent(request, scope["path_params"]["clip_id"], 1.0)


def asks_for_all(request: Request) -> bool:
    """Of a film that is read elsewhere nothing is known but what was asked for: from its beginning
    on it counts as shown, and a player that goes on further behind has been counted."""
    found = FROM_BEGINNING.fullmatch(request.headers.get("range", "bytes=0-"))
    return found is not None and int(found[1] or LOOK) >= LOOK


def whole_size(status: int, headers: Headers) -> int:
    """Bytes of the whole file that an answer is of, or has a part of (RFC 9110); 0 of others."""
    size = {200: headers.get("content-length", ""), 206: headers.get("content-range", "")}
    number = size.get(status, "").rpartition("/")[2]
    return int(number) if number.isdecimal() else 0


def joining(
    visitors: Visitors,
    limits: RateLimits,
    watch_times: WatchTimes,
    connections: OpenConnections,
    viewers: OpenConnections,
) -> Callable[[Request], Awaitable[Admission]]:
    """What admits viewers over WebRTC: their time is counted, and a login that ends ends it
    (``connections``), or that its person has reached a limit of their own (``viewers``)."""

    async def admit(request: Request) -> Admission:
        known, address = None, address_of(request)
        with suppress(Unauthorized):  # a bad identity is none: the clip was for everybody
            known = await visitors.known_login(request)
        await limits.count_act("join", known.person.id if known else None, address)
        if known is None:
            return STRANGER
        watched = partial(watch_times.add_seconds, known.person.id)
        login, person_id = known.login, known.person.id

        @contextmanager
        def attend(end: Callable[[], None]) -> Iterator[None]:
            with connections.holding(login, end), viewers.holding(person_id, end):
                yield

        return Admission(watched, attend)

    return admit
