"""What a renderer gives its patches is the sound of the synthesizer, piece by piece."""

import numpy as np

from phosphene.render.worker.embedded.score import FPS
from phosphene.render.worker.embedded.synth.clip_sound import ClipSound
from phosphene.render.worker.embedded.synth.clock import QUARTER, RATE
from phosphene.render.worker.embedded.synth.cue import cue_of
from tests.render.worker.embedded.synth.sounding import scene_of, score_of, sound_of, tune


def test_the_pieces_of_a_clip_are_its_whole_sound() -> None:
    scene, score = scene_of(), score_of(2)
    sound = ClipSound(tune(), 2)
    pieces = [sound.of_frames(scene, score, at, at + FPS)() for at in (0, FPS)]
    assert {one.rate for one in pieces} == {RATE}
    made = np.concatenate([one.samples for one in pieces], 1)
    assert made.shape == (2, 8 * QUARTER)
    assert np.array_equal(made, sound_of(score, cue_of(scene), tune()))
