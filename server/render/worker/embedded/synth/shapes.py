"""The shapes that all sounds are made of: sines, puffs of noise, rises and decays."""

from math import tau

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.synth.chance import BANDS, LOOP, noise, pick
from phosphene.render.worker.embedded.synth.clock import RATE, STEP, Floats


def sine(hertz: float, count: int, start: int = 0, phase: float = 0.0) -> Floats:
    """A sine from the sample ``start`` on; its turns are counted in double, so that it stays pure
    after ten seconds; ``phase`` in turns."""
    turns = np.arange(start, start + count) * (hertz / RATE) + phase
    return _sine_of(turns)


def sliding_sine(hertz: NDArray[np.float64]) -> Floats:
    """A sine of which each sample has a frequency of its own."""
    return _sine_of(np.cumsum(hertz) / RATE)


def _sine_of(turns: NDArray[np.floating]) -> Floats:
    made: Floats = np.sin(((turns - np.floor(turns)) * tau).astype(np.float32))
    return made


def line(points: NDArray[np.float64]) -> Floats:
    """From control point to control point in straight lines, STEP samples each."""
    low = points[:-1, None].astype(np.float32)
    rise = np.diff(points)[:, None].astype(np.float32)
    return (low + rise * (np.arange(STEP, dtype=np.float32) / np.float32(STEP))).ravel()


def bump(count: int, rise: float, fall: float) -> Floats:
    """A loudness that rises in ``rise`` seconds and decays with a time constant of ``fall``. Its
    last 20 ms go to 0: what is cut off clicks."""
    t = np.arange(count, dtype=np.float32) / np.float32(RATE)
    up = np.minimum(t / np.float32(rise), np.float32(1)) ** 2
    down = np.exp(-np.maximum(t - np.float32(rise), np.float32(0)) / np.float32(fall))
    ends = np.minimum((np.float32(count / RATE) - t) / np.float32(0.02), np.float32(1))
    made: Floats = (up * down * ends).astype(np.float32)
    return made


def puff(band: float, seconds: float, rise: float, *key: object, fall: float = 0.0) -> Floats:
    """A puff of noise around a band, which need not be whole: 2.5 is between 250 and 500 Hz."""
    count, start = int(seconds * RATE), pick(*key) % LOOP
    low = int(np.clip(band, 0, BANDS - 2))
    part = np.float32(min(max(band - low, 0.0), 1.0))
    mixed: Floats = (1 - part) * noise(low, start, count) + part * noise(low + 1, start, count)
    made: Floats = mixed * bump(count, rise, fall or seconds / 3)
    return made


def glide(hertz: list[float], seconds: float, rise: float, *overtones: float) -> Floats:
    """A tone that slides through some pitches in Hz, with overtones of these shares."""
    count = int(seconds * RATE)
    path = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(hertz)), hertz)
    made = np.zeros(count, np.float32)
    for number, share in enumerate((1.0, *overtones), 1):
        # An overtone that slides past half the rate would come back down as another tone.
        if share and max(hertz) * number < RATE / 4:
            made += np.float32(share) * sliding_sine(path * number)
    return made * bump(count, rise, seconds / 2.5)
