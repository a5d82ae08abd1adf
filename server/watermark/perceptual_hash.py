"""What a picture looks like in 256 bits, most of which stay when it is encoded again.

As PDQ makes them (Facebook, The TMK+PDQF video-hashing algorithm and the PDQ image-hashing
algorithm, 2019): the luma at 64x64, of its cosine transform 16x16 low waves, each compared with
their median. Not its bits: PDQ blurs before it samples, and here a mean of each field is taken.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.watermark.embedding import Luma

SIDE: Final = 64
WAVES: Final = 16
HASH_BYTES: Final = WAVES * WAVES // 8
# PDQ's own bound; unrelated pictures differ in 128, and less than 90 of them in none of 10^9 pairs.
NEAR: Final = 31
"""Bits that two pictures of one clip differ in at most."""
FAR_APART: Final = 8 * HASH_BYTES

_numbers = np.arange(SIDE)
_waves = np.arange(1, WAVES + 1)[:, None]
# DCT-II without the mean, which brightness alone would turn.
COSINES: Final = np.cos(np.pi / SIDE * (_numbers + 0.5) * _waves)


def hash_picture(luma: Luma) -> NDArray[np.uint8]:
    """The hash of a picture, HASH_BYTES long."""
    # Of fewer pixels than fields each is in several, so that none is empty.
    luma = luma.repeat(-(-SIDE // luma.shape[0]), 0).repeat(-(-SIDE // luma.shape[1]), 1)
    rows, columns = (np.arange(SIDE) * size // SIDE for size in luma.shape)
    sums = np.add.reduceat(np.add.reduceat(luma.astype(np.float64), rows, 0), columns, 1)
    counts = np.outer(np.diff([*rows, luma.shape[0]]), np.diff([*columns, luma.shape[1]]))
    waves = COSINES @ (sums / counts) @ COSINES.T
    return np.packbits(waves > np.median(waves))


def mirrored(one: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hash of the picture mirrored left to right: every second wave across is turned."""
    bits = np.unpackbits(one).reshape(WAVES, WAVES)
    turned = np.arange(1, WAVES + 1) % 2 == 1
    return np.packbits(np.where(turned, 1 - bits, bits))


def distances(hashes: NDArray[np.uint8], kept: bytes) -> int:
    """In how many bits the nearest of these hashes, shape (n, HASH_BYTES), and of those that were
    ``kept``, one after the other, differ; FAR_APART where there are none."""
    whole = len(kept) // HASH_BYTES * HASH_BYTES
    others = np.frombuffer(kept[:whole], np.uint64).reshape(-1, HASH_BYTES // 8)
    ours = hashes.view(np.uint64)
    if not (len(others) and len(ours)):
        return FAR_APART
    apart = np.bitwise_count(ours[:, None] ^ others[None]).sum(2)
    return int(apart.min())
