"""What a clip is made of: its size and frames by the model's own rules. Pure functions."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil
from typing import Final

from msgspec import Struct

MOST_PIXELS: Final = 921_600
"""Pixels in a picture of H.264 level 3.1 (Rec. ITU-T H.264, table A-1: 3600 macroblocks)."""

_SLACK: Final = 1.03  # a size may pass its area by so much to come nearer to 9:16


class Timeline(Struct, frozen=True):
    """Which frames a latent frame stands for.

    The first latent frame is one frame, every other ``stride``. With a ``window`` that begins
    anew after so many latent frames.
    """

    stride: int
    window: int = 0

    def first_frame(self, latent: int) -> int:
        """The first frame of a latent frame; also, how many frames so many of them give."""
        whole, rest = divmod(latent, self.window) if self.window else (0, latent)
        frames = whole * ((self.window - 1) * self.stride + 1)
        return frames + (0 if rest == 0 else (rest - 1) * self.stride + 1)

    def latent_of(self, frame: int) -> int:
        """The latent frame that a frame belongs to."""
        return bisect_right(range(frame + 2), frame, key=self.first_frame) - 1

    def latents_for(self, frames: int, block: int = 1) -> int:
        """The fewest latent frames, a multiple of ``block``, that give at least ``frames``."""
        return ceil((self.latent_of(frames - 1) + 1) / block) * block


def size(area: int, grid: int) -> tuple[int, int]:
    """Width and height of an upright picture of about ``area`` pixels, multiples of ``grid``.

    The largest that is near 9:16, for ``grid`` 16 or 32 within a few per cent of it; both are
    even, whatever the grid, and never more than the encoder's level allows.
    """
    grid = grid if grid % 4 == 0 else grid * 4
    most = min(area * _SLACK, MOST_PIXELS)
    sizes = [(grid, max(grid, round(grid * 16 / 9 / grid) * grid))]
    width = grid
    while width * width * 16 / 9 <= most * 1.2:
        height = round(width * 16 / 9 / grid) * grid
        if height and width * height <= most:
            sizes.append((width, height))
        width += grid
    return max(sizes, key=lambda one: one[0] * one[1] * (1 - _askew(*one)) ** 2)


def _askew(width: int, height: int) -> float:
    """How far a picture is from 9:16; 0 is exact."""
    return min(1.0, abs(width * 16 / (height * 9) - 1))


class Plan(Struct, frozen=True):
    """One clip: ``shown`` frames of it are seen, ``latents`` latent frames are drawn.

    ``grid`` is the size of a latent pixel in pixels.
    """

    width: int
    height: int
    fps: int
    shown: int
    latents: int
    timeline: Timeline
    grid: int

    @property
    def frame_count(self) -> int:
        """How many frames the model makes: ``shown`` or a few more, as its rules want it."""
        return self.timeline.first_frame(self.latents)

    @property
    def latent_size(self) -> tuple[int, int]:
        """Height and width in latent pixels."""
        return self.height // self.grid, self.width // self.grid


def chunks(latents: int, pattern: tuple[int, ...]) -> tuple[int, ...]:
    """How many latent frames each chunk of a clip has, going on as ``pattern`` goes.

    The second number of the pattern repeats; the last chunk has what is left.
    """
    first, following = pattern[0], pattern[min(1, len(pattern) - 1)]
    if latents <= first:
        return (latents,)
    whole, rest = divmod(latents - first, following)
    return (first, *[following] * whole, *[rest] * bool(rest))


def finished(sizes: Sequence[int], timeline: Timeline, kept: int, shown: int, latents: int) -> int:
    """How many of the chunks stay of a clip whose first ``kept`` of ``shown`` frames do.

    A chunk stays whole or not at all: those stay that begin before that frame, as far as there
    are ``latents`` of them. But a clip of which something is to be drawn has its last one drawn.
    """
    bounds = pairwise(accumulate(sizes, initial=0))
    there = sum(timeline.first_frame(first) < kept and end <= latents for first, end in bounds)
    return min(there, len(sizes) - (kept < shown))
