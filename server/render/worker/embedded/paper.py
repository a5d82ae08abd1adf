"""From plates to paper: soft plates become crisp layers in planar YUV, ready to be blended.

Alpha blending commutes with the linear colour matrix, so layers are prepared, moved and blended
as Y, U and V (BT.709, limited range, without the offsets 16 and 128). Integers: luma 0..219,
chroma -112..112, `keep` 0..256 is what a layer lets through of what lies behind it.
"""

from functools import lru_cache
from math import ceil
from typing import Final, TypeVar

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.grain import AIR, CLEAR, PAPER, SKY, Tearing, tear
from phosphene.render.worker.embedded.sky_cover import CLEAR as CLEAR_SKY
from phosphene.render.worker.embedded.sky_cover import Cover
from phosphene.render.worker.embedded.vocabulary import PLATE

# 16 bits hold 219 * 256: products need no wider type, and twice as many go through a register.
Luma = NDArray[np.uint16]
Chroma = NDArray[np.int16]
_Plane = TypeVar("_Plane", Luma, Chroma)

WIDE: Final = 9  # of the frame, in units
HIGH: Final = 16
PERIOD: Final = 12  # of a silhouette
RISE: Final = 10
TILE: Final = 9  # of the weather
RAMP: Final = 3.0  # plate pixels from transparent to opaque in a soft alpha
EDGE: Final = 1.3  # the same in the picture, in pixels

# As matrices: a cubic needs four of 96 inputs, so a band of 16 rows multiplies with a few columns
# and not with all.
_BAND: Final = 16  # rows that are scaled together; divides every height
_WARM: Final = (1.0, 0.965, 0.86)
_VEIL: Final = 0.12  # mean alpha; of fog it is 0.18, of a storm 0.09, of all else less
_MIST: Final = 4.5  # plate pixels: sharper than that, banks of fog are bricks
# A silhouette ends below the top of its plate, whatever noise is there.
_TOP: Final = (torch.arange(PLATE)[:, None] / 9).clamp(max=1)
_YUV: Final = torch.tensor(
    [
        [0.2126 * 219, 0.7152 * 219, 0.0722 * 219],
        [-0.2126 / 1.8556 * 224, -0.7152 / 1.8556 * 224, 0.9278 / 1.8556 * 224],
        [0.7874 / 1.5748 * 224, -0.7152 / 1.5748 * 224, -0.0722 / 1.5748 * 224],
    ]
)


class PaperLayer(Struct, frozen=True, eq=False):
    """One layer of paper, colours premultiplied.

    `luma`, `keep`: (height, width); `chroma`, `keep_chroma`: (2, height / 2, width / 2) and
    (height / 2, width / 2). `top`: its first row in the frame, `solid`: the row from which on
    nothing shows through it; both even.
    """

    luma: Luma
    keep: Luma
    chroma: Chroma
    keep_chroma: Chroma
    top: int
    solid: int


def yuva(plate: Array) -> Tensor:
    """RGBA in 0..1, channels third from the last, to Y, U, V and A; float32."""
    rgba = torch.from_numpy(plate).clamp(0, 1)
    rgb, alpha = rgba[..., :3, :, :], rgba[..., 3:, :, :]
    return torch.cat((torch.einsum("oc,...chw->...ohw", _YUV, rgb), alpha), -3)


def sharpness(sigma: float, size: float) -> float:
    """How many times steeper an alpha becomes; `size`: picture pixels per plate pixel.

    At sigma 0 an edge is one antialiased pixel; near sigma 1 paper is still half fog.
    """
    # The net draws alphas as soft as 96 pixels are; paper is cut. Made steeper by the compositor
    # they are crisp at any size, and the net need not learn edges.
    return 1 + (RAMP * size / EDGE - 1) * (1 - min(sigma, 1.0)) ** 2


def sharpen(alpha: Tensor, gain: float) -> Tensor:
    """Steeper around one half, then a smoothstep."""
    step = (alpha * gain).add_(0.5 - 0.5 * gain).clamp_(0, 1)
    return (step * -2).add_(3).mul_(step).mul_(step)


