"""What a viewer's player is told besides pictures (draft-ietf-wish-whep-03, server sent events)."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Set
from contextlib import contextmanager, suppress
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec

from phosphene.stream.webrtc.layers import VideoLayer, video_layers
from phosphene.stream.webrtc.viewer_session import ViewerSession

URN: Final = "urn:ietf:params:whep:ext:core"
EventName = Literal["active", "inactive", "layers", "reconnect", "viewercount"]
EVENTS: Final[tuple[str, ...]] = get_args(EventName)
# Viewers come in crowds (1,000 in 1.4 s): the count is told twice a second, not a thousand times.
AT_MOST_EVERY_S: Final = 0.5
# So often something is sent, so that proxies keep the stream and a lost player is noticed.
ALIVE_EVERY_S: Final = 15.0


class SessionState(NamedTuple):
    """What there is to tell: how many watch the clip here, None without a clip; its layers, by
    media section; whether the player is to connect anew."""

    viewers: int | None
    layers: dict[str, list[VideoLayer]]
    leaving: bool


Event = tuple[str, Any]


def changes(before: SessionState | None, now: SessionState) -> list[Event]:
    """Events, with their data, that lead from one state to the other. Pure."""
    was = SessionState(None, {}, False) if before is None else before
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


def state_of(session: ViewerSession) -> SessionState:
    """Of this moment."""
    live = session.shown_live
    if live is None:
        return SessionState(None, {}, session.leaving)
    found = {str(session.peer.video_index): video_layers(live, session.peer.only_rendition)}
    return SessionState(live.viewer_count, found, session.leaving)


async def event_stream(
    session: ViewerSession, wanted: Set[str], stream: str | None = None
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


def links(session: str) -> str:
    """Values of the Link header that say where a session's events and layers are."""
    events = f'<{session}/events>; rel="{URN}:server-sent-events"; events="{",".join(EVENTS)}"'
    return f'{events}, <{session}/layer>; rel="{URN}:layer"'


@contextmanager
def _listening(session: ViewerSession, news: asyncio.Event) -> Iterator[None]:
    """Inside the block there is news with every turn of the session, and with every picture:
    anything may have changed meanwhile."""
    live = session.shown_live
    with session.story.calling_on_growth(news.set):
        if live is None:
            yield
            return
        with live.units.calling_on_growth(news.set):
            yield


async def _come(news: asyncio.Event) -> None:
    """News, or the time to say that the stream goes on."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ALIVE_EVERY_S):
            await news.wait()


def _line(name: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))
