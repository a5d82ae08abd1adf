"""Reads marks: finds size, place, turn and side of what a picture shows, then the bits.

``Reader.read`` looks where pictures that were only encoded again have their mark; then for cuts,
small turns and mirror images, coarsely on a quarter of the pixels and then finely.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import cos, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.watermark.fields import (
    BITS,
    CELL,
    COLUMNS,
    FAR,
    NEAR,
    ROWS,
    Field,
    Fields,
    fields_of,
)
from phosphene.watermark.residual import evened

# Unmarked pictures stay below 6 over all places and sizes that are tried; the check in the bits,
# and not this, is what makes a false alarm one in a million.
LEAST_PEAK: Final = 7.0
"""Standard deviations that the field that is always there has to stand out by."""
WEAKEST: Final = 12
"""Bits that may be turned, two at most at once."""
RINGS: Final = 200
"""Wave lengths are told apart by so many in a pixel."""
BAND: Final = (1 / (FAR * 1.6), 1 / (NEAR * 0.9))
"""Waves in a pixel that a mark has, however the picture was cut."""
WORDS: Final = 16
"""Words that are offered for a picture at most."""


@dataclass(frozen=True, slots=True)
class View:
    """How a picture lies on the grid of a mark: ``zoom`` is its size there, 1 where the whole of it
    fills the grid; ``angle`` in degrees; ``mirrored`` left to right."""

    zoom: float = 1.0
    angle: float = 0.0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark that was found. ``words``: what it may say, the likeliest first. ``peak``: by how many
    standard deviations it stood out."""

    view: View
    peak: float
    words: tuple[int, ...] = ()


WHOLE: Final = (View(), View(mirrored=True))
CUTS: Final = tuple(np.geomspace(1.0, 0.7, 24).tolist())
TURNS: Final = (0.0, -0.7, 0.7, -1.4, 1.4, -2.1, 2.1, -2.8, 2.8)
FRAMED: Final = tuple(np.geomspace(1.015, 1.8, 38).tolist())
BEST: Final = 3
"""Coarse views that are looked at finely."""


