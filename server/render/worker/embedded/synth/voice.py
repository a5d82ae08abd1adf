"""What the subjects of a clip do, as it is heard: strokes of a pose, landings, cries and drones."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.audible_motion import Stand, stereo_position
from phosphene.render.worker.embedded.synth.chance import chance, pick
from phosphene.render.worker.embedded.synth.clock import POINTS, QUARTER, STEP, Floats
from phosphene.render.worker.embedded.synth.cue import Performer
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.notes import bloop, cry_of, knock, note, thud
from phosphene.render.worker.embedded.synth.ringing import Ringing
from phosphene.render.worker.embedded.synth.shapes import glide, puff
from phosphene.render.worker.embedded.synth.sound_table import Table, Voice
from phosphene.render.worker.embedded.vocabulary import SCORE

LATER: Final = QUARTER * 8 // 6
"""Samples between one subject and the next behind it, who does the same 8 frames later."""
QUIETER_DB: Final = -4.0
"""For each subject behind the first."""
CRY_PAUSE: Final = 7
"""Quarters after a cry in which the same subject has no other."""
CRY_DB: Final = -24.0
"""Of a mouse as of an elephant: their steps tell them apart."""
UP_DB: Final = -5.0
"""The stroke up against the stroke down."""
# Half frames a second. A fall below that is swaying; four times 0.25 above it is a full landing.
# Loudness and note of a landing grow with it: another number format may turn a fall that hardly
# ends into none, and that must not be heard.
FALL_SPEED: Final = 0.1
AFLOAT_DB: Final = -3.0
Key = tuple[object, ...]


class Stroke(Struct, frozen=True):
    """A pose that passes its middle: ``at`` the sample of a quarter, heard at ``pan``, ``loud`` in
    dB; ``key`` is for what is chosen by chance."""

    at: int
    loud: float
    pan: float
    down: bool
    key: Key


class HeardSubject:
    """The first or the second subject of a clip, ``who`` as it is told apart from the other."""

    def __init__(self, table: Table, tune: Tune, who: str, ringing: Ringing) -> None:
        self._table = table
        self._tune = tune
        self._who = who
        self._ringing = ringing
        self._counts: Counter[str] = Counter()
        self._speeds: NDArray[np.float64] = np.zeros(POINTS)
        self._silent = 0

    def perform(
        self, performer: Performer, voice: Voice, harmony: Harmony, stand: Stand, water: str
    ) -> None:
        """Lay what it does in a quarter; ``water``: "afloat" in the air, "wet" under water, "" on
        the ground."""
        self._silent -= 1
        for stroke in self._strokes(stand, voice.loud, performer):
            _beat_of(voice, bool(water))(self._ringing, voice, harmony, stroke, self._table)
            if voice.cry and stroke.down and self._silent <= 0:
                self._cry(voice, harmony, stroke)
        self._land(performer, voice, harmony, stand, water)

    def _strokes(self, stand: Stand, loud: float, performer: Performer) -> Iterator[Stroke]:
        """Of the first and of those behind it. Strokes are counted and not timed: another number
        format moves one a little, and must not choose another note for it."""
        channels = performer.channels
        pose = stand[:, SCORE.index(channels + "pose")]
        near = stereo_position(stand, channels, -1)
        loud += float(20 * np.log10(near.near + 1e-3))
        for point in np.flatnonzero(np.signbit(pose[1:]) != np.signbit(pose[:-1])).tolist():
            down = bool(pose[point] > pose[point + 1])
            at = int((point + pose[point] / (pose[point] - pose[point + 1])) * STEP)
            self._counts["stroke"] += 1
            for head in range(performer.count):
                key = (self._tune.seed, self._who, self._counts["stroke"], head)
                less = loud + QUIETER_DB * head + (0 if down else UP_DB)
                pan = stereo_position(stand, channels, point).pan - 0.3 * head
                yield Stroke(at + head * LATER, less, pan, down, key)

    def _cry(self, voice: Voice, harmony: Harmony, stroke: Stroke) -> None:
        if chance(*stroke.key, "cry") >= voice.chance:
            return
        self._silent = CRY_PAUSE
        cry = self._table.cry[voice.cry]
        self._ringing.lay(
            stroke.at,
            cry_of(cry, harmony, *stroke.key),
            stroke.loud - voice.loud + CRY_DB,
            stroke.pan,
            cry.wet,
        )

    def _land(
        self, performer: Performer, voice: Voice, harmony: Harmony, stand: Stand, water: str
    ) -> None:
        """A thud, and a note of the mode, where a fall ends."""
        y = stand[:, SCORE.index(performer.channels + "y")]
        speed = np.concatenate((self._speeds, np.diff(y) * 4 * POINTS))
        self._speeds = speed[POINTS:]
        falls = (speed[POINTS - 1 : -1] > 0) & (speed[POINTS:] <= 0)
        for point in np.flatnonzero(falls).tolist():
            hard = float(np.clip((speed[point : POINTS + point].max() - FALL_SPEED) * 4, 0, 1))
            self._counts["landing"] += 1
            if not performer.hops or not hard:
                continue
            place = stereo_position(stand, performer.channels, point)
            loud = float(20 * np.log10(hard * place.near + 1e-3))
            at = point * STEP
            fall = bloop(voice.mass * 2) if water == "wet" else thud(voice.mass)
            self._ringing.lay(at, fall, loud - 12 - 8 * bool(water), place.pan)
            chosen = (5, 7, 8)[pick(self._tune.seed, "land", self._counts["landing"]) % 3]
            marimba = note(self._table.instrument["marimba"], harmony.midi(chosen))
            self._ringing.lay(at, marimba, loud - 23, place.pan, 0.5)


def varied(hertz: float, key: Key) -> float:
    """One of seven pitches within a tone: steps that are all the same are a machine's."""
    return float(hertz * 2 ** ((pick(*key, "varied") % 7 - 3) / 36))


