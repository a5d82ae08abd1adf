"""Lays a mark on the pictures of one clip."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.watermark.fields import Field, fields_of, pattern_of

Luma = NDArray[np.uint8]
"""The luma of a picture, shape (height, width), in limited range."""

BLACK: Final = 16
WHITE: Final = 235
BLOCK: Final = 16
"""Pixels of the blocks, across and down, that the texture is measured in."""
# A block whose pixels deviate by so much hides three times the mark of a flat one.
FULL_TEXTURE: Final = 12.0
MOST: Final = 1.5
LEAST: Final = 0.5
LIFELIKE: Final = 2.5
"""So many times as strong in the middle: a photograph has ten times the energy in these waves."""
BUSY: Final = ((5.0, 1.6), (7.0, 2.6))
"""From how busy a picture on it takes so many times the strength: snow and rain, and a storm, of
which at 300 kbit/s nothing was read at 1.6."""
LOOK_EVERY: Final = 16


@dataclass(frozen=True, eq=False, slots=True)
class FlatMark:
    """The same on every picture: three passes over the bytes of the luma, 0.1 ms at 576x1024."""

    delta: NDArray[np.uint8]
    floor: Luma
    ceiling: Luma

    def lay(self, luma: Luma, out: Luma) -> None:
        """``luma`` with the mark, in ``out``."""
        np.maximum(luma, self.floor, out=out)
        np.minimum(out, self.ceiling, out=out)
        # Modulo 256 a negative number is added as well as any; nothing overflows any more.
        np.add(out, self.delta, out=out)


def flat_mark(pattern: Field, strength: float) -> FlatMark:
    """``strength``: the root mean square of what is added."""
    levels = np.rint(np.clip(pattern * strength, -9, 9)).astype(np.int16)
    return FlatMark(
        delta=levels.astype(np.uint8),
        floor=(BLACK - np.minimum(levels, 0)).astype(np.uint8),
        ceiling=(WHITE - np.maximum(levels, 0)).astype(np.uint8),
    )


@dataclass(frozen=True, eq=False, slots=True)
class TexturedMark:
    """More where a picture has texture to hide it in, less where it is flat; ``pattern`` has the
    strength of the middle."""

    pattern: Field

    def lay(self, luma: Luma, out: Luma) -> None:
        """``luma`` with the mark, in ``out``."""
        marked = luma + self.pattern * texture_gain(luma)
        out[:] = np.clip(np.rint(marked), BLACK, WHITE)


def texture_gain(luma: Luma) -> Field:
    """By how much each pixel's block takes more of a mark, or less: LEAST to MOST."""
    height, width = luma.shape
    rows, columns = (np.arange(size) // BLOCK for size in (height, width))
    edges = (-height % BLOCK, -width % BLOCK)
    padded = np.pad(luma, ((0, edges[0]), (0, edges[1])), mode="edge").astype(np.float32)
    down, across = (size // BLOCK for size in padded.shape)
    spread = padded.reshape(down, BLOCK, across, BLOCK).std((1, 3))
    gain = LEAST + (MOST - LEAST) * np.minimum(spread / FULL_TEXTURE, 1)
    return np.asarray(gain[rows][:, columns], np.float32)


class DrawnMark:
    """Of drawn pictures: the same everywhere, as it can be laid in 0.1 ms, and stronger where the
    picture is busy all over (rain, snow, a storm), which hides it and which takes the bits that it
    would be encoded with."""

    def __init__(self, pattern: Field, strength: float) -> None:
        self._marks = [flat_mark(pattern, strength * gain) for gain in (1.0, *(g for _, g in BUSY))]
        self._now = self._marks[0]
        self._laid = 0

    def lay(self, luma: Luma, out: Luma) -> None:
        """``luma`` with the mark, in ``out``."""
        # Looked at once a second or so: it takes as long as four marks.
        if self._laid % LOOK_EVERY == 0:
            found = busyness(luma)
            self._now = self._marks[sum(found > least for least, _ in BUSY)]
        self._laid += 1
        self._now.lay(luma, out)


def busyness(luma: Luma) -> float:
    """The mean deviation within blocks, of every fourth pixel across and down."""
    few = luma[::4, ::4]
    down, across = (size // 4 * 4 for size in few.shape)
    blocks = few[:down, :across].reshape(down // 4, 4, across // 4, 4).astype(np.float32)
    return float(blocks.std((1, 3)).mean())


class PictureMarker:
    """Marks pictures (I420) of one clip; the pattern is made with the first. ``textured``: as
    photorealistic pictures take it."""

    def __init__(
        self, key: bytes, word: int, strength: float, size: tuple[int, int], *, textured: bool
    ) -> None:
        self._key = key
        self._word = word
        self._strength = strength
        self._width, self._height = size
        self._textured = textured
        self._mark: DrawnMark | TexturedMark | None = None

    def marked(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A copy of the picture with the mark: what a renderer gave may be its own memory."""
        self._mark = self._mark or self._make()
        marked, height = np.empty_like(picture), self._height
        self._mark.lay(picture[:height], marked[:height])
        marked[height:] = picture[height:]
        return marked

    def _make(self) -> DrawnMark | TexturedMark:
        pattern = pattern_of(fields_of(self._key, self._height, self._width), self._word)
        if self._textured:
            return TexturedMark(pattern * np.float32(self._strength * LIFELIKE))
        return DrawnMark(pattern, self._strength)
