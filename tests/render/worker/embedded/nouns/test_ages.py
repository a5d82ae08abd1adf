import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("un karatéka de 5 ans", "child"),
        ("a 6 year old drummer", "child"),
        ("a 6-year-old drummer", "child"),
        ("a drummer, 6 years old, on a stage", "person"),
        ("un karatéka de 35 ans", "person"),
        ("un chien de 5 ans", "dog"),
    ],
)
def test_who_is_young_is_a_child(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("an old clockmaker fixing a watch", "old-person"),
        ("an old sailor in a tavern", "old-man"),
        ("my old friend on a bench", "person"),
        ("an old tram", "tram"),
        ("a dancer, 80 years old", "dancer"),
        ("an 80-year-old gamer", "old-person"),
        ("des vieux qui jouent à la pétanque", "old-person"),
        ("un vieux sur un banc", "old-man"),
        ("une vieille qui promène son chien", "old-woman"),
        ("un vieux tram", "tram"),
        ("un vieux couple qui danse", "old-person"),
        ("un pianiste âgé", "old-man"),
        ("les petits qui courent", "child"),
        ("le petit chat", "cat"),
    ],
)
def test_who_is_old_or_little_is_that(text: str, subject: str) -> None:
    assert read(text).subject == subject


def test_an_old_man_of_french_does_something_to_somebody() -> None:
    assert read("un vieux nourrit les canards").subject == "old-man"
