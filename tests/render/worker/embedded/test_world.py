"""The world of a model: values, what suits, and its file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from phosphene.render.worker.embedded.vocabulary import SLOTS
from phosphene.render.worker.embedded.world import FILE, World
from tests.render.worker.embedded.toy import WORLD, another


def changed(**values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict(WORLD.values) | values


def test_indices_and_names_are_inverse() -> None:
    values: dict[str, str | None] = dict.fromkeys(SLOTS)
    values |= {"subject": "fox", "place": "underwater", "time": "dawn", "motion": "hop"}
    values |= {"size": "large", "other": "whale", "mood": "dreamy", "camera": "still"}
    row = WORLD.slot_indices(values)
    assert row == (9, 8, 7, 3, 4, 3, 2, 3, 1, 8, 3, 0, 3)
    assert WORLD.slot_values(row) == values


def test_a_missing_slot_is_unspecified() -> None:
    free = WORLD.slot_indices({})
    assert free == tuple(WORLD.slot_sizes.values())
    assert set(WORLD.slot_values(free).values()) == {None}


@pytest.mark.parametrize("value", ["minotaur", "", "Whale", "red"])
def test_a_value_that_the_world_does_not_know_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="tuple"):
        WORLD.slot_indices({"subject": value})


def test_a_row_of_another_length_is_no_row() -> None:
    with pytest.raises(ValueError, match="zip"):
        WORLD.slot_values((1, 2))


def test_no_value_stands_in_two_slots_but_those_of_the_second_subject() -> None:
    slots = [slot for slot in SLOTS if slot not in ("other", "other_colour")]
    values = [value for slot in slots for value in WORLD.values[slot]]
    assert len(values) == len(set(values)) == sum(WORLD.slot_sizes[slot] for slot in slots)


def test_what_suits_is_told_by_the_subject_then_by_what_is_usual() -> None:
    assert WORLD.suiting_values("place", "sailboat") == ("sea",)
    assert WORLD.suiting_values("time", "sailboat") == WORLD.usual["time"]
    assert WORLD.suiting_values("place", "unicorn") == WORLD.values["place"]
    assert WORLD.suiting_values("subject", "") == WORLD.values["subject"]


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    for world in (WORLD, another()):
        world.save(tmp_path / "deep")
        assert World.load(tmp_path / "deep") == world
        assert list(World.load(tmp_path / "deep").values) == list(SLOTS)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "has the slots subject, colour"),
        (dict(reversed(WORLD.values.items())), "in this order"),
        (changed(weight=("light",)), "in this order"),
        (changed(count=("one", "two")), "one, two, three"),
        (changed(time=()), "no value, or one twice, of time"),
        (changed(camera=("still", "up", "still")), "no value, or one twice, of camera"),
        (changed(subject=("cat",)), "then the subjects"),
        (changed(other=WORLD.values["subject"]), "nothing, then the subjects"),
        (changed(colour=("red",)), "other_colour"),
    ],
)
def test_a_world_without_order_is_refused(
    values: dict[str, tuple[str, ...]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        World(values, {}, {})


@pytest.mark.parametrize(
    ("usual", "suits", "complaint"),
    [
        ({"time": ("noon",)}, {}, "no time noon"),
        ({"hour": ("noon",)}, {}, "no hour noon"),
        ({"time": ()}, {}, "no time"),
        ({}, {"unicorn": {}}, "no subject unicorn"),
        ({}, {"cat": {"place": ("moon",)}}, "no place moon"),
    ],
)
def test_what_suits_must_be_known(usual: Any, suits: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        World(WORLD.values, usual, suits)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"values": {}, "usual": {}}', b"\xff"])
def test_a_file_that_is_no_world_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / FILE).write_bytes(text)
    with pytest.raises(ValueError, match=f"{FILE} is not a world"):
        World.load(tmp_path)


def test_a_file_of_a_world_that_cannot_be_says_why(tmp_path: Path) -> None:
    broken = {"values": changed(count=("one",)), "usual": {}}
    (tmp_path / FILE).write_bytes(msgspec.json.encode(broken))
    with pytest.raises(ValueError, match='"count" is one, two, three'):
        World.load(tmp_path)


def test_a_folder_without_a_world_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=FILE):
        World.load(tmp_path)
