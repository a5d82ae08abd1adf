"""The HTTP of WHEP's extensions: a session's event streams and its choice of a layer."""

import secrets
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from phosphene.errors import BadInput, NotFound, NotLive, TooMany
from phosphene.operation import Operation
from phosphene.stream.webrtc.events import EVENTS, EventName, event_stream
from phosphene.stream.webrtc.layers import LayerRequest, choose_layer
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.viewer_session import ViewerSession
from phosphene.web import read_bytes, read_json

EVENT_STREAM: Final = "text/event-stream"
# A browser opens six connections to one host over HTTP/1.1; each open stream holds one of ours.
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
        session = self._session(request)
        if request.method != "POST":
            return _stream(session, frozenset(EVENTS))
        wanted = await _wanted(request)
        if len(session.event_streams) >= MOST_STREAMS:
            raise TooMany(f"a session has {MOST_STREAMS} event streams at most", RETRY_S)
        # EventSource sends no Authorization header, so the address itself is what gives access.
        name = secrets.token_urlsafe(9)
        session.event_streams[name] = wanted
        location = f"{request.url.path.rstrip('/')}/{name}"
        return Response(status_code=201, headers={"Location": location})

    async def serve_event_stream(self, request: Request) -> Response:
        """One event stream: GET reads it, DELETE ends it. Raises NotFound."""
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
            ``choose_layer``.
        """
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


def operations(sessions: ViewerSessions) -> list[Operation]:
    """Below the sessions of clips and of feeds."""
    extensions = WhepExtensions(sessions)
    return [
        one
        for path, whose in (("/v1/clips/{clip_id}/whep", "clip"), ("/v1/whep", "feed"))
        for one in _operations(extensions, path + "/{session_id}", whose)
    ]


def _operations(extensions: WhepExtensions, path: str, whose: str) -> list[Operation]:
    stream: dict[str, Any] = {"answer": str, "answer_type": EVENT_STREAM, "errors": (400, 404)}
    return [
        Operation(
            method="GET",
            path=f"{path}/events",
            summary="All events of a WHEP session, as an event stream",
            name=f"read_{whose}_session_events",
            endpoint=extensions.serve_events,
            **stream,
        ),
        Operation(
            method="POST",
            path=f"{path}/events",
            summary="Make an event stream of the events that the body names, or of all",
            name=f"create_{whose}_session_stream",
            endpoint=extensions.serve_events,
            body=list[EventName],
            body_optional=True,
            status=201,
            headers=("Location",),
            errors=(400, 404, 413, 429),
        ),
        Operation(
            method="GET",
            path=f"{path}/events/{{stream_id}}",
            summary="One event stream",
            name=f"read_{whose}_session_stream",
            endpoint=extensions.serve_event_stream,
            **stream,
        ),
        Operation(
            method="DELETE",
            path=f"{path}/events/{{stream_id}}",
            summary="End an event stream",
            name=f"end_{whose}_session_stream",
            endpoint=extensions.serve_event_stream,
            errors=(404,),
        ),
        Operation(
            method="POST",
            path=f"{path}/layer",
            summary="Choose the layer that is sent; without any limit the server chooses",
            name=f"choose_{whose}_session_layer",
            endpoint=extensions.select_layer,
            body=LayerRequest,
            errors=(400, 404, 409, 413, 415, 422),
        ),
    ]


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
    # nginx gathers 4 or 8 KiB of an answer before it passes them on, and events are short.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        event_stream(session, wanted, name), headers=headers, media_type=EVENT_STREAM
    )
