import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a traffic jam of tractors", "tractor"),
        ("a string of lanterns over a street", "lantern"),
        ("un embouteillage de tracteurs", "tractor"),
        ("un défilé d'éléphants", "elephant"),
        ("le bal des vampires", "vampire"),
        ("le premier bain du chien", "dog"),
        ("the dog's bath", "dog"),
        ("une chorale de grenouilles", "frog"),
        ("un musée de parapluies cassés", "umbrella"),
        ("une pub de brosse à dents", "toothbrush"),
    ],
)
def test_of_many_together_and_of_what_they_do_they_are_meant(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize("text", ["a carpet of flowers", "un tapis de fleurs"])
def test_what_cannot_be_drawn_may_be_how_many_there_are(text: str) -> None:
    found = read(text)
    assert (found.subject, found.undrawn) == ("flower", ())


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("the boat grandpa built", "boat"),
        ("a soccer mom yelling", "mother"),
        ("a kid's drawing of a house", "house"),
        ("my teacher is a frog", "frog"),
    ],
)
def test_who_made_it_or_is_it_is_not_meant(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a song about a lonely octopus", "octopus"),
        ("une berceuse pour un bébé baleine", "whale"),
        ("a song for my mother", "musical-note"),
    ],
)
def test_whom_a_song_is_about_is_seen(text: str, subject: str) -> None:
    assert read(text).subject == subject


def test_a_cup_of_french_is_told_by_its_drink() -> None:
    assert read("une tasse à café ébréchée").subject == "coffee"
