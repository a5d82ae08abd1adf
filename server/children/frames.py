"""Frames on the pipes of a child process: four bytes of length, big-endian, then the body."""

import asyncio
from typing import Final

# A film of ten seconds at the highest level has 17.5 MB; a stray line of text read as a length has
# hundreds.
MAX_FRAME: Final = 64 * 1024 * 1024
"""Bytes of a body; a length beyond it is taken for something that is no frame."""


def frame_body(body: bytes) -> bytes:
    """One body as it goes down a pipe."""
    # Not lines and not a library of messages: four bytes are read without looking at what follows.
    return len(body).to_bytes(4, "big") + body


async def read_frame(pipe: asyncio.StreamReader) -> bytes | None:
    """The body of the next frame of a pipe; None when the other side has gone.

    Raises:
        ValueError: the length before it is more than MAX_FRAME.
    """
    try:
        size = int.from_bytes(await pipe.readexactly(4), "big")
        if size > MAX_FRAME:
            raise ValueError(f"a message of {size} bytes")
        return await pipe.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
