"""What is heard while a clip forms: hiss that narrows to the air of its place, out of which its
first chord opens note by note as sigma falls. A pure function of the time and of sigma."""

from typing import Final

import numpy as np

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.ambience import Soundscape, chord_loudness, chord_notes
from phosphene.render.worker.embedded.synth.chance import BANDS, noise, pick
from phosphene.render.worker.embedded.synth.clock import Floats

# At sigma 1: as noise of a picture is, without form. Soft above 4 kHz, where hiss hurts.
HISS_DB: Final = (-70.0, -62.0, -54.0, -48.0, -44.0, -41.0, -40.0, -43.0)
ROOM_DB: Final = 1.0
NOTE_FROM: Final = (1.0, 0.88, 0.68, 0.48)
"""The sigma from which each note of the chord begins to open, the lowest first."""
NOTE_WIDTH: Final = 0.4
LOUDER: Final = 10 ** (5 / 20)  # than in the clip: neither a tune nor a subject is there yet


def forming_sound(
    soundscape: Soundscape, tune: Tune, start: int, count: int, since: float | None, sigma: float
) -> Floats:
    """``count`` samples from ``start`` on, (2, count), in which sigma goes from ``since`` (None:
    out of silence) to ``sigma``."""
    before = sigma if since is None else since
    ramp = np.linspace(0, 1, count, dtype=np.float32)
    ends = [_air(soundscape, one) for one in (before, sigma)]
    out = np.zeros((2, count), np.float32)
    for band in range(BANDS):
        gain = ends[0][band] * (1 - ramp) + ends[1][band] * ramp
        for side in range(2):
            begin = pick(tune.seed, "forming", band, side if band > 1 else 0)
            out[side] += gain * noise(band, begin + start, count)
    low, high = (note_shares(one) for one in (before, sigma))
    chord, loud = soundscape.harmony.chord(0), np.float32(LOUDER * chord_loudness(soundscape))
    if any(low) or any(high):
        was = chord_notes(chord, soundscape, tune, start, count, low)
        will = was if low == high else chord_notes(chord, soundscape, tune, start, count, high)
        out += loud * (was * (1 - ramp) + will * ramp)
    return out * ramp if since is None else out


def note_shares(sigma: float) -> tuple[float, float, float, float]:
    """How far each note of the chord is open."""
    one, two, three, four = (
        float(np.clip((begins - sigma) / NOTE_WIDTH, 0, 1)) for begins in NOTE_FROM
    )
    return one, two, three, four


def _air(soundscape: Soundscape, sigma: float) -> Floats:
    """Gains of the octaves, in dB between hiss and the air of the place."""
    air = np.array(soundscape.place.air) + soundscape.place.level + ROOM_DB
    return (10 ** ((np.array(HISS_DB) * sigma + air * (1 - sigma)) / 20)).astype(np.float32)
