"""What players are told: as a pure function, and over HTTP from a session that is watched."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from phosphene.operation import routes
from phosphene.stream.webrtc.events import EVENTS, SessionState, changes, event_stream, links
from phosphene.stream.webrtc.extensions import MOST_STREAMS, operations
from phosphene.stream.webrtc.layers import video_layers
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.viewer_session import ViewerSession
from phosphene.web import on_error
from tests.stream.viewer import WIDTH, Encoder, a_viewer
from tests.stream.webrtc.test_offer import SMALL

NOTHING = SessionState(None, {}, False)


def names(before: SessionState | None, now: SessionState) -> list[str]:
    return [name for name, _ in changes(before, now)]


def test_what_changed_is_told_and_nothing_else(encoder: Encoder) -> None:
    there = {"0": video_layers(encoder.live, None)}
    two = SessionState(2, there, False)
    assert names(None, two) == ["active", "layers", "viewercount"]
    assert names(None, NOTHING) == names(two, two) == []
    assert changes(two, SessionState(3, there, False)) == [("viewercount", {"viewercount": 3})]
    assert names(two, NOTHING) == ["inactive"]
    assert names(NOTHING, two) == ["active", "layers", "viewercount"]
    assert names(two, SessionState(2, there, True)) == ["reconnect"]
    encoder.make(0, 1)
    assert names(two, SessionState(2, {"0": video_layers(encoder.live, None)}, False)) == ["layers"]


class Site:
    """A session for a clip on air, and its extensions over HTTP."""

    def __init__(
        self, http: httpx.AsyncClient, sessions: ViewerSessions, session: ViewerSession
    ) -> None:
        self.http = http
        self.sessions = sessions
        self.session = session
        self.events = f"/v1/clips/a/whep/{session.id}/events"
        self.layer = f"/v1/clips/a/whep/{session.id}/layer"


@asynccontextmanager
async def a_site(
    sessions: ViewerSessions, encoder: Encoder, offer: str = SMALL
) -> AsyncIterator[Site]:
    session, _ = await sessions.open_session(encoder.live, offer)
    app = Starlette(routes=routes(operations(sessions)), exception_handlers={Exception: on_error})
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        yield Site(http, sessions, session)


async def parsed(stream: AsyncIterator[bytes]) -> AsyncGenerator[tuple[str, object], None]:
    async for piece in stream:
        for event in piece.decode().split("\n\n"):
            if event.startswith("event: "):
                name, data = event.split("\n")
                yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_session_is_told_its_story(sessions: ViewerSessions, encoder: Encoder) -> None:
    async with a_site(sessions, encoder) as site:
        encoder.make(0, 1)
        async with aclosing(parsed(event_stream(site.session, set(EVENTS)))) as events:
            assert await anext(events) == ("active", {})
            name, there = await anext(events)
            assert name == "layers"
            assert isinstance(there, dict)
            assert [(one["rid"], one["width"]) for one in there["0"]] == [
                ("full", WIDTH),
                ("half", WIDTH // 2),
            ]
            assert await anext(events) == ("viewercount", {"viewercount": 1})
            await sessions.open_session(encoder.live, SMALL)
            encoder.make(1, 2)
            while await anext(events) != ("viewercount", {"viewercount": 2}):
                continue
            encoder.live.close()
            assert await anext(events) == ("inactive", {})
            sessions.send_away()
            assert await anext(events) == ("reconnect", {})
            with pytest.raises(StopAsyncIteration):
                await anext(events)


@pytest.mark.asyncio
async def test_an_event_stream_is_made_read_and_ended(
    sessions: ViewerSessions, encoder: Encoder
) -> None:
    async with a_site(sessions, encoder) as site:
        made = await site.http.post(site.events, json=["viewercount", "reconnect"])
        assert made.status_code == 201
        stream = made.headers["location"]
        assert stream.startswith(site.events + "/")
        reading = asyncio.create_task(site.http.get(stream))
        sessions.send_away()
        read = await reading
        assert read.headers["content-type"].startswith("text/event-stream")
        assert read.headers["access-control-allow-origin"] == "*"
        assert read.text == (
            'event: viewercount\ndata: {"viewercount":1}\n\nevent: reconnect\ndata: {}\n\n'
        )
        at_once = await site.http.get(site.events)
        assert "event: layers" in at_once.text
        assert (await site.http.delete(stream)).status_code == 200
        for method in ("GET", "DELETE"):
            assert (await site.http.request(method, stream)).status_code == 404


@pytest.mark.asyncio
async def test_streams_that_cannot_be_made(sessions: ViewerSessions, encoder: Encoder) -> None:
    async with a_site(sessions, encoder) as site:
        for body, status in ((b"[", 400), (b'["lottery"]', 400), (b"{}", 400)):
            answer = await site.http.post(site.events, content=body)
            assert (answer.status_code, answer.headers["content-type"]) == (
                status,
                "application/problem+json",
            )
        found = [(await site.http.post(site.events)).status_code for _ in range(MOST_STREAMS + 1)]
        assert found == [201] * MOST_STREAMS + [429]
        missing = site.events.replace(site.session.id, "other")
        assert (await site.http.post(missing)).status_code == 404
        assert (await site.http.get(missing)).status_code == 404


@pytest.mark.asyncio
async def test_a_player_chooses_its_layer(sessions: ViewerSessions, encoder: Encoder) -> None:
    async with a_site(sessions, encoder) as site:
        encoder.make(0, 1)
        for wish, status, chosen in (
            ({"mediaId": "0", "rid": "half"}, 200, "half"),
            ({"rid": "huge"}, 400, "half"),
            ({"mediaId": "0", "maxWidth": WIDTH}, 200, "full"),
            ({"mediaId": "7"}, 400, "full"),
            ({"encodingId": "vp8"}, 422, "full"),
            ({}, 200, None),
        ):
            answer = await site.http.post(site.layer, json=wish)
            assert (answer.status_code, site.session.selection.chosen) == (status, chosen), wish
        encoder.live.close()
        assert (await site.http.post(site.layer, json={})).status_code == 409


@pytest.mark.asyncio
async def test_players_of_other_pages_may_ask(sessions: ViewerSessions, encoder: Encoder) -> None:
    async with a_site(sessions, encoder) as site:
        for path, method in (
            (site.events, "POST"),
            (site.events + "/x", "DELETE"),
            (site.layer, "POST"),
        ):
            answer = await site.http.options(path)
            assert answer.status_code == 204
            assert method in answer.headers["access-control-allow-methods"]


@pytest.mark.asyncio
async def test_the_video_is_found_behind_an_audio(
    sessions: ViewerSessions, encoder: Encoder
) -> None:
    async with a_viewer() as viewer:
        viewer.peer.addTransceiver("audio", "recvonly")
        offer = await viewer.offer()
        async with a_site(sessions, encoder, offer) as site:
            place = site.session.peer.video_index
            assert offer.split("m=")[1 + place].startswith("video")
            answer = await site.http.post(site.layer, json={"mediaId": str(place), "rid": "half"})
            assert answer.status_code == 200


def test_extensions_are_advertised_as_the_draft_has_it() -> None:
    events, layer = links("/s").split(">; rel=")[0], links("/s").rpartition("<")[2]
    assert events == "</s/events"
    assert layer == '/s/layer>; rel="urn:ietf:params:whep:ext:core:layer"'
    assert 'rel="urn:ietf:params:whep:ext:core:server-sent-events"; events="active,' in links("/s")
