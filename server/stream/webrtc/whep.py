"""WHEP: watching a clip on air over WebRTC by one HTTP request (draft-ietf-wish-whep).

One address per clip for all its life: before it is on air 409, then a WHEP endpoint, of the clip on
air and afterwards of the finished one, which is shown again and again; its GET answers with the
video file.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from phosphene.blobs.blobs import Blobs
from phosphene.errors import (
    BadInput,
    NotFound,
    NotLive,
    PhospheneError,
    Stale,
    Unconditional,
    UnsupportedType,
)
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.stream.file_transfers import FileTransfers
from phosphene.stream.files import FILES, Find, TokenQuery, WatchQuery, serve
from phosphene.stream.live import LiveClip
from phosphene.stream.redirects import Redirect, lead_away
from phosphene.stream.replay import Replay, Replays
from phosphene.stream.webrtc.events import links
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.offer import ufrags
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.statistics import Statistics
from phosphene.stream.webrtc.viewer_session import STRANGER, Admission, ViewerSession
from phosphene.web import answer, idempotency_key, is_known, read_bytes

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
SOON_RETRY_S = 1.0
FEED_PATH = "/v1/whep"


Admit = Callable[[Request], Awaitable[Admission]]


async def anybody(request: Request) -> Admission:
    """Admits everybody."""
    return STRANGER


class Whep:
    """The endpoints. ``find`` raises NotFound; ``find_live`` (``Relays.find_live``) finds the clip
    on air, here or through another instance, and ``replays`` a finished one; ``admit`` raises
    TooMany for who opens too many sessions; ``transfers`` ends files that are being sent,
    ``redirects`` lead viewers away, ``own_address`` begins the addresses in answers to those who
    were led here."""

    def __init__(
        self,
        find: Find,
        find_live: Callable[[Clip], LiveClip],
        sessions: ViewerSessions,
        replays: Replays,
        blobs: Blobs,
        ice_servers: IceServers,
        admit: Admit = anybody,
        transfers: FileTransfers | None = None,
        redirects: Sequence[Redirect] = (),
        own_address: Callable[[Request], str] = lambda request: "",
    ) -> None:
        self._find = find
        self._find_live = find_live
        self._sessions = sessions
        self._replays = replays
        self._blobs = blobs
        self._ice_servers = ice_servers
        self._admit = admit
        self._transfers = transfers or FileTransfers()
        self._redirects = redirects
        self._own_address = own_address

    async def serve_endpoint(self, request: Request) -> Response:
        """``/v1/clips/ID/whep``: POST an offer; GET and HEAD tell whether the clip is on air. At
        ``/v1/whep`` the session is for no clip, but for a feed. Who saves data (the client hint
        Save-Data) begins with the half."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Accept-Post": SDP} | self._link())
        clip_id = request.path_params.get("clip_id")
        clip = await self._find(request, clip_id) if clip_id is not None else None
        if request.method == "POST":
            return await self._watch(request, clip)
        if clip is not None and clip.status == "done":
            return await serve(request, clip, "video.mp4", self._blobs, self._transfers)
        self._on_air(clip)
        return Response(media_type=SDP, headers={"Accept-Post": SDP, "Cache-Control": "no-store"})

    async def serve_session(self, request: Request) -> Response:
        """A session: PATCH adds ICE candidates or restarts ICE, DELETE ends it, GET gives its
        statistics."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Accept-Patch": FRAGMENT})
        found = self._sessions.get_session(
            request.path_params.get("clip_id"), request.path_params["session_id"]
        )
        if request.method == "PATCH":
            return await _trickle(request, found)
        if request.method in {"GET", "HEAD"}:
            return answer(found.statistics, headers={"Cache-Control": "no-store"})
        found.end_soon()
        # The answer comes when the port knows the viewer no more: a player that opens a new session
        # at once must not meet the old one.
        await found.closed.wait()
        return Response()

    async def _watch(self, request: Request, clip: Clip | None) -> Response:
        _check_type(request, SDP)
        if clip is not None and (led := await lead_away(request, clip, self._redirects)):
            return led
        source = await self._source(clip)
        admission, offer = await self._admit(request), await _read_text(request)
        mark = _mark(request, offer)
        session, sdp = await self._sessions.open_session(source, offer, admission, mark)
        # Half the width and height for less of the bits, and WHEP has no other word for it at the
        # start.
        if request.headers.get("save-data", "").strip().lower() == "on":
            session.selection.choose_rendition("half")
        location = f"{self._own_address(request)}{request.url.path.rstrip('/')}/{session.id}"
        headers = {"Location": location, "ETag": session.etag, "Accept-Patch": FRAGMENT}
        return Response(sdp, 201, headers | self._link(links(location)), media_type=SDP)

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


def operations(whep: Whep) -> list[Operation]:
    """WHEP of every clip, and of a feed."""
    return [
        one
        for path, whose in (("/v1/clips/{clip_id}/whep", "clip"), (FEED_PATH, "feed"))
        for one in (
            *_endpoint_operations(whep, path, whose),
            *_session_operations(whep, path + "/{session_id}", whose),
        )
    ]


def _endpoint_operations(whep: Whep, path: str, whose: str) -> list[Operation]:
    """Of a WHEP endpoint (RFC 9725)."""
    return [
        Operation(
            method="POST",
            path=path,
            summary=f"Watch a {whose}: an SDP offer is answered, and a session opened",
            name=f"open_{whose}_session",
            endpoint=whep.serve_endpoint,
            caller="viewer",
            query=WatchQuery,
            body=str,
            body_type=SDP,
            answer=str,
            answer_type=SDP,
            status=201,
            also=(307,),
            limit="join",
            headers=("Location", "ETag", "Link", "Accept-Patch"),
            takes=("Save-Data", "Idempotency-Key"),
            errors=(400, 401, 403, 404, 406, 409, 413, 415, 429, 503),
        ),
        Operation(
            method="GET",
            path=path,
            summary="Whether there is something to watch; of a finished clip its file",
            name=f"find_{whose}_endpoint",
            endpoint=whep.serve_endpoint,
            caller="viewer",
            query=TokenQuery,
            answer=bytes,
            answer_type=FILES["video.mp4"] if whose == "clip" else SDP,
            also=(206, 304, 307),
            headers=("Accept-Post", "Location"),
            takes=("Range",),
            errors=(400, 401, 403, 404, 409, 416, 503),
        ),
        Operation(
            method="OPTIONS",
            path=path,
            summary="What a WHEP player asks first: STUN and TURN servers are in Link",
            name=f"ask_{whose}_endpoint",
            endpoint=whep.serve_endpoint,
            status=204,
            headers=("Accept-Post", "Link"),
        ),
    ]


def _session_operations(whep: Whep, path: str, whose: str) -> list[Operation]:
    """Of a WHEP session."""
    return [
        Operation(
            method="GET",
            path=path,
            summary="Statistics of a WHEP session",
            name=f"read_{whose}_session",
            endpoint=whep.serve_session,
            answer=Statistics,
            errors=(404,),
        ),
        Operation(
            method="PATCH",
            path=path,
            summary="Add ICE candidates (204), or restart ICE (200)",
            name=f"change_{whose}_session",
            endpoint=whep.serve_session,
            body=str,
            body_type=FRAGMENT,
            answer=str,
            answer_type=FRAGMENT,
            also=(204,),
            headers=("ETag",),
            takes=("If-Match",),
            errors=(400, 404, 412, 413, 415, 428),
        ),
        Operation(
            method="DELETE",
            path=path,
            summary="End a WHEP session",
            name=f"end_{whose}_session",
            endpoint=whep.serve_session,
            errors=(404,),
        ),
        Operation(
            method="OPTIONS",
            path=path,
            summary="What a WHEP session takes",
            name=f"ask_{whose}_session",
            endpoint=whep.serve_session,
            status=204,
            headers=("Accept-Patch",),
        ),
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
    # One of the players looked at stores no ETag and sends none, MediaMTX's sends ``*``: 428 for
    # either makes them try again for ever. Their candidates are of no use to an ICE-lite agent
    # anyway.
    tag = request.headers.get("if-match")
    named = ufrags(await _read_text(request))
    if tag is not None and not is_known(tag, session.etag):
        raise Stale("the session is not in the state that If-Match names")
    if named <= session.ufrags:
        return Response(status_code=204)
    if tag is None:
        raise Unconditional("an ICE restart needs If-Match")
    return Response(session.restart_ice(named), 200, {"ETag": session.etag}, media_type=FRAGMENT)


def _mark(request: Request, offer: str) -> bytes | None:
    """By what a POST is known when it comes again under its Idempotency-Key, as from a player that
    lost the answer. That is not kept in the store, as other answers are: it holds credentials, and
    is good only while the session lives. Raises BadInput: no such key."""
    key = idempotency_key(request)
    if key is None:
        return None
    asked = f"{request.url.path}\n{key}\n{offer}".encode()
    return hashlib.blake2b(asked, digest_size=16).digest()


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
