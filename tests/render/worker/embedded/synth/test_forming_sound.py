"""While a clip forms it is heard: out of silence, from hiss to the first chord."""

import numpy as np

from phosphene.render.worker.embedded.synth.clip_sound import ClipSound
from phosphene.render.worker.embedded.synth.clock import Floats
from tests.render.worker.embedded.synth.sounding import scene_of, tune


def tonality(samples: Floats) -> float:
    """How much of the energy is in the forty strongest lines of the spectrum."""
    power = np.abs(np.fft.rfft(samples.mean(0) * np.hanning(samples.shape[1]))) ** 2
    strongest = np.sort(power)[-40:].sum()
    return float(strongest / power.sum())


def test_it_opens_from_hiss_to_a_chord() -> None:
    sound = ClipSound(tune(), 4)
    heard = [
        tonality(sound.of_forming(scene_of(), sigma)(0, 24_000, sigma).samples)
        for sigma in (1.0, 0.7, 0.4, 0.0)
    ]
    hiss, first, *chord = heard
    assert hiss < first < min(chord)
    assert min(chord) > 4 * hiss


def test_pieces_join_and_the_first_comes_out_of_silence() -> None:
    sound = ClipSound(tune(), 4)
    whole = sound.of_forming(scene_of(), 0.5)(0, 1920, 0.5).samples
    parts = [sound.of_forming(scene_of(), 0.5)(at, 960, 0.5).samples for at in (0, 960)]
    assert np.allclose(whole, np.concatenate(parts, 1), atol=1e-6)
    first = sound.of_forming(scene_of(), 1.0)(0, 960, None).samples
    assert not first[:, 0].any()
    assert np.abs(first[:, -100:]).max() > 0
