"""What a viewer's player is told besides pictures (draft-ietf-wish-whep-03, server sent events)."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Set
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple

import msgspec

from server.stream.webrtc.layers import Layer, layers
from server.stream.webrtc.sessions import Session

EVENTS: Final = ("active", "inactive", "layers", "reconnect", "viewercount")
AT_MOST_EVERY_S: Final = 0.5
ALIVE_EVERY_S: Final = 15.0
"""So often something is sent, so that proxies keep the stream and a lost player is noticed."""


class State(NamedTuple):
    """What there is to tell: how many watch the clip here, None without a clip; its layers, by
    media section; whether the player is to connect anew."""

    viewers: int | None
    layers: dict[str, list[Layer]]
    leaving: bool


Event = tuple[str, Any]


def changes(before: State | None, now: State) -> list[Event]:
    """Events, with their data, that lead from one state to the other. Pure."""
    was = State(None, {}, False) if before is None else before
    events: list[Event] = []
    if (now.viewers is None) != (was.viewers is None):
        events.append(("inactive" if now.viewers is None else "active", {}))
    if now.layers and now.layers != was.layers:
        events.append(("layers", now.layers))
    if now.viewers is not None and now.viewers != was.viewers:
        events.append(("viewercount", {"viewercount": now.viewers}))
    if now.leaving and not was.leaving:
        events.append(("reconnect", {}))
    return events


def state_of(session: Session) -> State:
    """Of this moment."""
    live = session.live
    if live is None:
        return State(None, {}, session.leaving)
    found = {str(session.peer.place): layers(live, session.peer.only)}
    return State(live.viewers, found, session.leaving)


async def told(
    session: Session, wanted: Set[str], stream: str | None = None
) -> AsyncGenerator[bytes, None]:
    """Those events that are wanted, as an event stream, until the session ends, or the stream of
    this name in it."""
    before, news, clock = None, asyncio.Event(), asyncio.get_running_loop().time
    said_s = clock()
    while True:
        with _listening(session, news):
            state = state_of(session)
            lines = [_line(name, data) for name, data in changes(before, state) if name in wanted]
            if not lines and clock() - said_s >= ALIVE_EVERY_S:
                lines = [b":\n\n"]
            for line in lines:
                said_s = clock()
                yield line
            gone = stream is not None and stream not in session.event_streams
            if gone or session.story.closed or state.leaving:
                return
            await _come(news)
        await asyncio.sleep(AT_MOST_EVERY_S)
        news.clear()
        before = state


@contextmanager
def _listening(session: Session, news: asyncio.Event) -> Iterator[None]:
    """Inside the block there is news with every turn of the session, and with every picture:
    anything may have changed meanwhile."""
    live = session.live
    with session.story.listening(news.set):
        if live is None:
            yield
            return
        with live.units.listening(news.set):
            yield


async def _come(news: asyncio.Event) -> None:
    """News, or the time to say that the stream goes on."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ALIVE_EVERY_S):
            await news.wait()


def _line(name: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))
