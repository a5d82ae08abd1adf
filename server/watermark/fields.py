"""The two noise fields of a key, of which every mark is made: one by which size and place of a
picture are found again, and one whose cells the bits turn.

Spread spectrum in the luma (Cox et al., Secure spread spectrum watermarking for multimedia, 1997),
with a field that is always there for resynchronisation.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Shape (height, width); mean 0, variance 1."""

ROWS: Final = 512
COLUMNS: Final = 288
CELL: Final = 8
BITS: Final = 64
# Shorter waves are lost at 300 kbit/s and at half the size; longer ones lie where pictures have
# most of their own energy, and are seen in flat sky.
NEAR: Final = 4.5
FAR: Final = 20.0
SYNC: Final = 0.4
CARRIER: Final = 0.92


@dataclass(frozen=True, eq=False, slots=True)
class Fields:
    """Of one key, in one size. ``owner``: the bit of each cell, ``turn``: 1 or -1 for each; cells
    are counted along the rows of a grid of ROWS x COLUMNS, whatever the size."""

    sync: Field
    carrier: Field
    owner: NDArray[np.int64]
    turn: NDArray[np.int64]


@lru_cache(maxsize=4)
def fields_of(key: bytes, height: int = ROWS, width: int = COLUMNS) -> Fields:
    """The fields of a key, in pictures of that size."""
    # Of a hash function and no generator of numpy, whose streams may change with its versions: a
    # mark is to be read in years.
    order = np.argsort(np.frombuffer(_stream(key, "cells", 4 * _CELLS), "<u4"), kind="stable")
    owner = np.empty(_CELLS, np.int64)
    owner[order] = np.arange(_CELLS) % BITS
    turn = (np.frombuffer(_stream(key, "turns", _CELLS), np.uint8) & 1) * 2 - 1.0
    sync, carrier = (_noise(_stream(key, name, ROWS * COLUMNS), height, width) for name in _NAMES)
    return Fields(sync, carrier, owner, turn.astype(np.int64))


def pattern_of(fields: Fields, word: int) -> Field:
    """What a mark adds to the luma, for the bits of ``word`` (of 64), in the size of the fields."""
    height, width = fields.sync.shape
    bits = (word >> np.arange(BITS, dtype=np.uint64)) & np.uint64(1)
    signs = (bits.astype(np.int64) * 2 - 1)[fields.owner] * fields.turn
    rows, columns = (np.arange(size) * count // size for size, count in _axes(height, width))
    cells = signs.reshape(ROWS // CELL, COLUMNS // CELL).astype(np.float32)
    return SYNC * fields.sync + (CARRIER * cells)[rows][:, columns] * fields.carrier


def _axes(height: int, width: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (height, ROWS // CELL), (width, COLUMNS // CELL)


def _noise(stream: bytes, height: int, width: int) -> Field:
    """Noise of wave lengths NEAR to FAR on the grid, in a picture of that size."""
    grid = np.frombuffer(stream, np.uint8).reshape(ROWS, COLUMNS).astype(np.float64) - 127.5
    spectrum = np.fft.rfft2(grid)
    down, across = np.fft.fftfreq(ROWS)[:, None], np.fft.rfftfreq(COLUMNS)[None]
    pitch = np.hypot(down, across)
    spectrum[(pitch <= 1 / FAR) | (pitch >= 1 / NEAR)] = 0
    # The same waves in another number of pixels, but for those that are too short for it.
    half_rows, half_columns = (min(a, b) // 2 for a, b in ((ROWS, height), (COLUMNS, width)))
    sized = np.zeros((height, width // 2 + 1), np.complex128)
    sized[:half_rows, :half_columns] = spectrum[:half_rows, :half_columns]
    sized[-half_rows:, :half_columns] = spectrum[-half_rows:, :half_columns]
    field = np.fft.irfft2(sized, (height, width))
    return np.asarray(field / max(float(field.std()), 1e-9), np.float32)


def _stream(key: bytes, name: str, size: int) -> bytes:
    return hashlib.shake_256(key + name.encode()).digest(size)


_CELLS: Final = ROWS // CELL * (COLUMNS // CELL)
_NAMES: Final = ("sync", "carrier")
