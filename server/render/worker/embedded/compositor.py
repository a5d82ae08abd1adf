"""The compositor: plates and the state of one frame become a picture, in milliseconds.

Preparing the layers is paid once per set of plates; a frame then only moves and blends them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Final, Generic, TypeVar

import numpy as np
from PIL import Image

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.clouds import clouds
from phosphene.render.worker.embedded.fireworks import Fireworks
from phosphene.render.worker.embedded.interiors import interior
from phosphene.render.worker.embedded.kite_string import kite_string, lay_strand
from phosphene.render.worker.embedded.nouns.cast import ALONE, BEFORE, Cast
from phosphene.render.worker.embedded.paper import (
    HIGH,
    WIDE,
    Chroma,
    Luma,
    PaperLayer,
    lay,
    sky,
    strip,
    tile,
)
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import GROUND, FrameState, second_subject
from phosphene.render.worker.embedded.shelter import is_sheltered
from phosphene.render.worker.embedded.sky_cover import FIREWORKS, cover_of, place_of, weather_of
from phosphene.render.worker.embedded.staging import stand_on_ground
from phosphene.render.worker.embedded.stand import ground_below
from phosphene.render.worker.embedded.stems import with_stems
from phosphene.render.worker.embedded.subject_layer import SubjectLayer, dressed
from phosphene.render.worker.embedded.tabletop import is_on_table, with_table
from phosphene.render.worker.embedded.vocabulary import SILHOUETTES
from phosphene.render.worker.embedded.weathered import SWELLS, veil_of, weathered
from phosphene.render.worker.renderer import Picture

UNIT: Final = 64  # pixels
WIDTH: Final = WIDE * UNIT
HEIGHT: Final = HIGH * UNIT

# Only one in five of the pictures that a forming could draw is ever shown, and that one in motion.
_SKETCH: Final = 0.3  # above this sigma a picture is so soft that half the pixels will do
# Moved by whole pixels, slow layers visibly jump. Four positions are four views of a layer, each
# made once.
_FINE: Final = 4  # positions of a layer within a pixel
_LIGHT: Final = 0.07
_BRIGHTEST: Final = 279  # in 1/256; more would not leave white a byte
_WARMTH: Final = np.array([-12, 10])  # of blue and red difference
_CLOSE: Final = 0.004  # log2; below this, the picture as it is
_WIND: Final = 0.12  # units a second that clouds go by themselves
_SEEN: Final = 0.5  # from so little noise on a thread is drawn
_ROOM: Final = 0.4  # of the way that the camera comes, for two subjects to stay in the frame
_CLEAN: Final[Mapping[str, Array]] = MappingProxyType({})
_UNSAID: Final[Mapping[str, str]] = MappingProxyType({})
_ACROSS: Final = -1
_DOWN: Final = -2
_Plane = TypeVar("_Plane", Luma, Chroma)


class Compositor:
    """One set of plates at one noise level. `draw` is pure and may be called from any thread.

    `grain`: by the names of plates, what is left of their noise (see `grain.tear`); `cast`: who of
    the plates is drawn by the nouns' network; `slots`: what the scene is, where it is said: clouds
    come with its rain, and shadows fall on its ground.
    """

    def __init__(
        self,
        plates: Mapping[str, Array],
        sigma: float,
        grain: Mapping[str, Array] = _CLEAN,
        *,
        cast: Cast = ALONE,
        slots: Mapping[str, str] = _UNSAID,
    ) -> None:
        self._plates = plates
        self._sigma = sigma
        self._grain = grain
        self._cast = cast
        self._slots = slots
        # Layers are prepared by whoever first draws: many patches are never shown.
        self._lock = Lock()
        self._set: _PlateLayers | None = None

    @classmethod
    def of_scene(
        cls, scene: Scene, sigma: float = 0.0, grain: Mapping[str, Array] = _CLEAN
    ) -> "Compositor":
        """That of a scene at a noise level."""
        return cls(scene.plates, sigma, grain, cast=scene.cast, slots=scene.slots)

    def draw_frame(self, state: FrameState, *others: FrameState) -> Picture:
        """The picture of one state, I420, shape (HEIGHT * 3 // 2, WIDTH).

        `others`: how further subjects stand that look like the first, those behind first.
        """
        with self._lock:
            if self._set is None:
                self._set = _PlateLayers(
                    self._plates, self._sigma, self._grain, self._cast, self._slots
                )
        picture = _finish(*self._set.paint_layers(state, others), state.light, state.warmth)
        zoom = state.zoom * (_ROOM if "other" in self._plates else 1.0)
        return _closer(picture, zoom, state.view) if zoom > _CLOSE else picture


class _PlateLayers:
    """The layers of a set of plates, prepared."""

    def __init__(
        self,
        plates: Mapping[str, Array],
        sigma: float,
        grain: Mapping[str, Array],
        cast: Cast,
        slots: Mapping[str, str],
    ) -> None:
        self._unit = unit = UNIT // 2 if sigma > _SKETCH else UNIT
        cover = cover_of(slots, cast).forming(sigma)
        self._sky = sky(plates["sky"], sigma, unit, grain.get("sky"), cover)
        self._clouds = [
            _Sheet(layer, unit, _ACROSS) for layer in clouds(plates["sky"], cover, sigma, unit)
        ]
        wall = interior(place_of(slots, cast), plates["sky"], sigma, unit)
        self._wall = None if wall is None else _Sheet(wall, unit, _ACROSS)
        falling = weather_of(slots, cast)
        seen = not is_sheltered(place_of(slots, cast), falling)
        veil = veil_of(place_of(slots, cast), falling) if seen else None
        stands = with_table(plates) if is_on_table(slots, cast) else plates
        papers = (
            weathered(with_stems(stands[name]), plates["sky"], veil, depth, sigma)
            for depth, name in enumerate(SILHOUETTES)
        )
        strips = [
            strip(paper, sigma, unit, grain.get(name))
            for paper, name in zip(papers, SILHOUETTES, strict=True)
        ]
        self._far, self._middle, self._near = (
            _Sheet(layer, self._unit, _ACROSS) for layer in strips
        )
        self._subject: SubjectLayer | None = None
        if "subject" in plates:
            shown = dressed(plates["subject"], plates["inks"], cast.subject)
            self._subject = SubjectLayer(shown, sigma, unit, grain.get("subject"))
        self._crowd = [
            SubjectLayer(
                dressed(plates["subject"], plates["inks"], cast.actor_in_crowd(place)),
                sigma, unit, grain.get("subject"),
            )
            for place in range(1, len(cast.crowd) + 1)
        ]  # fmt: skip
        self._other: SubjectLayer | None = None
        if "other" in plates:
            shown = dressed(plates["other"], plates["other_inks"], cast.other)
            self._other = SubjectLayer(shown, sigma, unit, grain.get("other"))
        self._held = cast.relation in BEFORE
        self._cast = cast
        self._grounded = stand_on_ground(slots, cast)
        self._shadow = 1 - min(sigma, 1.0)
        self._ground = GROUND + ground_below(place_of(slots, cast))
        bloom = cast.weather == FIREWORKS
        self._bursts = Fireworks(plates["weather"], sigma, unit) if bloom and seen else None
        falls = seen and not bloom
        swell = SWELLS.get(falling, 1.0)
        tiled = plates["weather"], sigma, unit, grain.get("weather"), swell
        air = tile(*tiled) if falls else None
        self._air = None if air is None else _Sheet(air, self._unit, _DOWN)

    def paint_layers(self, state: FrameState, others: Sequence[FrameState]) -> tuple[Luma, Chroma]:
        """The picture without its last light, (HEIGHT, WIDTH) and (2, HEIGHT / 2, WIDTH / 2)."""
        luma, chroma = np.empty_like(self._sky.luma), np.empty_like(self._sky.chroma)
        stops = (self._far.solid, self._middle.solid, self._near.solid)
        # What lies behind solid paper is not blended: a layer stops where the next one hides it.
        horizon = min(stops)
        # The sky is copied and not blended, being opaque.
        luma[:horizon] = self._sky.luma[:horizon]
        chroma[:, : horizon // 2] = self._sky.chroma[:, : horizon // 2]
        self._paint_sky(luma[:horizon], chroma[:, : horizon // 2], state)
        self._far.blend_over(luma, chroma, state.drift_far, stop=min(stops[1:]))
        self._middle.blend_over(luma, chroma, state.drift_middle, stop=stops[2])
        self._paint_subjects(luma, chroma, state, others)
        self._near.blend_over(luma, chroma, state.drift_near)
        if self._air is not None:
            self._air.blend_over(luma, chroma, -state.weather_x, -state.weather_y)
        if self._unit == UNIT:
            return luma, chroma
        return _double(luma), _double(chroma)

    def _paint_sky(self, luma: Luma, chroma: Chroma, state: FrameState) -> None:
        """What is in the sky, and goes with its wind."""
        if self._wall is not None:
            self._wall.blend_over(luma, chroma, state.drift_far)
        if self._bursts is not None:
            self._bursts.blend_over(luma, chroma, state.seconds)
        for depth, bank in enumerate(self._clouds, 1):
            bank.blend_over(luma, chroma, depth * (0.4 * state.drift_far + _WIND * state.seconds))

    def _paint_subjects(
        self, luma: Luma, chroma: Chroma, state: FrameState, others: Sequence[FrameState]
    ) -> None:
        second = second_subject(state)
        if self._other is not None and self._grounded[1]:
            self._other.shade_ground(luma, chroma, second, self._shadow, self._ground)
        if self._subject is not None and self._grounded[0]:
            for one in (*others, state):
                self._subject.shade_ground(luma, chroma, one, self._shadow, self._ground)
        for one in (*others, state):
            self._paint_string(luma, chroma, one, second)
        if self._other is not None and not self._held:
            self._other.blend_over(luma, chroma, second)
        for place in range(len(others), -1, -1):
            who = self._crowd[place - 1] if 0 < place <= len(self._crowd) else self._subject
            if who is not None:
                who.blend_over(luma, chroma, (state, *reversed(others))[place])
        if self._other is not None and self._held:
            self._other.blend_over(luma, chroma, second)

    def _paint_string(
        self, luma: Luma, chroma: Chroma, first: FrameState, second: FrameState
    ) -> None:
        string = kite_string(self._cast, first, second)
        if string is not None and self._shadow > _SEEN:
            height, width = luma.shape
            start, end = (((x + 1) / 2 * width, (y + 1) / 2 * height) for x, y in string)
            lay_strand(luma, chroma, start, end, self._unit)


class _Sheet:
    """A periodic layer that moves across the frame, or down it (`axis`), smoothly."""

    def __init__(self, layer: PaperLayer, unit: int, axis: int) -> None:
        width = WIDE * unit
        self.solid = min(layer.solid, HIGH * unit)
        self._top = layer.top
        self._height = len(layer.luma)
        self._unit = unit
        self._across = axis == _ACROSS
        self._luma = _Roll(layer.luma, layer.keep, width, axis)
        self._chroma = _Roll(layer.chroma, layer.keep_chroma, width // 2, axis)

    def blend_over(
        self, luma: Luma, chroma: Chroma, x: float, y: float = 0.0, stop: int | None = None
    ) -> None:
        """Blend the part that starts at (x, y), in units, over what is there already; rows from
        `stop` on will be hidden by what comes later."""
        x, y, top = x * self._unit, y * self._unit, self._top
        # What falls is repeated downwards; what hangs from above ends where it does.
        stop = len(luma) if stop is None else max(stop, top)
        stop = min(stop, top + self._height) if self._across else stop
        solid = self.solid - top if self._across else None
        self._luma.blend_over(luma[top:stop], x, y, solid)
        half = None if solid is None else solid // 2
        self._chroma.blend_over(chroma[:, top // 2 : stop // 2], x / 2, y / 2, half)


class _Roll(Generic[_Plane]):
    """A periodic plane, seen through a window of `width` pixels that can stand anywhere, along
    `axis` even at fractions of a pixel."""

    def __init__(self, colour: _Plane, keep: _Plane, width: int, axis: int) -> None:
        self._colour: _Plane = colour
        self._keep: _Plane = keep
        self._width = width
        self._axis = axis
        self._views: dict[int, tuple[_Plane, _Plane]] = {}

    def blend_over(self, below: _Plane, x: float, y: float, solid: int | None = None) -> None:
        """Blend the window at (x, y), in pixels, over `below`. From row `solid` of it on nothing
        shows through."""
        height, period = self._keep.shape
        whole, fine = divmod(round((x if self._axis == _ACROSS else y) * _FINE), _FINE)
        left = (whole if self._axis == _ACROSS else round(x)) % period
        row = first = 0 if self._axis == _ACROSS else whole % height
        colour, keep = self._view(fine)
        columns = slice(left, left + self._width)
        while row - first < below.shape[-2]:
            start = row % height
            count = min(height - start, below.shape[-2] - (row - first))
            part = below[..., row - first : row - first + count, :]
            split = count if solid is None else max(0, min(count, solid - (row - first)))
            opaque = slice(start + split, start + count)
            seen = slice(start, start + split)
            lay(part[..., :split, :], colour[..., seen, columns], keep[seen, columns])
            part[..., split:, :] = colour[..., opaque, columns]
            row += count

    def _view(self, fine: int) -> tuple[_Plane, _Plane]:
        view = self._views.get(fine)
        if view is None:
            # Two threads may both get here: they make the same view.
            view = self._moved(self._colour, fine), self._moved(self._keep, fine)
            self._views[fine] = view
        return view

    def _moved(self, plane: _Plane, fine: int) -> _Plane:
        """By a fraction of a pixel, and continued so that every window is in one piece."""
        if fine:
            after = np.roll(plane, -1, self._axis)
            plane = ((_FINE - fine) * plane + fine * after + _FINE // 2) // _FINE
        # Once around and a window more: every window is then one slice and needs no second blend at
        # the seam.
        return np.concatenate((plane, plane[..., : self._width]), -1)


def _double(plane: _Plane) -> _Plane:
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


# Light changes slowly and in steps of 1/256: a clip needs few of these.
@lru_cache(maxsize=48)
def _vignette(gain: int) -> tuple[Luma, Chroma]:
    """Factors in 1/256 for luma and chroma: darker toward the borders, times gain / 256."""
    y = np.abs(np.linspace(-1, 1, HEIGHT))[:, None]
    x = np.abs(np.linspace(-1, 1, WIDTH))
    factor = gain * (1 - 0.24 * y**4) * (1 - 0.10 * x**4)
    small = factor.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean((1, 3))
    return factor.round().astype(np.uint16), small.round().astype(np.int16)


def _finish(luma: Luma, chroma: Chroma, light: float, warmth: float) -> Picture:
    """Last light: vignette, the score's light and warmth, the offsets of limited range; to
    bytes."""
    bright, pale = _vignette(min(round(256 * (1 + _LIGHT * light)), _BRIGHTEST))
    picture = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    # In place and in 16 bits: floats would be twice the memory to go through.
    luma *= bright
    luma += 128 + 16 * 256
    np.right_shift(luma, 8, out=picture[:HEIGHT], casting="unsafe")
    chroma *= pale
    chroma += 128
    chroma >>= 8
    chroma += (128 + np.rint(_WARMTH * warmth).astype(chroma.dtype))[:, None, None]
    np.clip(chroma, 0, 255, out=picture[HEIGHT:].reshape(chroma.shape), casting="unsafe")
    return picture


def _closer(picture: Picture, zoom: float, view: float) -> Picture:
    """What a camera shows that has come closer, from corner to corner in fractions of pixels."""
    share = 2.0**-zoom
    left, top = (1 - share) / 2, (1 - share) * (1 + view) / 2
    box = (left, top, min(left + share, 1.0), min(top + share, 1.0))
    half = (2, HEIGHT // 2, WIDTH // 2)
    seen = np.empty_like(picture)
    seen[:HEIGHT] = _cropped(picture[:HEIGHT], box)
    planes = picture[HEIGHT:].reshape(half), seen[HEIGHT:].reshape(half)
    for plane, closer in zip(*planes, strict=True):
        closer[:] = _cropped(plane, box)
    return seen


def _cropped(plane: Picture, box: tuple[float, float, float, float]) -> Picture:
    """A part of a plane (left, top, right, bottom in 0..1), as large as the plane."""
    height, width = plane.shape
    edges = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    image = Image.fromarray(np.ascontiguousarray(plane))
    # Pillow cuts at fractions of pixels and resamples in C: a slow camera must not jump from pixel
    # to pixel.
    closer: Picture = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box=edges))
    return closer
