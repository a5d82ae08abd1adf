"""What of a subject is heard all the time: a purr, an engine, a fire."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.model import Tune
from phosphene.render.worker.embedded.synth.ambience import HEARD, noise_bed
from phosphene.render.worker.embedded.synth.audible_motion import Stand, sides, stereo_position
from phosphene.render.worker.embedded.synth.clock import POINTS, QUARTER, Floats
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.shapes import line, sine
from phosphene.render.worker.embedded.vocabulary import SCORE


class DroneSound(Struct, frozen=True):
    """``air``: gains of its noise in the eight octaves; ``tone``: of its tone, an octave above the
    root by ``octave``, with ``partials``; ``beats``: Hz at which all of it pulses, by ``depth``;
    ``stirred``: how much it follows the pose."""

    air: tuple[float, ...]
    tone: float = 0.0
    octave: int = 0
    partials: tuple[tuple[float, float], ...] = ()
    beats: float = 0.0
    depth: float = 0.0
    stirred: float = 0.3

    @property
    def power(self) -> float:
        """As it is heard near by, as ``air_power``."""
        tone = self.tone**2 * sum(share**2 for _, share in self.partials)
        return float(2 * (HEARD * np.array(self.air) ** 2).sum()) + tone


_ORGAN: Final = ((1, 1.0), (2, 0.6), (4, 0.3))
_WINGS: Final = ((1, 1.0), (2, 0.7), (3, 0.4), (5, 0.2))
_SAW: Final = ((1, 1.0), (2, 0.5), (3, 0.33), (4, 0.25), (6, 0.16), (8, 0.1))
DRONES: Final = {
    "purr": DroneSound((0, 0.012, 0.02, 0.016, 0.008, 0.002, 0, 0), beats=24.5, depth=0.9),
    "thrust": DroneSound((0.016, 0.018, 0.018, 0.016, 0.01, 0.005, 0.002, 0)),
    "engine": DroneSound((0, 0.014, 0.014, 0.01, 0.005, 0.002, 0, 0), 0.026, -1, _SAW, 17, 0.25),
    "propeller": DroneSound((0, 0.012, 0.012, 0.01, 0.006, 0.002, 0, 0), 0.034, 0, _SAW),
    "hum": DroneSound((0, 0, 0, 0.002, 0.002, 0.001, 0, 0), 0.02, 0, _ORGAN),
    "buzz": DroneSound((0,) * 8, 0.02, 1, _WINGS, 27, 0.3, 0.8),
    "fire": DroneSound((0.008, 0.012, 0.012, 0.01, 0.01, 0.012, 0.008, 0.004), beats=7, depth=0.4),
    "water": DroneSound((0, 0.004, 0.008, 0.013, 0.016, 0.014, 0.009, 0.004), beats=3, depth=0.2),
}


def drone(
    name: str, who: str, harmony: Harmony, tune: Tune, stand: Stand, quarter: int, samples: int
) -> Floats:
    """A quarter of it, (2, QUARTER), from where the subject is."""
    made, pose = DRONES[name], stand[:, SCORE.index(who + "pose")]
    moved = 1 + made.stirred * pose
    gains = np.array(made.air)[:, None] * moved
    out = noise_bed(gains, tune, quarter, samples, who + name)
    now = quarter * QUARTER
    if made.tone:
        # In the clip's key, as all that has a pitch: an engine beside it would be a wrong note.
        base = harmony.periodic(440 * 2 ** ((harmony.root - 69) / 12 + made.octave))
        hum = np.zeros(QUARTER, np.float32)
        for ratio, share in made.partials:
            hum += np.float32(share) * sine(base * ratio, QUARTER, now, ratio * ratio / 16)
        out += np.float32(made.tone) * hum * line(moved)
    if made.beats:
        wave = sine(harmony.periodic(made.beats), QUARTER, now)
        out *= 1 + np.float32(made.depth) * (wave - np.float32(0.4))
    return np.asarray(out * _nearness(stand, who))


def _nearness(stand: Stand, who: str) -> Floats:
    """(2, QUARTER): from where it was to where it is."""
    ends = [
        (place.near, *sides(place.pan))
        for place in (stereo_position(stand, who, k) for k in (0, -1))
    ]
    (near, *from_sides), (then, *to_sides) = ends
    steps = np.linspace(0, 1, POINTS + 1)
    paths: list[NDArray[np.float64]] = [
        (near * a + (then * b - near * a) * steps) * np.sqrt(2)
        for a, b in zip(from_sides, to_sides, strict=True)
    ]
    return np.stack([line(path) for path in paths])
