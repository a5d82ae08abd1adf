"""Mode, chords and beats of a clip: all lengths are fractions of the grid, so that the music goes
on where the clip begins again."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.chance import pick
from phosphene.render.worker.embedded.synth.sound_table import Mood

# MIDI. The lowest is 110 Hz: a phone's speaker plays its third partial and up.
ROOTS: Final = (48, 50, 51, 53, 55, 45, 46)
BAR_S: Final = 2.5
"""About so long a chord stands: five seconds are two chords, ten are four."""
OCTAVE: Final = 12


class Harmony(Struct, frozen=True, dict=True):
    """What sounds together in a clip of this tune and mood. Degrees count the mode's five notes,
    5 is the root an octave higher."""

    tune: Tune
    mood: Mood

    @cached_property
    def root(self) -> int:
        return ROOTS[pick(self.tune.seed, "root") % len(ROOTS)]

    @cached_property
    def bars(self) -> int:
        return max(1, round(self.tune.seconds / BAR_S))

    def chord(self, bar: int) -> tuple[int, ...]:
        """Four notes (MIDI) of a bar. The first bar is home; which chord follows is the tune's."""
        chords = self.mood.chords
        second = 1 + pick(self.tune.seed, "chord") % (len(chords) - 1)
        course = (chords[0], chords[second], *chords[2:])
        return tuple(self.root + tone for tone in course[bar % self.bars % len(course)])

    def midi(self, degree: int) -> int:
        octave, note = divmod(degree, len(self.mood.scale))
        return self.root + self.mood.scale[note] + OCTAVE * octave

    def hertz(self, degree: int) -> float:
        return self.periodic(440 * 2 ** ((self.midi(degree) - 69) / 12))

    def periodic(self, hertz: float) -> float:
        """The nearest frequency that is whole in the grid: at most 0.5 Hz away in a second."""
        return max(1, round(hertz * self.tune.seconds)) / self.tune.seconds

    def beats(self, tempo: float) -> int:
        """Half beats in the grid at about so many beats a minute, an even number."""
        return 2 * max(2, round(self.tune.seconds * tempo * self.mood.pace / 60))


def parts_within(quarter: int, parts: int, seconds: int) -> Iterator[int]:
    """Which of the equal parts of so many seconds begin in a quarter of a second."""
    first, stop = (-(-(quarter + late) * parts // (seconds * 4)) for late in (0, 1))
    yield from range(first, stop)
