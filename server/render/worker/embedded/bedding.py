"""What tells on a drawing that somebody sleeps: an animal gets a pillow and a blanket, a person
with a card closes the eyes. Laid on the plate, before it is warped: it costs no layer. Pure."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.nouns.cast import Actor
from phosphene.render.worker.embedded.nouns.gait_warps import EXTENT
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.plate import INKS
from phosphene.render.worker.embedded.vocabulary import PLATE

_SOFT: Final = 0.05
"""From paper to nothing, in radii."""
_SHEET: Final = (0.95, 0.93, 0.88)
_LASH: Final = (0.2, 0.14, 0.2)
_SKIN: Final = 3 + INKS.index("skin")
_CLOTH: Final = 3 + INKS.index("accent")
_AGE: Final = tuple(CARD).index("age")
_EYES: Final = (-0.17, -0.54, -0.45)
"""How far below the middle the eyes of a child, an adult and an old person are, in radii."""
_APART: Final = 0.167
"""How far from the middle each of them is."""
_LINE: Final = ((np.arange(PLATE) + 0.5) / PLATE * 2 - 1) * EXTENT
_X: Final = _LINE[None]
_Y: Final = _LINE[:, None]
Mask = NDArray[np.float64]


def dressed_for_sleep(plate: Array, actor: Actor) -> Array:
    """A plate (9, 96, 96) of somebody whose gait is sleep or rest; of all others as it is."""
    if actor.gait == "sleep":
        return _tucked_in(plate, actor)
    return _closed_eyes(plate, actor.card[_AGE]) if actor.gait == "rest" and actor.card else plate


def _tucked_in(plate: Array, actor: Actor) -> Array:
    head, low = actor.head, actor.low
    pillow = _cushion(0.8 * head[0], head[1] + 0.72, 0.92, 0.5)
    made = _under(plate, _paper(_SHEET, pillow * (0.82 + 0.12 * _bulge(head[1] + 0.72))))
    made[-1] = np.maximum(made[-1], (plate[-1] + pillow * (1 - plate[-1])).astype(np.float32))
    columns = np.flatnonzero((plate[-1] > 0.5)[PLATE // 2 :].any(0))
    left, right = (_LINE[columns[0]], _LINE[columns[-1]]) if len(columns) else (-1.0, 1.0)
    middle, half = (left + right) / 2, (right - left) / 2 + 0.16
    top = min(0.3, head[1] + 1.25)
    high = (low + 0.03 - top) / 2
    blanket = _cushion(middle, top + high, half, high)
    fold = blanket * _step(top + 0.2 + 0.03 * np.sin(5 * _X) - _Y)
    stripes = 0.78 + 0.22 * _step(0.13 - np.abs(np.mod(_X - 0.5 * _Y, 0.52) - 0.26))
    made = made * (1 - blanket).astype(np.float32)
    made[_CLOTH] += ((blanket - fold) * stripes).astype(np.float32)
    made[:3] += _paper(_SHEET, fold)
    made[-1] += blanket.astype(np.float32)
    return made


def _closed_eyes(plate: Array, age: int) -> Array:
    made = plate.copy()
    down = _EYES[min(age, len(_EYES) - 1)]
    for side in (-1, 1):
        x, y = (_X - side * _APART) / 0.125, (_Y - down) / 0.13
        lid = _step((1 - np.hypot(x, y)) * 0.12)
        lash = _step(0.026 - np.abs(_Y - down - 0.05 + 0.05 * x**2)) * _step((1 - np.abs(x)) * 0.1)
        made = made * (1 - lid).astype(np.float32)
        made[_SKIN] += (lid * (1 - lash)).astype(np.float32)
        made[:3] += _paper(_LASH, lid * lash)
        made[-1] += lid.astype(np.float32)
    return made


def _cushion(x: float, y: float, wide: float, high: float) -> Mask:
    """A rectangle with round corners around a place, in radii."""
    across, down = np.abs(_X - x) / wide, np.abs(_Y - y) / high
    return _step((1 - (across**4 + down**4) ** 0.25) * min(wide, high))


def _bulge(y: float) -> Mask:
    bulge: Mask = np.cos((_Y - y).clip(-1, 1)) * np.ones_like(_X)
    return bulge


def _step(inside: Mask) -> Mask:
    """1 where something is, by its distance from the edge inside."""
    step: Mask = (0.5 + inside / (2 * _SOFT)).clip(0, 1)
    return step


def _paper(colour: tuple[float, float, float], mask: Mask) -> Array:
    made: Array = (np.array(colour)[:, None, None] * mask).astype(np.float32)
    return made


def _under(plate: Array, below: Array) -> Array:
    """A plate over paper of one colour, (3, 96, 96) premultiplied."""
    made = plate.copy()
    made[:3] += below * (1 - plate[-1])
    return made