def scale(
    planes: Tensor,
    rows: int,
    columns: int,
    *,
    wrap: bool = False,
    wrap_rows: bool = False,
    first: int = 0,
    last: int | None = None,
) -> Tensor:
    """Planes (n, 96, 96) scaled up to (n, rows, columns), of which those from `first` up to `last`.

    `wrap`: periodic in x, `wrap_rows`: periodic in y.
    """
    last = rows if last is None else last
    wide = planes @ _resampler(columns, wrap, 0, columns)[1][0].T
    index, matrices = _resampler(rows, wrap_rows, first, rows if wrap_rows else _BAND)
    bands = ceil((last - first) / matrices.shape[1])
    return (matrices[:bands] @ wide[:, index[:bands]]).flatten(1, 2)[:, : last - first]


@lru_cache(maxsize=64)
def _resampler(outputs: int, wrap: bool, first: int, band: int) -> tuple[Tensor, Tensor]:
    """A row of 96 scaled up (cubic of Mitchell and Netravali), in bands of outputs.

    Returns which inputs each band needs, (bands, taps), and its weights, (bands, band, taps).
    """
    centres = (np.arange(first, outputs) + 0.5) * PLATE / outputs - 0.5
    taps = np.floor(centres).astype(int)[:, None] + np.arange(-1, 3)
    weights = _mitchell(np.abs(centres[:, None] - taps))
    taps = taps % PLATE if wrap else taps.clip(0, PLATE - 1)
    matrix = np.zeros((len(centres), PLATE), np.float32)
    np.add.at(matrix, (np.arange(len(centres))[:, None], taps), weights)
    bands = matrix.reshape(-1, band, PLATE)
    width = max(int(np.ptp(np.flatnonzero(part.any(0)))) + 1 for part in bands)
    starts = [min(int(np.flatnonzero(part.any(0))[0]), PLATE - width) for part in bands]
    index = np.array(starts)[:, None] + np.arange(width)
    return torch.from_numpy(index), torch.from_numpy(
        np.stack([part[:, row] for part, row in zip(bands, index, strict=True)])
    )


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
    width: float = 1.8 * sigma**1.5
    # Rounded, so that the matrices of twenty widths serve all noise levels.
    return round(width, 1)


@lru_cache(maxsize=8)
def fibres(height: int, width: int) -> Tensor:
    """Fibres of paper and dither: (height, width), about +-1.5, periodic, always the same."""
    # Always the same: grain that changes would have to be encoded in each frame. Dither hides the
    # bands of a smooth sky in eight bits.
    noise = torch.randn((1, 1, height, width), generator=torch.Generator().manual_seed(7))
    threads = F.avg_pool2d(F.pad(noise, (1, 1, 1, 1), mode="circular"), 3, stride=1)
    dither = torch.rand((height, width), generator=torch.Generator().manual_seed(8))
    return threads[0, 0] * 2.0 + dither - 0.5


def soften(planes: Tensor, width: float, *, wrap: bool = False, wrap_rows: bool = False) -> Tensor:
    """Planes (..., 96, 96) blurred by `width` plate pixels."""
    if width < 0.05:
        return planes
    return blur(PLATE, width, wrap_rows) @ planes @ blur(PLATE, width, wrap).T


def crisp(planes: Tensor, sigma: float, *, wrap: bool = False) -> Tensor:
    """Planes as they are drawn at a noise level: in fog, or with their details brought out."""
    planes = soften(planes, fog(sigma), wrap=wrap)
    strength = 0.4 * max(0.0, 1 - 2.5 * sigma)
    if strength == 0:
        return planes
    return torch.lerp(soften(planes, 1.0, wrap=wrap), planes, 1 + strength)


def cleared(sigma: float, grain: Array | None) -> float:
    """The noise level that decides how foggy paper is: where grain shows how far it is, fog would
    only hide that."""
    return sigma if grain is None else sigma * CLEAR


def torn(planes: Tensor, grain: Array | None, sigma: float, by: Tearing) -> Tensor:
    """Planes with the grain that they have, if they have any."""
    return planes if grain is None else tear(planes, torch.from_numpy(grain), sigma, by)


