"""Remixes to measure with, and what counts as untouched."""

import numpy as np

from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from training.export import WEIGHTS
from training.keeping import CHANGED, OF_EACH, _untouched, changes
from training.stage import scene
from training.world import WORLD


def test_every_slot_is_changed_equally_often() -> None:
    made = changes()
    assert [change.slot for change in made].count("camera") == OF_EACH
    assert len(made) == OF_EACH * len(CHANGED) == len({change.seed for change in made})
    for change in made:
        assert change.value in WORLD.values[change.slot]
        assert change.value != change.values[change.slot]
        assert change.values["other"] == "nothing"
    assert [change.text for change in changes()] == [change.text for change in made]


def test_what_a_remix_asks_for_is_read() -> None:
    words = PromptParser.from_pretrained(WEIGHTS)
    for change in changes()[: len(CHANGED)]:
        read = {slot.name: slot.value for slot in words.parse_prompt(change.text)}
        assert read[change.slot] == change.value, change.text


def test_only_plates_that_the_words_do_not_touch_have_to_stay() -> None:
    values = changes()[0].values
    parent = scene(values, np.random.default_rng(1))
    night = Scene(dict(parent.plates) | {"sky": 1 - parent.plates["sky"]}, parent.score, values)
    assert _untouched(parent, parent, "subject")
    assert _untouched(parent, night, "time")
    assert not _untouched(parent, night, "subject")
