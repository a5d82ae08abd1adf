import pytest

from bench.feed.wished_clips import LABELS, judge_traits, load_labelled, score_labels, total

pytestmark = pytest.mark.slow


@pytest.mark.breadth
def test_labels_that_nobody_looked_at_are_told_well_enough() -> None:
    clips = load_labelled()
    assert len(clips) >= 200
    assert {label for one in clips for label in one.labels} == set(LABELS)
    unseen = total([*score_labels(clips[1::2]).values()])
    assert unseen.precision > 0.85
    assert unseen.recall > 0.8
    assert score_labels(clips[1::2], "possible:")["scary"].recall > 0.9
    assert len([*judge_traits()]) == 2 * (len(LABELS) + 3)
