"""HLS for players without WebRTC (RFC 8216bis): fMP4 of the very units that everybody else sees.

One address per clip for all its life: ``/v1/clips/ID/hls/index.m3u8``. On air it leads to a low
latency stream, and when the clip is done to the finished run. A player that is on the live stream
at that moment reads it to its end.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.blobs import Directory
from server.errors import BadInput, Busy, NotFound, NotLive, PhospheneError
from server.model import Clip
from server.stream import playlist
from server.stream.boxes import initialization
from server.stream.cors import for_all, preflight
from server.stream.files import Find, caching, is_known
from server.stream.packing import Packing, Packings
from server.stream.recording import Recording, read
from server.stream.segments import TARGET_S, holds, segments
from server.web import read_query

METHODS = "GET, HEAD, OPTIONS"
PLAYLIST = "application/vnd.apple.mpegurl"
MP4 = "video/mp4"
CHANGES = "no-cache"
WAIT_S = 3.0 * TARGET_S
RETRY_S = 1.0
AHEAD = 2
FIRST_SEGMENTS = 3
"""Chromium's own HLS ends a stream whose first playlist has fewer (``Segment queue never had any
data``, Chromium 156)."""
RECORDINGS_KEPT = 16

Place = Annotated[int, Meta(ge=0)]


class Delivery(Struct, frozen=True, rename={"segment": "_HLS_msn", "part": "_HLS_part"}):
    """The delivery directives: answer when the playlist holds this."""

    segment: Place | None = None
    part: Place | None = None


class Hls:
    """The endpoints of all clips; ``bitrate`` is the encoder's, in kbit/s."""

    def __init__(self, find: Find, packings: Packings, blobs: Directory, bitrate: int) -> None:
        self._find = find
        self._packings = packings
        self._blobs = blobs
        self._bandwidth = bitrate * 1000
        self._recordings: OrderedDict[str, Recording] = OrderedDict()

    async def index(self, request: Request) -> Response:
        """``index.m3u8``: leads to the stream while the clip is on air, then to the file."""
        if request.method == "OPTIONS":
            return preflight(METHODS)
        clip = await self._find(request, request.path_params["clip_id"])
        if clip.status == "done":
            text = playlist.multivariant(await self._variants(clip, _query(request)))
        else:
            async with self._watching(clip) as packing:
                uri = f"live/video.m3u8{_query(request)}"
                variant = playlist.Variant(packing.track, self._bandwidth, uri)
                text = playlist.multivariant([variant])
        return _answer(request, text.encode(), PLAYLIST, CHANGES)

    async def live(self, request: Request) -> Response:
        """``live/NAME``: the playlist, its initialization, segments and parts."""
        if request.method == "OPTIONS":
            return preflight(METHODS)
        clip = await self._find(request, request.path_params["clip_id"])
        name = request.path_params["name"]
        async with self._watching(clip) as packing:
            if name == "video.m3u8":
                text = await _live_playlist(packing, request)
                return _answer(request, text.encode(), PLAYLIST, CHANGES)
            if name == "init.mp4":
                return _answer(request, initialization(packing.track), MP4, caching(clip))
            return _answer(request, await _live_piece(packing, name), MP4, caching(clip))

    async def file(self, request: Request) -> Response:
        """``file/NAME``: the same of a finished clip."""
        if request.method == "OPTIONS":
            return preflight(METHODS)
        clip = await self._find(request, request.path_params["clip_id"])
        return self._piece(request, clip, await self._recording(clip))

    async def half(self, request: Request) -> Response:
        """``half/NAME``: the same at half its size."""
        if request.method == "OPTIONS":
            return preflight(METHODS)
        clip = await self._find(request, request.path_params["clip_id"])
        if clip.status != "done" or clip.half is None:
            raise NotFound(f"clip {clip.id} has no file of half its size; it is {clip.status}")
        return self._piece(request, clip, await self._read(clip.half, clip.fps))

    def _piece(self, request: Request, clip: Clip, recording: Recording) -> Response:
        name = request.path_params["name"]
        if name == "video.m3u8":
            text = playlist.finished(recording.segments, recording.track.fps, _query(request))
            return _answer(request, text.encode(), PLAYLIST, CHANGES)
        if name == "init.mp4":
            return _answer(request, initialization(recording.track), MP4, caching(clip))
        for segment in recording.segments:
            if name == f"s{segment.start}.m4s":
                return _answer(request, segment.data, MP4, caching(clip))
        raise NotFound("no such piece of the clip")

    @asynccontextmanager
    async def _watching(self, clip: Clip) -> AsyncIterator[Packing]:
        """The clip on air with its first part there; who waits counts as a viewer."""
        try:
            packing = self._packings.get(clip)
        except NotLive:
            raise _why_not(clip) from None
        with packing.live.audience.present():
            await _grown(packing, 0)
            if not packing.parts.items:
                raise NotFound("there is nothing to watch: no picture came")
            yield packing

    async def _recording(self, clip: Clip) -> Recording:
        """Read once for many players. Raises NotFound."""
        if clip.status != "done" or clip.sha256 is None:
            raise NotFound(f"clip {clip.id} has no file; it is {clip.status}")
        return await self._read(f"{clip.sha256}.mp4", clip.fps)

    async def _read(self, blob: str, fps: int) -> Recording:
        if blob not in self._recordings:
            path = self._blobs.path(blob)
            self._recordings[blob] = await asyncio.to_thread(read, path, fps)
            while len(self._recordings) > RECORDINGS_KEPT:
                self._recordings.popitem(last=False)
        self._recordings.move_to_end(blob)
        return self._recordings[blob]

    async def _variants(self, clip: Clip, query: str) -> list[playlist.Variant]:
        """The files of a finished clip."""
        whole = await self._recording(clip)
        found = [playlist.Variant(whole.track, whole.bandwidth, f"file/video.m3u8{query}")]
        if clip.half is not None:
            half = await self._read(clip.half, clip.fps)
            found.append(playlist.Variant(half.track, half.bandwidth, f"half/video.m3u8{query}"))
        return found


