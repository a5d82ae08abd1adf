"""What falls: a tile of snow or rain that repeats in both directions."""

import numpy as np

from phosphene.render.worker.embedded.vocabulary import PLATE
from training.paper import Image, argb, paint, read, soften, surface

TILE = 9.0


def _snow(canvas: object, x: float, y: float, size: float) -> None:
    canvas.drawCircle(x, y, 0.12 + 0.09 * size, paint((255, 255, 255)))  # type: ignore[attr-defined]


def _rain(canvas: object, x: float, y: float, size: float) -> None:
    stroke = paint((206, 228, 250))
    stroke.setStrokeWidth(0.2)
    length = 0.7 + 0.35 * size
    canvas.drawLine(x, y, x - 0.16 * length, y + length, stroke)  # type: ignore[attr-defined]


def plate(weather: str, rng: np.random.Generator) -> Image:
    """A tile (96, 96, 4), premultiplied; transparent in clear weather."""
    target = surface()
    canvas = target.getCanvas()
    canvas.clear(argb((0, 0, 0), 0))
    canvas.scale(PLATE / TILE, PLATE / TILE)
    drop = {"snow": _snow, "rain": _rain}.get(weather)
    for cell in range(16) if drop else ():
        x = (cell % 4 + 0.5 * (cell // 4 % 2) + rng.uniform(0.15, 0.75)) * TILE / 4
        y = (cell // 4 + rng.uniform(0.1, 0.9)) * TILE / 4
        size = rng.uniform()
        for dx in (-TILE, 0, TILE):
            for dy in (-TILE, 0, TILE):
                drop(canvas, x + dx, y + dy, size)  # type: ignore[misc]
    return soften(read(target), ("wrap", "wrap"))
