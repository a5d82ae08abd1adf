"""Slots and indices."""

import pytest

from server.render.theatre import vocabulary
from server.render.theatre.vocabulary import (
    KINDS,
    PLATES,
    RELEVANT,
    SCALE,
    SCORE,
    SHAPES,
    SIZES,
    SLOTS,
    VALUES,
    held_out,
    indices,
    names,
)


def test_indices_and_names_are_inverse() -> None:
    values: dict[str, str | None] = {
        "subject": "fox",
        "colour": None,
        "place": "underwater",
        "time": "dawn",
        "motion": "hop",
        "weather": None,
        "size": "large",
        "count": None,
    }
    row = indices(values)
    assert row == (9, 8, 7, 3, 4, 3, 2, 3)
    assert names(row) == values


def test_a_missing_slot_is_unspecified() -> None:
    assert indices({}) == SIZES
    assert set(names(SIZES).values()) == {None}


@pytest.mark.parametrize("value", ["minotaur", "", "Whale", "red"])
def test_a_value_that_the_world_does_not_know_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="tuple"):
        indices({"subject": value})


def test_no_value_stands_in_two_slots() -> None:
    values = [value for slot in SLOTS for value in VALUES[slot]]
    assert len(values) == len(set(values)) == sum(SIZES)


def test_every_kind_depends_on_known_slots_only() -> None:
    assert (*PLATES, "score") == KINDS
    assert all(set(RELEVANT[kind]) <= set(SLOTS) for kind in KINDS)
    assert {slot for kind in KINDS for slot in RELEVANT[kind]} == set(SLOTS)
    assert SHAPES["subject"][-2:] == SHAPES["far"][-2:]
    assert len(SCALE) == len(SCORE) == 12


def test_some_combinations_are_held_out_but_never_all_of_a_subject() -> None:
    for subject in VALUES["subject"]:
        seen = {
            (colour, place)
            for colour in VALUES["colour"]
            for place in VALUES["place"]
            if not held_out(subject, colour, place)
        }
        assert len({colour for colour, _ in seen}) >= 4
        assert len({place for _, place in seen}) >= 4
    assert held_out("cat", "orange", "hills")
    assert held_out("fox", "red", "forest")
    assert not held_out("whale", "blue", "sea")


def test_held_out_does_not_depend_on_the_process() -> None:
    assert vocabulary._bucket("rocket blue") == 0
