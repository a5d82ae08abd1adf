import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("la tour d'un phare", "lighthouse"),
        ("the tower of an old lighthouse", "lighthouse"),
        ("le toit de la maison", "house"),
        ("the steering wheel of a car", "car"),
        ("the mast of a ship", "ship"),
        ("a plane's door", "airplane"),
        ("la roue du vélo", "bicycle"),
        ("les phares d'une voiture", "car"),
    ],
)
def test_a_part_of_a_thing_is_no_second_thing(text: str, subject: str) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, None)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a wheel of cheese", "wheel"),
        ("a tower of books", "tower"),
        ("a house with a tower", "house"),
        ("les cloches d'un village", "bell"),
    ],
)
def test_what_is_made_of_something_or_stands_alone_is_no_part(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("the river carries the mountain's secrets", None),
        ("the sea forgets the names of sailors", None),
        ("la rivière emporte les secrets de la montagne", None),
        ("the secret life of bees", "bee"),
        ("the forest hides a deer", "deer"),
    ],
)
def test_of_whose_secrets_a_place_tells_nobody_is_seen(text: str, subject: str | None) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a fire breathing dragon", "dragon"),
        ("a flower eating goat", "goat"),
        ("a cat eating fish", "cat"),
        ("a star shaped cookie", "cookie"),
        ("a coffee stained book", "book"),
        ("a cat named Tiger", "cat"),
    ],
)
def test_what_somebody_eats_or_something_is_like_is_told_of_it(text: str, subject: str) -> None:
    assert read(text).subject == subject
