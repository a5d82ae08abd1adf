"""Everything of a person as one archive that opens without any server: JSON, films, and a page.

It is a ZIP (APPNOTE 6.3) that is written as it is read: no part needs what comes after it, and two
films at most are in memory at a time.
"""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from html import escape
from typing import Any, Final

import msgspec
from msgspec import Struct

from phosphene.errors import NotFound
from phosphene.language import LANGUAGE, say
from phosphene.model import Clip, Comment, Page, Person

README: Final = "index.html"
STYLE: Final = (
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}"
    "ul{padding:0;list-style:none;display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fill,minmax(11rem,1fr))}video{width:100%;border-radius:8px}"
)
STATEMENT: Final = "signed.json"


class ArchiveStatement(Struct, frozen=True):
    """What an instance says of an archive: whose it is (their id), and which film (SHA-256) is of
    which clip of theirs."""

    person: str
    films: dict[str, str]


ListPage = Callable[[str | None], Awaitable[Page]]
ListComments = Callable[[str], Awaitable[Sequence[Comment]]]


class Sink(io.RawIOBase):
    """What the archive is written to: it forgets what was taken out, and cannot go back."""

    def __init__(self) -> None:
        self._parts = list[bytes]()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        # No copy of what is bytes already: a film would else be in memory several times.
        self._parts.append(bytes(data))
        return len(data)

    def take_written(self) -> list[bytes]:
        """What was written since the last time, in parts."""
        taken, self._parts = self._parts, []
        return taken


class PersonArchive:
    """``person`` is whose it is; ``told`` are further files, by name, of what is known of them;
    ``list_clips`` gives their clips and ``list_comments`` their comments after one of an id, page
    by page; ``get_blob`` gives a film, ``sign`` what is said under the instance's name."""

    def __init__(
        self,
        person: Person,
        told: dict[str, Any],
        list_clips: ListPage,
        list_comments: ListComments,
        get_blob: Callable[[str], Awaitable[bytes]],
        sign: Callable[[bytes], bytes],
    ) -> None:
        self._sign = sign
        self._films = dict[str, str]()
        self._person = person
        self._told = told
        self._list_clips = list_clips
        self._list_comments = list_comments
        self._get_blob = get_blob
        self._sink = Sink()
        self._shown = list[str]()
        self._said = list[str]()

    async def read_chunks(self) -> AsyncIterator[bytes]:
        """The archive's bytes, in order."""
        # Closed at the end and not by a ``with``: who goes away in the midst of it leaves a thread
        # that still writes, and to close the archive would then be a failure of the server.
        archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        async for name, data, how in self._files():
            # In a thread: the sum of a film of 20 MB is 20 ms of the loop.
            await asyncio.to_thread(archive.writestr, name, data, how)
            for part in self._sink.take_written():
                yield part
        archive.close()
        for part in self._sink.take_written():
            yield part

    async def _files(self) -> AsyncIterator[tuple[str, bytes, int]]:
        """Name, bytes and how they are kept, of each file in the archive."""
        for name, value in self._told.items():
            yield f"{name}.json", _json(value), zipfile.ZIP_DEFLATED
        async for clip in self._clips():
            async for file in self._files_of(clip):
                yield file
        async for comments in self._comments():
            yield f"comments/{comments[-1].id}.json", _json(comments), zipfile.ZIP_DEFLATED
            self._said += [f"<li>{escape(one.text)}</li>" for one in comments]
        said = ArchiveStatement(self._person.id, self._films)
        signed = await asyncio.to_thread(self._sign, msgspec.json.encode(said))
        yield STATEMENT, signed, zipfile.ZIP_DEFLATED
        yield README, self._page().encode(), zipfile.ZIP_DEFLATED

    async def _clips(self) -> AsyncIterator[Clip]:
        cursor: str | None = None
        while True:
            page = await self._list_clips(cursor)
            for clip in page.clips:
                yield clip
            if (cursor := page.cursor) is None:
                return

    async def _comments(self) -> AsyncIterator[Sequence[Comment]]:
        after = ""
        while some := await self._list_comments(after):
            yield some
            after = some[-1].id

    async def _files_of(self, clip: Clip) -> AsyncIterator[tuple[str, bytes, int]]:
        yield f"clips/{clip.id}.json", _json(clip), zipfile.ZIP_DEFLATED
        film = ""
        if clip.sha256 is not None:
            try:
                data = await self._get_blob(f"{clip.sha256}.mp4")
            except NotFound:
                data = b""  # it went meanwhile, for want of room
            if data:
                film = f"clips/{clip.id}.mp4"
                self._films[clip.id] = clip.sha256
                # What is compressed already is only copied.
                yield film, data, zipfile.ZIP_STORED
        self._shown.append(_item(clip, film))

    def _page(self) -> str:
        name = escape(f"@{self._person.handle}")
        files = "".join(f'<li><a href="{one}.json">{one}</a></li>' for one in self._told)
        return (
            f'<!doctype html>\n<html lang="{LANGUAGE.get()}">\n<meta charset="utf-8">\n'
            f"<title>{name}</title>\n<style>{STYLE}</style>\n<main><h1>{name}</h1>\n"
            f"<h2>{say('Clips')}</h2>\n<ul>{''.join(self._shown)}</ul>\n"
            f"<h2>{say('Comments')}</h2>\n<ol>{''.join(self._said)}</ol>\n"
            f"<h2>{say('More')}</h2>\n<ul>{files}</ul></main>\n"
        )


def _item(clip: Clip, film: str) -> str:
    video = f'<video controls preload="none" src="{film}"></video>' if film else ""
    recipe = f'<a href="clips/{clip.id}.json">{say("recipe")}</a>'
    said = say("{0} ({1}, {2}; {3})", escape(clip.text), clip.status, clip.visibility, recipe)
    return f"<li>{video}<p>{said}</p></li>"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)
