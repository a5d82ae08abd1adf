import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("an army of garden gnomes", "elf"),
        ("a wheelbarrow full of pumpkins", "pumpkin"),
        ("a cup of coffee", "coffee"),
        ("a coffee cup on a bear", "coffee"),
    ],
)
def test_what_holds_something_is_not_what_it_holds(text: str, subject: str) -> None:
    assert read(text).subject == subject
