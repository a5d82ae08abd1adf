"""The top of a table in front of a room, for what is small and alone in it: on the floor a
croissant is as large as the sofa behind it. The compositor's, as clouds are. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import torch

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.paper import HIGH, PERIOD, RISE, soften
from phosphene.render.worker.embedded.shelter import ROOFED
from phosphene.render.worker.embedded.sky_cover import place_of
from phosphene.render.worker.embedded.vocabulary import NOBODY, PLATE

SMALL: Final = -0.25
"""The largest size (log2) of what lies on a table."""
LIES: Final = frozenset(("rock", "stand", "sway"))
"""Gaits of what goes nowhere."""
_TOP: Final = 12.75
_EDGE: Final = 14.7
_BELOW: Final = 15.3
"""Where its top begins, its edge, and what is below that, in units from the top of the frame."""
_WOOD: Final = (0.72, 0.5, 0.33)
_RIM: Final = (0.5, 0.33, 0.21)
_CLOTH: Final = (0.3, 0.2, 0.15)
_BLUR: Final = 1.1
"""Plate pixels by which the room behind it is out of focus."""
_DARKEST: Final = 0.42


def is_on_table(slots: Mapping[str, str], cast: Cast) -> bool:
    """Whether somebody asked for something small, and for nothing else, in a room."""
    thing = cast.subject
    alone = cast.other is None and slots.get("other", NOBODY) == NOBODY and not cast.anchored
    small = thing is not None and not thing.card and thing.size <= SMALL and thing.gait in LIES
    return alone and small and place_of(slots, cast) in ROOFED


def with_table(plates: Mapping[str, Array]) -> dict[str, Array]:
    """The plates of a room, of which the middle silhouette (4, 96, 96) has a table before it, and
    the near one nothing."""
    made = dict(plates)
    for name in ("far", "middle"):
        made[name] = soften(torch.from_numpy(plates[name]), _BLUR, wrap=True).numpy()
    light = float(np.clip(1.35 * plates["sky"][:3, : PLATE // 2].mean(), _DARKEST, 1.0))
    table = _table()
    lit = np.concatenate((table[:3] * np.float32(light), table[3:]))
    made["middle"] = lit + made["middle"] * (1 - table[3:])
    made["near"] = np.zeros_like(plates["near"])
    return made


@lru_cache(maxsize=1)
def _table() -> Array:
    """(4, 96, 96), premultiplied."""
    x = (np.arange(PLATE) + 0.5) * PERIOD / PLATE
    y = ((np.arange(PLATE) + 0.5) * RISE / PLATE + HIGH - RISE)[:, None]
    # Boards with a grain, periodic as the silhouette is.
    grain = np.sin(9 * y + 0.8 * np.sin(x * 2 * np.pi / PERIOD * 3))
    lit = 1.06 - 0.1 * ((y - _TOP) / (_EDGE - _TOP)).clip(0, 1) + 0.025 * grain
    top, rim, below = (np.array(c)[:, None, None] for c in (_WOOD, _RIM, _CLOTH))
    colour = np.where(y < _EDGE, top * lit, np.where(y < _BELOW, rim, below))
    alpha = (0.5 + (y - _TOP) / (3 * RISE / PLATE)).clip(0, 1) * np.ones_like(x)
    made: Array = np.concatenate((colour * alpha, alpha[None])).clip(0, 1).astype(np.float32)
    return made
