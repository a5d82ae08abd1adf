"""The tricks are seeded, and leave alone what they do not fit."""

import random
import unicodedata

from bench.policy.listed import written_names
from bench.policy.tricks import OBFUSCATED, OF_PERSONS, swap_letters
from phosphene.trust.rule_file import Group, Name


def test_a_trick_says_the_same_of_the_same_dice() -> None:
    for trick in (OBFUSCATED | OF_PERSONS).values():
        assert trick("Ada Lovelace", random.Random(3)) == trick("Ada Lovelace", random.Random(3))


def test_two_letters_change_places_inside_a_long_word() -> None:
    made = swap_letters("Lovelace", random.Random(1))
    assert made != "Lovelace"
    assert sorted(made) == sorted("Lovelace")
    assert (made[0], made[-1]) == ("L", "e")
    assert swap_letters("Bo", random.Random(1)) == "Bo"


def test_full_width_letters_are_the_same_letters() -> None:
    wide = OBFUSCATED["full width"]("Ada Lovelace", random.Random(1))
    assert unicodedata.normalize("NFKC", wide) == "Ada Lovelace"


def test_only_persons_have_surnames_and_each_script_its_sentence() -> None:
    name = Name("Ada Lovelace", also=("Ада Лавлейс", "countess ada"))
    written = {
        kind: {one.trick for one in written_names((_group(kind, name),), seed=1, rounds=1)}
        for kind in ("person", "character")
    }
    assert written["person"] - written["character"] == set(OF_PERSONS)
    assert "another script" in written["character"]


def _group(kind: str, name: Name) -> Group:
    return Group(kind, kind, "{name}", "somebody", "quelqu'un", (name,))
