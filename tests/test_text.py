import pytest

from phosphene.text import keywords, piles_marks, shows_something


@pytest.mark.parametrize(
    "text",
    [
        *(
            "\u3164",
            "\u2800",
            "\u115f",
            "\u1160",
            "\uffa0",
            "\u034f",
            "\u200b\u2060",
            "\u00a0\u3000",
        ),
        "\u0301",
        "\ufe0f",
        "\U000e0041",
        "\u180e",
        "\u17b4",
        "\u2028",
        "",
    ],
)
def test_what_draws_nothing(text: str) -> None:
    assert not shows_something(text)
    assert shows_something(text + "x")


@pytest.mark.parametrize(
    "text", ["x", "é", "漢", "👩\u200d🎨", "!", "مرحبا", "ᄒ", "1\ufe0f\u20e3"]
)
def test_what_is_seen(text: str) -> None:
    assert shows_something(text)
    assert not piles_marks(text)


def test_marks_that_writing_has_and_a_pile() -> None:
    assert not piles_marks("Z\u0301\u0323\u0334\u0489" * 20)
    assert piles_marks("Z" + "\u0301" * 5)
    assert not piles_marks("שָׁלוֹם ที่ปู่ བསྒྲུབས་ वि")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Whales, over the sea!", ("whale", "sea")),
        ("Des baleines au-dessus de l'océan", ("baleine", "dessus", "ocean")),
        ("whale WHALE whales", ("whale",)),
        ("glass bus moss", ("glass", "bus", "moss")),
        ("鲸鱼 в море", ("鲸鱼", "море")),
        ("the of and", ()),
        ("🐋 !!! …", ()),
        ("", ()),
        ("Un bœuf et des œufs", ("boeuf", "oeuf")),
    ],
)
def test_keywords(text: str, expected: tuple[str, ...]) -> None:
    assert keywords(text) == expected
