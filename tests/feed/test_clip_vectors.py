"""What clips are about, in two languages."""

import math

import pytest

from phosphene.feed.clip_vectors import COMMON, about, importance, unit
from phosphene.model import Clip, Person, Slot


def clip(text: str, *understood: Slot) -> Clip:
    return Clip(
        id="c",
        author=Person("p", "h"),
        text=text,
        seconds=5,
        status="done",
        created_at=0.0,
        understood=understood,
    )


def test_a_slot_takes_the_place_of_the_words_that_said_it() -> None:
    english = about(clip("a dreamy whale", Slot("subject", "whale", 1.0, ("whale",))))
    french = about(clip("une baleine", Slot("subject", "whale", 1.0, ("baleine",))))
    assert english == {"dreamy": 1.0, "subject:whale": 2.0}
    assert french == {"subject:whale": 2.0}


def test_what_was_not_understood_is_no_slot() -> None:
    features = about(clip("a zeppelin", Slot("subject", None, 0.9), Slot("time", "day", 0.0)))
    assert features == {"zeppelin": 1.0}


def test_rare_features_tell_more_than_common_ones() -> None:
    documents = [{"sea": 1.0, "whale": 1.0}, {"sea": 1.0}, {"sea": 1.0}]
    weights = importance(documents)
    assert weights["whale"] == pytest.approx(1.0)
    assert COMMON <= weights["sea"] < 0.5
    assert importance([]) == {}


def test_a_unit_vector_has_length_one_or_is_empty() -> None:
    vector = unit({"a": 3.0, "b": 1.0}, {"a": 0.5})
    assert math.hypot(*vector.values()) == pytest.approx(1.0)
    assert unit({}, {}) == {}
