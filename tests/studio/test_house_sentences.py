"""Sentences that the house makes: as a person says them, read as they are meant, none twice."""

from itertools import pairwise

import pytest

from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.studio.house_sentences import (
    SLOT_S,
    WEEK,
    HouseSentence,
    is_french,
    load_sentences,
    propose_sentences,
)
from phosphene.text import TaggedPhrase

pytestmark = pytest.mark.slow

NOW = 1_790_000_000.0


def test_none_comes_twice_in_a_week() -> None:
    made = load_sentences()
    said = [one for slot in range(WEEK) for one in made.candidates_at(NOW + slot * SLOT_S)]
    assert len({one.en for one in said}) == len({one.fr for one in said}) == len(said) > 25_000


def test_of_what_is_often_said_there_is_one_at_any_time() -> None:
    made = load_sentences()
    for slot in range(20):
        found = made.candidates_at(NOW + slot * SLOT_S)
        assert {"fox", "cat", "horse", "dragon"} <= {one.thing for one in found}
        assert len({one.thing for one in found}) == len(found)
    assert made.candidates_at(NOW) == made.candidates_at(NOW)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_proposed_is_in_its_language_and_no_other(language: str) -> None:
    found = propose_sentences(language, NOW, load_prompt_lexicon().read_phrases)
    assert len(found) > 40
    assert {is_french(one.text) for one in found} == {language == "fr"}


def test_what_is_read_otherwise_is_not_proposed() -> None:
    assert propose_sentences("en", NOW, lambda text: ()) == []
    fox = HouseSentence("a fox in the forest", "un renard dans la forêt", "fox", "forest", 1)
    forest = TaggedPhrase("place:forest", 9, 19)
    assert fox.reads_as_meant([TaggedPhrase("subject:fox", 0, 5), forest])
    assert not fox.reads_as_meant([TaggedPhrase("subject:dog", 0, 5), forest])
    assert not fox.reads_as_meant([TaggedPhrase("subject:fox", 0, 5)])


def every_word() -> list[HouseSentence]:
    """Sentences in which all words stand, each with some of the others."""
    found = [thing.sentence_of(n) for thing in load_sentences().things for n in (0, len(thing) - 1)]
    found += [
        thing.sentence_of(n)
        for thing in load_sentences().things
        for n in range(len(thing))
        if n % 151 == len(thing) % 151
    ]
    return found


def test_all_are_read_as_they_are_meant() -> None:
    read = load_prompt_lexicon().read_phrases
    for one in every_word():
        for language in ("en", "fr"):
            assert one.reads_as_meant(read(one.in_language(language))), one.in_language(language)


def test_several_do_what_several_do() -> None:
    for one in every_word():
        words = one.fr.split(" ")
        if words[0] in {"deux", "trois"} and "qui" in words:
            verbs = [after for before, after in pairwise(words) if before in {"qui", "se"}]
            assert verbs[-1].endswith("nt"), one.fr
