"""The judge and the stage it looks at."""

from pathlib import Path

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.vocabulary import SLOTS
from training import judge as judging
from training.judge import ANSWERS, ASKED, BOTH, Judge, answer, answerable, skill
from training.stage import look, scene
from training.world import WORLD

VALUES_OF = {
    "subject": "butterfly",
    "colour": "red",
    "place": "sea",
    "time": "day",
    "motion": "circle",
    "weather": "clear",
    "size": "medium",
    "count": "one",
    "other": "nothing",
    "other_colour": "blue",
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
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
    for count in WORLD.values["count"]:
        shown = look(scene(VALUES_OF | {"count": count}, np.random.default_rng(1)))
        there = np.abs(shown[0, 0].astype(int) - plain) > 24
        widths.append(there.any(0).sum())
    assert widths[0] < widths[1] < widths[2]


def test_two_subjects_are_both_on_the_stage() -> None:
    values = VALUES_OF | {"other": "elephant", "relation": "chasing"}
    shown = scene(values, np.random.default_rng(3))
    assert shown.plates["other"].shape == shown.plates["subject"].shape
    alone = scene(VALUES_OF, np.random.default_rng(3))
    assert set(shown.plates) - set(alone.plates) == {"other", "other_inks"}
    blue, red = shown.plates["other_inks"][:3], shown.plates["inks"][:3]
    assert blue[2] > blue[0]
    assert red[0] > red[2]


def test_a_case_without_subject_asks_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "look", lambda shown: np.zeros((8, 3, 256, 144), np.uint8))
    rng = np.random.default_rng(2)
    truths = torch.from_numpy(np.stack([judging.case(rng)[1] for _ in range(20)]))
    assert truths.shape == (20, len(SLOTS) + 1)
    right = answerable(truths)
    assert set(right) == set(ASKED)
    count, alone = truths[:, -1], truths[:, SLOTS.index("other")] == 0
    assert set(count.tolist()) == {0, 1, 2, 3}
    assert alone[count == 0].all()
    assert torch.equal(right["subject"] == -1, ~alone | (count == 0))
    assert torch.equal(right["relation"] == -1, alone)
    assert torch.equal(right["exactly one"] == -1, ~alone)
    assert torch.equal(right["place"], truths[:, SLOTS.index("place")])
    assert right["both subjects"].sum(1)[count == 0].max() == 0


def truth(number: int = 1, /, **values: str) -> list[int]:
    return [*WORLD.slot_indices(VALUES_OF | values), number]


def test_only_what_can_be_told_is_asked() -> None:
    pair = {"other": "fox", "relation": "chasing"}
    truths = torch.tensor(
        [
            truth(),
            truth(2, count="two"),
            truth(camera="closer"),
            truth(**pair),
            truth(0),
            truth(other="butterfly"),
        ]
    )
    right = answerable(truths)
    void = {asked: (right[asked] == -1).tolist() for asked in ASKED if asked != BOTH}
    assert void["subject"] == void["colour"] == [False, False, False, True, True, True]
    assert void["count"] == [False, False, False, True, True, True]
    assert void["size"] == [False, True, True, True, True, True]
    assert void["motion"] == [False, False, True, True, True, True]
    assert void["relation"] == [True, True, True, False, True, False]
    assert not any(any(void[asked]) for asked in ("place", "time", "weather", "camera", "mood"))
    assert right["exactly one"].tolist() == [1, 2, 1, -1, 0, -1]
    assert right[BOTH].sum(1).tolist() == [1, 1, 1, 2, 0, 1]
    fox = WORLD.values["subject"].index("fox")
    assert right[BOTH][:, fox].tolist() == [0, 0, 0, 1, 0, 0]


def test_a_judge_answers_everything() -> None:
    torch.manual_seed(0)
    clips = torch.randint(0, 255, (3, 8, 3, 256, 144), dtype=torch.uint8)
    answers = Judge().eval()(clips)
    wanted = {asked: ANSWERS[asked] for asked in ASKED if asked != BOTH}
    assert {a: v.shape[1] for a, v in answers.items()} == wanted | {BOTH: ANSWERS["subject"]}
    verdicts = answer(Judge(), clips)
    assert {a: tuple(v.shape) for a, v in verdicts.items()} == dict.fromkeys(wanted, (3,)) | {
        BOTH: (3, 2)
    }


def test_skill_leaves_out_what_was_not_asked() -> None:
    torch.manual_seed(1)
    judge = Judge()
    clips = torch.randint(0, 255, (2, 8, 3, 256, 144), dtype=torch.uint8)
    given = answer(judge, clips)
    truths = torch.tensor([truth(), truth(camera="up")])
    for asked in ("subject", "colour", "place", "size", "motion"):
        truths[:, SLOTS.index(asked)] = given[asked]
    truths[1, SLOTS.index("colour")] = (truths[1, SLOTS.index("colour")] + 1) % 8
    found = skill(judge, clips, truths)
    assert set(found) == set(ASKED)
    assert found["subject"] == (2, 2)
    assert found["colour"] == (1, 2)
    assert found["place"] == (2, 2)
    assert found["size"] == found["motion"] == (1, 1)
    assert found[BOTH] == found["relation"] == (0, 0)
    truths[:, SLOTS.index("subject")] = given[BOTH][:, 0]
    truths[:, SLOTS.index("other")] = 1 + given[BOTH][:, 1]
    truths[1, SLOTS.index("other")] = 1 + (given[BOTH][1, 1] + 1) % 24
    pairs = skill(judge, clips, truths)[BOTH]
    assert pairs[0] == 1 + (pairs[1] - 2)
    assert pairs[1] in (1, 2)


@pytest.mark.breadth
def test_a_judge_can_learn(tmp_path: Path) -> None:
    torch.manual_seed(2)
    clips = torch.zeros(20, 8, 3, 256, 144, dtype=torch.uint8)
    truths = torch.tensor([truth()] * 10 + [truth(time="night")] * 10)
    clips[10:] = 200
    judge = Judge()
    judging.train(judge, clips, truths, steps=10, batch=4)
    assert skill(judge, clips, truths)["time"] == (20, 20)


def test_an_untrained_judge_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(judging, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError):
        judging.trained()
