"""What must not be lost waits until films can be kept and read again."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Final, TypeVar

from phosphene.blobs.blobs import BlobsAway
from phosphene.failure_boundary import Backoff
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.studio.active_clip import ActiveClip

BACK_OFF_S: Final = (0.5, 10.0)

T = TypeVar("T")

log = logging.getLogger("phosphene.studio")


async def insist(
    active: ActiveClip, keep_place: Callable[[], QueuePlace], work: Callable[[], Awaitable[T]]
) -> T:
    """What ``work`` gives, tried again for as long as films cannot be reached. While a clip waits
    it takes a place in the queue, which ``keep_place`` gives: the files of so many clips are in
    memory, and no more."""
    backoff = Backoff(*BACK_OFF_S)
    with ExitStack() as stack:
        while True:
            try:
                found = await work()
            except BlobsAway as error:
                if not active.waits_for_blobs:
                    log.warning("clip %s waits for its files: %s", active.clip.id, error.why)
                    stack.callback(keep_place().release)
                active.waits_for_blobs = True
                await backoff.pause()
            else:
                active.waits_for_blobs = False
                return found
