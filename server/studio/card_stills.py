"""What stands for a clip on air where one picture is wanted, as in the cards of other sites."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from phosphene.blobs.blobs import Blobs, BlobsAway
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
            await blobs.replace_blob(picture, name)
        except (OSError, BlobsAway) as error:
            log.warning("clip %s: a picture could not be kept: %s", clip_id, error)

    try:
        yield renew
    finally:
        # What is left is swept: a clip that is done stays done.
        with suppress(BlobsAway):
            await blobs.delete_blob(name)
