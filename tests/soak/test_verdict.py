"""The soak's judge finds what it is there to find."""

from typing import Any

import pytest

from tests.soak.verdict import (
    Segment,
    faults_of_clips,
    faults_of_promises,
    faults_of_segment,
    faults_of_tails,
)

LOG: dict[str, dict[int, dict[str, Any]]] = {
    "clip:a": {place: {"type": "commented", "likes": place} for place in range(1, 5)}
}


def told(*places: int, likes: int = 0) -> list[tuple[int, dict[str, Any]]]:
    return [(place, {"type": "commented", "likes": likes or place}) for place in places]


def test_a_list_without_a_fault() -> None:
    segment = Segment("clip:a", 1, told(2, 3, 4))
    assert not [*faults_of_segment(segment, LOG), *faults_of_tails([segment], LOG)]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (told(2, 4), "4 came where 3"),
        (told(2, 2), "2 came where 3"),
        (told(3, 2), "3 came where 2"),
        (told(2, 3, 4, 5), "5 is not in the database"),
        (told(2, likes=9), "told"),
    ],
)
def test_lost_doubled_reordered_and_different(
    events: list[tuple[int, dict[str, Any]]], said: str
) -> None:
    assert said in next(faults_of_segment(Segment("clip:a", 1, events), LOG))


def test_of_likes_the_last_count_may_stand_for_those_before() -> None:
    log = {"clip:a": {place: {"type": "liked", "likes": place} for place in range(1, 5)}}
    assert not list(faults_of_segment(Segment("clip:a", 1, [(4, log["clip:a"][4])]), log))
    assert list(faults_of_segment(Segment("clip:a", 1, [(2, log["clip:a"][2])]), log)) == []
    log["clip:a"][4] = {"type": "commented"}
    assert list(faults_of_segment(Segment("clip:a", 1, [(4, {"type": "commented"})]), log))


def test_what_was_removed_may_differ() -> None:
    log = {"clip:a": {2: {"type": "clip_removed", "clip": "a"}}}
    assert not list(faults_of_segment(Segment("clip:a", 1, told(2)), log))


def test_a_tail_that_is_missing() -> None:
    assert list(faults_of_tails([Segment("clip:a", 1, told(2))], LOG)) == [
        "clip:a: heard up to 2 of 4"
    ]


def test_promises() -> None:
    assert list(faults_of_promises({"x", "y"}, ["y", "y", "z", "z"], "comment")) == [
        "comment x was acknowledged and is not there",
        "comment y is there more than once",
    ]


def test_clips_without_an_end() -> None:
    states = {"a": "done", "b": "live"}
    assert list(faults_of_clips({"a", "b", "c"}, states)) == [
        "clip b was acknowledged and is live",
        "clip c was acknowledged and is not there",
    ]
