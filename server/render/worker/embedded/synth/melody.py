"""The tune of a clip: a motif of eight half beats that its seed chose, played again and again."""

from typing import Final

from msgspec import Struct

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.chance import chance, pick
from phosphene.render.worker.embedded.synth.clock import QUARTER, RATE
from phosphene.render.worker.embedded.synth.harmony import Harmony, parts_within
from phosphene.render.worker.embedded.synth.notes import note
from phosphene.render.worker.embedded.synth.ringing import Ringing
from phosphene.render.worker.embedded.synth.sound_table import Instrument

LOUD_DB: Final = -17.5
WEAK_DB: Final = -2.5
LEFT_OUT: Final = 0.12
"""Of the notes of a motif: what comes back each time exactly as before is a machine."""
STEPS: Final = (-1, 1, -1, 1, 2, -2, 0)
"""How a tune moves: mostly to the note beside it (Huron, Sweet Anticipation, 2006)."""
BOTTOM: Final = 5
COMPASS: Final = 7
"""Degrees of a tune: from the root an octave up over seven notes of the mode."""
PHRASE: Final = 8


class Melody(Struct, frozen=True):
    """What is played, and by what, at how many beats a minute."""

    tune: Tune
    harmony: Harmony
    instrument: Instrument
    tempo: float

    def play(self, to: Ringing, quarter: int) -> None:
        """Lay the notes that begin in a quarter of a second. The last half beat is left to what
        fades away, and the first note always sounds: a clip begins with its home."""
        seed, seconds = self.tune.seed, self.tune.seconds
        parts = self.harmony.beats(self.tempo)
        rhythms = self.harmony.mood.rhythms
        rhythm = rhythms[pick(seed, "rhythm") % len(rhythms)]
        for half in parts_within(quarter, parts, seconds):
            place = half % PHRASE
            if rhythm[place] != "x" or half >= parts - 1:
                continue
            if half and chance(seed, "left out", half) < LEFT_OUT:
                continue
            # Of the count of beats and not of seconds, as is all that is chosen by a hash: keyed by
            # time, another number format chose other notes (0.81 alike; by the count 0.87 and
            # more).
            at = round(half * seconds * RATE / parts) - quarter * QUARTER
            loud = LOUD_DB - 2 * chance(seed, "soft", half) + (WEAK_DB if place % 2 else 0)
            pan = chance(seed, "side", place) - 0.5
            played = note(self.instrument, self.harmony.midi(self._degree(half)))
            to.lay(at, played, loud, pan, 0.5)

    def _degree(self, half: int) -> int:
        """Of the motif; every other phrase ends elsewhere, as an answer does."""
        seed, place = self.tune.seed, half % PHRASE
        answer = half // PHRASE % 2 if place >= PHRASE // 2 else 0
        moved = sum(STEPS[pick(seed, "motif", k) % len(STEPS)] for k in range(place + 1))
        moved += answer * (1 + pick(seed, "answer") % 3)
        # At the ends of its compass a tune turns round: a jump of seven notes is no melody.
        return BOTTOM + abs((moved + COMPASS) % (2 * COMPASS) - COMPASS)
