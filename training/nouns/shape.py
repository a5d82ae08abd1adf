"""An icon laid as sheets of the world's paper, upright, centred and of the plate's size."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from training.nouns.icon import Point, Sheet, sheets
from training.nouns.ink import Inks
from training.nouns.roles import Role
from training.paper import Colour, Sheets, paint

HALF = 1.2
"""How far a thing reaches from the middle of its plate, in radii."""
GROUND = 1.18
"""Where the feet of what stands are, in radii below the middle."""
FLAT = 0.035
"""A path that covers less, in square radii, is a spot and not a sheet: it throws no shadow."""
DEEP = 0.25
"""A sheet that covers more throws a deeper shadow."""


@dataclass(frozen=True)
class Bend:
    """A smooth displacement: no two individuals are quite alike. `grid`: (3, 3, 2) radii."""

    grid: NDArray[np.float64]
    wide: float = 1.0
    tall: float = 1.0

    @classmethod
    def of(cls, rng: np.random.Generator, strength: float = 0.06) -> "Bend":
        """A random one."""
        wide, tall = rng.uniform(0.95, 1.05, 2)
        return cls(rng.uniform(-strength, strength, (3, 3, 2)), wide, tall)

    def __call__(self, x: float, y: float) -> Point:
        """Where a point goes, bilinear between the nine of the grid."""
        u, v = (min(1.999, max(0.0, (c + 1.4) / 1.4)) for c in (x, y))
        i, j, a, b = int(u), int(v), u % 1, v % 1
        upper = self.grid[j, i] * (1 - a) + self.grid[j, i + 1] * a
        lower = self.grid[j + 1, i] * (1 - a) + self.grid[j + 1, i + 1] * a
        dx, dy = upper * (1 - b) + lower * b
        return x * self.wide + float(dx), y * self.tall + float(dy)


@cache
def placed(name: str, stands: bool, flip: bool) -> tuple[Sheet, ...]:
    """The sheets of an icon in radii: as large as a plate takes, its feet on the ground if it
    stands, in the middle if not; flipped if it looks to the left."""
    found = sheets(name)
    boxes = np.array([_bounds(sheet) for sheet in found])
    (left, top), (right, bottom) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    size = 2 * HALF / max(right - left, bottom - top)
    across, middle = (left + right) / 2, (top + bottom) / 2
    down = GROUND - (bottom - middle) * size if stands else 0.0
    turn = -size if flip else size
    return tuple(
        replace(
            sheet.moved(lambda a, b: ((a - across) * turn, (b - middle) * size + down)),
            stroke=sheet.stroke * size,
        )
        for sheet in found
    )


def _bounds(sheet: Sheet) -> tuple[float, float, float, float]:
    """Left, top, right and bottom, with half of the line if it is one."""
    box, half = sheet.path().computeTightBounds(), sheet.stroke / 2
    return box.left() - half, box.top() - half, box.right() + half, box.bottom() + half


def lay(
    on: Sheets,
    inks: Inks,
    name: str,
    taken: Mapping[Colour, Role],
    stands: bool = False,
    flip: bool = False,
    bend: Bend | None = None,
) -> None:
    """Lay an icon, one of its kind; `taken`: which fills take which ink."""
    for sheet in placed(name, stands, flip):
        bent = sheet.moved(bend) if bend else sheet
        cut(on, replace(bent, colour=inks.fill(sheet.colour, taken)))


def cut(on: Sheets, sheet: Sheet) -> None:
    """One path: a line, a flat spot or a sheet with shadow and rim."""
    path, colour = sheet.path(), sheet.colour
    if sheet.stroke:
        on.line(path, colour, sheet.stroke, sheet.opacity)
    elif sheet.opacity < 0.9 or sheet.area < FLAT:
        on.canvas.drawPath(path, paint(colour, sheet.opacity))
    else:
        on.lay(path, colour, 0.42 if sheet.area > DEEP else 0.25)
