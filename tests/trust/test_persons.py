"""Persons are known however their name is written."""

import pytest

from phosphene.trust.policy import decide
from tests.trust.shipped import RULES


@pytest.mark.parametrize(
    ("text", "name", "matched"),
    [
        ("Donald J. Trump at sea", "Donald Trump", "Donald J. Trump"),
        ("donald j trump at sea", "Donald Trump", "donald j trump"),
        ('Dwayne "The Rock" Johnson runs', "Dwayne Johnson", 'Dwayne "The Rock" Johnson'),
        ("Elon (the boss) Musk", "Elon Musk", None),
        ('Dominique "Sunny" de Villepin cooks', "Dominique de Villepin", None),
        ("De Villepin, Dominique", "Dominique de Villepin", None),
        ("Miguel Díaz-Canelfan", "Miguel Díaz-Canel", None),
        ("Aretha Frnklin sings", "Aretha Franklin", None),
        ("Swift, Taylor on a stage", "Taylor Swift", "Swift, Taylor"),
        ("Jinping Xi in a car", "Xi Jinping", None),
        ("DiCaprio, Leonardo", "Leonardo DiCaprio", None),
        ("T. Swift sings", "Taylor Swift", "T. Swift"),
        ("two Brad Pitts", "Brad Pitt", "Brad Pitts"),
        ("Tayl*r Swift", "Taylor Swift", "Tayl*r Swift"),
        ("a poster of Starmer", "Keir Starmer", "Starmer"),
        ("beyoncéstyle", "Beyoncé", None),
        ("minirihanna", "Rihanna", None),
        ("a photo of Trump on a boat", "Donald Trump", "Trump"),
        ("Trump eats a burger", "Donald Trump", "Trump"),
    ],
)
def test_however_it_is_written(text: str, name: str, matched: str | None) -> None:
    refusal = decide(text, RULES)
    assert refusal is not None
    assert refusal.message.startswith(f"{name} is a real person")
    assert matched is None or refusal.matched == (matched,)


@pytest.mark.parametrize(
    "text",
    [
        "After the cruise, Tom sleeps",
        "Tom cruises along the coast at night",
        "a swift, taylor made suit",
        "B. Lee walks home",
        "R. Williams in the garden",
        "a swift in the sky",
        "John, a friend of the Kennedys",
        "Will, the smith of the village",
        "Brad in a pit",
        "a Trump card on a table",
        "hearts are trump",
        "the Musk ox in the snow",
        "TRUMPETS AND TRUMP",
        "the johnson family, dwayne and ann",
    ],
)
def test_other_people_and_things_are_nobody_listed(text: str) -> None:
    assert decide(text, RULES) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a porsche on the road", "Porsche"),
        ("youtube on a screen", "YouTube"),
        ("facebook on a screen", "Facebook"),
        ("Snoop Dogg walks", "Snoop Dogg"),
        ("skibidi toilet", "Skibidi Toilet"),
        ("Jennifer Aniston laughs", "Jennifer Aniston"),
        ("Michelle Obama reads", "Michelle Obama"),
        ("pikachu runs", "Pikachu"),
        ("xbox in a box", "Xbox"),
    ],
)
def test_the_right_one_is_named(text: str, name: str) -> None:
    refusal = decide(text, RULES)
    assert refusal is not None
    assert refusal.message.startswith(name)


@pytest.mark.parametrize(
    "text",
    [
        "a tiger, woods, soft mist",
        "Jack, black hat, smiles",
        "winter fell over the village",
        "black pink stripes on a towel",
        "a picnic in fine May weather",
        "an usher at a concert",
        "Ben stokes the fire",
        "a thatcher in Britain mends a roof",
        "un rapace dans le ciel",
    ],
)
def test_common_words_side_by_side_are_no_name_by_chance(text: str) -> None:
    assert decide(text, RULES) is None


@pytest.mark.parametrize("text", ["Tiger Woods plays golf", "Jack Black in Jumanji", "winterfell"])
def test_the_same_words_as_a_name_are_one(text: str) -> None:
    assert decide(text, RULES) is not None
