"""Long clips: the prompts, what counts as a seam, and changes between frames."""

import numpy as np
import pytest

from phosphene.render.worker.embedded.score import FPS
from training.lasting import LONG, OF_EACH, changes, long_cases, seamless
from training.pool import world
from training.stage import look, scene
from training.world import WORLD


def test_every_subject_is_asked_for_in_different_colours() -> None:
    made = long_cases()
    assert len(made) == OF_EACH * len(WORLD.values["subject"])
    for subject in WORLD.values["subject"]:
        mine = [case for case in made if case.meant["subject"] == subject]
        assert len({case.meant["colour"] for case in mine}) == OF_EACH
        assert all(subject in case.text for case in mine)


@pytest.mark.parametrize(("at", "whole"), [(FPS - 1, False), (3 * FPS - 1, False), (FPS, True)])
def test_only_a_jump_between_seconds_is_a_seam(at: int, whole: bool) -> None:
    change = np.ones(LONG * FPS - 1)
    assert seamless(change)
    change[at] = 2.5
    assert seamless(change) is whole


def test_a_real_scene_has_no_seam_and_is_looked_at_from_any_second() -> None:
    rng = np.random.default_rng(5)
    shown = scene(world(rng), rng)
    moved = changes(shown)
    assert moved.shape == (len(shown.score) * FPS - 1,)
    assert seamless(moved)
    assert look(shown).shape == (8, 3, 256, 144)
