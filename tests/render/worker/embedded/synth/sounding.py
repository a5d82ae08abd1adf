"""Clips to be heard without a model: scores of plain motion, and how loud they are."""

import numpy as np
from numpy.typing import NDArray

from phosphene.model import Tune
from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.synth.audible_motion import stand_of
from phosphene.render.worker.embedded.synth.clock import RATE, Floats
from phosphene.render.worker.embedded.synth.cue import Cue, cue_of
from phosphene.render.worker.embedded.synth.synthesizer import Synthesizer
from phosphene.render.worker.embedded.vocabulary import KEYS, SCORE

PLAIN = {
    "subject": "horse",
    "colour": "red",
    "place": "hills",
    "time": "day",
    "motion": "right",
    "weather": "clear",
    "size": "medium",
    "count": "one",
    "other": "nothing",
    "other_colour": "red",
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
}


def score_of(seconds: int = 4, strokes: float = 1.0, hops: float = 0.0) -> Array:
    """So many strokes and hops a second."""
    score = np.zeros((seconds, KEYS, len(SCORE)), np.float32)
    flat, t = score.reshape(-1, len(SCORE)), (np.arange(seconds * KEYS) + 1) / KEYS
    flat[:, SCORE.index("pose")] = np.sin(2 * np.pi * strokes * t + 0.3)
    flat[:, SCORE.index("y")] = 0.5 - np.abs(np.sin(np.pi * hops * t))
    return score


def tune(seed: int = 3, seconds: int = 4) -> Tune:
    return Tune(version=1, seed=seed, seconds=seconds)


def scene_of(cast: Cast = ALONE, **slots: str) -> Scene:
    """A scene that cannot be seen."""
    return Scene({}, score_of(), PLAIN | slots, cast)


def cue(**slots: str) -> Cue:
    return cue_of(scene_of(ALONE, **slots))


def sound_of(
    score: Array, heard: Cue, made_of: Tune, steered: dict[int, Cue] | None = None
) -> Floats:
    """All of a clip, (2, n); ``steered``: cues that count from a quarter on."""
    synthesizer, made = Synthesizer(made_of, len(score)), []
    for quarter in range(4 * len(score)):
        heard = (steered or {}).get(quarter, heard)
        made.append(synthesizer.next_quarter(heard, stand_of(score, quarter)))
    return np.concatenate(made, 1)


def loudness(samples: Floats) -> float:
    """In LUFS: K-weighted and gated (ITU-R BS.1770-4)."""
    weighed = _weighed(samples)
    starts = range(0, samples.shape[1] - 19_200 + 1, 4_800)
    power = np.array([(weighed[:, at : at + 19_200] ** 2).mean(1).sum() for at in starts])
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    gate = power.mean() / 10
    return float(-0.691 + 10 * np.log10(power[power > gate].mean()))


def above(samples: Floats, hertz: float) -> Floats:
    """What a small speaker plays of it: 24 dB an octave less below a frequency."""
    spectrum, at = np.fft.rfft(samples), np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    filtered = spectrum / np.sqrt(1 + (hertz / np.maximum(at, 1)) ** 8)
    return np.fft.irfft(filtered).astype(np.float32)


def _weighed(samples: Floats) -> NDArray[np.float64]:
    at = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    z = np.exp(-2j * np.pi * at / RATE)
    shelf = (1.53512485958697 - 2.69169061940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high = (1 - z) ** 2 / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    made: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(samples) * shelf * high)
    return made
