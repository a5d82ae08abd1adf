"""The subject: a plate of key poses that is bent, turned, sized and placed in the frame."""

from math import ceil, cos, sin
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.bedding import dressed_for_sleep
from phosphene.render.worker.embedded.grain import PAPER
from phosphene.render.worker.embedded.nouns.cast import Actor
from phosphene.render.worker.embedded.nouns.gait_warps import EXTENT, poses
from phosphene.render.worker.embedded.paper import (
    Chroma,
    Luma,
    cleared,
    crisp,
    lay,
    scale,
    sharpen,
    sharpness,
    soften,
    to_chroma,
    to_luma,
    torn,
    yuva,
)
from phosphene.render.worker.embedded.score import RADIUS, FrameState
from phosphene.render.worker.embedded.signs import signed
from phosphene.render.worker.embedded.vocabulary import PLATE

# Cubic once, so that bilinear is smooth enough for each frame.
_ENLARGED: Final = 3  # times, before it is turned
_DETAIL: Final = 0.9  # plate pixels: what is smaller is brought out
_KEEN: Final = 0.5  # and how much
_THIN: Final = 0.08  # how narrow it gets in the middle of a turn
_SHADOW: Final = 2.6  # softness of its shadow in plate pixels
_FALL: Final = 0.07  # how far down the shadow falls, in radii
_DARK: Final = 0.42  # of the shadow on the ground below who stands on it
_FLAT: Final = 0.13  # its height by its width
_FAR: Final = 0.34  # half frames above the ground from which nobody throws one

_Bounds = tuple[float, float, float, float]


def coloured(plate: Array, inks: Array) -> Array:
    """A subject's poses, (P, 4 + K, 96, 96), in its colours: RGBA (P, 4, 96, 96). `inks`: the RGB
    of its K inks, then the light on it (see `vocabulary.INKS`)."""
    fixed, added, alpha = plate[:, :3], plate[:, 3:-1], plate[:, -1:]
    colours = inks[:-4].reshape(-1, 3)
    paper = fixed + np.einsum("pihw,ic->pchw", added, colours)
    rest, light = inks[-4], inks[-3:]
    return np.concatenate((paper * rest + alpha * light[:, None, None], alpha), 1)


def dressed(plate: Array, inks: Array, actor: Actor | None) -> Array:
    """The poses of a subject in its colours, RGBA (P, 4, 96, 96). Of one whom the nouns' network
    drew, they are warps of its one pose (9, 96, 96) in its own colours, and only the light on it
    is that of the inks' plate (10,)."""
    if actor is None:
        return coloured(plate, inks)
    own = np.array(actor.inks, np.float32).reshape(-1) / 255
    drawn = dressed_for_sleep(signed(plate, actor.concept), actor)
    paper = coloured(drawn[None], np.concatenate((own, inks[-4:])))[0]
    moved = poses(torch.from_numpy(paper), actor.gait)
    # Of somebody a head is a third: at four points of the picture for each of the plate, eyes and
    # mouths are softer than anything that is held beside them.
    keen: Array = torch.lerp(soften(moved, _DETAIL), moved, 1 + _KEEN).clamp(0, 1).numpy()
    return keen


