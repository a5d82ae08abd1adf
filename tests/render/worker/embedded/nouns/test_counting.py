import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "count"),
    [("two cats", 2), ("2 cats", 2), ("plein de chats", 5), ("cats", 3), ("a cat", 1)],
)
def test_how_many_is_said_by_a_number_a_word_or_a_plural(text: str, count: int) -> None:
    assert read(text).count == count
