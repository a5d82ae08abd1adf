"""The string of a kite: where it goes, and how it is drawn, a thread of paper."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.paper import Chroma, Luma
from phosphene.render.worker.embedded.score import FrameState
from phosphene.render.worker.embedded.stand import ACROSS, DOWN, radius_of

KITE: Final = "kite"
TIED: Final = (0.0, 0.12)
HAND: Final = (0.46, 0.16)
"""Where the string is tied to a kite, and held, in radii."""

_FINE: Final = 2  # pixels of the mask to one of the picture
_POINTS: Final = 24
_THREAD: Final = 208.0  # luma of its lit side
_DARK: Final = 0.45  # of its shadow, one pixel below it: it is seen before a bright sky, too
Point = tuple[float, float]


def kite_string(cast: Cast, first: FrameState, second: FrameState) -> tuple[Point, Point] | None:
    """From where to where the string of a kite goes, in half frames; None if there is no kite. It
    ends in the hand of whoever is there, or else below the picture."""
    if cast.subject is not None and cast.subject.concept == KITE:
        end = (first.x - 0.25 * first.facing, 1.05) if cast.other is None else _hand(second)
        return _on_plate(first, TIED), end
    if cast.other is not None and cast.other.concept == KITE:
        return _on_plate(second, TIED), _hand(first)
    return None


def _hand(state: FrameState) -> tuple[float, float]:
    return _on_plate(state, HAND)


def _on_plate(state: FrameState, place: tuple[float, float]) -> tuple[float, float]:
    x, y = place
    radius = radius_of(state.size)
    return state.x + state.facing * x * radius / ACROSS, state.y + y * radius / DOWN


def lay_strand(luma: Luma, chroma: Chroma, start: Point, end: Point, unit: int) -> None:
    """Draw a thread between two points, in pixels, that hangs through a little."""
    width = max(1, round(unit * _FINE / 28))
    mask = _mask(luma.shape, start, end, width)
    if mask is None:
        return
    alpha, rows, columns = mask
    shade = np.zeros_like(alpha)
    shade[2:] = alpha[:-2]
    part = luma[rows, columns].astype(np.float32)
    part *= 1 - _DARK * shade * (1 - alpha)
    luma[rows, columns] = (part + alpha * (_THREAD - part)).astype(np.uint16)
    half = alpha[::2, ::2]
    for plane in chroma[
        :, rows.start // 2 : rows.stop // 2, columns.start // 2 : columns.stop // 2
    ]:
        plane[:] = (plane * (1 - half)).astype(np.int16)


def _mask(
    shape: tuple[int, ...], start: Point, end: Point, width: int
) -> tuple[NDArray[np.float32], slice, slice] | None:
    """How much of each pixel the thread covers, and in which rows and columns (even)."""
    t = np.linspace(0, 1, _POINTS)
    sag = 0.12 * abs(end[1] - start[1])
    x = start[0] + (end[0] - start[0]) * t
    y = start[1] + (end[1] - start[1]) * t + sag * 4 * t * (1 - t)
    rows = _even(y.min(), y.max(), shape[0])
    columns = _even(x.min(), x.max(), shape[1])
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    size = (columns.stop - columns.start, rows.stop - rows.start)
    image = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    points = zip((x - columns.start) * _FINE, (y - rows.start) * _FINE, strict=True)
    ImageDraw.Draw(image).line([(float(a), float(b)) for a, b in points], 255, width, "curve")
    small = np.asarray(image.resize(size, Image.Resampling.BOX))
    alpha = small.astype(np.float32) / np.float32(255)
    return alpha, rows, columns


def _even(first: float, last: float, size: int) -> slice:
    return slice(max(0, int(first) - 4) // 2 * 2, min(size, int(last) + 6) // 2 * 2)
