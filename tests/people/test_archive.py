"""Everything of a person as one archive: what it costs, and who goes away before its end."""

import asyncio
import io
import zipfile
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from phosphene.model import Comment, Page
from phosphene.people.archive import PersonArchive, Sink
from tests.store.making import ANNA, a_clip

FILM = b"film" * (1 << 20)
CLIPS = tuple(replace(a_clip(f"c{i}"), status="done", sha256=f"{i}") for i in range(3))


async def list_clips(cursor: str | None) -> Page:
    return Page(CLIPS, None)


async def list_comments(after: str) -> Sequence[Comment]:
    return ()


async def get_blob(name: str) -> bytes:
    return FILM


def an_archive() -> PersonArchive:
    return PersonArchive(
        ANNA, {"profile": {"id": "anna"}}, list_clips, list_comments, get_blob, bytes
    )


@pytest.mark.asyncio
async def test_a_film_is_handed_on_as_it_is() -> None:
    chunks = [chunk async for chunk in an_archive().read_chunks()]
    assert [chunk is FILM for chunk in chunks].count(True) == len(CLIPS)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    assert archive.testzip() is None
    assert archive.read("clips/c1.mp4") == FILM


@pytest.mark.asyncio
async def test_who_goes_away_in_the_midst_of_a_film_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, writing, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    write = Sink.write

    def slow(sink: Sink, data: bytes) -> int:
        if data is FILM:
            loop.call_soon_threadsafe(writing.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        return write(sink, data)

    monkeypatch.setattr(Sink, "write", slow)

    async def download() -> None:
        async for _ in an_archive().read_chunks():
            pass

    reader = asyncio.create_task(download())
    await writing.wait()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    go_on.set()
