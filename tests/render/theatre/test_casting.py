import pytest

from server.render.theatre.casting import resolve
from server.render.theatre.vocabulary import VALUES, indices


@pytest.mark.parametrize("seed", range(40))
def test_every_slot_gets_a_value_that_the_world_knows(seed: int) -> None:
    resolved = resolve({}, seed)
    assert list(resolved) == list(VALUES)
    assert len(indices(resolved)) == len(VALUES)
    assert resolved["time"] in ("day", "sunset")
    assert resolved["weather"] == "clear"


@pytest.mark.parametrize("subject", VALUES["subject"])
def test_every_subject_is_cast_into_something_that_suits(subject: str) -> None:
    assert resolve({"subject": subject}, 1)["subject"] == subject
    indices(resolve({"subject": subject}, 1))


def test_the_same_seed_draws_the_same() -> None:
    assert resolve({"subject": "cat"}, 7) == resolve({"subject": "cat", "place": None}, 7)
    assert len({tuple(resolve({}, seed).values()) for seed in range(20)}) > 10


def test_what_is_said_about_one_slot_leaves_the_others() -> None:
    drawn, told = resolve({"subject": "fox"}, 5), resolve({"subject": "fox", "time": "night"}, 5)
    assert told == drawn | {"time": "night"}


def test_a_remix_takes_what_is_open_from_its_parent() -> None:
    parent = resolve({"subject": "whale", "place": "city", "time": "night"}, 1)
    assert resolve({"subject": "cat"}, 2, parent) == parent | {"subject": "cat"}


@pytest.mark.parametrize("asked", [{"subject": "minotaur"}, {"mood": "sad"}, {"time": ""}])
def test_unknown_words_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="theatre knows no"):
        resolve(asked, 1)
