"""Where finished files lie, and what is large on its way: a folder (``folder``) or a bucket of an
S3-compatible service (``bucket``)."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol

from msgspec import Struct

from phosphene.errors import Busy
from phosphene.model import Clip

RETRY_S: Final = 5.0

Audience = Literal["public", "unlisted", "private", "withheld"]
"""Whom the file of a clip is for: those for whom the clip is, or, while it is withheld, nobody but
who decides of it."""

MARK: Final = "phosphene-store"
"""Name of what tells a place from others."""

COPYING: Final = "copying.json"
"""Name of what says from where films are being copied to a place."""

AUDIENCES: Final[tuple[Audience, ...]] = ("public", "unlisted", "private", "withheld")
"""Who is seen by most comes first."""


SERVED: Final = re.compile(r"[0-9a-f]{64}\.(mp4|jpg|webp)")


def is_served(name: str) -> bool:
    """Whether viewers may be sent a file of this name."""
    return SERVED.fullmatch(name) is not None


def audience_of(clip: Clip) -> Audience:
    """Whom the files of a clip are for."""
    return "withheld" if clip.withheld else clip.visibility


class BlobsAway(Busy):
    """The place cannot be used now, and may be later: what must not be lost waits for it. ``why``
    is for operators."""

    def __init__(self, why: str) -> None:
        super().__init__("films cannot be reached now: try again", RETRY_S)
        self.why = why


class Blob(Struct, frozen=True):
    """A file that is kept; ``modified`` in seconds since the Unix epoch, ``place`` in which of
    several folders of its place it lies."""

    name: str
    modified: float
    place: str = ""


class StoredBytes(Struct, frozen=True):
    """Of all files, and of those that were written since some time."""

    total: int
    fresh: int


class Address(Struct, frozen=True):
    """Where a viewer gets a file. ``shared``: the same for all, so that a cache may keep it; else
    it opens the file for some seconds to whoever has it."""

    url: str
    shared: bool = False


class Blobs(Protocol):
    """Every method raises BlobsAway, or OSError for a folder, when the place does not do it, and
    those that take a name BadInput when it cannot be one."""

    async def put(
        self,
        data: bytes,
        suffix: str,
        audience: Audience = "private",
        *,
        attachment: bool = False,
    ) -> str:
        """Store ``data`` (whole or not at all) and return its name, e.g. ``<sha256>.mp4``. Who asks
        for ``audience`` finds it; a wider one that it has already stays. ``attachment``: a browser
        that is led to it keeps it and shows nothing."""
        ...

    async def replace_blob(self, data: bytes, name: str) -> None:
        """Store ``data`` (whole or not at all) under a name of its own, in the place of what was
        there. It is for the moment, and no viewer is given its address."""
        ...

    async def get(self, name: str) -> bytes:
        """Raises NotFound when there is no such blob."""
        ...

    async def locate_blob(
        self, name: str, audience: Audience, method: str = "GET"
    ) -> Path | Address:
        """What a viewer is sent, who asks by ``method`` (GET or HEAD): a file of this machine, or
        where they get it. Raises NotFound when there is no such blob; of a shared address that is
        not looked up."""
        ...

    async def delete_blob(self, name: str) -> None:
        """Forget a blob, if it is there: no address that was given leads to it any more."""
        ...

    async def delete_all(self, names: Iterable[str]) -> None:
        """``delete_blob`` of several."""
        ...

    def list_batches(self, size: int) -> AsyncIterator[Sequence[Blob]]:
        """All that was stored here, and what is left of what did not become whole, ``size`` at a
        time; never what somebody else has put here."""
        ...

    async def total_size(self, names: Sequence[str]) -> int:
        """Bytes of those of the blobs that are there."""
        ...

    async def delete_unchanged(self, blob: Blob) -> None:
        """Delete a file, unless it was stored again since it was listed."""
        ...

    async def move_blob(self, name: str, audience: Audience) -> None:
        """A blob is for this audience from now on: no address that was given to another one leads
        to it any more."""
        ...

    async def measure_elsewhere(self, since: float) -> StoredBytes | None:
        """What it takes, written before and after a time in seconds since the Unix epoch; None
        where it lies in the data folder, which is measured as a whole."""
        ...

    async def find_trouble(self) -> str:
        """Why it cannot be used now; empty when it can."""
        ...

    def read_mark(self) -> str:
        """What tells this place from others; it is made where there is none. Waits."""
        ...

    def begin_use(self) -> None:
        """Films are kept here from now on: nothing else is copied over them. Waits."""
        ...

    def has_blob(self, name: str) -> bool:
        """Whether a blob is there. Waits."""
        ...

    @property
    def origins(self) -> Sequence[str]:
        """Of the addresses that ``locate_blob`` gives."""
        ...
