import numpy as np
import pytest
import torch

from training.nouns.judge import (
    CONCEPT,
    SIDE,
    NounJudge,
    beside,
    best,
    fit,
    groups,
    inks,
    merged,
    shown,
)


def test_it_answers_for_one_picture_and_for_two_side_by_side() -> None:
    judge = NounJudge(7).eval()
    pictures = torch.rand(4, 3, SIDE, SIDE)
    one, two = judge(pictures), judge(beside(pictures))
    assert one.shape == (4, 1, 7)
    assert two.shape == (2, 5, 7)
    # Each window is a picture of its own: the outer ones say of either what is said of it alone.
    assert two[0, 0].shape == one[0, 0].shape
    assert best(two, 2).shape == (2, 2)


def test_the_surest_window_says_what_is_there() -> None:
    verdicts = torch.tensor([[[0.1, 0.9, 0.0], [0.3, 0.2, 0.5], [0.8, 0.1, 0.1]]]).log()
    assert best(verdicts, 2).tolist() == [[1, 0]]


def test_look_alikes_are_those_that_are_taken_for_each_other() -> None:
    names = ["cat", "wolf", "fox", "bus", "tram", *map(str, range(20))]
    taken = np.diag([8] * len(names))
    taken[1, 2] = taken[2, 1] = 4
    taken[3, 4] = 8  # only one way
    assert groups(taken, names) == [("wolf", "fox")]
    assert merged(names, [("wolf", "fox")])[:5] == [0, 1, 1, 3, 4]


def test_a_judge_who_tells_nothing_apart_merges_nothing() -> None:
    taken = np.ones((30, 30), int)
    assert groups(taken, [str(k) for k in range(30)]) == []


def test_a_verdict_is_void_under_95_in_a_hundred() -> None:
    assert fit({CONCEPT: (95, 100)}, CONCEPT)
    assert not fit({CONCEPT: (94, 100)}, CONCEPT)


def test_a_plate_is_seen_in_its_inks_whatever_is_behind_it() -> None:
    rng = np.random.default_rng(1)
    plate = torch.zeros(2, 9, 96, 96)
    plate[:, 3] = plate[:, -1] = 1  # all of it takes the main ink
    told = inks(2, ("#ff0000", "#ff0000"), rng)
    told[:, 0] = torch.tensor([1.0, 0.0, 0.0])
    seen = shown(plate, ["walk", "roll"], told, rng)
    assert seen.shape == (2, 3, SIDE, SIDE)
    middle = seen[:, :, SIDE // 2, SIDE // 2]
    assert middle == pytest.approx(torch.tensor([[1.0, 0, 0], [1.0, 0, 0]]), abs=1e-4)
