"""The noise that is left in the latents of a picture that still forms, drawn as paper.

Of a plate is shown what there is of x0 and the noise beside it: the alpha of the one plus that of
the other, so that edges fall into scraps, and scraps hang where nothing will be. They condense as
sigma falls. Their paper is that of the plate, lighter and darker by the noise of its colours.
"""

from typing import Final

import torch
from msgspec import Struct
from torch import Tensor

_THIN: Final = 0.03  # alpha of which a point takes half of its colour from the whole plate
_EMPTY: Final = 0.01  # mean alpha below which there is no paper to take a colour from
_PALE: Final = torch.tensor([205.0, 0.0, 0.0])[:, None, None]


class Tearing(Struct, frozen=True):
    """What noise of unit variance does at sigma 1: `light` to luma (0..219), `alpha` to alpha."""

    light: float
    alpha: float


# Chosen by eye on contact sheets of births. More alpha leaves no subject to wait for, less is a
# rash on its rim; the air is nothing but noise while the weather is clear, so it gets the least.
PAPER: Final = Tearing(40.0, 0.6)
AIR: Final = Tearing(24.0, 0.34)
CLEAR: Final = 0.5  # so much of the fog stays: in all of it scraps are dust
SKY: Final = 12.0  # luma: its latents are so smooth that their noise is curtains of light


def tear(planes: Tensor, grain: Tensor, sigma: float, by: Tearing) -> Tensor:
    """Planes (..., 4, 96, 96) of Y, U, V (premultiplied) and A, torn at a noise level by their
    grain (..., 2, 96, 96): how much lighter, and more opaque, noise makes each point."""
    colour, alpha = planes[..., :3, :, :], planes[..., 3:, :, :]
    straight = (colour + _THIN * _paper(colour, alpha)) / (alpha + _THIN)
    straight[..., :1, :, :] += by.light * sigma * grain[..., :1, :, :]
    straight[..., :1, :, :].clamp_(0, 219)
    alpha = (alpha + by.alpha * sigma * grain[..., 1:, :, :]).clamp_(0, 1)
    return torch.cat((straight * alpha, alpha), -3)


def _paper(colour: Tensor, alpha: Tensor) -> Tensor:
    """The mean colour of what is on a plate, pale where that is nothing."""
    amount = alpha.mean((-2, -1), keepdim=True)
    mean = colour.mean((-2, -1), keepdim=True) / amount.clamp(min=_EMPTY)
    return torch.where(amount > _EMPTY, mean, _PALE)
