"""The sound of a clip, a quarter of a second after the other, never looking ahead.

Three layers: a bed of air and chords, a tune, and what the subjects do. What is heard of a quarter
depends on the slots and on the score up to its end, so that a clip can be steered and grow; equal
tunes, slots and scores give equal samples.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.bed import (
    Scene,
    air_gains,
    chord_bed,
    noise_bed,
)
from phosphene.render.worker.embedded.synth.chance import tapes
from phosphene.render.worker.embedded.synth.clock import HOME, QUARTER, RATE, Floats
from phosphene.render.worker.embedded.synth.drones import drone
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.melody import Melody
from phosphene.render.worker.embedded.synth.ringing import Ringing
from phosphene.render.worker.embedded.synth.stand import WHO, Stand
from phosphene.render.worker.embedded.synth.surroundings import sound_surroundings
from phosphene.render.worker.embedded.synth.table import Table, read_table
from phosphene.render.worker.embedded.synth.voice import Subject
from phosphene.render.worker.embedded.vocabulary import COUNTS, NOBODY

VERSION: Final = 1
"""Of all that can be heard: code and table. It is kept in recipes, and ``verify`` compares only
what the same version made."""
MAKEUP: Final = np.float32(1.25)
"""Brings the median clip to -20 LUFS (bench.sound)."""
KNEE: Final = np.float32(0.5)
CEILING: Final = np.float32(0.9)
FADE_IN: Final = 480
FADE_OUT: Final = 1920
SILENCE: Final = 480
"""The sound is put on air 10 ms late (see ``SoundEncoder``): what is cut off there is silent."""

Slots = Mapping[str, str]
Gaits = Mapping[str, str]


class Synthesizer:
    """The sound of one clip of so many seconds. ``gaits``: how subjects move, for those that the
    table of sounds does not name. ``next_quarter`` is called for one quarter after another."""

    def __init__(
        self, tune: Tune, seconds: int, gaits: Gaits | None = None, table: Table | None = None
    ) -> None:
        self._tune = tune
        self._samples = seconds * RATE
        self._gaits = gaits or {}
        self._table = table or read_table()
        self._ringing = Ringing(self._samples)
        self._subjects = {who: Subject(self._table, tune, who, self._ringing) for who in WHO}
        self._slots: Slots | None = None
        self._home: Slots = {}
        self.quarters = 0

    def next_quarter(self, slots: Slots, stand: Stand) -> Floats:
        """The next quarter, (2, QUARTER) in -1..1, of these slots; ``stand``: its part of the curve
        of the score, as ``stand_of`` gives it."""
        before = self._slots or slots
        self._home, self._slots = self._home or slots, slots
        self._lay(slots, stand)
        place = self._table.place_of(slots["place"])
        out = self._bed(before, slots, stand) + self._ringing.next_quarter(place, self.quarters)
        self.quarters += 1
        return self._ends(limited(out * MAKEUP))

    def _lay(self, slots: Slots, stand: Stand) -> None:
        """What begins in this quarter."""
        harmony, table = self._harmony(slots), self._table
        place = table.place_of(slots["place"])
        instrument = table.instrument[table.instrument_at(slots["time"])]
        tempo = table.tempo_of(slots["motion"])
        Melody(self._tune, harmony, instrument, tempo).play(self._ringing, self.quarters)
        weather = table.weather_of(slots["weather"])
        sound_surroundings(
            *(self._ringing, table, self._tune, harmony, self.quarters),
            place=place,
            weather=weather,
            time=slots["time"],
        )
        water = "wet" if place.wet else "afloat" if place.afloat else ""
        for who, subject in _subjects(slots):
            count = 1 if who else COUNTS.index(slots["count"]) + 1
            hops = slots["motion"] == "hop" and not (who and slots["relation"] == "watching")
            voice = table.voice_of(subject, self._gaits.get(subject, ""))
            self._subjects[who].sound(voice, harmony, stand, count, hops, water)

    def _harmony(self, slots: Slots) -> Harmony:
        return Harmony(self._tune, self._table.mood_of(slots["mood"]))

    def _bed(self, before: Slots, slots: Slots, stand: Stand) -> Floats:
        """From that of the last quarter's slots to that of these; at the end back to the first."""
        bed = self._bed_of(slots, stand)
        ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, QUARTER))).astype(np.float32)
        if dict(before) != dict(slots):
            bed = self._bed_of(before, stand) * (1 - ramp) + bed * ramp
        left = self._samples // QUARTER - self.quarters
        if left <= HOME and dict(self._home) != dict(slots):
            turn = (HOME - left + ramp) / np.float32(HOME)
            bed = bed * (1 - turn) + self._bed_of(self._home, stand) * turn
        return bed

    def _bed_of(self, slots: Slots, stand: Stand) -> Floats:
        tune, quarter, samples = self._tune, self.quarters, self._samples
        scene = self.scene_of(slots)
        out = noise_bed(air_gains(scene, tune, quarter), tune, quarter, samples)
        out += chord_bed(scene, tune, quarter, samples)
        for who, subject in _subjects(slots):
            voice = self._table.voice_of(subject, self._gaits.get(subject, ""))
            if voice.drone:
                made = drone(voice.drone, who, scene.harmony, tune, stand, quarter, samples)
                out += made * np.float32(10 ** (voice.drone_loud / 20))
        return out

    def scene_of(self, slots: Slots) -> Scene:
        """What the bed is made for."""
        return Scene(
            self._table.place_of(slots["place"]),
            self._table.weather_of(slots["weather"]),
            self._harmony(slots),
            night=slots["time"] == "night",
        )

    def _ends(self, out: Floats) -> Floats:
        """Some milliseconds at both ends of the clip, against clicks."""
        if self.quarters == 1:
            out[:, :FADE_IN] *= np.linspace(0, 1, FADE_IN, dtype=np.float32)
        if self.quarters * QUARTER == self._samples:
            out[:, -FADE_OUT:-SILENCE] *= np.linspace(1, 0, FADE_OUT - SILENCE, dtype=np.float32)
            out[:, -SILENCE:] = 0
        return out


def _subjects(slots: Slots) -> list[tuple[str, str]]:
    """Each subject with what stands before its channels of the score."""
    if slots["subject"] == NOBODY:
        return []
    first, other = slots["subject"], slots["other"]
    return [(WHO[0], first)] if other == NOBODY else [(WHO[0], first), (WHO[1], other)]


def limited(out: Floats) -> Floats:
    """A gentle knee: what is beyond 0.5 stays below 0.9 and has no corner."""
    over = np.abs(out) - KNEE
    if not (over > 0).any():
        return out
    room = CEILING - KNEE
    return np.where(over > 0, np.sign(out) * (KNEE + room * np.tanh(over / room)), out)


def warm_up() -> None:
    """Make what all clips share, so that the first one does not wait 60 ms for it."""
    tapes()
    read_table()
