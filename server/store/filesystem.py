"""Which file system a folder lies on: a database in WAL mode needs one of this machine."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from phosphene.errors import BadInput

MOUNTS: Final = Path("/proc/self/mountinfo")
# FUSE: SSHFS, GlusterFS, S3 and others; but fuseblk is a disk of this machine.
NETWORK: Final = re.compile(
    r"afs|beegfs|ceph|cifs|coda|gfs2|gpfs|lustre|ncpfs|nfs4?|ocfs2|pvfs2|smb3|smbfs|fuse(\..+)?"
)
# Octal escapes of blanks and backslashes in mountinfo (proc_pid_mountinfo(5)).
ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def need_local(path: Path) -> None:
    """Where the system tells its mounts (Linux), whether a database may lie at ``path``.

    The processes of a database with a write-ahead log share an index of it in memory, and lock it
    there; machines cannot (sqlite.org/wal.html, "does not work over a network filesystem").

    Raises:
        BadInput: it is on a network file system, or one whose locks nobody knows.
    """
    try:
        # Read and not asked of statfs: its magic numbers tell neither SSHFS from a local FUSE nor
        # one cluster from another.
        lines = MOUNTS.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return
    # The real path: a link into a mount is in that mount.
    kind = kind_of(Path(os.path.realpath(path)), lines)
    if NETWORK.fullmatch(kind):
        raise BadInput(
            f"{path} is on a network file system ({kind}): SQLite's write-ahead log damages a"
            " database there. Put the data folder on a disk of this machine; for more machines see"
            " docs/fleet.md"
        )


def kind_of(path: Path, mountinfo: Iterable[str]) -> str:
    """The type of the file system that holds an absolute path; empty when no line holds it. Of two
    mounts at one place the later one is seen."""
    deepest, kind = -1, ""
    for line in mountinfo:
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not rest:
            continue
        at = Path(ESCAPED.sub(_unescaped, fields[4]))
        if path.is_relative_to(at) and len(at.parts) >= deepest:
            deepest, kind = len(at.parts), rest.split(" ")[0]
    return kind


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))
