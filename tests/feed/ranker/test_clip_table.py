import numpy as np
import pytest

from phosphene.feed.ranker.clip_table import FIRST, ClipTable
from phosphene.feed.ranker.columns import feature_row


def table() -> ClipTable:
    made = ClipTable()
    for number in range(4):
        made.add_clip(f"c{number}", feature_row({}, f"a{number % 2}", ()), 0.0)
    return made


def test_a_clip_is_as_good_as_its_author_until_it_is_known() -> None:
    made = table()
    for _ in range(10):
        made.note_quality(0, 1.0, 1.0)
    quality = made.quality(np.arange(4))
    assert quality[0] > quality[2] > 0
    assert quality[1] == quality[3] == 0


def test_one_reaction_says_little() -> None:
    made = table()
    made.note_quality(1, 1.0, 1.0)
    assert made.quality(np.array([1]))[0] == pytest.approx(0.33, abs=0.05)


def test_likes_of_long_ago_rise_no_more() -> None:
    made = table()
    made.note_like(0, 1.0, 0)
    made.note_like(1, 1.0, 10_000)
    first, second = made.risen(np.array([0, 1]), 10_000)
    assert first < 0.01 < second == 1


def test_more_clips_than_there_is_room_for() -> None:
    made = ClipTable()
    for number in range(FIRST + 1):
        assert made.add_clip(f"c{number}", feature_row({"subject": "fox"}, "a", ()), 1.0) == number
    assert made.add_clip("c7", feature_row({}, "", ()), 2.0) == 7
    assert made.features[0, FIRST] == made.features[0, 0]
