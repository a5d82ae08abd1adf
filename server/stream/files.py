"""Finished clips as files: video (and at half size), poster, preview and birth, by ranges, cached
for a minute."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path, PurePath
from typing import Annotated, Any, BinaryIO, Final

from msgspec import Meta, Struct
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from phosphene.blobs.blobs import Address, Blobs, audience_of
from phosphene.errors import BadInput, NotFound, NotInFile
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.stream.file_transfers import FileTransfers
from phosphene.stream.ranges import Unsatisfiable, readable
from phosphene.web import is_known

Token = Annotated[str, Meta(description="an embed token, of a private clip")]


class TokenQuery(Struct, frozen=True):
    """What opens a private clip."""

    token: Token = ""


class WatchQuery(TokenQuery, frozen=True):
    """``here``: answered by this server itself, also where a media server shows the clip."""

    here: str = ""


Find = Callable[[Request, str], Awaitable[Clip]]
"""The clip, for who may see it."""

Prepare = Callable[[Request, Clip], Awaitable[Clip]]
"""The clip once there is what one downloads of it. Raises Busy."""

# Names are hashes of what is in them, so a year would be right but for one thing: a clip that is
# removed has to go, and nothing here can reach a cache that was told to keep it.
KEPT_S = 60
"""So long a cache may serve a file without asking, and so a clip that was removed."""

NOT_GUESSED = {"X-Content-Type-Options": "nosniff"}

DOWNLOAD: Final = "download.mp4"

FILES = {
    "video.mp4": "video/mp4",
    "half.mp4": "video/mp4",
    DOWNLOAD: "video/mp4",
    "poster.jpg": "image/jpeg",
    "preview.webp": "image/webp",
    "birth.mp4": "video/mp4",
}
ABOUT = {
    "video.mp4": "The finished clip",
    "half.mp4": "The finished clip at half its width and height",
    DOWNLOAD: "The finished clip to keep: with a mark that everybody sees, made the first time",
    "poster.jpg": "A picture of the clip, of one on air from its first light on",
    "preview.webp": "A short moving picture of the finished clip",
    "birth.mp4": "How the clip came to be: everything that was shown of it",
}


# The picture is renewed every second: a cache that keeps it longer shows a forming that is past.
LIVE_S = 2
"""So long a cache may keep a picture of a clip that is on air."""


def still_name(clip_id: str) -> str:
    """Name of the file that holds a picture of a clip on air."""
    return f"{clip_id.lower()}.jpg"


def operations(
    find: Find,
    blobs: Blobs,
    transfers: FileTransfers,
    prepare: Prepare,
    around_video: Sequence[Middleware] = (),
) -> list[Operation]:
    """``/v1/clips/ID/video.mp4`` and the other FILES; ``find`` raises NotFound, ``transfers`` ends
    what is being sent."""

    async def find_ready(request: Request, clip_id: str) -> Clip:
        clip = await find(request, clip_id)
        # Also where one is named: its file may have been lost.
        if clip.status != "done" or request.method == "HEAD":
            return clip
        if await prepare(request, clip) is clip:
            return clip
        # It takes seconds, in which a clip may be taken away.
        return await find(request, clip_id)

    return [
        _operation(
            name,
            find_ready if name == DOWNLOAD else find,
            blobs,
            transfers,
            around_video if name.endswith(".mp4") else (),
        )
        for name in FILES
    ]


async def serve(
    request: Request, clip: Clip, name: str, blobs: Blobs, transfers: FileTransfers
) -> Response:
    """One file of a finished clip: 200, 206 or 304 (RFC 9110), or 307 to where it is.

    Raises:
        NotFound: the clip has no such file (yet). BadInput, NotInFile: the ranges asked for.
    """
    blob = _blob(clip, name)
    found = await blobs.locate_blob(blob, audience_of(clip), request.method)
    headers = {
        # The name is the SHA-256 of the bytes: no other validator is as strong, and nothing has to
        # be read for it.
        "ETag": f'"{PurePath(blob).stem}"',
        "Cache-Control": caching(clip),
        **NOT_GUESSED,
    }
    if name == DOWNLOAD:
        headers["Content-Disposition"] = "attachment"
    if is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if isinstance(found, Address):
        return _redirect(found, headers)
    return _send(request, clip.id, name, found, headers, transfers)


def _redirect(to: Address, headers: Mapping[str, str]) -> Response:
    """307, so that a range and a HEAD are asked for there, too."""
    # An address that lives for a minute must not be given by a cache that has kept it for one.
    kept = headers["Cache-Control"] if to.shared else "private, no-store"
    return Response(
        status_code=307, headers={"Location": to.url, "Cache-Control": kept, **NOT_GUESSED}
    )


def _send(
    request: Request,
    clip_id: str,
    name: str,
    path: Path,
    headers: Mapping[str, str],
    transfers: FileTransfers,
) -> Response:
    # Open before anything is answered: a file that is signed anew or removed meanwhile is sent to
    # its end, where its name would be gone after the status had been sent.
    held = _open(path)
    try:
        ranges = _ranges(request, headers["ETag"], os.fstat(held.fileno()).st_size)
    except BaseException:
        held.close()
        raise
    sending = partial(transfers.sending, clip_id)
    return _Ranged(ranges, held, sending, headers=headers, media_type=FILES[name])


def _open(path: Path) -> BinaryIO:
    """Raises NotFound for a file that went after it was looked for."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise NotFound(f"no file {path.name}") from None


