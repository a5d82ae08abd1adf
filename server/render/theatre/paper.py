"""From plates to paper: soft plates become crisp layers in planar YUV, ready to be blended.

Alpha blending commutes with the linear colour matrix, so layers are prepared, moved and blended
as Y, U and V (BT.709, limited range, without the offsets 16 and 128). Integers: luma 0..219,
chroma -112..112, `keep` 0..256 is what a layer lets through of what lies behind it.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from server.render.theatre.scene import Array
from server.render.theatre.vocabulary import PLATE

Luma = NDArray[np.uint16]
Chroma = NDArray[np.int16]

WIDE: Final = 9  # of the frame, in units
HIGH: Final = 16
PERIOD: Final = 12  # of a silhouette
RISE: Final = 10
TILE: Final = 9  # of the weather
RAMP: Final = 3.0  # plate pixels from transparent to opaque in a soft alpha
EDGE: Final = 1.3  # the same in the picture, in pixels

_WARM: Final = (1.0, 0.965, 0.86)
_YUV: Final = torch.tensor(
    [
        [0.2126 * 219, 0.7152 * 219, 0.0722 * 219],
        [-0.2126 / 1.8556 * 224, -0.7152 / 1.8556 * 224, 0.9278 / 1.8556 * 224],
        [0.7874 / 1.5748 * 224, -0.7152 / 1.5748 * 224, -0.0722 / 1.5748 * 224],
    ]
)


class Layer(Struct, frozen=True, eq=False):
    """One layer of paper, colours premultiplied; `top` is its first row in the frame (even).

    `luma`, `keep`: (height, width); `chroma`, `keep_chroma`: (2, height / 2, width / 2) and
    (height / 2, width / 2).
    """

    luma: Luma
    keep: Luma
    chroma: Chroma
    keep_chroma: Chroma
    top: int


def yuva(plate: Array) -> Tensor:
    """RGBA in 0..1, channels third from the last, to Y, U, V and A; float32."""
    rgba = torch.from_numpy(plate).clamp(0, 1)
    rgb, alpha = rgba[..., :3, :, :], rgba[..., 3:, :, :]
    return torch.cat((torch.einsum("oc,...chw->...ohw", _YUV, rgb), alpha), -3)


def sharpness(sigma: float, size: float) -> float:
    """How many times steeper an alpha becomes; `size`: picture pixels per plate pixel.

    At sigma 0 an edge is one antialiased pixel; near sigma 1 paper is still half fog.
    """
    return 1 + (RAMP * size / EDGE - 1) * (1 - min(sigma, 1.0)) ** 2


def sharpen(alpha: Tensor, gain: float) -> Tensor:
    """Steeper around one half, then a smoothstep."""
    step = (alpha * gain + (0.5 - 0.5 * gain)).clamp_(0, 1)
    return step * step * (3 - 2 * step)


@lru_cache(maxsize=64)
def resampler(outputs: int, inputs: int, wrap: bool, first: int = 0) -> Tensor:
    """Matrix (outputs - first, inputs) that scales a row up (cubic of Mitchell and Netravali)."""
    centres = (np.arange(first, outputs) + 0.5) * inputs / outputs - 0.5
    taps = np.floor(centres).astype(int)[:, None] + np.arange(-1, 3)
    weights = _mitchell(np.abs(centres[:, None] - taps))
    matrix = np.zeros((len(centres), inputs))
    columns = taps % inputs if wrap else taps.clip(0, inputs - 1)
    np.add.at(matrix, (np.arange(len(centres))[:, None], columns), weights)
    return torch.from_numpy(matrix.astype(np.float32))


def _mitchell(x: NDArray[np.float64]) -> NDArray[np.float64]:
    near = (7 * x**3 - 12 * x**2 + 16 / 3) / 6
    far = (-7 / 3 * x**3 + 12 * x**2 - 20 * x + 32 / 3) / 6
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


@lru_cache(maxsize=64)
def blur(size: int, width: float, wrap: bool) -> Tensor:
    """Matrix (size, size) of a Gaussian blur; `width` is its standard deviation in pixels."""
    if width < 0.05:
        return torch.eye(size)
    reach = int(3 * width) + 1
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / width) ** 2)
    columns = np.arange(size)[:, None] + offsets
    columns = columns % size if wrap else columns.clip(0, size - 1)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (np.arange(size)[:, None], columns), weights / weights.sum())
    return torch.from_numpy(matrix.astype(np.float32))


def fog(sigma: float) -> float:
    """Blur of a plate at a noise level, in plate pixels (rounded, so that matrices are reused)."""
    return round(1.8 * sigma**1.5, 1)


@lru_cache(maxsize=8)
def grain(height: int, width: int) -> Tensor:
    """Fibres of paper and dither: (height, width), about +-1.5, periodic, always the same."""
    noise = torch.randn((1, 1, height, width), generator=torch.Generator().manual_seed(7))
    fibres = F.avg_pool2d(F.pad(noise, (1, 1, 1, 1), mode="circular"), 3, stride=1)
    dither = torch.rand((height, width), generator=torch.Generator().manual_seed(8))
    return fibres[0, 0] * 2.0 + dither - 0.5


def sky(plate: Array, sigma: float, unit: int) -> Layer:
    """The opaque sky with the light's disc and its glow; `unit`: pixels per unit."""
    rows, columns = HIGH * unit, WIDE * unit
    soft = _soften(yuva(plate), fog(sigma), wrap=False)
    colour, disc = soft[:3], soft[3:]
    light = _light(plate)
    halo = _soften(disc, 9.0, wrap=False) * 0.55
    colour = colour + halo * (light - colour)
    gain = sharpness(sigma, unit / 8)
    mask = sharpen(_scale(disc, rows, columns), gain)
    small = F.avg_pool2d(mask, 2)
    luma = _scale(colour[:1], rows, columns)
    luma = luma + mask * (light[:1] - luma) + grain(rows, columns)
    chroma = _scale(colour[1:], rows // 2, columns // 2)
    chroma = chroma + small * (light[1:] - chroma)
    opaque = np.zeros((0, 0))
    return Layer(_luma(luma[0]), opaque.astype(np.uint16), _chroma(chroma), opaque.astype("i2"), 0)


def _light(plate: Array) -> Tensor:
    """Colour of the disc: the sky at its centre, brightened toward warm white. (3, 1, 1)."""
    rgb, mask = torch.from_numpy(plate[:3]), torch.from_numpy(plate[3]) ** 4 + 1e-6
    centre = (rgb * mask).sum((1, 2)) / mask.sum()
    colour = centre + 0.72 * (torch.tensor(_WARM) - centre).clamp(min=0)
    return (_YUV @ colour)[:, None, None]


def strip(plate: Array, sigma: float, unit: int) -> Layer:
    """A silhouette with its soft shadow, one period wide, from its topmost row down."""
    rows, columns = RISE * unit, PERIOD * unit
    soft = _soften(yuva(plate), fog(sigma), wrap=True)
    first = _first_row(soft[3], rows)
    scale = lambda x, k: _scale(x, rows // k, columns // k, wrap=True, first=first // k)  # noqa: E731
    full = scale(soft[[0, 3]], 1)
    alpha = sharpen(full[1], sharpness(sigma, unit / 8.7))
    luma = full[0] / full[1].clamp(min=0.05) + _rim(full[1], unit / 8.7, sigma)
    luma = luma + grain(RISE * unit, columns)[first:]
    half = scale(soft[1:], 2)
    chroma = half[:2] / half[2].clamp(min=0.05)
    shade = _soften(soft[3:], 1.7, wrap=True).roll(-1, 1)
    shadow = 0.42 * (1 - 0.6 * sigma) * scale(shade, 1)[0]
    return _layer(luma, chroma, alpha, shadow, (HIGH - RISE) * unit + first)


def tile(plate: Array, sigma: float, unit: int) -> Layer | None:
    """What falls or rises in the air, periodic both ways; None when there is nothing of it."""
    if plate[3].max() < 0.25:
        return None
    size = TILE * unit
    soft = _soften(yuva(plate), fog(sigma) * 0.5, wrap=True, wrap_rows=True)
    full = _scale(soft[[0, 3]], size, size, wrap=True, wrap_rows=True)
    half = _scale(soft[1:], size // 2, size // 2, wrap=True, wrap_rows=True)
    alpha = sharpen(full[1], max(sharpness(sigma, unit / 10.7) * 0.6, 1.0)) * 0.92
    luma = full[0] / full[1].clamp(min=0.05)
    chroma = half[:2] / half[2].clamp(min=0.05)
    return _layer(luma, chroma, alpha, torch.zeros(()), 0)


def _first_row(alpha: Tensor, rows: int) -> int:
    """The topmost row of the picture that a strip or its shadow may touch, even."""
    seen = torch.nonzero(alpha.amax(1) > 0.04)
    top = int(seen[0]) if len(seen) else PLATE - 1
    return max(top - 6, 0) * rows // PLATE // 2 * 2


def _rim(alpha: Tensor, size: float, sigma: float) -> Tensor:
    """Light caught by the cut edge of the paper: a line about two pixels wide."""
    depth = (alpha - 0.5) * (RAMP * size)
    return (1 - sigma) * 16 * (1 - depth.abs() / 2.4).clamp(min=0)


def _layer(luma: Tensor, chroma: Tensor, alpha: Tensor, shadow: Tensor, top: int) -> Layer:
    keep = (1 - alpha) * (1 - shadow)
    small = F.avg_pool2d(torch.stack((alpha, keep))[None], 2)[0]
    return Layer(
        _luma(luma.clamp(0, 219) * alpha),
        _luma(keep * 256),
        _chroma(chroma.clamp(-112, 112) * small[0]),
        _chroma(small[1] * 256),
        top,
    )


def _soften(planes: Tensor, width: float, *, wrap: bool, wrap_rows: bool = False) -> Tensor:
    if width < 0.05:
        return planes
    return blur(PLATE, width, wrap_rows) @ planes @ blur(PLATE, width, wrap).T


def _scale(
    planes: Tensor,
    rows: int,
    columns: int,
    *,
    wrap: bool = False,
    wrap_rows: bool = False,
    first: int = 0,
) -> Tensor:
    down = resampler(rows, PLATE, wrap_rows, first)
    return down @ (planes @ resampler(columns, PLATE, wrap).T)


def _luma(plane: Tensor) -> Luma:
    return (plane.clamp(min=0) + 0.5).numpy().astype(np.uint16)


def _chroma(plane: Tensor) -> Chroma:
    return plane.round().numpy().astype(np.int16)