class Reader:
    """Reads the marks of one key. Not for two threads at once."""

    def __init__(self, key: bytes) -> None:
        self._fields = fields_of(key)
        self._fine = _Correlator(self._fields.sync)
        self._coarse = _Correlator(halved(self._fields.sync))

    def read(self, mean: Field) -> Sighting | None:
        """The mark in the mean residual of some pictures, if there is one."""
        found = max(self._sight(mean, WHOLE), key=lambda one: one.peak)
        if found.peak < LEAST_PEAK:
            found = self._search(mean)
        if found.peak < LEAST_PEAK:
            return None
        return replace(found, words=self._words(mean, found.view))

    def _sight(self, mean: Field, views: Iterable[View]) -> Iterator[Sighting]:
        for view in views:
            yield Sighting(view, self._fine.locate(laid(mean, view, ROWS, COLUMNS))[0])

    def _search(self, mean: Field) -> Sighting:
        """The most likely view of all that are tried."""
        small, tried = halved(mean), []
        for view in _views():
            peak, *_ = self._coarse.locate(laid(small, view, ROWS // 2, COLUMNS // 2))
            tried.append(Sighting(view, peak))
        tried.sort(key=lambda one: -one.peak)
        return max((self._refine(mean, one) for one in tried[:BEST]), key=lambda one: one.peak)

    def _refine(self, mean: Field, found: Sighting) -> Sighting:
        """Finer and finer around a view."""
        for step in (0.008, 0.004, 0.002):
            views = [
                replace(
                    found.view,
                    zoom=found.view.zoom * (1 + a * step),
                    angle=found.view.angle + b * 45 * step,
                )
                for a, b in product((-1, 0, 1), repeat=2)
            ]
            found = max(self._sight(mean, views), key=lambda one: one.peak)
        return found

    def _words(self, mean: Field, view: View) -> tuple[int, ...]:
        placed = laid(mean, view, ROWS, COLUMNS)
        _, down, across = self._fine.locate(placed)
        sums = bit_sums(np.roll(placed, (-down, -across), (0, 1)), self._fields)
        return tuple(likely_words(sums))


class _Correlator:
    """Where in a picture a field lies, by the phase of their spectra."""

    def __init__(self, field: Field) -> None:
        self._conjugate = np.conj(np.fft.rfft2(field))

    def locate(self, placed: Field) -> tuple[float, int, int]:
        """By how many standard deviations it stands out, and how far down and across it is."""
        likeness = np.fft.irfft2(np.fft.rfft2(placed) * self._conjugate, placed.shape)
        at = int(likeness.argmax())
        down, across = divmod(at, placed.shape[1])
        return float(likeness.flat[at] / (likeness.std() + 1e-12)), down, across


def bit_sums(placed: Field, fields: Fields) -> NDArray[np.float64]:
    """For each bit how much speaks for 1, or against it. Pure."""
    cells = (placed * fields.carrier).reshape(ROWS // CELL, CELL, COLUMNS // CELL, CELL)
    votes = cells.sum((1, 3)).ravel() * fields.turn
    return np.asarray(np.bincount(fields.owner, votes, BITS), np.float64)


def likely_words(sums: Sequence[float] | NDArray[np.float64]) -> Iterator[int]:
    """At most WORDS words, the likeliest first (Chase 1972: the weakest bits are turned). Pure."""
    values = np.asarray(sums)
    word = sum(1 << at for at in range(BITS) if values[at] > 0)
    weak = np.argsort(np.abs(values))[:WEAKEST].tolist()
    ways = [()] + [(a,) for a in weak] + [(a, b) for i, a in enumerate(weak) for b in weak[i + 1 :]]
    cost = {way: sum(abs(float(values[at])) for at in way) for way in ways}
    for way in sorted(ways, key=lambda one: cost[one])[:WORDS]:
        yield word ^ sum(1 << at for at in way)


def laid(mean: Field, view: View, rows: int, columns: int) -> Field:
    """The picture on the grid as a view has it, its middle on the middle; nothing beyond its edges.
    Sampled bilinearly."""
    height, width = mean.shape
    fit = min(rows / height, columns / width) * view.zoom
    turn = radians(view.angle)
    down = (np.arange(rows) - (rows - 1) / 2)[:, None] / fit
    across = (np.arange(columns) - (columns - 1) / 2)[None] / fit
    if view.mirrored:
        across = -across
    y = cos(turn) * down - sin(turn) * across + (height - 1) / 2
    x = sin(turn) * down + cos(turn) * across + (width - 1) / 2
    top, left = np.floor(y).astype(np.int32), np.floor(x).astype(np.int32)
    inside = (top >= 0) & (top < height - 1) & (left >= 0) & (left < width - 1)
    corner = np.where(inside, top * width + left, 0)
    low, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    flat = mean.ravel()
    above = flat[corner] * (1 - right) + flat[corner + 1] * right
    below = flat[corner + width] * (1 - right) + flat[corner + width + 1] * right
    return np.asarray(np.where(inside, above * (1 - low) + below * low, 0), np.float32)


def halved(field: Field) -> Field:
    """The mean of four."""
    height, width = (size // 2 * 2 for size in field.shape)
    whole = field[:height, :width]
    return np.asarray(whole.reshape(height // 2, 2, width // 2, 2).mean((1, 3)), np.float32)


def _views() -> Iterator[View]:
    for zoom, angle, mirrored in product(CUTS, TURNS, (False, True)):
        yield View(zoom, angle, mirrored)
    for zoom in FRAMED:
        yield View(zoom)


def mean_residual(residuals: Sequence[Field]) -> Field:
    """Of pictures of one clip, in which the mark stands still and all else moves."""
    return _whitened(evened(np.mean(residuals, axis=0)))


def _whitened(mean: Field) -> Field:
    """As strong at each wave length that a mark has: what stands still as well, in a picture, has
    more of the long ones (a matched filter in coloured noise)."""
    spectrum = np.fft.rfft2(mean)
    height, width = mean.shape
    pitch = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    rings = (pitch * RINGS).astype(np.int64).ravel()
    power = np.bincount(rings, np.abs(spectrum).ravel() ** 2) / np.maximum(np.bincount(rings), 1)
    gain = 1 / np.sqrt(power + 1e-12)[rings].reshape(pitch.shape)
    gain[(pitch < BAND[0]) | (pitch > BAND[1])] = 0
    return np.asarray(np.fft.irfft2(spectrum * gain, mean.shape), np.float32)