Beat = Callable[[Ringing, Voice, Harmony, Stroke, Table], None]


def _beat_of(voice: Voice, afloat: bool) -> Beat:
    """Feet find no ground in the air and under water."""
    return _BEATS["swim" if afloat and voice.beat in _FEET else voice.beat]


def _nothing(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    """What stands."""


def _wing(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    if stroke.down:
        long = 0.16 + 0.09 * max(0.0, 6 - voice.pitch)
        to.lay(stroke.at, puff(voice.pitch, long, long / 3, *stroke.key), stroke.loud, stroke.pan)


def _flutter(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    for late in (0, 3400):
        flap = puff(voice.pitch, 0.09, 0.03, *stroke.key, late)
        to.lay(stroke.at + late, flap, stroke.loud, stroke.pan, 0.2)


def _step(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    to.lay(stroke.at, thud(varied(voice.pitch, stroke.key)), stroke.loud, stroke.pan, 0.15)


def _hoof(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    for foot, late in enumerate((0, 5200)):
        at, loud = stroke.at + late, stroke.loud - 3 * foot
        to.lay(at, thud(varied(voice.pitch, (*stroke.key, foot))), loud, stroke.pan, 0.2)
        hard = knock(varied(620.0 + 140 * foot + 80 * stroke.down, stroke.key))
        to.lay(at, hard, loud - 7, stroke.pan, 0.3)


def _swim(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    band = (voice.pitch if voice.beat == "swim" else 3.0) - 0.5
    loud = stroke.loud if voice.beat == "swim" else min(stroke.loud + AFLOAT_DB, -20)
    to.lay(stroke.at, puff(band, 0.5, 0.16, *stroke.key), loud, stroke.pan, 0.4)


def _lap(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    high, low = voice.pitch, voice.pitch - 2
    to.lay(stroke.at, puff(high, 0.7, 0.12, *stroke.key), stroke.loud, stroke.pan + 0.2, 0.2)
    to.lay(stroke.at + 1500, puff(low, 0.5, 0.05, *stroke.key, 1), stroke.loud - 2, stroke.pan, 0.2)


def _rustle(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    to.lay(stroke.at, puff(voice.pitch, 0.42, 0.12, *stroke.key), stroke.loud, stroke.pan, 0.2)


def _burner(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    if not stroke.down:
        to.lay(stroke.at, puff(voice.pitch, 1.5, 0.25, *stroke.key), stroke.loud, stroke.pan)


def _bloop(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    hertz = voice.pitch * (1.0 if stroke.down else 1.3)
    to.lay(stroke.at, bloop(hertz), stroke.loud, stroke.pan, 0.6)


def _tok(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    to.lay(stroke.at, knock(voice.pitch * (1.0 if stroke.down else 1.12)), stroke.loud, stroke.pan)
    to.lay(stroke.at, puff(4.6, 0.1, 0.01, *stroke.key), stroke.loud - 5, stroke.pan, 0.2)


def _tick(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    for late in (0, 2600, 5600):
        to.lay(stroke.at + late, knock(voice.pitch + late / 20), stroke.loud - 6, stroke.pan, 0.2)


def _clack(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    for late, less in ((0, 0.0), (4700, 3.0)):
        at, loud = stroke.at + late, stroke.loud - less
        to.lay(at, knock(voice.pitch + late / 100), loud, stroke.pan, 0.3)
        to.lay(at, puff(4.2, 0.09, 0.004, *stroke.key, late), loud - 2, stroke.pan, 0.2)


def _note(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    """An instrument plays in the mode, down on the chord and up beside it."""
    degree = (5, 7, 8, 10)[pick(*stroke.key) % 4] + (0 if stroke.down else 1)
    played = note(table.instrument[voice.plays], harmony.midi(degree))
    to.lay(stroke.at, played, stroke.loud, stroke.pan, 0.5)


def _swell(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    if stroke.down:
        hertz = harmony.hertz(6 + pick(*stroke.key) % 6)
        to.lay(stroke.at, glide([hertz, hertz], 1.3, 0.5, 0.25, 0.08), stroke.loud, stroke.pan, 0.9)


def _song(to: Ringing, voice: Voice, harmony: Harmony, stroke: Stroke, table: Table) -> None:
    if stroke.down:
        one, two, three = (harmony.hertz(4 + pick(*stroke.key, k) % 6) for k in range(3))
        sung: Floats = glide([one, two, two, three], 1.9, 0.5, 0.3, 0.12)
        to.lay(stroke.at, sung, stroke.loud, stroke.pan, 1.2)


_FEET: Final = frozenset(("step", "hoof", "tick", "tok"))
_BEATS: Final[dict[str, Beat]] = {
    "": _nothing,
    "bloop": _bloop,
    "burner": _burner,
    "clack": _clack,
    "flutter": _flutter,
    "hoof": _hoof,
    "lap": _lap,
    "note": _note,
    "rustle": _rustle,
    "song": _song,
    "step": _step,
    "swell": _swell,
    "swim": _swim,
    "tick": _tick,
    "tok": _tok,
    "wing": _wing,
}