class _TransferEnded(Exception):
    """Nobody may see the clip any more."""


class _Ranged(FileResponse):
    """Answers to these ranges (None: the whole file) in the place of those of the request, from a
    file that is closed at the end. ``sending`` gives what says that it is to end."""

    def __init__(
        self,
        ranges: str | None,
        held: BinaryIO,
        sending: Callable[[], AbstractContextManager[asyncio.Event]],
        **more: Any,
    ) -> None:
        # FileResponse takes a path and nothing open; this one leads to the open file, whatever
        # became of its name.
        super().__init__(f"/dev/fd/{held.fileno()}", **more)
        self._ranges = ranges
        self._held = held
        self._sending = sending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette answers an unknown unit with 400 and one bad range among good ones with 416,
        # where RFC 9110 asks that the one be ignored and the other left out.
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        if self._ranges is not None:
            headers.append((b"range", self._ranges.encode()))
        with self._held, self._sending() as ended, suppress(_TransferEnded):

            async def send_more(message: Message) -> None:
                # Short of the length that was said: the server closes the connection.
                if ended.is_set():
                    raise _TransferEnded
                await send(message)

            await super().__call__({**scope, "headers": headers}, receive, send_more)


def _ranges(request: Request, etag: str, size: int) -> str | None:
    """Raises BadInput, NotInFile."""
    asked = request.headers.get("range")
    if asked is None or request.headers.get("if-range", etag) != etag:
        return None
    try:
        return readable(asked, size)
    except Unsatisfiable as error:
        raise NotInFile(str(error), size) from None
    except ValueError as error:
        raise BadInput(str(error)) from None


def caching(clip: Clip) -> str:
    """Cache-Control of a clip's files and pieces. Their bytes never change but for a redaction, yet
    a removed clip has to go from every cache soon; of a private one each use is asked for."""
    if clip.visibility == "private":
        return "private, no-cache"
    return f"public, max-age={KEPT_S}, must-revalidate"


def _operation(
    name: str,
    find: Find,
    blobs: Blobs,
    transfers: FileTransfers,
    around: Sequence[Middleware],
) -> Operation:
    async def file(request: Request) -> Response:
        clip = await find(request, request.path_params["clip_id"])
        if name == DOWNLOAD and request.method == "HEAD" and await _is_unmade(clip, blobs):
            return _unmade()
        if name == "poster.jpg" and clip.status == "live":
            return await _still(clip, blobs)
        try:
            return await serve(request, clip, name, blobs, transfers)
        except NotFound:
            # It may have been signed anew since the clip was read, and have another name by now.
            return await serve(request, await find(request, clip.id), name, blobs, transfers)

    return Operation(
        method="GET",
        path=f"/v1/clips/{{clip_id}}/{name}",
        summary=ABOUT[name],
        name=f"read_{name.replace('.', '_')}",
        endpoint=file,
        caller="viewer",
        query=TokenQuery,
        answer=bytes,
        answer_type=FILES[name],
        also=(206, 304, 307),
        headers=("ETag", "Cache-Control", "Accept-Ranges", "Content-Range", "Location"),
        takes=("Range", "If-Range", "If-None-Match"),
        errors=(400, 401, 403, 404, 416, 503),
        middleware=tuple(around),
    )


async def _is_unmade(clip: Clip, blobs: Blobs) -> bool:
    """Whether who asks for it has it made, as the film is there and it is not, or no more."""

    async def has_blob(blob: str | None) -> bool:
        return blob is not None and await blobs.total_size([blob]) > 0

    if clip.status != "done" or clip.sha256 is None or await has_blob(clip.download):
        return False
    return await has_blob(_blob(clip, "video.mp4"))


def _unmade() -> Response:
    """What can be said of a download before it is made: its length only making it would tell, which
    a HEAD need not (RFC 9110, 9.3.2)."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment", **NOT_GUESSED}
    # Without a body to be empty no length is said.
    return StreamingResponse(iter(()), headers=headers, media_type=FILES[DOWNLOAD])


async def _still(clip: Clip, blobs: Blobs) -> Response:
    """What is there of a clip on air. Raises NotFound before its first light."""
    who = "private" if clip.visibility == "private" else "public"
    headers = {"Cache-Control": f"{who}, max-age={LIVE_S}", **NOT_GUESSED}
    picture = await blobs.get(still_name(clip.id))
    return Response(picture, headers=headers, media_type=FILES["poster.jpg"])


def _blob(clip: Clip, name: str) -> str:
    """Name of the blob that holds the file."""
    video = clip.sha256 and f"{clip.sha256}.mp4"
    blob = {
        "video.mp4": video,
        "half.mp4": clip.half,
        DOWNLOAD: clip.download,
        "poster.jpg": clip.poster,
        "preview.webp": clip.preview,
        "birth.mp4": clip.birth,
    }[name]
    if clip.status != "done" or not blob:
        raise NotFound(f"clip {clip.id} has no {name}; it is {clip.status}")
    return blob
