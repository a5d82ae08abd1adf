import pytest

from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from tests.render.worker.embedded.toy import WORLD, another


@pytest.mark.parametrize("seed", range(40))
def test_every_slot_gets_a_value_that_the_world_knows(seed: int) -> None:
    resolved = resolve_slots(WORLD, {}, seed)
    assert list(resolved) == list(SLOTS)
    assert len(WORLD.slot_indices(resolved)) == len(SLOTS)
    assert resolved["time"] in ("day", "sunset")
    assert resolved["weather"] == "clear"


@pytest.mark.parametrize("subject", WORLD.values["subject"])
def test_every_subject_is_cast_into_something_that_suits(subject: str) -> None:
    assert resolve_slots(WORLD, {"subject": subject}, 1)["subject"] == subject
    WORLD.slot_indices(resolve_slots(WORLD, {"subject": subject}, 1))


def test_the_same_seed_draws_the_same() -> None:
    assert resolve_slots(WORLD, {"subject": "cat"}, 7) == resolve_slots(
        WORLD, {"subject": "cat", "place": None}, 7
    )
    assert len({tuple(resolve_slots(WORLD, {}, seed).values()) for seed in range(20)}) > 10


def test_what_is_said_about_one_slot_leaves_the_others() -> None:
    drawn, told = (
        resolve_slots(WORLD, {"subject": "fox"}, 5),
        resolve_slots(WORLD, {"subject": "fox", "time": "night"}, 5),
    )
    assert told == drawn | {"time": "night"}


def test_a_remix_takes_what_is_open_from_its_parent() -> None:
    parent = resolve_slots(WORLD, {"subject": "whale", "place": "city", "time": "night"}, 1)
    assert resolve_slots(WORLD, {"subject": "cat"}, 2, parent) == parent | {"subject": "cat"}


@pytest.mark.parametrize(
    "asked",
    [
        {"subject": "minotaur"},
        {"mood": "sad"},
        {"other": "minotaur"},
        {"pace": "slow"},
        {"time": ""},
    ],
)
def test_unknown_words_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="embedded model knows no"):
        resolve_slots(WORLD, asked, 1)


@pytest.mark.parametrize("seed", range(20))
def test_nobody_comes_who_was_not_asked_for(seed: int) -> None:
    assert resolve_slots(WORLD, {}, seed)["other"] == NOBODY
    assert resolve_slots(WORLD, {"relation": "chasing"}, seed)["other"] == NOBODY


@pytest.mark.parametrize("seed", range(20))
def test_a_world_that_is_read_by_a_lexicon_has_no_subject_by_chance(seed: int) -> None:
    alone = resolve_slots(WORLD, {"place": "sea", "other": "fox"}, seed)
    assert (alone["subject"], alone["other"], alone["place"]) == (NOBODY, NOBODY, "sea")
    assert resolve_slots(another(), {}, seed)["subject"] != NOBODY
    parent = resolve_slots(WORLD, {"subject": "cat"}, 1)
    assert resolve_slots(WORLD, {"time": "night"}, seed, parent)["subject"] == "cat"


def test_a_second_subject_is_cast_into_a_colour_that_suits_it() -> None:
    drawn = [resolve_slots(WORLD, {"subject": "whale", "other": "frog"}, seed) for seed in range(9)]
    assert {slots["other_colour"] for slots in drawn} == {"green"}
    assert {slots["relation"] for slots in drawn} == {"beside"}
    told = resolve_slots(WORLD, {"subject": "cat", "other": "frog", "other_colour": "red"}, 1)
    assert (told["other"], told["other_colour"]) == ("frog", "red")


def test_a_remix_keeps_the_second_subject_until_it_is_told_that_there_is_none() -> None:
    parent = resolve_slots(WORLD, {"subject": "fox", "other": "rabbit", "relation": "chasing"}, 1)
    night = resolve_slots(WORLD, {"time": "night"}, 2, parent)
    assert night == parent | {"time": "night"}
    assert resolve_slots(WORLD, {"other": NOBODY}, 2, parent)["other"] == NOBODY


def test_another_world_is_cast_from_its_own_values() -> None:
    world = another()
    drawn = [resolve_slots(world, {"subject": "tram"}, seed) for seed in range(9)]
    assert {slots["colour"] for slots in drawn} == {"gold"}
    assert {resolve_slots(world, {"subject": "cat"}, seed)["colour"] for seed in range(30)} == {
        *world.values["colour"]
    }
    with pytest.raises(ValueError, match="embedded model knows no subject 'whale'"):
        resolve_slots(world, {"subject": "whale"}, 1)
