"""Secret files of the data folder: readable by their owner only, written whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp


def first(path: Path, data: bytes) -> bytes:
    """What ``path`` holds; ``data`` is put there if nothing was. Of several processes that start
    together exactly one puts its data there, and all get the same answer."""
    if not path.exists():
        temporary = _written(path, data)
        try:
            # A link, unlike a rename, fails when somebody was earlier.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
    return path.read_bytes()


def replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of whatever ``path`` held."""
    os.replace(_written(path, data), path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Of several processes one at a time is within."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
        # And not a file that is there or is not: the kernel lets go of this when its holder is
        # killed.
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _written(beside: Path, data: bytes) -> str:
    beside.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = mkstemp(dir=beside.parent, prefix=f".{beside.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        # Before it has its name: after a loss of power a key of no bytes would make everybody
        # somebody new.
        os.fsync(descriptor)
    return name
