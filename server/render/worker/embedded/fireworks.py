"""Fireworks that bloom: the bursts of a tile of weather open, fall and go out in the sky."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.firework_bursts import DRAWINGS, bursts
from phosphene.render.worker.embedded.paper import (
    Chroma,
    Luma,
    lay,
    sharpen,
    sharpness,
    soften,
    to_chroma,
    to_luma,
    yuva,
)
from phosphene.render.worker.embedded.vocabulary import PLATE

_REACH: Final = 17
"""Plate pixels from the middle of a burst to its edge, and between two bursts."""


class Fireworks:
    """The bursts of one tile of weather (4, 96, 96) at a noise level; `unit`: pixels per unit."""

    def __init__(self, plate: Array, sigma: float, unit: int) -> None:
        self._sprites = _cut(yuva(plate))
        self._sigma = sigma
        self._unit = unit

    def blend_over(self, luma: Luma, chroma: Chroma, seconds: float) -> None:
        """Blend those of a moment over the sky that is there already."""
        for burst in bursts(seconds):
            side = max(2, round(burst.radius * self._unit)) * 2
            left, top = (round(at * self._unit - side / 2) // 2 * 2 for at in (burst.x, burst.y))
            sprite = self._sprites[burst.drawing][None]
            gain = 1 + 0.6 * (sharpness(self._sigma, side / (2 * _REACH)) - 1)
            _lay(luma, _sized(sprite[:, [0, 3]], side), gain, burst.left, left, top)
            _lay(
                chroma, _sized(sprite[:, 1:], side // 2), gain / 2, burst.left, left // 2, top // 2
            )


def _sized(planes: Tensor, side: int) -> Tensor:
    return F.interpolate(planes, (side, side), mode="bilinear")[0]


def _lay(below: Luma | Chroma, planes: Tensor, gain: float, left: float, x: int, y: int) -> None:
    """Blend colour and alpha (C + 1, n, n), C 1 or 2, with their corner at (x, y)."""
    height, width = below.shape[-2:]
    size = planes.shape[-1]
    rows = slice(max(0, y), min(height, y + size))
    columns = slice(max(0, x), min(width, x + size))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = planes[:, rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    alpha = sharpen(part[-1], max(gain, 1.0)) * left
    straight = part[:-1] / part[-1:].clamp(min=1 / 16)
    keep = to_luma((1 - alpha).mul_(256))
    if below.ndim == 2:
        lay(below[rows, columns], to_luma(straight[0].clamp(0, 219) * alpha), keep)  # type: ignore[type-var]
    else:
        colour = to_chroma(straight.clamp(-112, 112) * alpha)
        lay(below[:, rows, columns], colour, keep)  # type: ignore[type-var]


def _cut(whole: Tensor) -> list[Tensor]:
    """The bursts of a periodic tile (4, 96, 96), each (4, 34, 34): rings round a middle are most
    where it is."""
    blurred = soften(whole[3], 6.0, wrap=True, wrap_rows=True).clone()
    window = _window()
    found = []
    for _ in range(DRAWINGS):
        row, column = divmod(int(blurred.argmax()), PLATE)
        turned = whole.roll((_REACH - row, _REACH - column), (1, 2))
        found.append(turned[:, : 2 * _REACH, : 2 * _REACH] * window)
        near = blurred.roll((_REACH - row, _REACH - column), (0, 1))
        near[: 2 * _REACH, : 2 * _REACH] -= window * near[: 2 * _REACH, : 2 * _REACH]
        blurred = near.roll((row - _REACH, column - _REACH), (0, 1))
    return found


def _window() -> Tensor:
    """1 where a burst is, 0 where its neighbours are."""
    axis = torch.arange(2 * _REACH) - _REACH + 0.5
    return ((_REACH - torch.hypot(axis[:, None], axis)) / 2).clamp(0, 1)
