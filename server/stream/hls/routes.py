"""HLS for players without WebRTC (RFC 8216bis): fMP4 of the very units that everybody else sees.

One address per clip for all its life: ``/v1/clips/ID/hls/index.m3u8``. On air it leads to a low
latency stream, and when the clip is done to the finished run. A player that is on the live stream
at that moment reads it to its end.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta, Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.blobs.blobs import Blobs
from phosphene.errors import BadInput, Busy, NotFound, NotLive, PhospheneError
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.stream.files import Find, TokenQuery, WatchQuery, caching
from phosphene.stream.hls import playlist
from phosphene.stream.hls.fmp4 import OPUS_CLOCK, SoundTrack, VideoTrack, initialization
from phosphene.stream.hls.packager import SOUND, ClipPackager, Packagers, PartStream
from phosphene.stream.hls.playlist import PlaylistOptions, Variant
from phosphene.stream.hls.segmented_file import SegmentedFile, read_segmented_file
from phosphene.stream.hls.segments import TARGET_S, Part, Segment, group_parts, has_part
from phosphene.stream.redirects import Redirect, lead_away
from phosphene.units import HALF_SHARE, half_size
from phosphene.web import Endpoint, is_known, read_query

PLAYLIST = "application/vnd.apple.mpegurl"
MP4 = "video/mp4"
# The longest that the profile for low latency allows (RFC 8216bis, B.1): six target durations of
# an answer that waited for what its address names, half of one of the newest.
NAMED_S, NEWEST_S = 6 * TARGET_S, TARGET_S // 2
# As long as a blocked request may wait by RFC 8216bis (three target durations, 6.2.5.2).
WAIT_S = 3.0 * TARGET_S
RETRY_S = 1.0
# By the letter: more than two segments ahead is answered with 400 (RFC 8216bis, 6.2.5.2).
AHEAD = 2
# Chromium's own HLS ends a stream whose first playlist has fewer (`Segment queue never had any
# data`, Chromium 156).
FIRST_SEGMENTS = 3
# A file is read and cut once for all its segments: a player asks for each of them, and for the
# playlist before.
FILES_KEPT = 32
# Two channels of the 64 kbit/s that the worker encodes; 121 to 124 kbit/s come of it.
SOUND_BITRATE = 128_000
INDEX = "index"
"""What ``named`` calls a playlist, whatever it is of."""

Place = Annotated[int, Meta(ge=0)]
Sent = Callable[[Request, Clip, float, float], Awaitable[None]]
"""Is told how many seconds of the pictures of a clip were sent, and up to which second of it."""


SEGMENT = "_HLS_msn"


class Delivery(TokenQuery, frozen=True, rename={"segment": SEGMENT, "part": "_HLS_part"}):
    """The delivery directives: answer when the playlist holds this."""

    segment: Place | None = None
    part: Place | None = None


class Hls:
    """The endpoints of all clips; ``bitrate`` is the encoder's, in kbit/s."""

    def __init__(
        self,
        find: Find,
        packagers: Packagers,
        blobs: Blobs,
        bitrate: int,
        sent: Sent,
        redirects: Sequence[Redirect],
    ) -> None:
        self._redirects = redirects
        self._sent = sent
        self._find = find
        self._packagers = packagers
        self._blobs = blobs
        self._bandwidth = bitrate * 1000
        self._files: OrderedDict[str, SegmentedFile] = OrderedDict()

    async def serve_index(self, request: Request) -> Response:
        """``index.m3u8``: leads to the stream while the clip is on air, then to the file."""
        clip, query = await self._find(request, request.path_params["clip_id"]), _query(request)
        if led := await lead_away(request, clip, self._redirects):
            return led
        if clip.status == "done":
            whole = await self._segmented_file(clip)
            sound = f"file/sound.m3u8{query}" if whole.sound else ""
            variants = [Variant(whole.track, whole.bandwidth, f"file/video.m3u8{query}")]
            if clip.half is not None:
                half = await self._read(clip.half, clip.fps)
                variants.append(Variant(half.track, half.bandwidth, f"half/video.m3u8{query}"))
        else:
            async with self._watching(clip) as packager:
                sound = f"live/sound.m3u8{query}" if packager.sound is not None else ""
                most = self._bandwidth + SOUND_BITRATE * bool(sound)
                variants = [Variant(packager.track, most, f"live/video.m3u8{query}")]
                if packager.half is not None:
                    width, height = half_size(packager.live.width, packager.live.height)
                    small = replace(packager.track, width=width, height=height)
                    # Who reads of it may choose it a moment later: then it is there.
                    packager.prepare_half()
                    share = round(self._bandwidth * HALF_SHARE) + most - self._bandwidth
                    variants.append(Variant(small, share, f"live/half.m3u8{query}"))
        return _answer(
            request,
            playlist.multivariant_playlist(variants, sound).encode(),
            PLAYLIST,
            playlist_caching(clip, NEWEST_S),
        )

    async def serve_live(self, request: Request) -> Response:
        """``live/NAME``: playlists, their initializations, segments and parts."""
        clip = await self._find(request, request.path_params["clip_id"])
        prefix, name = named(request.path_params["name"])
        async with self._watching(clip) as packager:
            stream = packager.streams_by_prefix.get(prefix)
            if stream is None:
                raise NotFound("no such piece of the clip")
            with packager.keeping_encoded(stream):
                if name == INDEX:
                    text = await _live_playlist(stream, packager.live.aired_at or 0.0, request)
                    named_s = NAMED_S if SEGMENT in request.query_params else NEWEST_S
                    return _answer(
                        request, text.encode(), PLAYLIST, playlist_caching(clip, named_s)
                    )
                if name == "init.mp4":
                    start = initialization(await _track(packager, stream))
                    return _answer(request, start, MP4, caching(clip))
                piece = await _live_piece(stream, name)
                rate = 0 if stream is packager.sound else stream.rate
                return await self._send(request, clip, piece, rate)

    async def serve_file(self, request: Request) -> Response:
        """``file/NAME``: the same of a finished clip."""
        clip = await self._find(request, request.path_params["clip_id"])
        return await self._piece(request, clip, await self._segmented_file(clip))

    async def serve_half(self, request: Request) -> Response:
        """``half/NAME``: the same at half its size."""
        clip = await self._find(request, request.path_params["clip_id"])
        if clip.status != "done" or clip.half is None:
            raise NotFound(f"clip {clip.id} has no file of half its size; it is {clip.status}")
        return await self._piece(request, clip, await self._read(clip.half, clip.fps))

    async def _piece(self, request: Request, clip: Clip, file: SegmentedFile) -> Response:
        prefix, name = named(request.path_params["name"])
        heard = prefix == SOUND
        found = file.sound if heard else file.segments
        if not found or prefix not in {"", SOUND}:
            raise NotFound("no such piece of the clip")
        if name == INDEX:
            rate = OPUS_CLOCK if heard else file.track.fps
            text = playlist.finished_playlist(
                found, PlaylistOptions(rate, prefix=prefix, query=_query(request))
            )
            return _answer(request, text.encode(), PLAYLIST, caching(clip))
        if name == "init.mp4":
            track = file.sound_track if heard else file.track
            return _answer(request, initialization(track), MP4, caching(clip))
        for segment in found:
            if name == f"s{segment.start}.m4s":
                return await self._send(request, clip, segment, 0 if heard else file.track.fps)
        raise NotFound("no such piece of the clip")

    async def _send(
        self, request: Request, clip: Clip, piece: Part | Segment, rate: int
    ) -> Response:
        """A piece of pictures, whose times are in 1/``rate`` second; of sound, which has its
        pictures beside it, the rate is 0."""
        response = _answer(request, piece.data, MP4, caching(clip))
        if rate and response.status_code == 200 and request.method == "GET":
            end = piece.start + piece.duration
            await self._sent(request, clip, piece.duration / rate, end / rate)
        return response

    @asynccontextmanager
    async def _watching(self, clip: Clip) -> AsyncIterator[ClipPackager]:
        """The clip on air with its first part there; who waits counts as a viewer."""
        try:
            packager = self._packagers.get_packager(clip)
        except NotLive:
            raise _why_not(clip) from None
        # Or a relay with HLS players alone would count as deserted, and end under them.
        with packager.live.audience.viewer_present():
            await _grown(packager.video, 0)
            if not packager.video.parts:
                raise NotFound("there is nothing to watch: no picture came")
            yield packager

    async def _segmented_file(self, clip: Clip) -> SegmentedFile:
        """Read once for many players. Raises NotFound."""
        if clip.status != "done" or clip.sha256 is None:
            raise NotFound(f"clip {clip.id} has no file; it is {clip.status}")
        return await self._read(f"{clip.sha256}.mp4", clip.fps)

    async def _read(self, blob: str, fps: int) -> SegmentedFile:
        found = self._files.pop(blob, None)
        if found is None:
            film = await self._blobs.get(blob)
            found = await asyncio.to_thread(read_segmented_file, film, fps)
        self._files[blob] = found
        while len(self._files) > FILES_KEPT:
            self._files.popitem(last=False)
        return found


