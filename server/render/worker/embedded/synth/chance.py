"""Everything random as a hash of what it is for: nothing has a state, so a lost worker's clip is
taken up at any quarter by replaying, and no release of numpy changes a clip."""

from functools import cache
from hashlib import blake2b
from typing import Final

import numpy as np

from phosphene.render.worker.embedded.synth.clock import RATE, Floats

LOOP: Final = 1 << 18
"""Samples of a tape of noise, 5.5 s: by ear and autocorrelation noise does not repeat sooner."""
BANDS: Final = 8
"""Octaves of noise, from 62.5 Hz to 8 kHz."""
_WIDTH: Final = 0.55  # octaves: eight such bands add up to a spectrum without dents


def pick(*key: object) -> int:
    """A whole number of 64 bits for a key."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest(), "little")


def chance(*key: object) -> float:
    """A number in 0..1 for a key."""
    return pick(*key) / 2**64


def white_noise(count: int, *key: object) -> Floats:
    """``count`` samples in -1..1, by splitmix64 (Steele, Lea, Flood, Fast splittable pseudorandom
    number generators, 2014)."""
    # Not numpy's generators, whose streams may change with a release: a clip must sound the same
    # when it is verified years later.
    x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(pick(*key))
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((x >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1))


@cache
def tapes() -> Floats:
    """Noise in octaves, (BANDS, LOOP), each of loudness 1 and going on at its beginning: made once
    in 60 ms, 8 MB."""
    spectrum = np.fft.rfft(white_noise(LOOP, "tape"))
    hertz = np.maximum(np.fft.rfftfreq(LOOP, 1 / RATE), 1)
    made = np.empty((BANDS, LOOP), np.float32)
    for band in range(BANDS):
        centre = 62.5 * 2.0**band
        noise = np.fft.irfft(spectrum * np.exp(-((np.log2(hertz / centre) / _WIDTH) ** 2)))
        made[band] = noise / noise.std()
    return made


def noise(band: int, start: int, count: int) -> Floats:
    """``count`` samples of a tape from any place on, count <= LOOP."""
    start %= LOOP
    tape: Floats = tapes()[band]
    if start + count <= LOOP:
        return tape[start : start + count]
    return np.concatenate((tape[start:], tape[: start + count - LOOP]))
