"""Reads an archive that an instance made of a person (``archive``), and trusts nothing of it.

Nothing is ever written under a name that it gives. Its directory, its entries and what they unpack
to are bounded before and while they are read; what is not as the archive is made is refused whole.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO, Final, TypeVar

import msgspec
from msgspec import Struct

from phosphene.errors import Unusable
from phosphene.model import Clip, Comment, Person
from phosphene.people.archive import STATEMENT

T = TypeVar("T")

NAMES: Final = re.compile(
    r"index\.html|[a-z_]{1,32}\.json|clips/([0-9a-z]{1,64})\.(json|mp4)"
    r"|comments/[0-9A-Za-z_-]{1,64}\.json"
)
ENTRIES: Final = 20_000
DIRECTORY_BYTES: Final = 4 << 20
JSON_BYTES: Final = 4 << 20
FILM_BYTES: Final = 128 << 20
UNPACKED_BYTES: Final = 4 << 30
# JSON of a person's clips and words packs to a tenth; a bomb to a thousandth.
RATIO: Final = 100
RATIO_FROM: Final = 1 << 20
"""Smaller entries may pack as well as they like."""
END: Final = struct.Struct("<4s4H2LH")
"""The end of the central directory (APPNOTE 6.3, 4.3.16)."""
SIGNATURE: Final = b"PK\x05\x06"
# The longest comment that may follow the end: its length has 16 bits.
COMMENT: Final = 0xFFFF
HEADER: Final = 30
"""The least that lies before an entry's bytes."""
# Bit 0 of an entry's flags (APPNOTE 6.3, 4.4.4).
ENCRYPTED: Final = 1
FAULTS: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class ImportedWords(Struct, frozen=True):
    """What somebody said of themselves."""

    about: str = ""


class ImportedProfile(Struct, frozen=True):
    """Whose archive it is, as far as it says."""

    person: Person
    words: ImportedWords = ImportedWords()


class ImportedRelations(Struct, frozen=True):
    """Whom they followed, muted and blocked."""

    follow: Sequence[Person] = ()
    mute: Sequence[Person] = ()
    block: Sequence[Person] = ()


class ImportArchive:
    """An archive in a file that is open while it is read. Its methods block: call them in a thread.

    Raises Unusable, here and wherever it is read: it is damaged, or was not made by an instance.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            # First, because ``zipfile`` reads the whole directory into memory when it opens a file.
            _check_end(file)
            self._zip = zipfile.ZipFile(file)
        except FAULTS as error:
            raise Unusable(f"this is no archive of a person: {error}") from None
        self._entries = _checked(self._zip.infolist())

    def read_profile(self) -> ImportedProfile:
        """Whose it is."""
        return self._decode("profile.json", ImportedProfile)

    def read_statement(self) -> bytes:
        """What an instance signed of it, to be checked; empty: nothing."""
        return self._read(STATEMENT, JSON_BYTES) if STATEMENT in self._entries else b""

    def read_relations(self) -> ImportedRelations:
        """Nobody, where it does not say."""
        if "relations.json" not in self._entries:
            return ImportedRelations()
        return self._decode("relations.json", ImportedRelations)

    def clip_ids(self) -> Sequence[str]:
        """Ids of the clips in it, the oldest first."""
        found = (NAMES.fullmatch(name) for name in self._entries)
        return sorted(one[1] for one in found if one and one[2] == "json")

    def read_clip(self, clip_id: str) -> Clip:
        return self._decode(f"clips/{clip_id}.json", Clip)

    def read_film(self, clip_id: str) -> bytes | None:
        """The bytes beside a clip, whatever they are; None: there are none."""
        name = f"clips/{clip_id}.mp4"
        return self._read(name, FILM_BYTES) if name in self._entries else None

    def read_comments(self) -> Iterator[Comment]:
        """All of them, a file at a time."""
        for name in sorted(self._entries):
            if name.startswith("comments/"):
                yield from self._decode(name, list[Comment])

    def _decode(self, name: str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(self._read(name, JSON_BYTES), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unusable(f"{name}: {error}") from None

    def _read(self, name: str, most: int) -> bytes:
        info = self._entries.get(name)
        if info is None:
            raise Unusable(f"the archive holds no {name}")
        try:
            with self._zip.open(info) as entry:
                # What it says of its size is not believed: one byte more is too many.
                data = entry.read(most + 1)
        except FAULTS as error:
            raise Unusable(f"{name} is damaged: {error}") from None
        if len(data) > most:
            raise Unusable(f"{name} is larger than any that is made")
        return data


def _check_end(file: BinaryIO) -> None:
    """Whether the directory is small enough to be read. Raises BadZipFile."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - END.size - COMMENT))
    tail = file.read()
    at = tail.rfind(SIGNATURE)
    if at < 0 or len(tail) - at < END.size:
        raise zipfile.BadZipFile("it has no end, or is cut off")
    _, _, _, _, entries, directory, *_ = END.unpack_from(tail, at)
    # The marks of ZIP64 are beyond both: no archive of a person needs it.
    if entries > ENTRIES or directory > DIRECTORY_BYTES:
        raise zipfile.BadZipFile("it has too many entries")


def _checked(infos: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Raises Unusable."""
    if len(infos) > ENTRIES:
        raise Unusable("this is no archive of a person: it has too many entries")
    entries = dict[str, zipfile.ZipInfo]()
    for info in infos:
        _check(info)
        if entries.setdefault(info.filename, info) is not info:
            raise Unusable(
                f"this is no archive of a person: two entries are called {info.filename!r}"
            )
    if sum(info.file_size for info in infos) > UNPACKED_BYTES:
        raise Unusable("this is no archive of a person: it unpacks to too much")
    placed = sorted(infos, key=lambda info: info.header_offset)
    for one, after in pairwise(placed):
        # Many entries of the same bytes unpack to what no ratio shows.
        if one.header_offset + HEADER + one.compress_size > after.header_offset:
            raise Unusable("this is no archive of a person: its entries lie upon each other")
    return entries


def _check(info: zipfile.ZipInfo) -> None:
    """Raises Unusable."""
    if not NAMES.fullmatch(info.filename):
        raise Unusable(f"this is no archive of a person: it holds {info.filename[:80]!r}")
    # The upper half is a mode of Unix, by which an entry can be a link to anywhere.
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} or info.flag_bits & ENCRYPTED:
        raise Unusable(f"this is no archive of a person: {info.filename} is no plain file")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unusable(f"this is no archive of a person: {info.filename} is packed otherwise")
    if info.file_size > max(RATIO_FROM, RATIO * info.compress_size):
        raise Unusable(f"this is no archive of a person: {info.filename} unpacks to too much")
