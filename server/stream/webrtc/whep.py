"""WHEP: watching a clip on air over WebRTC by one HTTP request (draft-ietf-wish-whep).

One address per clip for all its life: before it is on air 409, then a WHEP endpoint, of the clip on
air and afterwards of the finished one, which is shown again and again; its GET answers with the
video file.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.blobs import Directory
from server.errors import (
    BadInput,
    NotFound,
    NotLive,
    PhospheneError,
    Stale,
    Unconditional,
    UnsupportedType,
)
from server.model import Clip
from server.stream.cors import for_all, preflight
from server.stream.files import Find, is_known, serve
from server.stream.live import LiveClip
from server.stream.replay import Replay, Replays
from server.stream.webrtc import extensions
from server.stream.webrtc.ice_servers import IceServers
from server.stream.webrtc.offer import ufrags
from server.stream.webrtc.sessions import ViewerSession, ViewerSessions, Watched, uncounted
from server.web import answer, read_bytes

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
SOON_RETRY_S = 1.0
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
SESSION_METHODS = ["GET", "PATCH", "DELETE", "OPTIONS"]


Admit = Callable[[Request], Awaitable[Watched]]


async def anybody(request: Request) -> Watched:
    """Admits everybody."""
    return uncounted


class Whep:
    """The endpoints. ``find`` raises NotFound; ``find_live`` (``Relays.find_live``) finds the clip
    on air, here or through another instance, and ``replays`` a finished one; ``admit`` raises
    TooMany for who opens too many sessions."""

    def __init__(
        self,
        find: Find,
        find_live: Callable[[Clip], LiveClip],
        sessions: ViewerSessions,
        replays: Replays,
        blobs: Directory,
        ice_servers: IceServers,
        admit: Admit = anybody,
    ) -> None:
        self._find = find
        self._find_live = find_live
        self._sessions = sessions
        self._replays = replays
        self._blobs = blobs
        self._ice_servers = ice_servers
        self._admit = admit

    async def serve_endpoint(self, request: Request) -> Response:
        """``/v1/clips/ID/whep``: POST an offer; GET and HEAD tell whether the clip is on air. At
        ``/v1/whep`` the session is for no clip, but for a feed. Who saves data (the client hint
        Save-Data) begins with the half."""
        if request.method == "OPTIONS":
            return preflight(", ".join(METHODS), Accept_Post=SDP, **self._link())
        clip_id = request.path_params.get("clip_id")
        clip = await self._find(request, clip_id) if clip_id is not None else None
        if request.method == "POST":
            return await self._watch(request, clip)
        if clip is not None and clip.status == "done":
            return serve(request, clip, "video.mp4", self._blobs)
        self._on_air(clip)
        return Response(media_type=SDP, headers={"Accept-Post": SDP, "Cache-Control": "no-store"})

    async def serve_session(self, request: Request) -> Response:
        """A session: PATCH adds ICE candidates or restarts ICE, DELETE ends it, GET gives its
        statistics."""
        if request.method == "OPTIONS":
            more = [] if "clip_id" in request.path_params else ["PUT"]
            return preflight(", ".join([*more, *SESSION_METHODS]), Accept_Patch=FRAGMENT)
        found = self._sessions.get_session(
            request.path_params.get("clip_id"), request.path_params["session_id"]
        )
        if request.method == "PATCH":
            return await _trickle(request, found)
        if request.method in {"GET", "HEAD"}:
            return answer(found.statistics, headers={"Cache-Control": "no-store"})
        found.end_soon()
        await found.closed.wait()
        return Response()

    async def _watch(self, request: Request, clip: Clip | None) -> Response:
        _check_type(request, SDP)
        source = await self._source(clip)
        watched = await self._admit(request)
        session, sdp = await self._sessions.open_session(source, await _read_text(request), watched)
        if request.headers.get("save-data", "").strip().lower() == "on":
            session.selection.choose_rendition("half")
        location = f"{request.url.path.rstrip('/')}/{session.id}"
        headers = {"Location": location, "ETag": session.etag, "Accept-Patch": FRAGMENT}
        return Response(sdp, 201, headers | self._link(extensions.links(location)), media_type=SDP)

    async def _source(self, clip: Clip | None) -> LiveClip | Replay | None:
        if clip is not None and clip.status == "done":
            return await self._replays.get_replay(clip)
        return self._on_air(clip)

    def _link(self, *more: str) -> dict[str, str]:
        links = ", ".join(filter(None, (self._ice_servers.link_header(), *more)))
        return {"Link": links} if links else {}

    def _on_air(self, clip: Clip | None) -> LiveClip | None:
        if clip is None:
            return None
        try:
            return self._find_live(clip)
        except NotLive:
            raise _why_not(clip) from None


def routes(whep: Whep) -> list[Route]:
    """WHEP of every clip."""
    path = "/v1/clips/{clip_id}/whep"
    return [
        Route(path, for_all(whep.serve_endpoint), methods=METHODS),
        Route(path + "/{session_id}", for_all(whep.serve_session), methods=SESSION_METHODS),
    ]


async def _trickle(request: Request, session: ViewerSession) -> Response:
    """Players differ: for candidates If-Match may be missing or ``*`` (RFC 9110: whatever state),
    but a wrong one is for a session that is no more. New credentials ask for an ICE restart, which
    must name the session's state.

    The candidates are not needed, so none can be wrong: the viewer's own checks tell its addresses.

    Raises:
        Stale, Unconditional: see the messages.
    """
    _check_type(request, FRAGMENT)
    tag = request.headers.get("if-match")
    named = ufrags(await _read_text(request))
    if tag is not None and not is_known(tag, session.etag):
        raise Stale("the session is not in the state that If-Match names")
    if named <= session.ufrags:
        return Response(status_code=204)
    if tag is None:
        raise Unconditional("an ICE restart needs If-Match")
    return Response(session.restart_ice(named), 200, {"ETag": session.etag}, media_type=FRAGMENT)


def _why_not(clip: Clip) -> PhospheneError:
    """What to tell a viewer of a clip that is not on air."""
    if clip.status in {"failed", "cancelled"}:
        return NotFound(f"there is nothing to watch: the clip is {clip.status}")
    return NotLive("the clip is not on air yet", SOON_RETRY_S)


def _check_type(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise UnsupportedType(f"send {wanted}, not {given or 'nothing'}")


async def _read_text(request: Request) -> str:
    body = await read_bytes(request)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadInput("the body is not UTF-8") from None
