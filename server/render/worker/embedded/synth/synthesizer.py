"""The sound of a clip, a quarter of a second after the other, never looking ahead.

Three layers: a bed of air and chords, a tune, and what the subjects do. What is heard of a quarter
depends on the slots and on the score up to its end, so that a clip can be steered and grow; equal
tunes, slots and scores give equal samples.
"""

from typing import Final

import numpy as np

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.ambience import (
    Soundscape,
    air_gains,
    air_power,
    chord_bed,
    noise_bed,
)
from phosphene.render.worker.embedded.synth.audible_motion import Stand
from phosphene.render.worker.embedded.synth.chance import tapes
from phosphene.render.worker.embedded.synth.clock import HOME, QUARTER, RATE, Floats
from phosphene.render.worker.embedded.synth.cue import FIRST, SECOND, Cue
from phosphene.render.worker.embedded.synth.drones import DRONES, drone
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.melody import Melody
from phosphene.render.worker.embedded.synth.place_sounds import sound_surroundings
from phosphene.render.worker.embedded.synth.ringing import Ringing
from phosphene.render.worker.embedded.synth.sound_table import Table, read_table
from phosphene.render.worker.embedded.synth.voice import HeardSubject

VERSION: Final = 3
"""Of all that can be heard: code and table. It is kept in recipes, and ``verify`` compares only
what the same version made."""
TARGET: Final = 10 ** (-18.4 / 10)
CHORD: Final = 0.0012
TUNE: Final = 0.01
VOICE: Final = 0.002
"""Power as it is heard of chords, of a tune that plays on every half beat, and of strokes, measured
over the scenes of bench.sound: with the air of the place they make up how loud a scene is before it
is levelled."""
MOST_DB: Final = 6.0
KNEE: Final = np.float32(0.5)
CEILING: Final = np.float32(0.9)
FADE_IN: Final = 480
FADE_OUT: Final = 1920
SILENCE: Final = 480
"""The sound is put on air 10 ms late (see ``SoundEncoder``): what is cut off there is silent."""


