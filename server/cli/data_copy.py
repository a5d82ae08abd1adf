"""A whole copy of a data folder that may be in use, and a data folder made of one.

The database first, then the files: those are named by what they hold and never change, so that
each that the copied database names is in the copy, or was removed in between. Keys of faces stay
where they are: who takes theirs away takes it out of old copies, too. A copy that was cut off goes
on from where it was.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from phosphene.blobs.blobs import Audience, Blobs, BlobsAway
from phosphene.blobs.folder import OURS, Directory
from phosphene.cli.film_copy import FilmCopy, Progress, audiences_in, copy_films
from phosphene.errors import BadInput
from phosphene.store.database_copy import RESTORING, copy_database, forget_epoch

DATABASE: Final = "phosphene.db"
BLOBS: Final = "blobs"
MARK: Final = "backup.json"
PRIVATE: Final = 0o600
CHUNK: Final = 1 << 20


class BackupMark(Struct, frozen=True, kw_only=True):
    """What a copy says of itself: of which schema the database is, when the copy was whole (seconds
    since the epoch; None: it is not yet), how many files there are and how many bytes, and the
    database's hash."""

    schema: int
    finished_at: float | None = None
    files: int = 0
    size: int = 0
    sha256: str = ""


def make_backup(data: Path, to: Path, progress: Progress, films: Blobs | None = None) -> BackupMark:
    """Copy the data folder; in a copy of it that is there already only what is new is copied, and
    what is gone goes. ``films``: where they lie, if not in the data folder.

    Raises:
        BadInput: there is no database, the target is something else, or files are damaged, which
        are left out of a copy that is whole but for them. OSError: files cannot be read or
        written.
    """
    if not (data / DATABASE).is_file():
        raise BadInput(f"{data} is no data folder: it has no {DATABASE}")
    if to.exists() and any(to.iterdir()) and not (to / MARK).is_file():
        raise BadInput(f"{to} is neither empty nor a backup")
    (to / BLOBS).mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (to / MARK).is_file():
        _write(to / MARK, msgspec.json.encode(BackupMark(schema=0)))
    # An earlier backup stays whole until all that is new is there.
    part = to / f".{DATABASE}.part"
    schema = _copy_database(data / DATABASE, part, progress)
    if films is None:
        found = sorted(_blobs(data / BLOBS))
        sizes, damaged = _copy_blobs(data / BLOBS, to / BLOBS, found, progress)
    else:
        sizes, damaged = _fetch_films(films, to / BLOBS, progress)
    _write(to / MARK, msgspec.json.encode(BackupMark(schema=0)))
    os.replace(part, to / DATABASE)
    for name in set(_blobs(to / BLOBS)) - set(sizes):
        (to / BLOBS / name).unlink()
    _copy_beside(data, to)
    mark = BackupMark(
        schema=schema,
        finished_at=time.time(),
        files=len(sizes),
        size=sum(sizes.values()),
        sha256=_hash_file(to / DATABASE),
    )
    _write(to / MARK, msgspec.json.encode(mark))
    if damaged:
        raise BadInput(f"damaged files were left out: {' '.join(damaged)}")
    return mark


def restore_backup(
    backup: Path, data: Path, progress: Progress, films: Blobs | None = None
) -> BackupMark:
    """Make a data folder of a copy. ``films``: where they are to lie, if not in the data folder;
    a place that has none, or some of this copy.

    Raises:
        BadInput: the copy is not whole, or the target is neither empty nor one that this copy was
        being restored to. OSError: files cannot be read or written.
    """
    mark = read_mark(backup)
    whose = msgspec.json.encode(mark)
    if data.exists() and any(data.iterdir()):
        begun = data / RESTORING
        # A database is there when a server was started meanwhile, with a log that would be read
        # into the one that comes back.
        started = any(data.glob(f"{DATABASE}*"))
        if started or not begun.is_file() or begun.read_bytes() != whose:
            raise BadInput(f"{data} is neither empty nor a folder that this is being restored to")
    if _hash_file(backup / DATABASE) != mark.sha256:
        raise BadInput(f"{backup / DATABASE} is not what was copied there")
    names = sorted(_blobs(backup / BLOBS))
    if len(names) < mark.files:
        raise BadInput(f"{backup / BLOBS} has {len(names)} files instead of {mark.files}")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(data / RESTORING, whose)
    if films is None:
        (data / BLOBS).mkdir(exist_ok=True, mode=0o700)
        _, damaged = _copy_blobs(backup / BLOBS, data / BLOBS, names, progress)
    else:
        damaged = _bring_films(backup, films, progress)
    if damaged:
        raise BadInput(f"{backup} is damaged: {' '.join(damaged)}")
    _copy_beside(backup, data)
    # The database last: a server that is started before finds none of somebody else's clips.
    part = data / f".{DATABASE}.part"
    _copy_file(backup / DATABASE, part, mark.sha256)
    forget_epoch(part)
    os.replace(part, data / DATABASE)
    (data / RESTORING).unlink()
    return mark


