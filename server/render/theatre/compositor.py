"""The compositor: plates and a moment of the score become a picture, in milliseconds.

Preparing the layers is paid once per set of plates; a frame then only moves and blends them.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import ceil, cos, sin
from threading import Lock
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from server.render.renderer import Picture
from server.render.theatre.paper import (
    HIGH,
    WIDE,
    Chroma,
    Layer,
    Luma,
    blur,
    fog,
    resampler,
    sharpen,
    sharpness,
    sky,
    strip,
    tile,
    yuva,
)
from server.render.theatre.scene import Array
from server.render.theatre.score import Moment
from server.render.theatre.vocabulary import PLATE, SILHOUETTES

UNIT: Final = 64  # pixels
WIDTH: Final = WIDE * UNIT
HEIGHT: Final = HIGH * UNIT
RADIUS: Final = 2.0  # of a subject of size 0, in units
EXTENT: Final = 1.5  # half of the subject's plate, in radii

_SKETCH: Final = 0.3  # above this sigma a picture is so soft that half the pixels will do
_FINE: Final = 4  # positions of a layer within a pixel
_THIN: Final = 0.08  # width of the subject in the middle of a turn
_LIGHT: Final = 0.07
_WHITE: Final = 235

Plane = NDArray[np.uint16] | NDArray[np.int16]


class Stage:
    """One set of plates at one noise level. `draw` is pure and may be called from any thread."""

    def __init__(self, plates: Mapping[str, Array], sigma: float) -> None:
        self._plates = plates
        self._sigma = sigma
        self._lock = Lock()
        self._set: _Set | None = None

    def draw(self, moment: Moment) -> Picture:
        """The picture of one moment, I420, shape (HEIGHT * 3 // 2, WIDTH)."""
        with self._lock:
            if self._set is None:
                self._set = _Set(self._plates, self._sigma)
        return _finish(*self._set.paint(moment), moment.light)


class _Set:
    """The layers of a stage, prepared."""

    def __init__(self, plates: Mapping[str, Array], sigma: float) -> None:
        self._unit = UNIT // 2 if sigma > _SKETCH else UNIT
        self._sky = sky(plates["sky"], sigma, self._unit)
        strips = [strip(plates[name], sigma, self._unit) for name in SILHOUETTES]
        self._far, self._middle, self._near = (_Roll(layer, self._unit, -1) for layer in strips)
        self._puppet = _Puppet(plates["subject"], sigma, self._unit)
        air = tile(plates["weather"], sigma, self._unit)
        self._air = None if air is None else _Roll(air, self._unit, -2)

    def paint(self, moment: Moment) -> tuple[Luma, Chroma]:
        """The picture without its last light, (HEIGHT, WIDTH) and (2, HEIGHT / 2, WIDTH / 2)."""
        luma, chroma = self._sky.luma.copy(), self._sky.chroma.copy()
        self._far.over(luma, chroma, moment.drift_far)
        self._middle.over(luma, chroma, moment.drift_middle)
        self._puppet.over(luma, chroma, moment)
        self._near.over(luma, chroma, moment.drift_near)
        if self._air is not None:
            self._air.over(luma, chroma, -moment.weather_x, -moment.weather_y)
        if self._unit == UNIT:
            return luma, chroma
        return _double(luma), _double(chroma)


class _Roll:
    """A periodic layer, seen through a window that can stand at any fraction of a pixel."""

    def __init__(self, layer: Layer, unit: int, axis: int) -> None:
        self._layer = layer
        self._unit = unit
        self._axis = axis
        self._views: dict[tuple[bool, int], tuple[Plane, Plane]] = {}

    def over(self, luma: Luma, chroma: Chroma, x: float, y: float = 0.0) -> None:
        """Blend the window at (x, y), in units, over what is there already."""
        x, y, top = x * self._unit, y * self._unit, self._layer.top
        self._blend(luma[top:], False, x, y)
        self._blend(chroma[:, top // 2 :], True, x / 2, y / 2)

    def _blend(self, below: Plane, half: bool, x: float, y: float) -> None:
        fine = round((x if self._axis == -1 else y) * _FINE)
        colour, keep = self._view(half, fine % _FINE)
        left = (fine // _FINE if self._axis == -1 else round(x)) % (
            colour.shape[-1] - below.shape[-1]
        )
        first = 0 if self._axis == -1 else fine // _FINE
        columns = slice(left, left + below.shape[-1])
        row = 0
        while row < below.shape[-2]:
            start = (first + row) % colour.shape[-2]
            count = min(colour.shape[-2] - start, below.shape[-2] - row)
            rows = slice(start, start + count)
            part = below[..., row : row + count, :]
            _over(part, colour[..., rows, columns], keep[..., rows, columns])
            row += count

    def _view(self, half: bool, fine: int) -> tuple[Plane, Plane]:
        view = self._views.get((half, fine))
        if view is None:
            planes: tuple[Plane, Plane] = (
                (self._layer.chroma, self._layer.keep_chroma)
                if half
                else (self._layer.luma, self._layer.keep)
            )
            width = WIDE * self._unit // (2 if half else 1)
            view = (
                _between(planes[0], fine, self._axis, width),
                _between(planes[1], fine, self._axis, width),
            )
            # Two threads may both get here: they make the same view.
            self._views[half, fine] = view
        return view


class _Puppet:
    """The subject: three key poses that are blended, turned, sized and placed."""

    def __init__(self, plate: Array, sigma: float, unit: int) -> None:
        soft = yuva(plate)
        if fog(sigma) > 0:
            soft = blur(PLATE, fog(sigma), False) @ soft @ blur(PLATE, fog(sigma), False).T
        shade = blur(PLATE, 2.6, False)
        size = PLATE * unit // 20 // 2 * 2
        scale = resampler(size, PLATE, False)
        shadow = shade @ soft[:, 3:] @ shade.T
        self._full = scale @ torch.cat((soft[:, [0, 3]], shadow), 1) @ scale.T
        self._half = soft[:, 1:]
        self._sigma = sigma
        self._unit = unit
        self._reach = _reach(soft[:, 3].amax(0))

    def over(self, luma: Luma, chroma: Chroma, moment: Moment) -> None:
        """Blend the subject and the shadow that it throws over what is there already."""
        radius = RADIUS * 2**moment.size * self._unit
        fall = ceil(0.07 * radius)
        box = _box(luma.shape, moment, radius * self._reach + fall)
        if box is None:
            return
        rows, columns = box
        place = _Place(luma.shape, moment, EXTENT * radius)
        high, wide = slice(rows.start - fall, rows.stop), columns
        light, soft, dark = _sample(_pose(self._full, moment.pose), place.grid(high, wide, 1))
        size = 2 * EXTENT * radius / PLATE
        alpha = sharpen(soft[fall:], sharpness(self._sigma, size))
        keep = (1 - alpha) * (1 - (0.45 - 0.3 * self._sigma) * dark[: len(dark) - fall])
        small = F.avg_pool2d(torch.stack((alpha, keep))[None], 2)[0]
        tint = _sample(_pose(self._half, moment.pose), place.grid(rows, columns, 2))
        colour = (light[fall:] / soft[fall:].clamp(min=0.05)).clamp_(0, 219) * alpha
        hue = (tint[:2] / tint[2].clamp(min=0.05)).clamp_(-112, 112) * small[0]
        _over(luma[rows, columns], _u16(colour), _u16(keep * 256))
        rows, columns = (slice(s.start // 2, s.stop // 2) for s in (rows, columns))
        _over(chroma[:, rows, columns], _i16(hue), _i16(small[1] * 256))


class _Place:
    """Where the subject's plate lies: from pixels of the frame to the plate's -1..1."""

    def __init__(self, shape: tuple[int, ...], moment: Moment, extent: float) -> None:
        self._x, self._y = _centre(shape, moment)
        turn = moment.facing if abs(moment.facing) > _THIN else _THIN
        self._along = (cos(moment.tilt) / extent / turn, sin(moment.tilt) / extent / turn)
        self._across = (-sin(moment.tilt) / extent, cos(moment.tilt) / extent)

    def grid(self, rows: slice, columns: slice, step: int) -> Tensor:
        """Sampling points (1, rows / step, columns / step, 2) at the centres of step**2 pixels."""
        x = torch.arange(columns.start, columns.stop, step) + (step / 2 - self._x)
        y = torch.arange(rows.start, rows.stop, step)[:, None] + (step / 2 - self._y)
        grid = torch.empty((1, len(y), len(x), 2))
        torch.add(x * self._along[0], y * self._along[1], out=grid[0, ..., 0])
        torch.add(x * self._across[0], y * self._across[1], out=grid[0, ..., 1])
        return grid


def _centre(shape: tuple[int, ...], moment: Moment) -> tuple[float, float]:
    return (moment.x + 1) / 2 * shape[1], (moment.y + 1) / 2 * shape[0]


def _box(shape: tuple[int, ...], moment: Moment, reach: float) -> tuple[slice, slice] | None:
    """Rows and columns, even, that the subject may touch; None if it is out of the frame."""
    x, y = _centre(shape, moment)
    left, right = max(0, int(x - reach)) // 2 * 2, min(shape[1], int(x + reach)) // 2 * 2
    top, bottom = max(0, int(y - reach)) // 2 * 2, min(shape[0], int(y + reach)) // 2 * 2
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _reach(alpha: Tensor) -> float:
    """Distance in radii from the plate's centre to the farthest thing on it, at any tilt."""
    axis = (torch.arange(PLATE) + 0.5) / (PLATE / 2) - 1
    far = torch.hypot(axis[None], axis[:, None])[alpha > 0.2]
    return EXTENT * float(far.max()) + 0.1 if len(far) else 0.0


def _pose(poses: Tensor, pose: float) -> Tensor:
    """Between the middle pose and the one that `pose` (-1..1) leans to: (channels, h, w)."""
    return torch.lerp(poses[1], poses[2 if pose > 0 else 0], min(abs(pose), 1.0))


def _sample(planes: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(planes[None], grid, align_corners=False)[0]


def _between(plane: Plane, fine: int, axis: int, view: int) -> Plane:
    """The plane moved by fine / 4 of a pixel, and continued so that any window is one piece."""
    if fine:
        plane = ((_FINE - fine) * plane + fine * np.roll(plane, -1, axis) + _FINE // 2) // _FINE
    return np.concatenate((plane, plane[..., :view]), -1)


def _over(below: Plane, colour: Plane, keep: Plane) -> None:
    np.multiply(below, keep, out=below)
    np.right_shift(below, 8, out=below)
    np.add(below, colour, out=below)


def _double(plane: Plane) -> Plane:
    """Twice as high and wide, bilinear."""
    return _double_rows(_double_rows(plane).swapaxes(-1, -2)).swapaxes(-1, -2)


def _double_rows(plane: Plane) -> Plane:
    ends = np.concatenate((plane[..., :1, :], plane, plane[..., -1:, :]), -2)
    middle = 3 * plane + 2
    doubled = np.empty((*plane.shape[:-2], 2 * plane.shape[-2], plane.shape[-1]), plane.dtype)
    np.right_shift(middle + ends[..., :-2, :], 2, out=doubled[..., ::2, :])
    np.right_shift(middle + ends[..., 2:, :], 2, out=doubled[..., 1::2, :])
    return doubled


@lru_cache(maxsize=32)
def _vignette(gain: int) -> tuple[Luma, Chroma]:
    """Factors in 1/256 for luma and chroma: darker toward the borders, times gain / 256."""
    y = np.abs(np.linspace(-1, 1, HEIGHT))[:, None]
    x = np.abs(np.linspace(-1, 1, WIDTH))
    factor = gain * (1 - 0.30 * y**4) * (1 - 0.10 * x**4)
    small = factor.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean((1, 3))
    return factor.round().astype(np.uint16), small.round().astype(np.int16)


def _finish(luma: Luma, chroma: Chroma, light: float) -> Picture:
    """Last light: vignette, the score's light, the offsets of limited range; to bytes."""
    bright, pale = _vignette(round(256 * (1 + _LIGHT * max(-1.0, min(light, 1.0)))))
    picture = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    luma *= bright
    luma += 128 + 16 * 256
    np.minimum(luma >> 8, _WHITE, out=picture[:HEIGHT], casting="unsafe")
    chroma *= pale
    chroma += 128
    chroma >>= 8
    np.add(chroma, 128, out=picture[HEIGHT:].reshape(chroma.shape), casting="unsafe")
    return picture


def _u16(plane: Tensor) -> Luma:
    return (plane + 0.5).numpy().astype(np.uint16)


def _i16(plane: Tensor) -> Chroma:
    return plane.round().numpy().astype(np.int16)
