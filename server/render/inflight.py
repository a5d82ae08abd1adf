"""The in-flight marker of a worker: a small file that it writes before each step.

Even a process that is killed in the middle of a step leaves it behind, so that the clips that were
on the device then can be told from those that were only near.
"""

import os
from collections.abc import Sequence
from typing import Final

import msgspec

INFLIGHT_VARIABLE: Final = "PHOSPHENE_TRACE_FD"
"""Environment variable with the number of the open file, if there is one."""

_SIZE: Final = 4
_MOST: Final = 1 << 16
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, ...]).decode


def write_inflight(file: int, clips: Sequence[str]) -> None:
    """Note that these clips are on the device from now on."""
    body = _encode(clips)
    # No fsync: the file outlives the process in the page cache, and if the machine dies there is
    # nobody left to ask.
    os.pwrite(file, len(body).to_bytes(_SIZE, "big") + body, 0)


def read_inflight(file: int) -> tuple[str, ...]:
    """The clips that were noted last; none when nothing (or nonsense) was."""
    data = os.pread(file, _MOST, 0)
    size = int.from_bytes(data[:_SIZE], "big")
    try:
        return _decode(data[_SIZE : _SIZE + size]) if size else ()
    except msgspec.MsgspecError:
        return ()