def routes(find: Find, packings: Packings, blobs: Directory, bitrate: int) -> list[Route]:
    """``/v1/clips/ID/hls/...``; ``find`` gives a clip to who may see it."""
    hls, path = Hls(find, packings, blobs, bitrate), "/v1/clips/{clip_id}/hls"
    methods = METHODS.split(", ")
    return [
        Route(f"{path}/index.m3u8", for_all(hls.index), methods=methods),
        Route(f"{path}/live/{{name}}", for_all(hls.live), methods=methods),
        Route(f"{path}/file/{{name}}", for_all(hls.file), methods=methods),
        Route(f"{path}/half/{{name}}", for_all(hls.half), methods=methods),
    ]


async def _live_playlist(packing: Packing, request: Request) -> str:
    """The playlist as soon as it holds what the request asks for, at least one segment; the first
    few for a browser's own player, which knows no directives.

    That the clip has ended is said only to who asks for more than there is: a player (hls.js 1.7)
    that learns of the last part and of the end at once does not fetch the part.

    Raises:
        BadInput: it asks for a part of no segment, or for what is far away.
        Busy: it did not come in time.
    """
    asked = read_query(request, Delivery)
    own = request.headers.get("sec-fetch-dest") in {"video", "audio"}
    number = asked.segment or 0
    if asked.segment is None and asked.part is not None:
        raise BadInput("_HLS_part needs _HLS_msn")
    if asked.segment is None and own:
        number = FIRST_SEGMENTS - 1
    elif number > len(packing.segments) - 1 + AHEAD:
        raise BadInput("_HLS_msn is more than two segments ahead")
    while not (packing.parts.closed or holds(packing.segments, number, asked.part)):
        await _grown(packing, len(packing.parts.items))
    found, ended = segments(packing.parts.items, False), False
    if packing.parts.closed and not (asked.part is not None and holds(found, number, asked.part)):
        found, ended = packing.segments, True
    live = packing.live
    return playlist.live(found, live.fps, ended, _query(request), live.aired_at or 0.0)


async def _live_piece(packing: Packing, name: str) -> bytes:
    """A segment, or a part: the one that the playlist names in advance is waited for."""
    while True:
        parts = packing.parts
        for part in reversed(parts.items):
            if name == f"p{part.start}.m4s":
                return part.data
        for segment in packing.segments:
            if name == f"s{segment.start}.m4s" and segment.whole:
                return segment.data
        if parts.closed or name != f"p{parts.items[-1].end}.m4s":
            raise NotFound("no such piece of the clip")
        await _grown(packing, len(parts.items))


async def _grown(packing: Packing, at: int) -> None:
    """Until there are more than ``at`` parts, or no more will come. Raises Busy."""
    try:
        async with asyncio.timeout(WAIT_S):
            await packing.parts.grown(at)
    except TimeoutError:
        raise Busy("no picture came in time; try again", RETRY_S) from None


def _answer(request: Request, body: bytes, kind: str, caching: str) -> Response:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if is_known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)


def _query(request: Request) -> str:
    """What opens a private clip is put behind every address of a playlist."""
    token = request.query_params.get("token")
    return f"?{urlencode({'token': token})}" if token else ""


def _why_not(clip: Clip) -> PhospheneError:
    """Players try again after a 503, and after nothing else."""
    if clip.status in {"queued", "live"}:
        return Busy("the clip is not on air yet", RETRY_S)
    return NotFound(f"there is nothing to watch: the clip is {clip.status}")