class SubjectLayer:
    """The subject of one set of plates at one noise level: its poses in RGBA (P, 4, 96, 96), see
    `dressed`. `unit`: pixels per unit. `grain`: what is left of its noise, (..., 2, 96, 96)."""

    def __init__(self, rgba: Array, sigma: float, unit: int, grain: Array | None = None) -> None:
        level, sigma = sigma, cleared(sigma, grain)
        soft = torn(crisp(yuva(rgba), sigma), grain, level, PAPER)
        size = PLATE * _ENLARGED * unit // 64
        full = scale(soft[:, [0, 3]].flatten(0, 1), size, size)
        self._full = full.view(len(soft), 2, size, size)
        self._half = torch.cat((soft[:, 1:], soften(soft[:, 3:], _SHADOW)), 1)
        self._sigma = sigma
        self._unit = unit
        self._bounds = _bounds(soft[:, 3].amax(0))

    def blend_over(self, luma: Luma, chroma: Chroma, state: FrameState) -> None:
        """Blend the subject and the shadow that it throws over what is there already."""
        radius = RADIUS * 2**state.size * self._unit
        place = _Placement(luma.shape, state, EXTENT * radius)
        fall = ceil(_FALL * radius / 2)
        # Only what is on the plate, and in sight: a small subject is a small part of the frame.
        box = place.visible_box(self._bounds, 3 * fall)
        if box is None:
            return
        rows, columns = box
        gain = sharpness(self._sigma, 2 * EXTENT * radius / PLATE)
        light, soft = _sample(_pose(self._full, state.pose), place.grid_points(rows, columns, 1))
        reach = slice(rows.start - 2 * fall, rows.stop)
        tint = _sample(_pose(self._half, state.pose), place.grid_points(reach, columns, 2))
        dark = tint[3, : tint.shape[1] - fall].clamp(0, 1)
        shine = 1 - dark * (0.45 - 0.3 * self._sigma)
        tint = tint[:, fall:]
        alpha, small = sharpen(soft, gain), sharpen(tint[2], max(gain / 2, 1.0))
        light = light.div_(soft.clamp_(min=1 / 16)).clamp_(0, 219).mul_(alpha)
        hue = (tint[:2] / tint[2].clamp(min=1 / 16)).clamp_(-112, 112).mul_(small)
        keep, keep_small = (1 - alpha).mul_(256), (1 - small).mul_(256).mul_(shine)
        keep.view(len(shine), 2, -1).mul_(shine.repeat_interleave(2, 1)[:, None])
        lay(luma[rows, columns], to_luma(light), to_luma(keep))
        rows, columns = (slice(part.start // 2, part.stop // 2) for part in (rows, columns))
        lay(chroma[:, rows, columns], to_chroma(hue), to_chroma(keep_small))

    def shade_ground(
        self, luma: Luma, chroma: Chroma, state: FrameState, strength: float, ground: float
    ) -> None:
        """Darken the ground below somebody: without that whoever walks seems to hang in the air.
        `ground`: how high it is, in half frames below the middle."""
        height, width = luma.shape
        radius = RADIUS * 2**state.size * self._unit
        feet = state.y + 2 * EXTENT * radius * self._bounds[3] / height
        away = min(1.0, abs(feet - ground) / _FAR)
        across = 0.5 * (self._bounds[1] - self._bounds[0]) * EXTENT * radius * (0.8 - 0.3 * away)
        middle = 0.5 * (self._bounds[1] + self._bounds[0]) * EXTENT * radius * state.facing
        centre = (state.x + 1) / 2 * width + middle, (ground + 1) / 2 * height
        shade = strength * _DARK * (1 - away)
        box = _even(centre[1] - _FLAT * across, centre[1] + _FLAT * across, height)
        columns = _even(centre[0] - across, centre[0] + across, width)
        if across < 2 or shade <= 0 or box.start >= box.stop or columns.start >= columns.stop:
            return
        x = (np.arange(columns.start, columns.stop) + 0.5 - centre[0]) / across
        y = (np.arange(box.start, box.stop) + 0.5 - centre[1]) / (_FLAT * across)
        dark = shade * (1 - (x * x)[None] - (y * y)[:, None]).clip(0, 1)
        keep = ((1 - dark) * 256).astype(np.uint16)
        luma[box, columns] = (luma[box, columns] * keep) >> 8
        half = keep[::2, ::2].astype(np.int16)
        part = (slice(box.start // 2, box.stop // 2), slice(columns.start // 2, columns.stop // 2))
        chroma[:, part[0], part[1]] = (chroma[:, part[0], part[1]] * half) >> 8


class _Placement:
    """Where the subject's plate lies in a frame of `shape`; `extent`: its half side in pixels."""

    def __init__(self, shape: tuple[int, ...], state: FrameState, extent: float) -> None:
        self._shape = shape
        self._x, self._y = (state.x + 1) / 2 * shape[1], (state.y + 1) / 2 * shape[0]
        self._extent = extent
        self._turn = state.facing if abs(state.facing) > _THIN else _THIN
        self._cos, self._sin = cos(state.tilt), sin(state.tilt)

    def visible_box(self, bounds: _Bounds, margin: float) -> tuple[slice, slice] | None:
        """Rows and columns (even) around a part of the plate; None if it is out of sight."""
        corners = [(x * self._turn, y) for x in bounds[:2] for y in bounds[2:]]
        across = [(self._cos * x - self._sin * y) * self._extent + self._x for x, y in corners]
        down = [(self._sin * x + self._cos * y) * self._extent + self._y for x, y in corners]
        rows = _even(min(down) - margin, max(down) + margin, self._shape[0])
        columns = _even(min(across) - margin, max(across) + margin, self._shape[1])
        seen = rows.start < rows.stop and columns.start < columns.stop
        return (rows, columns) if seen else None

    def grid_points(self, rows: slice, columns: slice, step: int) -> Tensor:
        """Points of the plate, (1, rows / step, columns / step, 2), in -1..1 where it is."""
        x = (torch.arange(columns.start, columns.stop, step) + step / 2 - self._x) / self._extent
        y = (torch.arange(rows.start, rows.stop, step) + step / 2 - self._y) / self._extent
        # As complex numbers, for speed: the real part is the plate's x, the imaginary part its y.
        # An affine map of a grid is a sum of two vectors: as complex numbers one addition gives
        # both coordinates.
        across = torch.complex(x * (self._cos / self._turn), x * -self._sin)
        down = torch.complex(y * (self._sin / self._turn), y * self._cos)
        return torch.view_as_real(down[:, None] + across)[None]


def _even(first: float, last: float, size: int) -> slice:
    return slice(max(0, int(first)) // 2 * 2, min(size, int(last)) // 2 * 2)


def _bounds(alpha: Tensor) -> _Bounds:
    """What is on a plate (alpha: (96, 96)) lies between these, -1..1: left, right, top, bottom."""
    rows, columns = (torch.nonzero(alpha.amax(axis) > 0.05) for axis in (1, 0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    left, right, top, bottom = (
        float(edge) / PLATE * 2 - 1 for edge in (columns[0], columns[-1] + 1, rows[0], rows[-1] + 1)
    )
    return left, right, top, bottom


def _pose(poses: Tensor, pose: float) -> Tensor:
    """Between the two poses that are nearest to `pose` (-1..1): (channels, h, w)."""
    along = (min(max(pose, -1.0), 1.0) + 1) / 2 * (len(poses) - 1)
    low = min(int(along), len(poses) - 2)
    return torch.lerp(poses[low], poses[low + 1], along - low)


def _sample(planes: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(planes[None], grid, align_corners=False)[0]
