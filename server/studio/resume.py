"""What is left to draw of a clip, also of one that another instance has begun."""

import hashlib
import time
from collections.abc import Sequence
from math import ceil
from pathlib import PurePath

import msgspec
from msgspec import Struct

from phosphene.blobs.blobs import Blobs
from phosphene.bus.bus import Bus
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.render import messages
from phosphene.render.dispatch.recipe import order_of
from phosphene.store.orphans import StoredCheckpoint
from phosphene.store.store import Store
from phosphene.stream.handover import units_so_far
from phosphene.studio.active_clip import ActiveClip
from phosphene.units import Unit


class RemainingWork(Struct, frozen=True):
    """What to order of the pool, and the ``units`` that viewers were sent before."""

    order: messages.Render
    units: Sequence[Unit] = ()


async def remaining_work(active: ActiveClip, store: Store, blobs: Blobs, bus: Bus) -> RemainingWork:
    """What is left of a clip: all of it, or what follows its last checkpoint and the last picture
    that viewers were sent. Its model is the one that began it.

    Raises:
        NotFound: the latents of its parent are gone.
    """
    clip = active.clip
    if active.takeover is None:
        return RemainingWork(order_of(clip, await _origin(clip, store, blobs)))
    if clip.status != "live":
        return RemainingWork(order_of(clip, await _origin(clip, store, blobs)))
    latents = await _kept(active.checkpoint, blobs)
    begun = order_of(clip, latents or await _origin(clip, store, blobs))
    if latents is not None and active.checkpoint is not None:
        begun = msgspec.structs.replace(
            begun, parent=None, begun=latents, kept=active.checkpoint.seconds
        )
    units = await units_so_far(bus, clip.id)
    shown = shown_so_far(clip, units, time.time(), elsewhere=bus.is_shared)
    return RemainingWork(msgspec.structs.replace(begun, shown=shown), units)


def shown_so_far(
    clip: Clip, units: Sequence[Unit], now: float, *, elsewhere: bool
) -> messages.ShownSoFar:
    """What viewers were sent of a clip, by the ``units`` that are known; without any, somebody may
    have seen it ``elsewhere``. Pure."""
    if units:
        return messages.ShownSoFar(
            pts=units[-1].pts, run=tuple(unit for unit in units if unit.final)
        )
    if not elsewhere:  # who watched it was here, and is gone
        return messages.ShownSoFar(pts=-1)
    # What was sent is not known: later than all of it.
    # Times in a stream may jump forward and never back: players throw away what is earlier than
    # what they have shown.
    return messages.ShownSoFar(pts=ceil((now - clip.created_at) * clip.fps))


async def _origin(clip: Clip, store: Store, blobs: Blobs) -> bytes | None:
    """The latents that a remix or a fork begins with; its recipe may hide which."""
    name = await store.origin_of(clip.id)
    return await blobs.get(name) if name else None


async def _kept(checkpoint: StoredCheckpoint | None, blobs: Blobs) -> bytes | None:
    """Its latents, if they are there and whole: a power cut may have left a part of them."""
    if checkpoint is None:
        return None
    try:
        latents = await blobs.get(checkpoint.latents)
    except (NotFound, OSError):
        return None
    whole = hashlib.sha256(latents).hexdigest() == PurePath(checkpoint.latents).stem
    return latents if whole else None
