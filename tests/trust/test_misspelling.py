"""How much of what is listed is known when it is written wrong, in every way that is promised."""

import random
from collections.abc import Callable

import pytest

from phosphene.trust.common import common_words
from phosphene.trust.policy import decide
from tests.trust.shipped import RULES

COMMON = common_words().all_words
CONSONANTS = "bcdfghklmnprstvz"


def swapped(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


WAYS: dict[str, Callable[[str, int, random.Random], str]] = {
    "swapped": lambda word, at, dice: swapped(word, at),
    "dropped": lambda word, at, dice: word[:at] + word[at + 1 :],
    "doubled": lambda word, at, dice: word[:at] + word[at] + word[at:],
    "replaced": lambda word, at, dice: word[:at] + dice.choice(CONSONANTS) + word[at + 1 :],
    "added": lambda word, at, dice: word[:at] + dice.choice(CONSONANTS) + word[at:],
    "starred": lambda word, at, dice: word[:at] + "*" + word[at + 1 :],
    "spaced": lambda word, at, dice: word[:at] + " " + word[at:],
}


def names() -> list[str]:
    known = (s for many in RULES.spellings.values() for s in many)
    return sorted(" ".join(s.texts) for s in known if not s.beside and s.typos and len(s.key) >= 8)


def phrases() -> list[str]:
    known = (p for many in RULES.phrases.values() for p in many if max(map(len, p.words)) > 3)
    return sorted(" ".join(p.words) for p in known if p.part is None and len(p.key) >= 6)


def misspelt(texts: list[str], way: str) -> list[str]:
    """Every third one, with its longest word written wrong."""
    dice, found = random.Random(way), []
    for text in texts[::3]:
        words = text.split()
        longest = max(words, key=len)
        wrong = WAYS[way](longest, dice.randrange(1, len(longest) - 2), dice)
        if wrong != longest and not COMMON.issuperset(wrong.split()):
            found.append(text.replace(longest, wrong, 1))
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("listed", [names, phrases])
def test_most_of_what_is_listed(listed: Callable[[], list[str]], way: str) -> None:
    wrong = misspelt(listed(), way)
    assert len(wrong) > 100
    missed = [text for text in wrong if decide(f"a film of {text} at night", RULES) is None]
    # What is missed is all of common words: a wrong letter made another one.
    assert len(missed) <= 0.09 * len(wrong), missed