def read_mark(backup: Path) -> BackupMark:
    """What a copy says of itself. Raises BadInput: it is none, or is not whole."""
    try:
        mark = msgspec.json.decode((backup / MARK).read_bytes(), type=BackupMark)
    except (OSError, msgspec.DecodeError):
        raise BadInput(f"{backup} is no backup") from None
    if mark.finished_at is None:
        raise BadInput(f"{backup} is not whole: make the backup again, it goes on from there")
    return mark


def _copy_database(source: Path, to: Path, progress: Progress) -> int:
    """The number of the schema."""
    copied = copy_database(source, to, partial(progress, "database"))
    if copied.fault:
        raise BadInput(f"{source} cannot be copied: {copied.fault}")
    return copied.schema


def _copy_blobs(
    source: Path, to: Path, names: list[str], progress: Progress
) -> tuple[dict[str, int], list[str]]:
    """The size of each that is there, and those that are damaged. One that is gone meanwhile was
    removed by whoever made it."""
    sizes, damaged = dict[str, int](), list[str]()
    for number, name in enumerate(names, 1):
        progress("files", number, len(names))
        with suppress(FileNotFoundError):
            if not _is_there(source / name, to / name):
                try:
                    _copy_file(source / name, to / name, _hash_in(name))
                except BadInput:
                    damaged.append(name)
                    continue
            sizes[name] = (to / name).stat().st_size
    return sizes, damaged


def _fetch_films(films: Blobs, to: Path, progress: Progress) -> tuple[dict[str, int], list[str]]:
    """The size of each that is there, and those that are damaged."""
    copied = _reaching(copy_films(films, Directory(to), _for_nobody, progress))
    sizes = {name: (to / name).stat().st_size for name in _blobs(to)}
    return sizes, list(copied.damaged)


def _bring_films(backup: Path, films: Blobs, progress: Progress) -> list[str]:
    """Those that are damaged."""
    find_audiences = audiences_in(backup / DATABASE)
    source = Directory(backup / BLOBS)
    return list(_reaching(copy_films(source, films, find_audiences, progress)).damaged)


def _reaching(copying: Coroutine[Any, Any, FilmCopy]) -> FilmCopy:
    """Raises BadInput: films cannot be reached."""
    try:
        return asyncio.run(copying)
    except BlobsAway as error:
        raise BadInput(f"{error.why}; started again it goes on") from None


def _for_nobody(names: Sequence[str]) -> Mapping[str, Audience]:
    return {}


def _copy_beside(source: Path, to: Path) -> None:
    """Keys and certificates; those that are gone go."""
    files = {file.name: file for file in _beside(source)}
    for name, file in files.items():
        _copy_file(file, to / name, "")
    for file in list(_beside(to)):
        if file.name not in files:
            file.unlink()


def _is_there(source: Path, to: Path) -> bool:
    """Whether a file was copied before; one that is not named by what it holds may be another."""
    named = bool(_hash_in(source.name)) and to.is_file()
    return named and to.stat().st_size == source.stat().st_size


def _copy_file(source: Path, to: Path, sha256: str) -> None:
    """Whole or not at all. Raises BadInput: it does not hold what it is named by."""
    part, hasher = to.with_name(f".{to.name}.part"), hashlib.sha256()
    with source.open("rb") as from_, part.open("wb") as copy:
        os.fchmod(copy.fileno(), PRIVATE)
        while chunk := from_.read(CHUNK):
            hasher.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if sha256 and hasher.hexdigest() != sha256:
        part.unlink()
        raise BadInput(f"{source} is damaged: it does not hold what it is named by")
    os.replace(part, to)


def _blobs(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        names = (one.name for one in os.scandir(folder) if not one.name.startswith("."))
        yield from filter(OURS.fullmatch, names)


def _beside(folder: Path) -> Iterator[Path]:
    """Keys and certificates."""
    for one in folder.iterdir():
        if one.is_file() and not one.name.startswith((DATABASE, MARK, RESTORING, ".")):
            yield one


def _hash_in(name: str) -> str:
    """The hash that a file is named by, or an empty string."""
    stem = name.partition(".")[0]
    return stem if len(stem) == 64 else ""


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)
