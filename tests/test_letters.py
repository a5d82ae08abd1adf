"""Whom a text names with an @, whatever its letters are made of."""

import pytest

from phosphene.letters import find_mentions, mentioned_handles


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ada at sea", ("ada",)),
        ("@Ada, @BOB_7 and @ada", ("ada", "bob_7")),
        ("(@ada)", ("ada",)),
        ("\N{FULLWIDTH COMMERCIAL AT}ada", ("ada",)),
        ("@\N{CYRILLIC SMALL LETTER A}d\u200ba", ("ada",)),
        ("@\N{MATHEMATICAL BOLD SMALL A}da", ("ada",)),
        (
            "@\N{LATIN SMALL LETTER A WITH DIAERESIS}d\N{LATIN CAPITAL LETTER A WITH ACUTE}",
            ("ada",),
        ),
        ("@\N{FULLWIDTH LATIN CAPITAL LETTER A}da\u0301", ("ada",)),
        ("me@ada.org", ()),
        ("@@ada", ()),
        ("@ ada", ()),
        ("ada", ()),
        ("@" + "a" * 40, ()),
    ],
)
def test_handles_are_found_however_they_are_written(text: str, handles: tuple[str, ...]) -> None:
    assert mentioned_handles(text) == handles


@pytest.mark.parametrize(
    "written", ["@ADA", "@a\u0301da\u0301", "\N{FULLWIDTH COMMERCIAL AT}\u200bada"]
)
def test_a_handle_has_its_place_in_the_text(written: str) -> None:
    text = f"caf\u00e9, {written}, stra\u00dfe"
    (one,) = find_mentions(text)
    assert (one.handle, text[one.start : one.end]) == ("ada", written)
