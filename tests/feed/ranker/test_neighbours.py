import numpy as np
import pytest

from phosphene.feed.ranker import neighbours
from phosphene.feed.ranker.neighbours import FEWEST, NARROW, WIDTH, Neighbours, join_to_places

HALF = np.array([[0.5]])


def place(*clips: int) -> np.ndarray:
    found = np.full(10_000, -1, np.int32)
    found[list(clips)] = np.arange(len(clips))
    return found


def test_pairs_are_counted_in_one_direction() -> None:
    table = Neighbours()
    table.count_pair(1, 2, 1.0, 1)
    table.count_pair(1, 2, 0.5, 4)
    table.count_pair(1, 3, 1.0, 4)
    row = table.neighbours_of(1)
    assert dict(zip(row.ids.tolist(), row.counts.tolist(), strict=True)) == {2: 1.5, 3: 1.0}
    assert row.voices.tolist() == [5, 4]
    assert not len(table.neighbours_of(2).ids)
    assert table.totals_of([1, 2]).tolist() == [2.5, 0]


def test_the_strongest_stay() -> None:
    table = Neighbours()
    for other in range(1, WIDTH + 1):
        table.count_pair(0, other, float(other), 1 << other % 64)
    table.count_pair(0, 9999, 1.0, 2)
    row = table.neighbours_of(0)
    ids = row.ids.tolist()
    assert len(ids) <= WIDTH
    assert {WIDTH, 9999} <= set(ids)
    assert 1 not in ids
    assert row.voices[ids.index(200)] == 1 << 200 % 64


def test_no_sum_rests_on_fewer_than_three_people_however_much_they_did() -> None:
    table = Neighbours()
    for voice in (1, 2, 1, 2, 1, 2):
        table.count_pair(0, 7, 1.0, voice)
    for voice in (1, 2, 4):
        table.count_pair(0, 8, 1.0, voice)
    pairs = join_to_places(table, [0], place(7, 8, 9), 3)
    assert pairs.count_people().tolist() == [2, FEWEST, 0]
    assert pairs.sum_counts(HALF).tolist() == [[0, 1.5, 0]]


def test_people_of_several_pairs_are_counted_together_and_each_once() -> None:
    table = Neighbours()
    for clip, voice in ((0, 1), (1, 1), (1, 2), (2, 4)):
        table.count_pair(clip, 7, 1.0, voice)
    pairs = join_to_places(table, [0, 1, 2], place(7), 1)
    assert pairs.count_people().tolist() == [3]
    assert not join_to_places(table, [], place(7), 1).sum_counts(np.zeros((1, 0))).any()


def test_what_is_joined_is_joined_both_ways() -> None:
    table = Neighbours()
    table.join_clips(1, [(2, 1.0), (3, 0.5)], 4)
    assert table.neighbours_of(1).ids.tolist() == [2, 3]
    assert table.neighbours_of(3).ids.tolist() == [1]
    table.join_clips(1, [(3, 0.25), (4, 1.0)], 8)
    row = table.neighbours_of(1)
    assert dict(zip(row.ids.tolist(), row.counts.tolist(), strict=True)) == {2: 1, 3: 0.75, 4: 1}
    assert row.voices.tolist() == [4, 12, 8]
    assert table.totals_of([1, 2, 3]).tolist() == [2.75, 1.0, 0.75]


def test_who_hears_of_pairs_keeps_the_same_neighbours_when_there_are_too_many() -> None:
    table, told, dice = Neighbours(), Neighbours(), np.random.default_rng(1)
    table.counted = []
    for _ in range(60):
        others = dice.choice(np.arange(1, 600), 40, replace=False).tolist()
        table.join_clips(0, [*zip(others, dice.random(40).tolist(), strict=True)], 1)
    for pair in table.counted:
        told.count_pair(*pair)
    ours, theirs = table.neighbours_of(0), told.neighbours_of(0)
    assert ours.ids.tolist() == theirs.ids.tolist()
    assert ours.counts.tolist() == theirs.counts.tolist()


@pytest.mark.slow
def test_clips_joined_at_once_are_joined_as_one_by_one() -> None:
    dice = np.random.default_rng(0)
    at_once, singly = Neighbours(), Neighbours()
    at_once.counted, singly.counted = [], []
    # As many clips as are more than a row holds, so that the weakest leave it.
    for turn in range(300):
        clip, *others = (int(one) for one in dice.choice(WIDTH + 40, 41, replace=False))
        clip %= 8 if turn % 2 else clip + 1
        joined = [(other, 0.25 * (1 + other % 3)) for other in others if other != clip]
        at_once.join_clips(clip, joined, 1 << turn % 64)
        for other, by in joined:
            singly.count_pair(clip, other, by, 1 << turn % 64)
            singly.count_pair(other, clip, by, 1 << turn % 64)
    assert len(at_once.neighbours_of(0).ids) > WIDTH // 2
    every = list(range(WIDTH + 40))
    assert at_once.totals_of(every).tolist() == singly.totals_of(every).tolist()
    assert sorted(at_once.counted) == sorted(singly.counted)
    same = [one for one in every if at_once.used.get(one, 0) < WIDTH // 2]
    assert len(same) > WIDTH
    for one in same:
        rows = (table.neighbours_of(one) for table in (at_once, singly))
        first, second = (sorted(zip(row.ids, row.counts, row.voices, strict=True)) for row in rows)
        assert first == second


@pytest.mark.slow
def test_there_are_never_more_pairs_and_each_clip_keeps_its_strongest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "PAIRS", 2000)
    table, told, dice = Neighbours(), Neighbours(), np.random.default_rng(1)
    table.counted = []
    for turn in range(300):
        clip = turn % 60
        table.count_pair(clip, 60 + clip, 5.0, 1)
        others = dice.choice(np.arange(200, 900), 20, replace=False).tolist()
        table.join_clips(clip, [(other, 0.5) for other in others], 1)
    assert table.pairs == sum(table.used.values()) <= 2000
    assert sum(len(row) for row in table.ids.values()) < 2 * 2000 + NARROW * len(table.ids)
    strongest = [table.neighbours_of(clip) for clip in range(60)]
    assert all(60 + clip in row.ids for clip, row in enumerate(strongest))
    for pair in table.counted:
        told.count_pair(*pair)
    assert told.used == table.used
