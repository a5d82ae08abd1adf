"""What the visible mark looks like: the glow of the project, "AI / IA", and where the film is from.

Both words, since a film travels: "AI" is read in English and German, "IA" in French, Spanish,
Italian and Portuguese.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Final

from msgspec import Struct

from phosphene.visible_mark.worker.alphabet import Point, Stroke, strokes_of

WORD: Final = "AI / IA"
NAME: Final = "phosphene"
"""Said where the site has no address."""
DESIGNED: Final = 576
"""Pixels of a film's shorter side that the measures below are for."""
HEIGHT: Final = 38
MARGIN: Final = 18
PADDING: Final = 13
GAP: Final = 12
UNIT: Final = 2.75
"""Pixels of a unit of the alphabet in WORD: capitals are 17 high, 11 on a phone."""
SITE_UNIT: Final = 2.35
STROKE: Final = 3.0
SITE_STROKE: Final = 2.0
GLOW: Final = 9.5
"""The radius of the glow."""
GROUND: Final = 0.5
"""How opaque the ground is: white on it has a contrast of 5 to 1 even before white."""
WIDEST: Final = 0.94
"""Of the picture's width."""
LETTERS: Final = 34
"""Of the site at most: of a longer one the end is told, which says whose it is."""

Rgba = tuple[int, int, int, float]
CORE, WARM, VIOLET = (255, 246, 221), (255, 180, 92), (150, 110, 255)


class Badge(Struct, frozen=True):
    """A picture of the mark: rows of RGBA, its size in pixels, and how far from the edges of the
    film it is laid. Widths and heights are even."""

    pixels: bytes
    width: int
    height: int
    margin: int


def draw_badge(site: str, shorter_side: int) -> Badge:
    """The mark for films of that shorter side. Pure."""
    told = site.lower() or NAME
    told = told if len(told) <= LETTERS else ".." + told[2 - LETTERS :]
    word, site_name = strokes_of(WORD), strokes_of(told)
    width = 2 * PADDING + 2 * GLOW + 2 * GAP + word[1] * UNIT + site_name[1] * SITE_UNIT
    scale = min(shorter_side / DESIGNED, shorter_side * WIDEST / width)
    canvas = _Canvas(_even(width * scale), _even(HEIGHT * scale), scale)
    canvas.draw_glow((PADDING + GLOW, HEIGHT / 2))
    at = PADDING + 2 * GLOW + GAP
    canvas.draw_strokes(word[0], (at, HEIGHT / 2 + 3 * UNIT), UNIT, STROKE)
    at += word[1] * UNIT + GAP
    canvas.draw_strokes(site_name[0], (at, HEIGHT / 2 + 2.4 * SITE_UNIT), SITE_UNIT, SITE_STROKE)
    return Badge(canvas.to_rgba(), canvas.width, canvas.height, round(MARGIN * scale))


def _even(size: float) -> int:
    return max(2, round(size / 2) * 2)


class _Canvas:
    """Light over a dark ground with round ends; places are in pixels of DESIGNED, y downwards."""

    def __init__(self, width: int, height: int, scale: float) -> None:
        self.width, self.height = width, height
        self._scale = scale
        self._light = [[0.0] * width for _ in range(height)]
        self._tint = dict[tuple[int, int], Rgba]()

    def draw_strokes(self, strokes: Sequence[Stroke], at: Point, unit: float, thick: float) -> None:
        """Strokes from a place on the baseline on."""
        radius, scale = thick * self._scale / 2, self._scale
        for stroke in strokes:
            points = [((at[0] + x * unit) * scale, (at[1] - y * unit) * scale) for x, y in stroke]
            for line in pairwise(points):
                self._draw_line(*line, radius)

    def _draw_line(self, a: Point, b: Point, radius: float) -> None:
        rows, columns = (
            range(max(0, int(min(p, q) - radius - 1)), min(most, int(max(p, q) + radius + 2)))
            for p, q, most in ((a[1], b[1], self.height), (a[0], b[0], self.width))
        )
        for y in rows:
            row = self._light[y]
            for x in columns:
                far = _distance((x + 0.5, y + 0.5), a, b)
                row[x] = max(row[x], min(1.0, radius + 0.5 - far))

    def draw_glow(self, centre: Point) -> None:
        """The project's sign: a warm point of light in a violet haze."""
        x0, y0 = centre[0] * self._scale, centre[1] * self._scale
        for y in range(self.height):
            for x in range(self.width):
                far = hypot(x + 0.5 - x0, y + 0.5 - y0) / (GLOW * self._scale)
                if far < 1:
                    self._tint[x, y] = _glowing(far)

    def to_rgba(self) -> bytes:
        """Rows of RGBA, alpha not multiplied in."""
        out = bytearray()
        for y, row in enumerate(self._light):
            for x, light in enumerate(row):
                red, green, blue, cover = self._tint.get((x, y), (255, 255, 255, light))
                ground = GROUND * self._inside(x + 0.5, y + 0.5)
                alpha = cover + ground * (1 - cover)
                share = cover / alpha if alpha else 0.0
                out += bytes(round(one * share) for one in (red, green, blue))
                out.append(round(255 * alpha))
        return bytes(out)

    def _inside(self, x: float, y: float) -> float:
        """How much of a pixel is within the ground."""
        half = self.height / 2
        far = _distance((x, y), (half, half), (self.width - half, half))
        return max(0.0, min(1.0, half + 0.5 - far))


def _glowing(far: float) -> Rgba:
    """The colour so far from the middle, 1 being the edge."""
    if far < 0.42:
        return (*CORE, 1.0)
    if far < 0.6:
        return (*WARM, 0.95)
    return (*VIOLET, 0.75 * (1 - far) / 0.4)


def _distance(p: Point, a: Point, b: Point) -> float:
    """From a point to a line between two."""
    along, down = b[0] - a[0], b[1] - a[1]
    length = along * along + down * down
    share = ((p[0] - a[0]) * along + (p[1] - a[1]) * down) / length if length else 0.0
    share = max(0.0, min(1.0, share))
    return hypot(p[0] - a[0] - share * along, p[1] - a[1] - share * down)
