"""Files without a name that nobody else sees, in memory where the system has such.

So neither the watch over a worker nor a clip's file needs a temporary folder, which may be full, or
not there at all in a container whose root cannot be written. Libraries do: see
``temporary_folder``. What needs a name is not left behind either by who is killed: the next one
that starts removes it (``remove_abandoned``) or writes over it (``replace_file``).
"""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

PREFIX: Final = ".phosphene-scratch-"
"""Begins the names of our folders among all others, and nobody else's: what begins so is removed,
and somebody's data may lie beside it, as ``phosphene-data``."""


def temporary_folder(data: Path) -> Path:
    """Where libraries may write what is temporary: the system's folder, or, when that is full or
    cannot be written, one in the folder ``data``. Raises OSError."""
    try:
        usual = Path(tempfile.gettempdir())
        # Written and flushed, since a full file system lets itself be opened.
        with tempfile.TemporaryFile(dir=usual) as probe:
            probe.write(b"x")
            probe.flush()
    except OSError:
        own = data.absolute() / "tmp"
        own.mkdir(parents=True, exist_ok=True)
        return own
    return usual


@contextmanager
def scratch_file() -> Iterator[int]:
    """An empty file, as a descriptor, which is gone after the block. Raises OSError."""
    if sys.platform == "linux":
        # In memory, with no name: a container whose root is read-only and that has no /tmp could
        # start no worker before.
        descriptor = os.memfd_create("phosphene")
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryFile(prefix=PREFIX) as file:
            yield file.fileno()


@contextmanager
def scratch_path() -> Iterator[Path]:
    """The same for who opens it by its name, several times. Raises OSError."""
    if sys.platform == "linux":
        with scratch_file() as descriptor:
            yield Path(f"/proc/self/fd/{descriptor}")
    else:
        with scratch_folder(Path(tempfile.gettempdir())) as folder:
            yield folder / "scratch"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder in ``parent``, which is gone after the block. Raises OSError."""
    path, held = _new_folder(parent)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if held is not None:
            os.close(held)


def remove_abandoned(parent: Path) -> None:
    """Remove the folders in ``parent`` of those who were killed within ``scratch_folder``. For a
    start: of a folder with 10,000 others in it the names alone take 45 ms."""
    for path in parent.glob(f"{PREFIX}*"):
        # Not by age: a folder may be held for a day, and a lock goes with its holder, however that
        # one ends.
        if (held := _lock(path)) is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of what ``path`` held, whole or not at all; of several who do it at
    once the last one's stays. Raises OSError."""
    # One name for all, and not one for each process: what somebody left who was killed is written
    # over.
    part = path.with_name(f".{path.name}.part")
    with _open_alone(part) as file:
        try:
            file.truncate(0)
            file.write(data)
            file.flush()
            part.replace(path)
        except OSError:  # a full disk is not filled further by what is not whole
            part.unlink(missing_ok=True)
            raise


def _new_folder(parent: Path) -> tuple[Path, int | None]:
    """With the descriptor that holds it; None: its file system knows no locks."""
    for _ in range(3):
        path = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
        held = _lock(path)
        # Before it was held it may have been removed as one that was left.
        if held is not None and path.exists():
            break
    return path, held


def _lock(folder: Path) -> int | None:
    """The descriptor that holds a folder of ours from now on; None: somebody else holds it, or it
    is no folder of this user."""
    try:
        # In a folder for all somebody else may have laid a link by that name.
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(held).st_uid == os.geteuid():
            return held
    os.close(held)
    return None


def _open_alone(part: Path) -> BinaryIO:
    """The file, which others wait for until it is closed."""
    while True:
        file = part.open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Who had it before may have given it its name meanwhile.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), part.stat()):
                return file
        file.close()
