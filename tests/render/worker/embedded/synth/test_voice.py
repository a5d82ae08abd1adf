"""Every voice of the table is heard, whatever it beats with and hums."""

from typing import get_args

import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.render.worker.embedded.synth.cue import Performer
from phosphene.render.worker.embedded.synth.drones import DRONES
from phosphene.render.worker.embedded.synth.sound_table import Beat, read_table
from tests.breadth import few_of
from tests.render.worker.embedded.synth.sounding import cue, score_of, sound_of, tune

pytestmark = pytest.mark.slow

TABLE = read_table()
GAITS = {voice: gait for gait, voice in TABLE.gait.items()}
# One of each way to sound; of two hundred the rest differ in numbers only.
VOICES = {
    (one.beat, one.drone): name for name, one in TABLE.voice.items() if one.of or name in GAITS
}
SCORE = score_of(2, strokes=3.0, hops=1.5)


def performer_with(voice: str) -> Performer:
    """Somebody who sounds so: by name, or by how they move."""
    subjects = TABLE.voice[voice].of
    return Performer(subjects[0] if subjects else "a stranger", "" if subjects else GAITS[voice])


@pytest.mark.parametrize("voice", few_of([*VOICES.values()], [*VOICES.values()][::5]))
def test_who_is_there_is_heard(voice: str) -> None:
    nobody = cue(subject="nothing")
    performer = performer_with(voice)
    assert TABLE.voice_of(performer.name, performer.gait) == TABLE.voice[voice]
    alone = sound_of(SCORE, nobody, tune())
    heard = sound_of(SCORE, replace(nobody, performers=(performer,)), tune())
    assert heard.shape == alone.shape
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() < 1
    silent = not (TABLE.voice[voice].beat or TABLE.voice[voice].drone or TABLE.voice[voice].cry)
    assert np.array_equal(heard, alone) if silent else np.abs(heard - alone).max() > 0.003


def test_every_drone_and_beat_has_a_voice() -> None:
    voices = TABLE.voice.values()
    assert {voice.drone for voice in voices if voice.drone} == DRONES.keys()
    assert {voice.beat for voice in voices} == {*get_args(Beat)}


def test_whoever_sounds_far_to_the_left_is_heard_on_the_left() -> None:
    at_left = SCORE.copy()
    flat = at_left.reshape(-1, at_left.shape[-1])
    flat[:, 0] = -1.0
    performer = performer_with(next(name for name, one in TABLE.voice.items() if one.drone))
    nobody = cue(subject="nothing")
    alone = sound_of(at_left, nobody, tune())
    left, right = np.abs(
        sound_of(at_left, replace(nobody, performers=(performer,)), tune()) - alone
    ).mean(1)
    assert left > right
