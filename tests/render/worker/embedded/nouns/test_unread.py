import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("a llama spitting at a tourist", ("spitting",)),
        ("a birthday cake on a table", ()),
        ("a heron by a lake, fog on the water", ()),
        ("a cat and a cushion", ("cushion",)),
        ("a cat and a pangolin", ("pangolin",)),
        ("old fisherman mending his nets on the pier", ("mending", "nets")),
        ("a pencil drawing on its own", ()),
        ("un plombier répare un évier", ("répare",)),
        ("une porte qui grince", ("grince",)),
        ("le chat lèche sa patte", ("lèche", "patte")),
        ("a bat flying in a cave", ()),
        ("un joyeux chien", ()),
        ("eine Katze und ein Fingerhut", ()),
    ],
)
def test_nouns_and_verbs_that_nothing_is_drawn_for_are_told(
    text: str, unread: tuple[str, ...]
) -> None:
    assert read(text).unread == unread
