"""No phrase of common words is taken for a listed name that is one letter away."""

from collections.abc import Iterator
from functools import cache

import pytest

from phosphene.trust.common_words import common_words
from phosphene.trust.matching import segments
from phosphene.trust.misspellings import one_edit
from phosphene.trust.normalize import readings
from phosphene.trust.persons import persons
from phosphene.trust.policy import decide
from phosphene.trust.protected_names import names
from phosphene.trust.refusal_rules import Spelling
from tests.breadth import wide
from tests.trust.shipped import RULES

pytestmark = pytest.mark.slow

COMMON = common_words().all_words


@cache
def edits(word: str) -> list[str]:
    """Common words one letter away from this one."""
    shortened = {word[:n] + word[n + 1 :] for n in range(len(word))}
    letters = "abcdefghijklmnopqrstuvwxyz"
    longer = {word[:n] + c + word[n:] for n in range(len(word) + 1) for c in letters}
    changed = {word[:n] + c + word[n + 1 :] for n in range(len(word)) for c in letters}
    turned = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
    return sorted(((shortened | longer | changed | turned) & COMMON) - {word})


def collisions() -> Iterator[tuple[Spelling, str]]:
    """Every listed name of common words with one of them swapped for another common word."""
    for spelling in {s for many in RULES.spellings.values() for s in many}:
        texts = spelling.texts
        if spelling.beside or len(texts) == 1 or not COMMON.issuperset(texts):
            continue
        for place, word in enumerate(texts):
            for other in edits(word):
                if len(other) == 1 or len(word) == 1:
                    continue  # an initial: John Q. Kennedy
                yield spelling, " ".join((*texts[:place], other, *texts[place + 1 :]))


def says_a_name(phrase: str, written: frozenset[str]) -> bool:
    """Whether it is another listed name, written right: Tom Holland, and not Tim Holland."""
    words = phrase.split()
    spans = [(a, b) for a in range(len(words)) for b in range(a + 1, len(words) + 1)]
    return any("".join(words[a:b]) in written for a, b in spans)


def taken_for(phrase: str) -> list[str]:
    """The names that are found in a phrase."""
    (words, *_) = readings(phrase)
    around = frozenset(word.text for word in words)
    found = [
        one
        for piece in segments(words, RULES)
        for one in (*names(piece, around, RULES), *persons(piece, phrase, RULES))
    ]
    return [phrase[one.start : one.end] for one in found]


@pytest.mark.parametrize("every", [50, wide(10)])
def test_common_words_are_meant_as_they_are_written(every: int) -> None:
    found = list(collisions())
    assert len(found) > 5000
    written = frozenset(s.written for many in RULES.spellings.values() for s in many)
    phrases = sorted({phrase for _, phrase in found if not says_a_name(phrase, written)})
    # All 52,000 take 50 s of CPU; the list was walked as a whole when it was written.
    taken = {phrase: named for phrase in phrases[::every] if (named := taken_for(phrase))}
    assert taken == {}


@pytest.mark.parametrize("name", ["taylr swift", "mikcey mouse", "darth vadr"])
def test_with_a_word_that_is_none_it_is_a_name(name: str) -> None:
    assert not COMMON.issuperset(name.split())
    assert decide(f"around {name} tonight", RULES) is not None


def test_the_table_holds_ordinary_words_of_both_languages() -> None:
    assert {"otter", "wars", "panda", "chef", "roi", "loin", "coucher", "pieds"} <= COMMON
    assert not {"taylr", "nakde", "suicde", "prn", "beheadding"} & COMMON
    assert common_words().very < COMMON
    assert len(COMMON) > 40_000
    assert one_edit("wars", "was")
