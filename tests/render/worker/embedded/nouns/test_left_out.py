import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("Emma and Lucas build a sandcastle", "woman", "man"),
        ("Lucie et Paul font un bonhomme de neige", "woman", "man"),
        ("my dog Max in the garden", "dog", None),
        ("un chat nommé Hugo", "cat", None),
        ("Emma's dog on a bridge", "dog", "bridge"),
    ],
)
def test_first_names_are_people_where_they_name_nothing_else(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("like a butterfly in a storm, she dances", "woman", None),
        ("the fox wears the dusk like a coat", "fox", None),
        ("it looks like a frog", "frog", None),
        ("des baskets légères comme un nuage", "shoe", None),
        ("I'd like a shark", "shark", None),
    ],
)
def test_what_something_is_likened_to_is_not_drawn(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)
