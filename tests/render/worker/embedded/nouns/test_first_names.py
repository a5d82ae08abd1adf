import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Rose walks along the beach", "woman"),
        ("Grace is late for school", "woman"),
        ("Pierre mange une pomme", "man"),
        ("Marguerite lit un livre", "woman"),
        ("Rose et Paul sur la plage", "woman"),
        ("a photo of Rose at the beach", "woman"),
    ],
)
def test_a_name_that_is_a_word_too_is_one_where_somebody_is_or_does_something(
    text: str, subject: str
) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Rose petals on a table", "rose"),
        ("a rose on the beach", "rose"),
        ("rose on the beach", "rose"),
        ("A Red Rose On The Beach", "rose"),
        ("Pierre sur une plage", "rock"),
    ],
)
def test_elsewhere_it_is_the_thing(text: str, subject: str) -> None:
    assert read(text).subject == subject


def test_after_who_is_named_already_it_is_nobody() -> None:
    found = read("my cat Pearl on a bridge")
    assert (found.subject, found.other) == ("cat", "bridge")
