from phosphene.store.matches import FRESH_S, SearchMatch, order_matches
from tests.store.making import NOON


def a_match(
    place: int, words: str, *, likes: int = 0, remixes: int = 0, age: float = 0.0
) -> SearchMatch:
    return SearchMatch(place, f"c{place}", NOON - age, likes, remixes, frozenset(words.split()))


def order(*matches: SearchMatch) -> list[int]:
    return [match.place for match in order_matches(matches, ["red", "ball"], NOON)]


def test_the_words_themselves_come_before_their_meaning_and_liked_before_new() -> None:
    assert order(a_match(1, "crimson ball"), a_match(2, "red ball", age=FRESH_S)) == [2, 1]
    assert order(a_match(1, "red ball", likes=50), a_match(2, "red ball")) == [1, 2]
    assert order(a_match(1, "red ball", likes=1), a_match(2, "red ball", remixes=1)) == [2, 1]


def test_of_equals_the_newer_one_comes_first() -> None:
    assert order(a_match(1, "red ball", age=FRESH_S), a_match(2, "red ball")) == [2, 1]
    assert order(a_match(1, "red ball"), a_match(2, "red ball")) == [2, 1]