def operations(
    find: Find,
    packagers: Packagers,
    blobs: Blobs,
    bitrate: int,
    sent: Sent,
    redirects: Sequence[Redirect] = (),
) -> list[Operation]:
    """``/v1/clips/ID/hls/...``; ``find`` gives a clip to who may see it, ``redirects`` lead players
    away."""
    hls = Hls(find, packagers, blobs, bitrate, sent, redirects)
    return [
        _operation(
            "index.m3u8", hls.serve_index, "HLS of a clip: where its playlists are", WatchQuery
        ),
        _operation("live/{name}", hls.serve_live, "Playlist or piece of a clip on air", Delivery),
        _operation("file/{name}", hls.serve_file, "Playlist or piece of a finished clip"),
        _operation("half/{name}", hls.serve_half, "The same at half its width and height"),
    ]


def _operation(
    name: str, endpoint: Endpoint, summary: str, query: type[Struct] = TokenQuery
) -> Operation:
    whole = name == "index.m3u8"
    return Operation(
        method="GET",
        path=f"/v1/clips/{{clip_id}}/hls/{name}",
        summary=summary,
        name=f"read_hls_{endpoint.__name__.removeprefix('serve_')}",
        endpoint=endpoint,
        caller="viewer",
        query=query,
        answer=str if whole else bytes,
        answer_type=PLAYLIST if whole else f"{MP4}, {PLAYLIST}",
        also=(304, 307) if whole else (304,),
        headers=("ETag", "Cache-Control", *(("Location",) if whole else ())),
        takes=("If-None-Match",),
        errors=(400, 401, 403, 404, 503),
    )


