"""What is left to draw of a clip, also of one that another instance has begun."""

import hashlib
import time
from collections.abc import Sequence
from math import ceil
from pathlib import PurePath

import msgspec
from msgspec import Struct

from phosphene.errors import Busy, NotFound, RenderFailed
from phosphene.model import Clip, Unit
from phosphene.render import messages
from phosphene.render.dispatch.pool import RETRY_S
from phosphene.render.dispatch.recipe import order_of
from phosphene.store.store import StoredCheckpoint
from phosphene.stream.handover import units_so_far
from phosphene.studio.blob_names import SUFFIXES
from phosphene.studio.services import ActiveClip, Services


class RemainingWork(Struct, frozen=True):
    """What to order of the pool, and the ``units`` that viewers were sent before."""

    order: messages.Render
    units: Sequence[Unit] = ()


async def remaining_work(active: ActiveClip, services: Services) -> RemainingWork:
    """What is left of a clip: all of it, or what follows its last checkpoint and the last picture
    that viewers were sent.

    Raises:
        NotFound: the latents of its parent are gone. Busy: no worker is there. RenderFailed: they
        draw with another model now.
    """
    clip = active.clip
    if active.takeover is None:
        return RemainingWork(order_of(clip, await _origin(clip, services)))
    await _check_model(clip, services)
    if clip.status != "live":
        return RemainingWork(order_of(clip, await _origin(clip, services)))
    latents = await _kept(active.checkpoint, services)
    begun = order_of(clip, latents or await _origin(clip, services))
    if latents is not None and active.checkpoint is not None:
        begun = msgspec.structs.replace(
            begun, parent=None, begun=latents, kept=active.checkpoint.seconds
        )
    units = await units_so_far(services.bus, clip.id)
    return RemainingWork(msgspec.structs.replace(begun, shown=_shown(clip, units, services)), units)


def _shown(clip: Clip, units: Sequence[Unit], services: Services) -> messages.ShownSoFar:
    if units:
        return messages.ShownSoFar(
            pts=units[-1].pts, run=tuple(unit for unit in units if unit.final)
        )
    if not services.bus.is_shared:  # who watched it was here, and is gone
        return messages.ShownSoFar(pts=-1)
    # What was sent is not known: later than all of it.
    return messages.ShownSoFar(pts=ceil((time.time() - clip.created_at) * clip.fps))


async def _check_model(clip: Clip, services: Services) -> None:
    await services.pool.wait_known()
    info = services.pool.info
    if services.pool.unavailable_reason or info is None:
        raise Busy(services.pool.unavailable_reason, RETRY_S)
    if clip.recipe is None or clip.recipe.fingerprint != info.fingerprint:
        raise RenderFailed("the server that drew it stopped, and another model is in its place")


async def _origin(clip: Clip, services: Services) -> bytes | None:
    """The latents that a remix or a fork begins with."""
    if clip.recipe is None or clip.recipe.origin is None:
        return None
    return await services.blobs.get(clip.recipe.origin + SUFFIXES["latents"])


async def _kept(checkpoint: StoredCheckpoint | None, services: Services) -> bytes | None:
    """Its latents, if they are there and whole: a power cut may have left a part of them."""
    if checkpoint is None:
        return None
    try:
        latents = await services.blobs.get(checkpoint.latents)
    except (NotFound, OSError):
        return None
    whole = hashlib.sha256(latents).hexdigest() == PurePath(checkpoint.latents).stem
    return latents if whole else None
