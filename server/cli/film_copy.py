"""Films copied from a folder to a bucket, or back, while a server may go on writing.

What is there already, under the hash of what it holds, is not copied again: a copy that was cut off
goes on, and a second one takes what is new and drops what is gone.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.blobs.blobs import COPYING, Audience, Blobs
from phosphene.blobs.folder import HASHED
from phosphene.errors import BadInput, NotFound
from phosphene.failure_boundary import task_group
from phosphene.store.blob_moves import audience_of_blob
from phosphene.store.one_query import look_once

AT_ONCE: Final = 8
BATCH: Final = 1000

Progress = Callable[[str, int, int], None]
"""Told of what is being copied, how much of it, and of how much."""
FindAudiences = Callable[[Sequence[str]], Mapping[str, Audience]]
"""For whom these files are; those that nobody is known to need are not among them."""


class FilmCopy(Struct, frozen=True):
    """What came of a copy: ``files`` that are there now, of which ``copied`` were new (and
    ``bytes`` of them), ``dropped`` that are gone at the source, and ``damaged`` ones, which are
    left out."""

    files: int
    copied: int
    bytes: int
    dropped: int
    damaged: tuple[str, ...]


class CopyMark(Struct, frozen=True):
    """What a place says that films are being copied to: from where."""

    source: str


def audiences_in(database: str | Path) -> FindAudiences:
    """As a database says: an SQLite file, or what is at ``postgresql://...``."""

    def find(names: Sequence[str]) -> Mapping[str, Audience]:
        found = look_once(
            database, lambda cx: [(name, audience_of_blob(cx, name)) for name in names]
        )
        return {name: audience for name, audience in found if audience is not None}

    return find


async def copy_films(
    source: Blobs, target: Blobs, find_audiences: FindAudiences, progress: Progress
) -> FilmCopy:
    """Let ``target`` hold what ``source`` does.

    Raises:
        BadInput: the target is neither empty nor what this source was copied to before.
        BlobsAway, OSError: one of them cannot be used; started again it goes on.
    """
    # Written first: some services have no bucket before its first object.
    await asyncio.to_thread(target.read_mark)
    # Kept by their names and not by what a listing says besides: of a million files that is 100 MB.
    there = await _places(target)
    mark = msgspec.json.encode(CopyMark(await asyncio.to_thread(source.read_mark)))
    await _check_own(target, mark, empty=not there)
    here = set(await _places(source))
    pass_ = _Pass(source, target, await asyncio.to_thread(find_audiences, sorted(here)), progress)
    await pass_.copy_all(sorted(here - set(there)))
    await pass_.move_all({name: there[name] for name in here & set(there)})
    absent = sorted(set(there) - here)
    # What a clip needs was made since by a server that keeps films there already.
    needed = await asyncio.to_thread(find_audiences, absent)
    gone = [name for name in absent if name not in needed]
    await target.delete_all(gone)
    return FilmCopy(
        len(here) - len(pass_.damaged) - pass_.vanished,
        pass_.copied,
        pass_.bytes,
        len(gone),
        tuple(pass_.damaged),
    )


class _Pass:
    """One time through all files."""

    def __init__(
        self,
        source: Blobs,
        target: Blobs,
        audiences: Mapping[str, Audience],
        progress: Progress,
    ) -> None:
        self._source = source
        self._target = target
        self._audiences = audiences
        self._progress = progress
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._looked = 0
        self.copied = self.bytes = self.vanished = 0
        self.damaged = list[str]()

    async def copy_all(self, names: Sequence[str]) -> None:
        for at in range(0, len(names), BATCH):
            some = names[at : at + BATCH]
            async with task_group() as tasks:
                for name in some:
                    tasks.create_task(self._copy(name, len(names)))

    async def move_all(self, there: Mapping[str, set[str]]) -> None:
        """What is there already may be for others by now."""
        for name, places in there.items():
            audience = self._audience(name)
            if places - {audience, ""}:
                await self._target.move_blob(name, audience)

    async def _copy(self, name: str, total: int) -> None:
        async with self._turns:
            try:
                data = await self._source.get(name)
            except (NotFound, FileNotFoundError):  # removed meanwhile
                self.vanished += 1
            else:
                await self._keep(name, data)
        self._looked += 1
        self._progress("films", self._looked, total)

    async def _keep(self, name: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != PurePath(name).stem:
            self.damaged.append(name)
            return
        await self._target.put(data, PurePath(name).suffix, self._audience(name))
        # Read back: a service that took it may have kept something else.
        if await self._target.get(name) != data:
            raise BadInput(f"{name} came back from where it was copied to as something else")
        self.copied += 1
        self.bytes += len(data)

    def _audience(self, name: str) -> Audience:
        # What no clip is known to need may be that of one that ends just now, or of nobody.
        return self._audiences.get(name, "withheld")


async def _places(blobs: Blobs) -> dict[str, set[str]]:
    """Where each file lies that is named by what it holds."""
    found = dict[str, set[str]]()
    async for batch in blobs.list_batches(BATCH):
        for blob in batch:
            if HASHED.fullmatch(blob.name):
                found.setdefault(blob.name, set()).add(blob.place)
    return found


async def _check_own(target: Blobs, mark: bytes, *, empty: bool) -> None:
    """Raises BadInput."""
    try:
        own = await target.get(COPYING) == mark
    except NotFound:
        own = empty
    if not own:
        raise BadInput("the target is neither empty nor what these films were copied to before")
    await target.replace_blob(mark, COPYING)
