"""The judge and the stage it looks at."""

from pathlib import Path

import numpy as np
import pytest
import torch

from server.render.theatre.vocabulary import VALUES
from training import judge as judging
from training.judge import ANSWERS, ASKED, Judge, answer, skill
from training.stage import look, scene

VALUES_OF = {
    "subject": "butterfly",
    "colour": "red",
    "place": "sea",
    "time": "day",
    "motion": "circle",
    "weather": "clear",
    "size": "medium",
    "count": "one",
}


def test_a_scene_is_looked_at_small() -> None:
    frames = look(scene(VALUES_OF, np.random.default_rng(0)))
    assert frames.shape == (8, 3, 256, 144)
    assert np.abs(np.diff(frames[:, 0].astype(int), axis=0)).max() > 40
    assert frames[:, 2, 60:200].max() > 165


def test_the_empty_scene_has_no_subject_and_three_cover_more_ground_than_one() -> None:
    empty = scene(VALUES_OF, np.random.default_rng(1), empty=True)
    assert empty.plates["subject"].max() == 0
    plain = look(empty)[0, 0].astype(int)
    widths = []
    for count in VALUES["count"]:
        shown = look(scene(VALUES_OF | {"count": count}, np.random.default_rng(1)))
        there = np.abs(shown[0, 0].astype(int) - plain) > 24
        widths.append(there.any(0).sum())
    assert widths[0] < widths[1] < widths[2]


def test_a_case_without_subject_asks_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    monkeypatch.setattr(judging, "look", lambda shown: np.zeros((8, 3, 256, 144), np.uint8))
    rng = np.random.default_rng(2)
    for _ in range(24):
        _, truth = judging.case(rng)
        seen.add(int(truth[-1]))
        assert (truth[0] == -1) == (truth[-1] == 0)
        assert (truth[ASKED.index("size")] == -1) == (truth[-1] != 1)
        assert truth[2] in range(len(VALUES["place"]))
    assert seen == {0, 1, 2, 3}


def test_a_judge_answers_everything() -> None:
    torch.manual_seed(0)
    clips = torch.randint(0, 255, (3, 8, 3, 256, 144), dtype=torch.uint8)
    answers = Judge().eval()(clips)
    assert {a: v.shape[1] for a, v in answers.items()} == ANSWERS
    verdicts = answer(Judge(), clips)
    assert verdicts.shape == (3, len(ASKED))


def test_skill_leaves_out_what_was_not_asked() -> None:
    torch.manual_seed(1)
    judge = Judge()
    clips = torch.randint(0, 255, (2, 8, 3, 256, 144), dtype=torch.uint8)
    truths = answer(judge, clips)
    truths[0, 0] = -1
    truths[1, 1] = (truths[1, 1] + 1) % 8
    found = skill(judge, clips, truths)
    assert found["subject"] == (1, 1)
    assert found["colour"] == (1, 2)
    assert found["place"] == (2, 2)


def test_a_judge_can_learn(tmp_path: Path) -> None:
    torch.manual_seed(2)
    clips = torch.zeros(50, 8, 3, 256, 144, dtype=torch.uint8)
    truths = torch.zeros(50, len(ASKED), dtype=torch.long)
    clips[25:] = 200
    truths[25:, 3] = 1
    judge = Judge()
    judging.train(judge, clips, truths, steps=30, batch=8)
    assert skill(judge, clips, truths)["time"] == (50, 50)


def test_an_untrained_judge_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(judging, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError):
        judging.trained()
