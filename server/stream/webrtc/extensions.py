"""The HTTP of WHEP's extensions: a session's event streams and its choice of a layer."""

import secrets
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server.errors import BadInput, NotFound, NotLive, TooMany
from server.stream.cors import Endpoint, for_all, preflight
from server.stream.webrtc.events import EVENTS, event_stream
from server.stream.webrtc.layers import LayerRequest, choose_layer
from server.stream.webrtc.sessions import ViewerSession, ViewerSessions
from server.web import read_bytes, read_json

URN: Final = "urn:ietf:params:whep:ext:core"
EVENT_STREAM: Final = "text/event-stream"
MOST_STREAMS: Final = 4
RETRY_S: Final = 1.0


class WhepExtensions:
    def __init__(self, sessions: ViewerSessions) -> None:
        self._sessions = sessions

    async def serve_events(self, request: Request) -> Response:
        """POST makes an event stream, of the events in the body if any are named there. GET is one
        of all events: players that know an earlier draft open this address at once.

        Raises:
            NotFound: no such session. BadInput: no such events. TooMany: streams.
        """
        if request.method == "OPTIONS":
            return preflight("GET, POST, OPTIONS", Accept_Post="application/json")
        session = self._session(request)
        if request.method != "POST":
            return _stream(session, frozenset(EVENTS))
        wanted = await _wanted(request)
        if len(session.event_streams) >= MOST_STREAMS:
            raise TooMany(f"a session has {MOST_STREAMS} event streams at most", RETRY_S)
        name = secrets.token_urlsafe(9)
        session.event_streams[name] = wanted
        location = f"{request.url.path.rstrip('/')}/{name}"
        return Response(status_code=201, headers={"Location": location})

    async def serve_event_stream(self, request: Request) -> Response:
        """One event stream: GET reads it, DELETE ends it. Raises NotFound."""
        if request.method == "OPTIONS":
            return preflight("GET, DELETE, OPTIONS")
        session, name = self._session(request), request.path_params["stream_id"]
        if name not in session.event_streams:
            raise NotFound("no such event stream")
        if request.method == "DELETE":
            del session.event_streams[name]
            return Response()
        return _stream(session, session.event_streams[name], name)

    async def select_layer(self, request: Request) -> Response:
        """POST chooses the layer that is sent.

        Raises:
            NotFound: no such session. NotLive: it shows nothing now. BadInput, Unprocessable: see
            ``choose``.
        """
        if request.method == "OPTIONS":
            return preflight("POST, OPTIONS", Accept_Post="application/json")
        session, wish = self._session(request), await read_json(request, LayerRequest)
        if session.shown_live is None:
            raise NotLive("nothing is shown now", RETRY_S)
        peer = session.peer
        session.selection.choose_rendition(
            choose_layer(wish, session.shown_live, peer.only_rendition, str(peer.video_index))
        )
        return Response()

    def _session(self, request: Request) -> ViewerSession:
        return self._sessions.get_session(
            request.path_params.get("clip_id"), request.path_params["session_id"]
        )


def links(session: str) -> str:
    """Values of the Link header that say where the extensions of a session are."""
    events = f'<{session}/events>; rel="{URN}:server-sent-events"; events="{",".join(EVENTS)}"'
    return f'{events}, <{session}/layer>; rel="{URN}:layer"'


def routes(sessions: ViewerSessions) -> list[Route]:
    """Below the sessions of clips and of feeds."""
    extensions, found = WhepExtensions(sessions), list[Route]()
    for path in ("/v1/clips/{clip_id}/whep/{session_id}", "/v1/whep/{session_id}"):
        found += [
            _route(f"{path}/events", extensions.serve_events, "GET", "POST"),
            _route(f"{path}/events/{{stream_id}}", extensions.serve_event_stream, "GET", "DELETE"),
            _route(f"{path}/layer", extensions.select_layer, "POST"),
        ]
    return found


def _route(path: str, endpoint: Endpoint, *methods: str) -> Route:
    return Route(path, for_all(endpoint), methods=[*methods, "OPTIONS"])


async def _wanted(request: Request) -> frozenset[str]:
    body = await read_bytes(request)
    try:
        wanted = frozenset(msgspec.json.decode(body, type=list[str]) if body else EVENTS)
    except msgspec.DecodeError as error:
        raise BadInput(str(error)) from None
    if not wanted <= frozenset(EVENTS):
        raise BadInput(f"there are the events {', '.join(EVENTS)}")
    return wanted


def _stream(session: ViewerSession, wanted: frozenset[str], name: str | None = None) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        event_stream(session, wanted, name), headers=headers, media_type=EVENT_STREAM
    )
