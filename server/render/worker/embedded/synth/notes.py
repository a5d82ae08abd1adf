"""Single sounds, made once and kept: the notes of instruments, steps, knocks, drops and cries."""

from functools import lru_cache
from typing import Final

import numpy as np

from phosphene.render.worker.embedded.synth.chance import noise, pick
from phosphene.render.worker.embedded.synth.clock import RATE, Floats
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.shapes import bump, glide, puff, sine
from phosphene.render.worker.embedded.synth.sound_table import Cry, Instrument

NOTE_S: Final = 2.0
HIGHEST: Final = 9000.0
"""Hz. Above that a partial is felt as sharp and not as bright."""
LEVEL: Final = 0.5
TENTH: Final = RATE // 10
# Octave, share and decay of the rustle in each step: a thud alone is below what phones play.
PAPER: Final = ((3, 0.22, 0.014), (5, 0.16, 0.02))


# 384 kB each, 37 MB when full. A quarter that makes a note anew took up to 16 ms, others 3.4.
@lru_cache(maxsize=96)
def note(instrument: Instrument, midi: int) -> Floats:
    """A note of an instrument."""
    count = int(NOTE_S * RATE)
    hertz = 440 * 2 ** ((midi - 69) / 12 + instrument.octave)
    made = np.zeros(count, np.float32)
    for ratio, share, decay in instrument.partials:
        if hertz * ratio < HIGHEST:
            made += (
                np.float32(share) * sine(hertz * ratio, count) * bump(count, instrument.rise, decay)
            )
    if instrument.breath:
        blown = puff(5, 0.12, max(0.004, instrument.rise), "breath", midi)
        made[: len(blown)] += np.float32(instrument.breath) * blown
    return made * np.float32(10 ** (instrument.loud / 20))


@lru_cache(maxsize=64)
def thud(hertz: float) -> Floats:
    """A foot on paper ground: a pitch that falls in 20 ms, and a rustle."""
    count = RATE // 3
    t = np.arange(count) / RATE
    turns = np.cumsum(hertz * (1 + 0.8 * np.exp(-t / 0.02))) / RATE
    made = np.sin(((turns - np.floor(turns)) * 2 * np.pi).astype(np.float32))
    # Below 150 Hz alone, as thuds were at first, nothing of a step was heard on a phone.
    made *= bump(count, 0.003, 0.07)
    short = RATE // 10
    for band, share, decay in PAPER:
        made[:short] += np.float32(share) * noise(band, 0, short) * bump(short, 0.002, decay)
    return made


@lru_cache(maxsize=64)
def knock(hertz: float) -> Floats:
    """Something hard: wood below 1 kHz, metal or glass above."""
    count = 6000
    long = 0.022 if hertz < 1000 else 0.05
    return sine(hertz, count) * bump(count, 0.001, long) + np.float32(0.3) * sine(
        2.7 * hertz, count
    ) * bump(count, 0.001, long / 2.4)


@lru_cache(maxsize=16)
def drop(number: int) -> Floats:
    """A drop of rain on paper, one of twelve."""
    return sine(1400.0 + 290 * number, 2400) * bump(2400, 0.001, 0.006)


@lru_cache(maxsize=16)
def bloop(hertz: float) -> Floats:
    """An arm that pushes water."""
    return glide([hertz * 1.4, hertz, hertz * 0.7], 0.3, 0.03, 0.25, 0.1)


def cry_of(cry: Cry, harmony: Harmony, *key: object) -> Floats:
    """One cry. Those in the mode follow the harmony; the others are a little higher or lower from
    time to time, as ``key`` says."""
    if cry.degrees:
        hertz = tuple(harmony.hertz(degree + 5) for degree in cry.degrees)
        return _cry(cry, hertz, 0)
    apart = pick(*key) % (cry.vary + 1) - cry.vary / 2
    return _cry(cry, tuple(one * 2 ** (apart / 12) for one in cry.hertz), pick(*key) % 4)


@lru_cache(maxsize=64)
def _cry(cry: Cry, hertz: tuple[float, ...], number: int) -> Floats:
    """All repetitions of a cry, each 0.9 as high in the end as the first."""
    step = int(cry.apart * RATE)
    made = np.zeros(int(cry.seconds * RATE) + step * (cry.repeat - 1), np.float32)
    for again in range(cry.repeat):
        lower = 1 - 0.1 * again / max(1, cry.repeat)
        one = glide([lower * each for each in hertz], cry.seconds, cry.rise, *cry.overtones)
        if cry.breath:
            one += (
                np.float32(0.3 * cry.breath)
                * puff(
                    cry.band, cry.seconds, cry.rise, "cry", number, again, fall=cry.seconds / 2.5
                )[: len(one)]
            )
        if cry.trill:
            one *= np.float32(0.6) + np.float32(0.4) * sine(cry.trill, len(one))
        made[again * step : again * step + len(one)] += one
    return made * np.float32(LEVEL * 10 ** (cry.loud / 20) / loudest(made))


def loudest(samples: Floats) -> float:
    """The root of the mean square of the loudest tenth of a second: what a short sound is judged
    by. Some shapes have overtones and breath and some have none, and a table of them is only
    legible where a dB is one."""
    power = np.concatenate((np.zeros(1), np.cumsum(samples.astype(np.float64) ** 2)))
    return float(
        np.sqrt(
            (power[min(len(samples), TENTH) :] - power[: -min(len(samples), TENTH)]).max() / TENTH
        )
    )
