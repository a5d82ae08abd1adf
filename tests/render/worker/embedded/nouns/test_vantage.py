"""A place is seen from where the prompt puts who is there."""

import pytest

from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.reader import NounReader
from phosphene.render.worker.embedded.nouns.reading import Reading
from tests.render.worker.embedded.toy import SHIPPED

READER = NounReader(Lexicon.load(SHIPPED))


def read(text: str) -> Reading:
    return READER.read_prompt(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("cycling past a bakery", "street"),
        ("a cat waiting in front of a shop", "street"),
        ("a tram passing by the opera house", "street"),
        ("une femme devant une boulangerie", "street"),
        ("un homme passe devant un café", "street"),
        ("an old sailor outside a harbour cafe", "street"),
        ("a caravan by the calm sea", "beach"),
        ("a man in a bakery", "kitchen"),
        ("a man behind the counter of a shop", "shop"),
        ("a waiter in front of the kitchen", "kitchen"),
        ("un enfant devant la télé dans le salon", "room"),
        ("a drink by the bar", "shop"),
        ("a caravan by the sea", "beach"),
        ("people outside a cave", "cave"),
    ],
)
def test_who_is_outside_of_a_building_is_in_the_street(text: str, place: str) -> None:
    assert read(text).place == place


def test_it_is_told_from_where_a_place_is_seen() -> None:
    told = {phrase.text: (phrase.value, phrase.exact) for phrase in read("outside a bakery").said}
    assert told["bakery"] == ("street", False)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("un homme dans un café", ("man", None, "shop")),
        ("un chat au café", ("cat", None, "shop")),
        ("deux copines à la terrasse d'un café", ("person", None, "shop")),
        ("un éclair au café", ("cake", None, None)),
        ("un croissant à côté d'un café", ("croissant", "coffee", None)),
        ("un café sur une table", ("coffee", "table", None)),
    ],
)
def test_a_cafe_of_french_is_a_drink_or_where_one_has_it(
    text: str, seen: tuple[str, str | None, str | None]
) -> None:
    reading = read(text)
    assert (reading.subject, reading.other, reading.place) == seen


def test_a_setting_sun_is_the_sky() -> None:
    assert read("le soleil couchant").place == "sky"
