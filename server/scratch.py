"""Files without a name that nobody else sees, in memory where the system has such.

So neither the watch over a worker nor a clip's file needs a temporary folder, which may be full, or
not there at all in a container whose root cannot be written. Libraries do: see
``temporary_folder``.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
        with tempfile.TemporaryFile(prefix="phosphene-") as file:
            yield file.fileno()


@contextmanager
def scratch_path() -> Iterator[Path]:
    """The same for who opens it by its name, several times. Raises OSError."""
    if sys.platform == "linux":
        with scratch_file() as descriptor:
            yield Path(f"/proc/self/fd/{descriptor}")
    else:
        with tempfile.TemporaryDirectory(prefix="phosphene-") as folder:
            yield Path(folder) / "scratch"
