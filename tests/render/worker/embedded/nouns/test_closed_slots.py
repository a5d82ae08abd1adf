import re
import tomllib
from pathlib import Path

import pytest

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.bloom_filter import BloomFilter
from phosphene.render.worker.embedded.nouns.closed_slots import CLOSED, believable
from phosphene.render.worker.embedded.prompt_parser import fold

LEARNED = Path("training/lexicon.toml")
KNOWN = BloomFilter.from_words(["shaft", "village", "floor", "mountain"])


@pytest.mark.parametrize(
    ("slot", "word"),
    [
        ("motion", "shaft"),
        ("time", "kleiner"),
        ("weather", "village"),
        ("camera", "mountain"),
        ("mood", "heures"),
        ("time", "brume"),
    ],
)
def test_a_word_that_is_like_none_of_a_slot_tells_nothing_of_it(slot: str, word: str) -> None:
    assert believable(Slot(slot, "guessed", 0.9, (word,)), KNOWN) == Slot(slot, None, 0.0)


@pytest.mark.parametrize(
    ("slot", "word"),
    [("time", "Sunset"), ("time", "crépuscule"), ("weather", "snwoing"), ("motion", "drifted")],
)
def test_what_was_learned_is_believed_misspelt_and_in_other_forms_too(slot: str, word: str) -> None:
    told = Slot(slot, "guessed", 0.9, (word,))
    assert believable(told, KNOWN) is told


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("a man left alone", False),
        ("a suitcase left on a bench", False),
        ("a fox running left on a road", True),
        ("a car goes left in the fog", True),
    ],
)
def test_what_is_left_behind_does_not_go_left(text: str, moves: bool) -> None:
    told = Slot("motion", "left", 0.9, ("left",))
    assert (believable(told, KNOWN, text) is told) == moves


@pytest.mark.parametrize(
    ("text", "films"),
    [
        ("a grandmother rolling out dumplings", False),
        ("the camera goes out", True),
        ("pull out of a valley", True),
    ],
)
def test_out_is_a_move_of_a_camera_where_one_is_named(text: str, films: bool) -> None:
    told = Slot("camera", "away", 0.9, ("out",))
    assert (believable(told, KNOWN, text) is told) == films


def test_what_is_no_closed_slot_is_left_as_it_is() -> None:
    told = Slot("colour", "red", 0.9, ("shaft",))
    assert believable(told, KNOWN) is told


def test_each_phrase_that_the_net_learned_has_a_word_that_is_believed() -> None:
    learned = tomllib.loads(LEARNED.read_text())
    for slot, said in CLOSED.items():
        for language in ("english", "french"):
            for phrases in learned[language][slot].values():
                for phrase in phrases.split(","):
                    assert {*re.findall("[a-z]+", fold(phrase))} & said, phrase
