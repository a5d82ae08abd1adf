"""Scenes that a judge learns from are what their prompts say, and the model is asked the same."""

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from training.export import WEIGHTS
from training.nouns.packages import folder
from training.nouns.scene_judge import ANSWERS, SceneJudge, answers, read, skill, together, truth
from training.nouns.scene_report import Remix, kept
from training.nouns.scenes import CROP, RELATIONS, drawn, look, places, told

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def renderer() -> EmbeddedRenderer:
    return EmbeddedRenderer(WEIGHTS, torch.float32)


def test_prompts_of_all_relations_and_places_are_read_as_they_are_told(
    renderer: EmbeddedRenderer,
) -> None:
    rng = np.random.default_rng(1)
    of = [told(rng, relation, "hills") for relation in RELATIONS]
    of += [told(rng, "", place) for place in places()]
    wrong = [one.text for one in of if read(renderer.plan_scene(one.text, 3)) != truth(one)]
    assert not wrong


@pytest.mark.skipif(
    not folder("@iconify-json/fluent-emoji-flat").exists(),
    reason="the icons are not here: python -m training.nouns.packages",
)
def test_a_scene_is_drawn_as_it_was_planned_and_looked_at(renderer: EmbeddedRenderer) -> None:
    rng = np.random.default_rng(2)
    one = told(rng, "riding", "beach")
    plan = renderer.plan_scene(one.text, 5)
    seen = together([look(drawn(*plan, rng)) for _ in range(2)])
    assert seen.whole.shape == (2, 15, 128, 72)
    assert seen.near.shape == (2, 9, CROP, CROP)
    assert (seen.near[0] != seen.near[1]).any()
    judge = SceneJudge()
    assert answers(judge, seen).shape == (2, len(ANSWERS))
    found = skill(judge, seen, np.array([truth(one)] * 2))
    assert set(found) == set(ANSWERS)


def test_of_remixes_only_what_the_judge_is_fit_for_counts() -> None:
    before, after = np.array([3, 0, 1, 2]), np.array([4, 0, 2, 2])
    one = Remix("place", 4, before, after, untouched=True)
    sure = dict.fromkeys(ANSWERS, (99, 100))
    followed, same, untouched = kept([one], sure)
    assert "1 of 1" in followed
    assert "2 of 3" in same
    assert "1 of 1" in untouched
    followed, same, _ = kept([one], sure | {"place": (50, 100), "weather": (10, 100)})
    assert "void" in followed
    assert "2 of 2" in same
