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
