"""How much of what is listed is known when it is written wrong, in every way that is promised."""

import random
from collections.abc import Callable

import pytest

from phosphene.trust.common_words import common_words
from phosphene.trust.policy import decide
from tests.breadth import wide
from tests.trust.shipped import RULES

COMMON = common_words().all_words
VERY_COMMON = sorted(word for word in common_words().very if len(word) >= 4)
CONSONANTS = "bcdfghklmnprstvz"
BY_CHANCE = """
    stagflation insufflation wolfenstein rothenstein painstaking counteraction generalists
    fonctionnalisme exceptionnalisme transmetteurs trendsetters charbonnages billetteries
    stranglehold bidentate messiness bilborough elizabethtown spidermonkey governorship
    schoolchildren canteens riflemen fusilier crybaby godchildren handgrenade anthracnose
"""


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
    """Every fourth of those that are known when written wrong."""
    known = (s for many in RULES.spellings.values() for s in many if max(map(len, s.texts)) > 3)
    clear = (" ".join(s.texts) for s in known if not s.beside and s.typos and len(s.key) >= 8)
    return sorted(clear)[::4]


def phrases() -> list[str]:
    known = (p for many in RULES.phrases.values() for p in many if max(map(len, p.words)) > 3)
    return sorted(" ".join(p.words) for p in known if p.part is None and len(p.key) >= 6)


def misspelt(texts: list[str], way: str) -> list[str]:
    """Each with its longest word written wrong."""
    dice, found = random.Random(way), []
    for text in texts:
        words = text.split()
        longest = max(words, key=len)
        wrong = WAYS[way](longest, dice.randrange(1, len(longest) - 2), dice)
        if wrong != longest and not COMMON.issuperset(wrong.split()):
            found.append(text.replace(longest, wrong, 1))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("listed", [names, phrases])
@pytest.mark.parametrize("every", [9, wide(3)])
def test_most_of_what_is_listed(every: int, listed: Callable[[], list[str]], way: str) -> None:
    wrong = misspelt(listed()[::every], way)
    assert len(wrong) > 300 / every
    missed = [text for text in wrong if decide(f"a film of {text} at night", RULES) is None]
    # What is missed is all of common words: a wrong letter made another one.
    assert len(missed) <= 0.09 * len(wrong), missed


def glued(texts: list[str], dice: random.Random, *, wrong: bool) -> list[str]:
    """Every third one of eight letters and more, beside a common word without a space."""
    found = []
    for text in texts[::3]:
        word = text.replace(" ", "")
        if wrong:
            way = WAYS[dice.choice(["swapped", "dropped", "doubled", "replaced", "added"])]
            word = way(word, dice.randrange(1, len(word) - 2), dice)
        beside = dice.choice(VERY_COMMON)
        one = word + beside if dice.random() < 0.5 else beside + word
        if len(word) >= 8 and one not in COMMON:
            found.append(one)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("listed", "wrong", "least"),
    [(names, False, 0.98), (phrases, False, 1), (names, True, 0.85), (phrases, True, 0.94)],
)
def test_most_of_what_is_glued_to_a_common_word(
    listed: Callable[[], list[str]], wrong: bool, least: float
) -> None:
    texts = glued(listed(), random.Random(7), wrong=wrong)
    assert len(texts) > 100
    missed = [text for text in texts if decide(f"a film of {text} at night", RULES) is None]
    assert len(missed) <= (1 - least) * len(texts), missed


@pytest.mark.parametrize(
    "text", ["bidenparty", "boynaked", "hotanalsex", "bigmacstyle", "taylorswft", "beyoncestyle"]
)
def test_short_ones_and_several_words_that_are_glued(text: str) -> None:
    assert decide(f"a film of {text} at night", RULES) is not None


def test_a_word_that_only_looks_glued_is_meant() -> None:
    """The ends of ordinary words of both languages are near much: of 377,000 words these are."""
    words = BY_CHANCE.split()
    assert not COMMON.intersection(words)
    assert [word for word in words if decide(f"a film of {word} at night", RULES)] == []
