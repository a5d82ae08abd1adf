"""What is left to draw of a clip, also of one that another instance has begun."""

import hashlib
import time
from collections.abc import Sequence
from math import ceil
from pathlib import PurePath

import msgspec
from msgspec import Struct

from server.errors import Busy, NotFound, RenderFailed
from server.model import Clip, Unit
from server.render import messages
from server.render.dispatch.pool import LONGEST_PAUSE_S
from server.render.dispatch.recipe import order_of
from server.store.store import Checkpoint
from server.stream.handover import units_so_far
from server.studio.archive import SUFFIXES
from server.studio.services import Making, Rooms


class Rest(Struct, frozen=True):
    """What to order of the pool, and the ``units`` that viewers were sent before."""

    order: messages.Render
    units: Sequence[Unit] = ()


async def rest_of(making: Making, rooms: Rooms) -> Rest:
    """What is left of a clip: all of it, or what follows its last checkpoint and the last picture
    that viewers were sent.

    Raises:
        NotFound: the latents of its parent are gone. Busy: no worker is there. RenderFailed: they
        draw with another model now.
    """
    clip = making.clip
    if making.takeover is None:
        return Rest(order_of(clip, await _origin(clip, rooms)))
    await _check_model(clip, rooms)
    if clip.status != "live":
        return Rest(order_of(clip, await _origin(clip, rooms)))
    latents = await _kept(making.checkpoint, rooms)
    begun = order_of(clip, latents or await _origin(clip, rooms))
    if latents is not None and making.checkpoint is not None:
        begun = msgspec.structs.replace(
            begun, parent=None, begun=latents, kept=making.checkpoint.seconds
        )
    units = await units_so_far(rooms.bus, clip.id)
    return Rest(msgspec.structs.replace(begun, shown=_shown(clip, units, rooms)), units)


def _shown(clip: Clip, units: Sequence[Unit], rooms: Rooms) -> messages.ShownSoFar:
    if units:
        return messages.ShownSoFar(
            pts=units[-1].pts, run=tuple(unit for unit in units if unit.final)
        )
    if not rooms.bus.shared:  # who watched it was here, and is gone
        return messages.ShownSoFar(pts=-1)
    # What was sent is not known: later than all of it.
    return messages.ShownSoFar(pts=ceil((time.time() - clip.created_at) * clip.fps))


async def _check_model(clip: Clip, rooms: Rooms) -> None:
    await rooms.pool.known()
    info = rooms.pool.info
    if rooms.pool.hopeless or info is None:
        raise Busy(rooms.pool.hopeless, LONGEST_PAUSE_S)
    if clip.recipe is None or clip.recipe.fingerprint != info.fingerprint:
        raise RenderFailed("the server that drew it stopped, and another model is in its place")


async def _origin(clip: Clip, rooms: Rooms) -> bytes | None:
    """The latents that a remix or a fork begins with."""
    if clip.recipe is None or clip.recipe.origin is None:
        return None
    return await rooms.blobs.get(clip.recipe.origin + SUFFIXES["latents"])


async def _kept(checkpoint: Checkpoint | None, rooms: Rooms) -> bytes | None:
    """Its latents, if they are there and whole: a power cut may have left a part of them."""
    if checkpoint is None:
        return None
    try:
        latents = await rooms.blobs.get(checkpoint.latents)
    except (NotFound, OSError):
        return None
    whole = hashlib.sha256(latents).hexdigest() == PurePath(checkpoint.latents).stem
    return latents if whole else None
