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
    crisp,
    scale,
    sharpen,
    sharpness,
    sky,
    soften,
    strip,
    tile,
    yuva,
)
from server.render.theatre.scene import Array
from server.render.theatre.score import Moment
from server.render.theatre.vocabulary import PLATE, POSES, SILHOUETTES

UNIT: Final = 64  # pixels
WIDTH: Final = WIDE * UNIT
HEIGHT: Final = HIGH * UNIT
RADIUS: Final = 2.0  # of a subject of size 0, in units
EXTENT: Final = 1.5  # half of the subject's plate, in radii

_SKETCH: Final = 0.3  # above this sigma a picture is so soft that half the pixels will do
_FINE: Final = 4  # positions of a layer within a pixel
_THIN: Final = 0.08  # width of the subject in the middle of a turn
_LIGHT: Final = 0.07

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
        luma, chroma = np.empty_like(self._sky.luma), np.empty_like(self._sky.chroma)
        stops = (self._far.solid, self._middle.solid, self._near.solid)
        horizon = min(stops)
        luma[:horizon] = self._sky.luma[:horizon]
        chroma[:, : horizon // 2] = self._sky.chroma[:, : horizon // 2]
        self._far.over(luma, chroma, moment.drift_far, stop=min(stops[1:]))
        self._middle.over(luma, chroma, moment.drift_middle, stop=stops[2])
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
        self.solid = min(layer.solid, HIGH * unit)
        self._layer = layer
        self._unit = unit
        self._axis = axis
        self._views: dict[tuple[bool, int], tuple[Plane, Plane]] = {}

    def over(
        self, luma: Luma, chroma: Chroma, x: float, y: float = 0.0, stop: int | None = None
    ) -> None:
        """Blend the window at (x, y), in units, over what is there already; rows from `stop` on
        will be hidden by what comes later."""
        x, y, top = x * self._unit, y * self._unit, self._layer.top
        stop = len(luma) if stop is None else max(stop, top)
        self._blend(luma[top:stop], False, x, y)
        self._blend(chroma[:, top // 2 : stop // 2], True, x / 2, y / 2)

    def _blend(self, below: Plane, half: bool, x: float, y: float) -> None:
        fine = round((x if self._axis == -1 else y) * _FINE)
        colour, keep = self._view(half, fine % _FINE)
        left = fine // _FINE if self._axis == -1 else round(x)
        left %= colour.shape[-1] - below.shape[-1]
        columns = slice(left, left + below.shape[-1])
        row = 0
        while row < below.shape[-2]:
            start = ((fine // _FINE if self._axis == -2 else 0) + row) % colour.shape[-2]
            count = min(colour.shape[-2] - start, below.shape[-2] - row)
            rows = slice(start, start + count)
            part = below[..., row : row + count, :]
            _over(part, colour[..., rows, columns], keep[..., rows, columns])
            row += count

    def _view(self, half: bool, fine: int) -> tuple[Plane, Plane]:
        view = self._views.get((half, fine))
        if view is None:
            layer, width = self._layer, WIDE * self._unit // (2 if half else 1)
            planes: tuple[Plane, Plane] = (
                (layer.chroma, layer.keep_chroma) if half else (layer.luma, layer.keep)
            )
            colour, keep = (_between(plane, fine, self._axis, width) for plane in planes)
            # Two threads may both get here: they make the same view.
            view = self._views[half, fine] = colour, keep
        return view


class _Puppet:
    """The subject: three key poses that are blended, turned, sized and placed."""

    def __init__(self, plate: Array, sigma: float, unit: int) -> None:
        soft = crisp(yuva(plate), sigma)
        size = PLATE * 3 * unit // UNIT
        self._full = scale(soft[:, [0, 3]].flatten(0, 1), size, size).unflatten(0, (POSES, 2))
        self._half = torch.cat((soft[:, 1:], soften(soft[:, 3:], 2.6)), 1)
        self._sigma = sigma
        self._unit = unit
        self._corners = _corners(soft[:, 3].amax(0))

    def over(self, luma: Luma, chroma: Chroma, moment: Moment) -> None:
        """Blend the subject and the shadow that it throws over what is there already."""
        radius = RADIUS * 2**moment.size * self._unit
        place = _Place(luma.shape, moment, EXTENT * radius)
        fall = ceil(0.07 * radius / 2)
        box = place.box(self._corners, 3 * fall)
        if box is None:
            return
        rows, columns = box
        gain = sharpness(self._sigma, 2 * EXTENT * radius / PLATE)
        light, soft = _sample(_pose(self._full, moment.pose), place.grid(rows, columns, 1))
        half = slice(rows.start - 2 * fall, rows.stop)
        tint = _sample(_pose(self._half, moment.pose), place.grid(half, columns, 2))
        shine = 1 - tint[3, : len(tint[3]) - fall] * (0.45 - 0.3 * self._sigma)
        tint = tint[:, fall:]
        alpha, small = sharpen(soft, gain), sharpen(tint[2], max(gain / 2, 1.0))
        light = light.div_(soft.clamp_(min=0.05)).clamp_(0, 219).mul_(alpha)
        hue = (tint[:2] / tint[2].clamp(min=0.05)).clamp_(-112, 112).mul_(small)
        wide = shine.repeat_interleave(2, 0).repeat_interleave(2, 1)
        _over(luma[rows, columns], _u16(light), _u16((1 - alpha).mul_(wide).mul_(256)))
        keep = _i16((1 - small).mul_(shine).mul_(256))
        rows, columns = (slice(part.start // 2, part.stop // 2) for part in (rows, columns))
        _over(chroma[:, rows, columns], _i16(hue), keep)


class _Place:
    """Where the subject's plate lies in a frame of `shape`; `extent`: its half side in pixels."""

    def __init__(self, shape: tuple[int, ...], moment: Moment, extent: float) -> None:
        self._shape = shape
        self._x, self._y = (moment.x + 1) / 2 * shape[1], (moment.y + 1) / 2 * shape[0]
        self._extent = extent
        self._turn = moment.facing if abs(moment.facing) > _THIN else _THIN
        self._cos, self._sin = cos(moment.tilt), sin(moment.tilt)

    def box(self, corners: Tensor, margin: float) -> tuple[slice, slice] | None:
        """Rows and columns (even) around points of the plate; None if they are out of sight."""
        x, y = corners[0] * self._turn, corners[1]
        across = (self._cos * x - self._sin * y) * self._extent + self._x
        down = (self._sin * x + self._cos * y) * self._extent + self._y
        rows, columns = (
            slice(
                max(0, int(part.min() - margin)) // 2 * 2,
                min(size, int(part.max() + margin)) // 2 * 2,
            )
            for part, size in zip((down, across), self._shape, strict=True)
        )
        seen = rows.start < rows.stop and columns.start < columns.stop
        return (rows, columns) if seen else None

    def grid(self, rows: slice, columns: slice, step: int) -> Tensor:
        """Points of the plate, (1, rows / step, columns / step, 2), in -1..1 where it is."""
        x = (torch.arange(columns.start, columns.stop, step) + step / 2 - self._x) / self._extent
        y = (torch.arange(rows.start, rows.stop, step) + step / 2 - self._y) / self._extent
        grid = torch.empty((1, len(y), len(x), 2))
        across, turn = y[:, None], self._turn
        torch.add(x * (self._cos / turn), across * (self._sin / turn), out=grid[0, ..., 0])
        torch.add(x * -self._sin, across * self._cos, out=grid[0, ..., 1])
        return grid


def _corners(alpha: Tensor) -> Tensor:
    """Corners of what is on a plate (alpha: (96, 96)), as x and y in -1..1: (2, 4)."""
    rows, columns = (torch.nonzero(alpha.amax(axis) > 0.05) for axis in (1, 0))
    if not len(rows):
        return torch.zeros((2, 4))
    top, bottom = float(rows[0]) / PLATE * 2 - 1, float(rows[-1] + 1) / PLATE * 2 - 1
    left, right = float(columns[0]) / PLATE * 2 - 1, float(columns[-1] + 1) / PLATE * 2 - 1
    return torch.tensor([[left, right, left, right], [top, top, bottom, bottom]])


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
    edge = np.concatenate((plane[..., :1], plane, plane[..., -1:]), -1)
    wide = np.empty((*plane.shape[:-1], 2 * plane.shape[-1]), plane.dtype)
    middle = 3 * plane + 2
    np.right_shift(middle + edge[..., :-2], 2, out=wide[..., ::2])
    np.right_shift(middle + edge[..., 2:], 2, out=wide[..., 1::2])
    edge = np.concatenate((wide[..., :1, :], wide, wide[..., -1:, :]), -2)
    high = np.empty((*plane.shape[:-2], 2 * plane.shape[-2], wide.shape[-1]), plane.dtype)
    middle = 3 * wide + 2
    np.right_shift(middle + edge[..., :-2, :], 2, out=high[..., ::2, :])
    np.right_shift(middle + edge[..., 2:, :], 2, out=high[..., 1::2, :])
    return high


@lru_cache(maxsize=32)
def _vignette(gain: int) -> tuple[Luma, Chroma]:
    """Factors in 1/256 for luma and chroma: darker toward the borders, times gain / 256."""
    y = np.abs(np.linspace(-1, 1, HEIGHT))[:, None]
    x = np.abs(np.linspace(-1, 1, WIDTH))
    factor = gain * (1 - 0.24 * y**4) * (1 - 0.10 * x**4)
    small = factor.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean((1, 3))
    return factor.round().astype(np.uint16), small.round().astype(np.int16)


def _finish(luma: Luma, chroma: Chroma, light: float) -> Picture:
    """Last light: vignette, the score's light, the offsets of limited range; to bytes."""
    bright, pale = _vignette(round(256 * (1 + _LIGHT * max(-1.0, min(light, 1.0)))))
    picture = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    luma *= bright
    luma += 128 + 16 * 256
    np.right_shift(luma, 8, out=picture[:HEIGHT], casting="unsafe")
    chroma *= pale
    chroma += 128
    chroma >>= 8
    np.add(chroma, 128, out=picture[HEIGHT:].reshape(chroma.shape), casting="unsafe")
    return picture


def _u16(plane: Tensor) -> Luma:
    return (plane.numpy() + np.float32(0.5)).astype(np.uint16)


def _i16(plane: Tensor) -> Chroma:
    return np.rint(plane.numpy()).astype(np.int16)
