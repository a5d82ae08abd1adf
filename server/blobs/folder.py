"""Finished files in a directory, found by the hash of what they hold."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from phosphene.blobs.blobs import COPYING, MARK, Audience, Blob
from phosphene.errors import BadInput, NotFound

OURS = re.compile(r"[0-9a-f]{64}\.[a-z0-9]+|[0-9a-z]{20}\.jpg|\.[a-z0-9_]{8}")
HASHED = re.compile(r"[0-9a-f]{64}\.[a-z0-9]+")
NAME_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz.")


class Directory:
    """Implements ``Blobs`` below one folder, which may be shared by several instances. Who may read
    what is said by whoever answers for it."""

    origins: Final = ()

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    async def put(
        self,
        data: bytes,
        suffix: str,
        audience: Audience = "private",
        *,
        attachment: bool = False,
    ) -> str:
        return await asyncio.to_thread(self._put, data, hashlib.sha256(data).hexdigest() + suffix)

    async def replace_blob(self, data: bytes, name: str) -> None:
        """As of ``Blobs``; it need not outlive a loss of power."""
        await asyncio.to_thread(self._put, data, self._place(name).name, lasting=False)

    async def get(self, name: str) -> bytes:
        return await asyncio.to_thread(self.path_of(name).read_bytes)

    async def delete_blob(self, name: str) -> None:
        await asyncio.to_thread(self._place(name).unlink, missing_ok=True)

    async def delete_all(self, names: Iterable[str]) -> None:
        for name in names:
            await self.delete_blob(name)

    async def locate_blob(self, name: str, audience: Audience, method: str = "GET") -> Path:
        return self.path_of(name)

    def path_of(self, name: str) -> Path:
        """Where the blob lies, for serving it with ranges. Raises NotFound or BadInput."""
        path = self._place(name)
        if not path.is_file():
            raise NotFound(f"no file {name}")
        return path

    async def list_batches(self, size: int) -> AsyncIterator[Sequence[Blob]]:
        with os.scandir(self._root) as entries:
            while batch := await asyncio.to_thread(_look, entries, size):
                yield batch

    async def total_size(self, names: Sequence[str]) -> int:
        return await asyncio.to_thread(self._size, names)

    async def delete_unchanged(self, blob: Blob) -> None:
        await asyncio.to_thread(self._delete_unchanged, blob)

    async def move_blob(self, name: str, audience: Audience) -> None:
        """Nothing to do: each request is looked at before it is answered from here."""

    async def measure_elsewhere(self, since: float) -> None:
        """It is in the data folder."""

    async def find_trouble(self) -> str:
        return ""

    def read_mark(self) -> str:
        mark = self._root / MARK
        if not mark.exists():
            self._write_mark(mark)
        return mark.read_text()

    def begin_use(self) -> None:
        (self._root / COPYING).unlink(missing_ok=True)

    def has_blob(self, name: str) -> bool:
        return self._place(name).is_file()

    def _write_mark(self, mark: Path) -> None:
        """Of several machines that begin at once one writes it, and nobody reads half of it: a link
        fails where the name is taken, which a rename does not."""
        with NamedTemporaryFile("w", dir=self._root, prefix=".") as part:
            part.write(secrets.token_hex(8))
            part.flush()
            with suppress(FileExistsError):
                os.link(part.name, mark)

    def _size(self, names: Sequence[str]) -> int:
        paths = (self._place(name) for name in names)
        return sum(path.stat().st_size for path in paths if path.is_file())

    def _delete_unchanged(self, blob: Blob) -> None:
        path = self._root / blob.name
        with suppress(FileNotFoundError):
            if path.stat().st_mtime == blob.modified:
                path.unlink()

    def _place(self, name: str) -> Path:
        return self._root / check_name(name)

    def _put(self, data: bytes, name: str, *, lasting: bool = True) -> str:
        with NamedTemporaryFile(dir=self._root, prefix=".", delete=False) as part:
            try:
                part.write(data)
                part.flush()
                if lasting:
                    os.fsync(part.fileno())
                os.replace(part.name, self._root / name)
            except OSError:  # a full disk is not filled further by what is not whole
                os.unlink(part.name)
                raise
        return name


def newest_blob(folder: Path) -> str | None:
    """The name of what was kept last under the hash of what it holds, of a folder that may not be
    there."""
    with suppress(FileNotFoundError):
        kept = [one for one in os.scandir(folder) if HASHED.fullmatch(one.name)]
        return max(kept, key=lambda one: one.stat().st_mtime).name if kept else None
    return None


def check_name(name: str) -> str:
    """A name that leads to no other folder. Raises BadInput."""
    if not name or not NAME_CHARACTERS.issuperset(name) or name.startswith("."):
        raise BadInput("that is not the name of a file here")
    return name


def _look(entries: Iterator["os.DirEntry[str]"], count: int) -> list[Blob]:
    """The next ``count`` files, without those that go at this moment; empty at the end."""
    while taken := list(islice(entries, count)):
        found = []
        for entry in taken:
            with suppress(FileNotFoundError):
                if OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    found.append(Blob(entry.name, entry.stat().st_mtime))
        if found:
            return found
    return []
