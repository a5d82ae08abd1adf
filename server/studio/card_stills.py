"""What stands for a clip on air where one picture is wanted, as in the cards of other sites."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from phosphene.blobs.blobs import Blobs
from phosphene.stream.files import still_name

Renew = Callable[[bytes], Awaitable[None]]

log = logging.getLogger("phosphene.studio")


@asynccontextmanager
async def open_still(blobs: Blobs, clip_id: str) -> AsyncIterator[Renew]:
    """Gives what takes the newest picture, as JPEG. All instances find it in the folder of the
    blobs, until the end of the block: then the clip has a poster, or nothing to show."""
    name = still_name(clip_id)

    async def renew(picture: bytes) -> None:
        try:
            # A file and no message: a card is asked for at any instance, whenever another site
            # likes, and reading it needs no clip on air there.
            await blobs.replace(picture, name)
        except OSError as error:
            log.warning("clip %s: a picture could not be kept: %s", clip_id, error.strerror)

    try:
        yield renew
    finally:
        await blobs.delete(name)