def sky(
    plate: Array,
    sigma: float,
    unit: int,
    grain: Array | None = None,
    cover: Cover = CLEAR_SKY,
) -> PaperLayer:
    """The opaque sky with the light's disc and its glow; `unit`: pixels per unit. `grain`, here and
    below: what is left of the plate's noise, see `grain.tear`. `cover`: what hides the light."""
    rows, columns = HIGH * unit, WIDE * unit
    whole = yuva(plate)
    if cover.hidden:
        whole = _overcast(whole, cover)
    # A sky is smooth by nature; only the disc has an edge.
    colour, disc = soften(whole[:3], 2.5 + 2 * fog(sigma)), soften(whole[3:], 2.0 + 2 * fog(sigma))
    light = _light(plate)
    colour += soften(disc, 9.0) * 0.5 * (light - colour)
    soft = torch.cat((colour, disc))
    full, half = scale(soft[[0, 3]], rows, columns), scale(soft[1:], rows // 2, columns // 2)
    size = unit / 8
    luma = full[0].lerp_(light[0], sharpen(full[1], sharpness(sigma, size)))
    chroma = half[:2].lerp_(light[1:], sharpen(half[2:], sharpness(sigma, size / 2)))
    if grain is not None:
        luma += scale(torch.from_numpy(grain[:1]) * (SKY * sigma), rows, columns)[0]
    luma = (luma + fibres(rows, columns)).clamp_(0, 219)
    nothing = np.zeros((0, 0))
    return PaperLayer(
        to_luma(luma), nothing.astype("u2"), to_chroma(chroma), nothing.astype("i2"), 0, 0
    )


def _overcast(whole: Tensor, cover: Cover) -> Tensor:
    """A sky (4, 96, 96) as it is behind clouds: no disc, little of its glow, greyer and darker."""
    colour = whole[:3]
    # The glow is a spot: the middle one of each row's colours is of the sky beside it.
    plain = colour.median(2, keepdim=True).values
    colour = torch.lerp(colour, plain.expand_as(colour), 0.8 * cover.hidden)
    dull = torch.tensor([1 - cover.darker, *[1 - cover.greyer * cover.hidden] * 2])[:, None, None]
    return torch.cat((colour * dull, whole[3:] * (1 - cover.hidden)))


def _light(plate: Array) -> Tensor:
    """Colour of the disc: the sky at its centre, brightened toward warm white. (3, 1, 1)."""
    rgb, mask = torch.from_numpy(plate[:3]), torch.from_numpy(plate[3]) ** 4 + 1e-6
    centre = (rgb * mask).sum((1, 2)) / mask.sum()
    colour = centre + 0.85 * (torch.tensor(_WARM) - centre).clamp(min=0)
    return (_YUV @ colour)[:, None, None]


def strip(plate: Array, sigma: float, unit: int, grain: Array | None = None) -> PaperLayer:
    """A silhouette with its soft shadow, one period wide, from its topmost row down."""
    level, sigma = sigma, cleared(sigma, grain)
    soft = torn(crisp(yuva(plate), sigma, wrap=True), grain, level, PAPER) * _TOP
    shade = soften(soft[3:], 1.7, wrap=True).roll(-1, 1) * (0.42 - 0.25 * sigma)
    rows = RISE * unit
    return _cut(soft, shade, sigma, unit, slice(_first_row(soft[3], rows), rows), HIGH - RISE)


def hanging(plate: Array, sigma: float, unit: int) -> PaperLayer:
    """What hangs from the top of the frame with its soft shadow, one period wide."""
    soft = crisp(yuva(plate), sigma, wrap=True) * (1 - min(sigma, 1.0))
    shade = soften(soft[3:], 1.7, wrap=True).roll(2, 1) * (0.4 - 0.25 * sigma)
    seen = torch.nonzero((soft[3] + shade[0]).amax(1) > 0.02)
    last = (int(seen[-1]) + 2 if len(seen) else 0) * RISE * unit // PLATE // 2 * 2
    return _cut(soft, shade, sigma, unit, slice(0, last), 0)


def _cut(soft: Tensor, shade: Tensor, sigma: float, unit: int, seen: slice, top: int) -> PaperLayer:
    """Paper of one period with the shadow that it throws: the rows that are `seen` of its plate,
    whose top hangs `top` units below that of the frame."""
    rows, columns = RISE * unit, PERIOD * unit
    first, last, planes = seen.start, seen.stop, torch.cat((soft, shade))
    full = scale(planes[[0, 3, 4]], rows, columns, wrap=True, first=first, last=last)
    half = scale(planes[1:], rows // 2, columns // 2, wrap=True, first=first // 2, last=last // 2)
    size = unit / 8.7
    luma = _straight(full[0], full[1], 0, 219)
    luma += _rim(full[1], size, sigma)
    luma += fibres(rows, columns)[seen]
    alpha = sharpen(full[1], sharpness(sigma, size))
    small = sharpen(half[2], sharpness(sigma, size / 2))
    chroma = _straight(half[:2], half[2], -112, 112)
    return _layer((luma, alpha, full[2]), (chroma, small, half[3]), top * unit + first)


def tile(
    plate: Array, sigma: float, unit: int, grain: Array | None = None, swell: float = 1.0
) -> PaperLayer | None:
    """What falls or rises in the air, periodic both ways; None when there is nothing of it.
    `swell`: how much more opaque it is before it is cut, and so how much larger."""
    # Below that no flake is seen, and a layer less is blended.
    if plate[3].max() < 0.25 and grain is None:
        return None
    size = TILE * unit
    level, sigma = sigma, cleared(sigma, grain)
    # Fog is a veil: an edge at one half of it would be where it is thickest.
    veil = plate[3].mean() > _VEIL
    softness = max(fog(sigma) * 0.5, _MIST if veil else 0.0)
    soft = soften(yuva(plate), softness, wrap=True, wrap_rows=True)
    soft = torn(soft, grain, level, AIR)
    full = scale(soft[[0, 3]], size, size, wrap=True, wrap_rows=True)
    half = scale(soft[1:], size // 2, size // 2, wrap=True, wrap_rows=True)
    gain = 1.0 if veil else max(sharpness(sigma, unit / 10.7) * 0.6, 1.0)
    alpha = sharpen(full[1] * swell, gain) * 0.92
    small = sharpen(half[2] * swell, max(gain / 2, 1.0)) * 0.92
    luma = _straight(full[0], full[1], 0, 219)
    chroma = _straight(half[:2], half[2], -112, 112)
    none = torch.zeros(())
    return _layer((luma, alpha, none), (chroma, small, none), 0)


def _first_row(alpha: Tensor, rows: int) -> int:
    """The topmost row of the picture that a strip or its shadow may touch, at a band's start."""
    seen = torch.nonzero(alpha.amax(1) > 0.04)
    top = int(seen[0]) if len(seen) else PLATE - 1
    return max(top - 6, 0) * rows // PLATE // (2 * _BAND) * 2 * _BAND


def _rim(alpha: Tensor, size: float, sigma: float) -> Tensor:
    """Light caught by the cut edge of the paper: a line about two pixels wide."""
    bright = 16 * (1 - sigma)
    depth = (alpha - 0.5).abs_()
    return depth.mul_(-bright * RAMP * size / 2.4).add_(bright).clamp_(min=0)


def _straight(colour: Tensor, alpha: Tensor, low: float, high: float) -> Tensor:
    return (colour / alpha.clamp(min=0.05)).clamp_(low, high)


def _layer(full: tuple[Tensor, ...], half: tuple[Tensor, ...], top: int) -> PaperLayer:
    """From (colour, alpha, shadow) at full and at half size."""
    keep, keep_chroma = (
        to_luma((1 - alpha).mul_(1 - shadow.clamp(0, 1)).mul_(256))
        for _, alpha, shadow in (full, half)
    )
    open_ = np.flatnonzero(keep.any(1) | keep_chroma.any(1).repeat(2))
    solid = top + (int(open_[-1]) + 2 if len(open_) else 0) // 2 * 2
    luma, chroma = full[0].clamp_(0, 219).mul_(full[1]), half[0].mul_(half[1])
    return PaperLayer(
        to_luma(luma), keep, to_chroma(chroma), keep_chroma.astype(np.int16), top, solid
    )


def lay(below: _Plane, colour: _Plane, keep: _Plane) -> None:
    """Blend premultiplied colour over what is there already, in place."""
    np.multiply(below, keep, out=below)
    np.right_shift(below, 8, out=below)
    np.add(below, colour, out=below)


def to_luma(plane: Tensor) -> Luma:
    """Rounded to whole numbers; none may be negative."""
    return (plane.numpy() + np.float32(0.5)).astype(np.uint16)


def to_chroma(plane: Tensor) -> Chroma:
    """Rounded to whole numbers."""
    whole: Chroma = np.rint(plane.numpy()).astype(np.int16)
    return whole
