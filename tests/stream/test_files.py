import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from phosphene.blobs.folder import Directory
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.operation import routes
from phosphene.stream.file_transfers import FileTransfers
from phosphene.stream.files import caching, operations, serve, still_name
from tests.stream.viewer import a_clip

VIDEO = bytes(range(256)) * 400
URL = "/v1/clips/a/video.mp4"


async def nothing_more(request: Request, clip: Clip) -> Clip:
    """There is nothing to make of a clip that could be downloaded."""
    return clip


@pytest_asyncio.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    blobs = Directory(tmp_path)
    video = await blobs.put(VIDEO, ".mp4")
    done = a_clip(
        status="done",
        sha256=video.removesuffix(".mp4"),
        half=await blobs.put(b"half", ".mp4"),
        poster=await blobs.put(b"poster", ".jpg"),
        preview=await blobs.put(b"preview", ".webp"),
        download=await blobs.put(b"download", ".mp4"),
        birth=await blobs.put(b"birth", ".mp4"),
    )
    clips = {"a": done, "live": a_clip("live"), "lost": a_clip("lost", status="done")}
    clips["gone"] = a_clip("gone", status="done", sha256="0" * 64)

    async def find(request: Request, clip_id: str) -> Clip:
        if clip_id not in clips:
            raise NotFound("no such clip")
        return clips[clip_id]

    transport = httpx.ASGITransport(
        Starlette(routes=routes(operations(find, blobs, FileTransfers(), nothing_more)))
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


@pytest.mark.asyncio
async def test_whole_files(http: httpx.AsyncClient) -> None:
    for name, kind, body in (
        ("video.mp4", "video/mp4", VIDEO),
        ("half.mp4", "video/mp4", b"half"),
        ("poster.jpg", "image/jpeg", b"poster"),
        ("preview.webp", "image/webp", b"preview"),
        ("birth.mp4", "video/mp4", b"birth"),
        ("download.mp4", "video/mp4", b"download"),
    ):
        answer = await http.get(f"/v1/clips/a/{name}")
        assert (answer.status_code, answer.content) == (200, body)
        assert answer.headers["content-type"] == kind
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "public, max-age=60, must-revalidate"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers.get("content-disposition") == (
            "attachment" if name == "download.mp4" else None
        )


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=0-99", 206, VIDEO[:100]),
        ("bytes=100-", 206, VIDEO[100:]),
        ("bytes=-5", 206, VIDEO[-5:]),
        ("bytes=102399-999999", 206, VIDEO[102399:]),
        ("bytes=200000-", 416, None),
        ("bytes=x", 400, None),
        ("bytes=9-3", 400, None),
        ("bytes=", 400, None),
        ("lines=1-2", 200, VIDEO),
        ("bytes 1-2", 200, VIDEO),
        ("Bytes = 0 - 1", 206, VIDEO[:2]),
        ("bytes=200000-, 0-1", 206, VIDEO[:2]),
        ("bytes=0-1,999999-9999999,-0", 206, VIDEO[:2]),
        ("bytes=200000-,-0", 416, None),
        (f"bytes=0-{'9' * 5000}", 206, VIDEO),
        (f"bytes={'9' * 5000}-", 416, None),
    ],
)
async def test_ranges(http: httpx.AsyncClient, asked: str, status: int, body: bytes | None) -> None:
    for method in ("GET", "HEAD"):
        answer = await http.request(method, URL, headers={"Range": asked})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
    whole = status == 200
    if body is not None:
        assert (await http.get(URL, headers={"Range": asked})).content == body
        assert whole or answer.headers["content-range"].endswith(f"/{len(VIDEO)}")
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(VIDEO)}"


