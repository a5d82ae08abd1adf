"""What falls: a tile of snow or rain that repeats in both directions."""

import math

import numpy as np
import skia

from phosphene.render.worker.embedded.vocabulary import PLATE
from training.paper import Colour, Image, argb, outline, paint, read, soften, surface

TILE = 9.0
LEAVES: tuple[Colour, ...] = ((214, 96, 40), (232, 160, 50), (186, 60, 44), (150, 120, 50))
SPARKS: tuple[Colour, ...] = ((255, 120, 110), (255, 214, 110), (130, 220, 255), (220, 150, 255))


def _snow(canvas: object, x: float, y: float, size: float) -> None:
    canvas.drawCircle(x, y, 0.12 + 0.09 * size, paint((255, 255, 255)))  # type: ignore[attr-defined]


def _rain(canvas: object, x: float, y: float, size: float) -> None:
    stroke = paint((206, 228, 250))
    stroke.setStrokeWidth(0.2)
    length = 0.7 + 0.35 * size
    canvas.drawLine(x, y, x - 0.16 * length, y + length, stroke)  # type: ignore[attr-defined]


def _storm(canvas: object, x: float, y: float, size: float) -> None:
    stroke = paint((196, 214, 240))
    stroke.setStrokeWidth(0.16)
    length = 1.3 + 0.5 * size
    canvas.drawLine(x, y, x - 0.55 * length, y + length, stroke)  # type: ignore[attr-defined]


def _leaf(canvas: object, x: float, y: float, size: float) -> None:
    turn = size * math.tau
    dx, dy = 0.42 * math.cos(turn), 0.42 * math.sin(turn)
    leaf = outline(
        (x - dx, y - dy), (x + dy, y - dx, x + dx, y + dy), (x - dy, y + dx, x - dx, y - dy)
    )
    colour = LEAVES[int(size * 997) % len(LEAVES)]
    canvas.drawPath(leaf, paint(colour))  # type: ignore[attr-defined]


def _spark(canvas: object, x: float, y: float, size: float) -> None:
    colour = SPARKS[int(size * 997) % len(SPARKS)]
    for ring, count in ((0.6, 7), (1.25, 11)):
        for k in range(count):
            turn = (k + ring) * math.tau / count
            at = (x + ring * math.cos(turn), y + ring * math.sin(turn))
            canvas.drawCircle(*at, 0.2 - 0.04 * ring, paint(colour))  # type: ignore[attr-defined]
    canvas.drawCircle(x, y, 0.22, paint((255, 252, 236)))  # type: ignore[attr-defined]


def _fog(canvas: object, x: float, y: float, size: float) -> None:
    bank = skia.Rect.MakeXYWH(x - 1.9, y - 0.45, 3.8, 0.75 + 0.4 * size)
    veil = paint((236, 240, 246), 0.5)
    veil.setBlendMode(skia.BlendMode.kSrc)  # where two lie over each other it is no denser
    canvas.drawRoundRect(bank, 0.5, 0.5, veil)  # type: ignore[attr-defined]


DROPS = {
    "snow": (_snow, 4),
    "rain": (_rain, 4),
    "storm": (_storm, 5),
    "leaves": (_leaf, 3),
    "fireworks": (_spark, 2),
    "fog": (_fog, 3),
}
"""What is in the air, and in how many rows and columns."""


def plate(weather: str, rng: np.random.Generator) -> Image:
    """A tile (96, 96, 4), premultiplied; transparent in clear weather."""
    target = surface()
    canvas = target.getCanvas()
    canvas.clear(argb((0, 0, 0), 0))
    canvas.scale(PLATE / TILE, PLATE / TILE)
    drop, side = DROPS.get(weather, (None, 0))
    for cell in range(side**2):
        x = (cell % side + 0.5 * (cell // side % 2) + rng.uniform(0.15, 0.75)) * TILE / side
        y = (cell // side + rng.uniform(0.1, 0.9)) * TILE / side
        size = rng.uniform()
        for dx in (-TILE, 0, TILE):
            for dy in (-TILE, 0, TILE):
                drop(canvas, x + dx, y + dy, size)  # type: ignore[misc]
    return soften(read(target), ("wrap", "wrap"))