def named(name: str) -> tuple[str, str]:
    """The name of a file as the prefix of its rendition and what it is of it: ``sound-s0.m4s`` is
    ``s0.m4s`` of ``sound-``, and ``sound.m3u8`` its ``INDEX``. Pure."""
    if name.endswith(".m3u8"):
        rendition = name.removesuffix(".m3u8")
        return ("" if rendition == "video" else f"{rendition}-"), INDEX
    rendition, hyphen, rest = name.rpartition("-")
    return rendition + hyphen, rest


async def _live_playlist(stream: PartStream, aired_at: float, request: Request) -> str:
    """The playlist as soon as it holds what the request asks for, at least one segment; the first
    few for a browser's own player, which knows no directives.

    That the clip has ended is said only to who asks for more than there is: a playlist that has
    ended tells no parts, and who waits for the last one fetches its segment whole instead.

    Raises:
        BadInput: it asks for a part of no segment, or for what is far away.
        Busy: it did not come in time.
    """
    asked = read_query(request, Delivery)
    # Scripts (hls.js, Shaka) fetch as ``empty``: only a browser's own player says ``video``.
    own = request.headers.get("sec-fetch-dest") in {"video", "audio"}
    if asked.segment is None and asked.part is not None:
        raise BadInput("_HLS_part needs _HLS_msn")
    if (asked.segment or 0) > len(group_parts(stream.grown.items, False)) - 1 + AHEAD:
        raise BadInput("_HLS_msn is more than two segments ahead")

    def there(found: Sequence[Segment]) -> bool:
        if asked.segment is None:
            return has_part(found, FIRST_SEGMENTS - 1 if own else 0, None)
        number = asked.segment - stream.first_segment
        return has_part(found, number, asked.part) if number >= 0 else bool(found)

    await _until(stream, lambda: there(stream.list_segments(ended=False)))
    found, ended = stream.list_segments(ended=False), False
    if stream.grown.closed and not (asked.part is not None and there(found)):
        found, ended = stream.list_segments(ended=True), True
    if not found:
        raise NotFound("there is nothing to watch: no picture came")
    form = PlaylistOptions(
        stream.rate, stream.most, stream.prefix, _query(request), stream.first_segment
    )
    return playlist.live_playlist(found, form, ended, aired_at)


async def _track(packager: ClipPackager, stream: PartStream) -> VideoTrack | SoundTrack:
    """Raises Busy, NotFound: no picture came."""
    if stream is packager.sound:
        return SoundTrack()
    if packager.half is None or stream is not packager.half:
        return packager.track
    half = packager.half
    await _until(half, lambda: half.track is not None)
    if half.track is None:
        raise NotFound("there is nothing to watch: no picture came")
    return half.track


async def _live_piece(stream: PartStream, name: str) -> Part | Segment:
    """A segment, or a part: the one that the playlist names in advance is waited for."""

    def found() -> Part | Segment | None:
        for part in reversed(stream.parts):
            if name == f"p{part.start}.m4s":
                return part
        for segment in stream.list_segments(ended=stream.grown.closed):
            if name == f"s{segment.start}.m4s" and segment.whole:
                return segment
        return None

    ahead = stream.parts[-1].end if stream.parts else 0
    if name == f"p{ahead}.m4s":
        await _until(stream, lambda: found() is not None)
    piece = found()
    if piece is None:
        raise NotFound("no such piece of the clip")
    return piece


async def _grown(stream: PartStream, at: int) -> None:
    """Until there are more than ``at`` parts, or no more will come. Raises Busy."""
    await _until(stream, lambda: len(stream.grown.items) > at)


async def _until(stream: PartStream, there: Callable[[], bool]) -> None:
    """Until that is so, or no more will come. Raises Busy: it did not come in time."""
    try:
        async with asyncio.timeout(WAIT_S):
            while not (there() or stream.grown.closed):
                await stream.grown.wait_grown(len(stream.grown.items))
    except TimeoutError:
        raise Busy("no picture came in time; try again", RETRY_S) from None


def playlist_caching(clip: Clip, kept_s: int) -> str:
    """Cache-Control of a playlist that changes: with it a cache asks once for all players."""
    if clip.visibility == "private":
        return caching(clip)
    return f"public, max-age={kept_s}"


def _answer(request: Request, body: bytes, kind: str, caching: str) -> Response:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if kind == PLAYLIST:
        # A browser's own player is given more of a clip that begins.
        headers["Vary"] = "Sec-Fetch-Dest"
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
