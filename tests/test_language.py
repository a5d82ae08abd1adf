"""In which language somebody is answered."""

import pytest

from phosphene.language import LANGUAGES, choose_language


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("FR-be", "fr"),
        ("de,fr;q=0.4,en;q=0.3", "fr"),
        ("en;q=0.2, fr ; q=0.7", "fr"),
        ("en,fr", "en"),
        ("de", "en"),
        ("*", "en"),
        ("fr;q=0", "en"),
        ("fr;q=much,en;q=0.1", "en"),
        ("frr", "en"),
        (",;,;q=", "en"),
    ],
)
def test_the_browser_gets_what_it_likes_best(asked: str, given: str) -> None:
    assert choose_language(asked) == given


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("around", ["{}", "a=b; {}", "a=b;{}; c=d"])
def test_what_was_chosen_on_the_page_comes_first(language: str, around: str) -> None:
    cookie = around.format(f"phosphene_language={language}")
    for asked in ("fr", "en", ""):
        assert choose_language(asked, cookie) == language


@pytest.mark.parametrize("cookie", ["phosphene_language=xx", "not_phosphene_language=en", "x"])
def test_a_choice_that_nobody_could_make_counts_for_nothing(cookie: str) -> None:
    assert choose_language("fr", cookie) == "fr"