@pytest.mark.asyncio
async def test_several_ranges(http: httpx.AsyncClient) -> None:
    answer = await http.get(URL, headers={"Range": "bytes=0-1, 10-11"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges")
    assert b"Content-Range: bytes 10-11/102400" in answer.content


@pytest.mark.asyncio
async def test_a_file_that_is_known_is_not_sent_again(http: httpx.AsyncClient) -> None:
    etag = (await http.head(URL)).headers["etag"]
    assert len(etag) == 66
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await http.get(URL, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert (await http.get(URL, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.asyncio
async def test_a_range_of_another_version_is_answered_whole(http: httpx.AsyncClient) -> None:
    etag = (await http.head(URL)).headers["etag"]
    for if_range, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200)):
        headers = {"Range": "bytes=0-9", "If-Range": if_range}
        assert (await http.get(URL, headers=headers)).status_code == status
    beyond = {"Range": "bytes=999999-", "If-Range": '"other"'}
    assert (await http.get(URL, headers=beyond)).status_code == 200


@pytest.mark.asyncio
async def test_head_tells_the_length(http: httpx.AsyncClient) -> None:
    answer = await http.head(URL)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(VIDEO))


@pytest.mark.asyncio
@pytest.mark.parametrize("download", [None, "1" * 64 + ".mp4"])
async def test_head_of_a_download_that_is_not_there_makes_none(
    tmp_path: Path, download: str | None
) -> None:
    blobs = Directory(tmp_path)
    film = await blobs.put(b"film", ".mp4")
    clip = a_clip(status="done", sha256=film.removesuffix(".mp4"), download=download)

    async def find(request: Request, clip_id: str) -> Clip:
        return clip

    async def never(request: Request, clip: Clip) -> Clip:
        raise AssertionError("a film is encoded")

    files = operations(find, blobs, FileTransfers(), never)
    transport = httpx.ASGITransport(Starlette(routes=routes(files)))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.head("/v1/clips/a/download.mp4")
        await blobs.delete_blob(film)
        lost = await client.head("/v1/clips/a/download.mp4")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert answer.headers["content-disposition"] == "attachment"
    assert "content-length" not in answer.headers
    assert lost.status_code == 404


@pytest.mark.asyncio
async def test_a_download_whose_file_was_lost_is_asked_for_again(tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    clips = {"a": a_clip(status="done", sha256="0" * 64, download="1" * 64 + ".mp4")}

    async def find(request: Request, clip_id: str) -> Clip:
        return clips[clip_id]

    async def make(request: Request, clip: Clip) -> Clip:
        clips["a"] = replace(clip, download=await blobs.put(b"anew", ".mp4"))
        return clips["a"]

    files = operations(find, blobs, FileTransfers(), make)
    transport = httpx.ASGITransport(Starlette(routes=routes(files)))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.get("/v1/clips/a/download.mp4")
    assert (answer.status_code, answer.content) == (200, b"anew")


@pytest.mark.asyncio
@pytest.mark.parametrize("clip", ["live", "lost", "gone", "nobody"])
async def test_no_file(http: httpx.AsyncClient, clip: str) -> None:
    answer = await http.get(f"/v1/clips/{clip}/video.mp4")
    assert answer.status_code == 404
    assert (await http.get(f"/v1/clips/{clip}/birth.mp4")).status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"


def test_no_cache_keeps_what_can_be_removed_and_a_private_clip_is_asked_for_each_time() -> None:
    clip = a_clip("a")
    assert "immutable" not in caching(clip)
    assert caching(replace(clip, visibility="unlisted")) == caching(clip)
    assert caching(replace(clip, visibility="private")) == "private, no-cache"


@pytest.mark.asyncio
async def test_a_clip_on_air_has_the_picture_that_is_there(
    http: httpx.AsyncClient, tmp_path: Path
) -> None:
    url = "/v1/clips/live/poster.jpg"
    assert (await http.get(url)).status_code == 404
    for picture in (b"noise", b"a fox"):
        await Directory(tmp_path).replace_blob(picture, still_name("live"))
        answer = await http.get(url)
        assert (answer.status_code, answer.content) == (200, picture)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "public, max-age=2"
        assert answer.headers["access-control-allow-origin"] == "*"
    assert (await http.get("/v1/clips/live/video.mp4")).status_code == 404


@pytest.mark.asyncio
async def test_a_file_that_is_removed_while_it_is_answered_is_sent_to_its_end(
    tmp_path: Path,
) -> None:
    blobs = Directory(tmp_path)
    video = await blobs.put(VIDEO, ".mp4")
    clip = a_clip(status="done", sha256=video.removesuffix(".mp4"))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await serve(Request(scope), clip, "video.mp4", blobs, FileTransfers())
        blobs.path_of(video).unlink()
        await response(scope, receive, send)

    transport = httpx.ASGITransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        assert (await client.get("/")).content == VIDEO


@pytest.mark.asyncio
async def test_a_file_that_runs_when_its_clip_is_taken_back_ends_there(tmp_path: Path) -> None:
    blobs, transfers = Directory(tmp_path), FileTransfers()
    video = await blobs.put(VIDEO * 10, ".mp4")
    clip = a_clip(status="done", sha256=video.removesuffix(".mp4"))
    sent = list[int]()

    async def receive() -> Message:
        await asyncio.Event().wait()  # nobody hangs up
        raise AssertionError

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            sent.append(len(message["body"]))
            # Somebody reads slowly, and the press comes after the second piece.
            if len(sent) == 2:
                transfers.end_clip("another")
                transfers.end_clip(clip.id)

    scope = {"type": "http", "method": "GET", "headers": [], "path": "/"}
    response = await serve(Request(scope), clip, "video.mp4", blobs, transfers)
    await response(scope, receive, send)
    assert len(sent) == 2
    assert sum(sent) < len(VIDEO) * 10
    # Who comes later asks anew, and nothing is left of the one that ended.
    with transfers.sending(clip.id) as ended:
        assert not ended.is_set()


@pytest.mark.asyncio
async def test_a_file_that_was_signed_anew_since_the_clip_was_read_is_found(tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    video = await blobs.put(VIDEO, ".mp4")
    names = iter(("0" * 64, video.removesuffix(".mp4")))

    async def find(request: Request, clip_id: str) -> Clip:
        return a_clip(status="done", sha256=next(names))

    transport = httpx.ASGITransport(
        Starlette(routes=routes(operations(find, blobs, FileTransfers(), nothing_more)))
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        assert (await client.get(URL)).content == VIDEO


@pytest.mark.asyncio
async def test_preflight(http: httpx.AsyncClient) -> None:
    answer = await http.options(URL)
    assert answer.status_code == 204
    assert "Range" in answer.headers["access-control-allow-headers"]