class Synthesizer:
    """The sound of one clip of so many seconds: ``next_quarter`` is called for one quarter of a
    second after another."""

    def __init__(self, tune: Tune, seconds: int, table: Table | None = None) -> None:
        self._tune = tune
        self._samples = seconds * RATE
        self._table = table or read_table()
        self._ringing = Ringing(self._samples)
        self._subjects = [
            HeardSubject(self._table, tune, k, self._ringing) for k in (FIRST, SECOND)
        ]
        self._before: Cue | None = None
        self._home: Cue | None = None
        self.quarters = 0

    def next_quarter(self, cue: Cue, stand: Stand) -> Floats:
        """The next quarter, (2, QUARTER) in -1..1; ``stand``: its part of the curve of the score,
        as ``stand_of`` gives it."""
        self._home = self._home or cue
        self._lay(cue, stand)
        place = self._table.place_of(cue.place)
        out = self._bed(cue, stand) + self._ringing.next_quarter(place, self.quarters)
        before, makeup = (self.makeup_of(one) for one in (self._before or cue, cue))
        self.quarters += 1
        self._before = cue
        ramp = np.linspace(before, makeup, QUARTER, dtype=np.float32)
        return self._ends(limited(out * ramp))

    def makeup_of(self, cue: Cue) -> float:
        """The factor that brings a cue to -20 LUFS: a shop is as loud as a storm at sea, or each
        clip of a feed would have to be turned up or down. Known beforehand, so that it neither
        pumps nor looks ahead."""
        mood = self._table.mood_of(cue.mood)
        hits = sum(rhythm.count("x") for rhythm in mood.rhythms) / len("".join(mood.rhythms))
        power = air_power(self.soundscape_of(cue)) + CHORD * 10 ** (mood.loud / 10)
        power += TUNE * hits * mood.pace
        for performer in cue.performers:
            voice = self._table.voice_of(performer.name, performer.gait)
            power += VOICE * bool(voice.beat)
            if voice.drone:
                power += DRONES[voice.drone].power * 10 ** (voice.drone_loud / 10)
        most = 10 ** (MOST_DB / 20)
        return float(np.clip(np.sqrt(TARGET / power), 1 / most, most))

    def _lay(self, cue: Cue, stand: Stand) -> None:
        """What begins in this quarter."""
        harmony, table = self._harmony(cue), self._table
        place, weather = table.place_of(cue.place), table.weather_of(cue.weather)
        instrument = table.instrument[table.instrument_at(cue.time)]
        tempo = table.tempo_of(cue.motion)
        Melody(self._tune, harmony, instrument, tempo).play(self._ringing, self.quarters)
        sound_surroundings(
            *(self._ringing, table, self._tune, harmony, self.quarters),
            place=place,
            weather=weather,
            time=cue.time,
        )
        water = "wet" if place.wet else "afloat" if place.afloat else ""
        for subject, performer in zip(self._subjects, cue.performers, strict=False):
            voice = table.voice_of(performer.name, performer.gait)
            subject.perform(performer, voice, harmony, stand, water)

    def _harmony(self, cue: Cue) -> Harmony:
        return Harmony(self._tune, self._table.mood_of(cue.mood))

    def _bed(self, cue: Cue, stand: Stand) -> Floats:
        """From that of the last quarter's cue to that of this; at the end back to the first."""
        bed = self._bed_of(cue, stand)
        ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, QUARTER))).astype(np.float32)
        # Within the quarter in which a line was chosen: ringing notes ring on, and in three steered
        # clips borders of quarters stayed below the clip's own largest steps (0.46 to 0.83 of
        # them).
        if self._before not in (None, cue):
            bed = self._bed_of(self._before, stand) * (1 - ramp) + bed * ramp
        left = self._samples // QUARTER - self.quarters
        if left <= HOME and self._home != cue:
            turn = (HOME - left + ramp) / np.float32(HOME)
            bed = bed * (1 - turn) + self._bed_of(self._home, stand) * turn
        return bed

    def _bed_of(self, cue: Cue | None, stand: Stand) -> Floats:
        assert cue is not None
        tune, quarter, samples = self._tune, self.quarters, self._samples
        soundscape = self.soundscape_of(cue)
        out = noise_bed(air_gains(soundscape, tune, quarter), tune, quarter, samples)
        out += chord_bed(soundscape, tune, quarter, samples)
        for performer in cue.performers:
            voice = self._table.voice_of(performer.name, performer.gait)
            if voice.drone:
                channels = performer.channels
                made = drone(
                    voice.drone, channels, soundscape.harmony, tune, stand, quarter, samples
                )
                out += made * np.float32(10 ** (voice.drone_loud / 20))
        return out

    def soundscape_of(self, cue: Cue) -> Soundscape:
        """What the bed is made for."""
        return Soundscape(
            self._table.place_of(cue.place),
            self._table.weather_of(cue.weather),
            self._harmony(cue),
            night=cue.time == "night",
        )

    def _ends(self, out: Floats) -> Floats:
        """Some milliseconds at both ends of the clip, against clicks."""
        if self.quarters == 1:
            out[:, :FADE_IN] *= np.linspace(0, 1, FADE_IN, dtype=np.float32)
        if self.quarters * QUARTER == self._samples:
            out[:, -FADE_OUT:-SILENCE] *= np.linspace(1, 0, FADE_OUT - SILENCE, dtype=np.float32)
            out[:, -SILENCE:] = 0
        return out


def limited(out: Floats) -> Floats:
    """A gentle knee: what is beyond 0.5 stays below 0.9 and has no corner."""
    over = np.abs(out) - KNEE
    if not (over > 0).any():
        return out
    room = CEILING - KNEE
    # By sample and without a memory: a compressor would have to look ahead, and a clip taken up by
    # another worker would begin with another gain.
    return np.where(over > 0, np.sign(out) * (KNEE + room * np.tanh(over / room)), out)


def warm_up() -> None:
    """Make what all clips share, so that the first one does not wait 60 ms for it."""
    tapes()
    read_table()
