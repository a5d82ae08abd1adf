"""The bed of a clip: the air of its place and weather, and the chords of its mood. All of it is a
function of the time in the clip, so that it can be had of any moment."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.chance import BANDS, chance, noise, pick
from phosphene.render.worker.embedded.synth.clock import HOME, POINTS, QUARTER, Floats
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.shapes import line, sine
from phosphene.render.worker.embedded.synth.sound_table import Place, Weather

CHORD_DB: Final = -34.5
NIGHT_DB: Final = -2.0
APART_HZ: Final = 0.22
"""Left and right are so far apart: a slow breathing between the ears, and none in mono."""
PARTIALS: Final = ((1, 1.0), (2, 0.34), (3, 0.16), (4, 0.06))
GUSTS: Final = (1, 2, 3)
"""Waves of the wind in the grid, each as strong as one over its number: no period is heard."""
HEARD: Final = np.array((0.2, 0.65, 0.95, 1.0, 1.1, 1.6, 2.4, 2.5))
"""How loud an octave of noise is for its power: K-weighting (ITU-R BS.1770-4)."""
MONO: Final = 1
"""Up to this octave both ears have the same noise: apart, low noise is a pressure on the ears."""
LOW: Final = 2
"""Up to this octave, 250 Hz, a roof lets through what falls on it."""
SILENT: Final = 1e-4


class Soundscape(Struct, frozen=True):
    """What the bed is made for."""

    place: Place
    weather: Weather
    harmony: Harmony
    night: bool = False


def air_gains(soundscape: Soundscape, tune: Tune, quarter: int) -> NDArray[np.float64]:
    """Gains of the octaves at the control points of a quarter, (BANDS, POINTS + 1)."""
    place, weather = soundscape.place, soundscape.weather
    t = (quarter * POINTS + np.arange(POINTS + 1)) / (4 * POINTS * tune.seconds)
    waves = [np.sin(2 * np.pi * (k * t + chance(tune.seed, "gust", k))) / k for k in GUSTS]
    # High octaves follow the wind, low ones hardly: that is heard as a gust and not as a volume.
    moved = (place.gusts + weather.gusts) * np.sum(waves, 0) * np.linspace(0.4, 1, BANDS)[:, None]
    if place.swell:
        turns = max(1, round(place.swell * tune.seconds))
        surge = np.sin(2 * np.pi * (turns * t + chance(tune.seed, "swell")))
        moved = moved + 5 * surge * np.linspace(0.3, 1.4, BANDS)[:, None]
    gains = 10 ** ((np.array(place.air)[:, None] + moved) / 20)
    if not place.wet:
        gains = gains + 10 ** (weather_air(place, weather)[:, None] / 20)
    return np.asarray(gains * 10 ** (place.level / 20))


def weather_air(place: Place, weather: Weather) -> NDArray[np.float64]:
    """What the weather adds to the octaves, in dB: less of the high ones under a roof."""
    return np.array(weather.air) - place.roof * np.maximum(0, np.arange(BANDS) - LOW)


def air_power(soundscape: Soundscape) -> float:
    """Of the air as it is heard, without gusts: 1 is 0 LUFS, nearly."""
    place = 10 ** (np.array(soundscape.place.air) / 10) * 10 ** (soundscape.place.level / 10)
    if not soundscape.place.wet:
        place = place + 10 ** (weather_air(soundscape.place, soundscape.weather) / 10)
    return float(2 * (HEARD * place).sum())


def noise_bed(
    gains: NDArray[np.float64], tune: Tune, quarter: int, samples: int, what: str = "air"
) -> Floats:
    """Noise with these gains, (2, QUARTER). The last half second of a clip of so many ``samples``
    passes into what was before its first, so that it goes on when the clip begins again."""
    now = quarter * QUARTER
    out = np.zeros((2, QUARTER), np.float32)
    left = samples - now - np.arange(QUARTER, dtype=np.float32)
    turn = np.clip(1 - left / np.float32(HOME * QUARTER), 0, 1) * np.float32(np.pi / 2)
    turning = bool(turn[-1] > 0)
    for band in np.flatnonzero(gains.max(1) > SILENT).tolist():
        gain = line(gains[band])
        for side in range(2):
            start = pick(tune.seed, what, band, side if band > MONO else 0)
            heard = noise(band, start + now, QUARTER)
            if turning:
                before = noise(band, start + now - samples, QUARTER)
                # Noise of two places on a tape has nothing in common: powers add up, so that
                # straight lines would dip in the middle.
                heard = heard * np.cos(turn) + before * np.sin(turn)
            out[side] += heard * gain
    return out


def chord_bed(soundscape: Soundscape, tune: Tune, quarter: int, samples: int) -> Floats:
    """The chord of this bar, and in its last half second that of the next one, (2, QUARTER)."""
    harmony, quarters = soundscape.harmony, samples // QUARTER
    ends = [round((bar + 1) * quarters / harmony.bars) for bar in range(harmony.bars)]
    bar = next((bar for bar, end in enumerate(ends) if quarter < end), harmony.bars - 1)
    left = (ends[bar] - quarter) * QUARTER - np.arange(QUARTER, dtype=np.float32)
    come = np.clip(1 - left / np.float32(HOME * QUARTER), 0, 1) * np.float32(np.pi / 2)
    now = quarter * QUARTER
    out = chord_notes(harmony.chord(bar), soundscape, tune, now, QUARTER)
    if come[-1] > 0:
        following = chord_notes(harmony.chord(bar + 1), soundscape, tune, now, QUARTER)
        out = out * np.cos(come) + following * np.sin(come)
    return np.asarray(out * np.float32(chord_loudness(soundscape)))


def chord_loudness(soundscape: Soundscape) -> float:
    """A factor."""
    loud = CHORD_DB + soundscape.harmony.mood.loud + NIGHT_DB * soundscape.night
    return float(10 ** (loud / 20))


def chord_notes(
    chord: tuple[int, ...],
    soundscape: Soundscape,
    tune: Tune,
    start: int,
    count: int,
    shares: tuple[float, ...] = (1, 1, 1, 1),
) -> Floats:
    """The notes of a chord from the sample ``start`` on, (2, count), each as loud as its share."""
    harmony, bright = soundscape.harmony, soundscape.harmony.mood.bright
    apart = harmony.periodic(APART_HZ)
    out = np.zeros((2, count), np.float32)
    for voice, note_share in enumerate(shares):
        if not note_share:
            continue
        # Whole in the length of the clip, so that chords join where a player loops; no fade can
        # hide a phase that jumps.
        hertz = harmony.periodic(440 * 2 ** ((chord[voice] - 69) / 12))
        for partial, weight in PARTIALS:
            phase = chance(tune.seed, "chord", voice, partial)
            share = weight * note_share * (bright if partial > 1 else 1) / (1 + 0.2 * voice)
            for side, off in enumerate((-apart, apart)):
                out[side] += np.float32(share) * sine(hertz * partial + off, count, start, phase)
    return out
