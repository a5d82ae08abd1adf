from itertools import count

import pytest

from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.feed.wishes.wish_reading import MORE_LASTS_S, MOST_WISHES, WishesRead, WishReader
from tests.feed.wishes.made import NOW, prompt_words


def read(text: str) -> WishesRead:
    numbers = count()
    reader = WishReader(prompt_words(), load_vocabulary(), lambda: f"w{next(numbers)}")
    return reader.read_wishes(text, NOW)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("underwater", [("more", "place:underwater")]),
        ("plus de fonds marins", [("more", "place:underwater")]),
        ("rien qui fasse peur", [("none", "feeling:scary")]),
        ("no scary spiders", [("none", "feeling:scary", "subject:spider")]),
        ("des renards dans la neige", [("more", "weather:snow", "subject:fox")]),
        ("fewer people, more animals", [("less", "group:person"), ("more", "group:animal")]),
        ("un homme, a dolphin", [("more", "subject:man"), ("more", "subject:dolphin")]),
        ("trucs drôles le soir", [("more", "feeling:funny")]),
    ],
)
def test_words_of_two_languages_are_traits_of_clips(
    text: str, wishes: list[tuple[str, ...]]
) -> None:
    assert [(one.polarity, *one.traits) for one in read(text).wishes] == wishes


def test_what_nothing_is_known_of_is_meant_by_its_word_and_said() -> None:
    found = read("no brutalism, more forest quux")
    assert [one.traits for one in found.wishes] == [("word:brutalism",), ("place:forest",)]
    assert (found.by_word, found.unread) == (("brutalism",), ("quux",))


def test_more_ends_after_a_week_and_none_when_it_is_taken_back() -> None:
    more, none, timed = read("more cats, no dogs").wishes + read("no rain for 2 days").wishes
    assert more.until == NOW + MORE_LASTS_S
    assert none.until is None
    assert timed.until == NOW + 2 * 86400
    assert (more.id, more.said, none.said) == ("w0", "cats", "dogs")


@pytest.mark.parametrize("text", ["", "please", "no", "12", "🦑", "more of the"])
def test_of_what_says_nothing_there_is_no_wish(text: str) -> None:
    assert not [one for one in read(text).wishes if "squid" not in str(one.traits)]


def test_of_a_long_wish_the_rest_is_told_as_passed_over() -> None:
    found = read(", ".join(["no cats"] * MOST_WISHES) + ", no dogs and no brutalism")
    assert len(found.wishes) == MOST_WISHES
    assert found.unread == ("dog", "brutalism")
