"""In which language a person is answered, and what is said in it. Imports nothing ours."""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Final

LANGUAGES: Final = ("en", "fr")
"""The first is that of who asked for none that is known here."""
NAMES: Final = {"en": "English", "fr": "Français"}
CHOSEN: Final = "phosphene_language"
"""The cookie of who chose one on the page, whatever the browser asks for."""
VARIES: Final = "Accept-Language, Cookie"

LANGUAGE: Final[ContextVar[str]] = ContextVar("language", default=LANGUAGES[0])
"""The language of the request that is served now, and of the tasks that it started."""

_CHOSEN = re.compile(rf"(?:^|;) *{CHOSEN}=([a-z]+)")


def choose_language(accept_language: str, cookie: str = "") -> str:
    """The language of an answer: the one chosen on the page (a Cookie header has it), else what the
    browser likes best of those that there are (RFC 9110, 12.5.4)."""
    found = _CHOSEN.search(cookie)
    if found and found[1] in LANGUAGES:
        return found[1]
    liked = sorted(_wishes(accept_language), key=lambda wish: -wish[1])
    return next((name for name, weight in liked if weight > 0), LANGUAGES[0])


def _wishes(accept_language: str) -> Iterator[tuple[str, float]]:
    """Languages of ours and how much they are wished for, 0 to 1; regions are left out."""
    for part in accept_language.lower().split(","):
        tag, _, weight = part.partition(";")
        name = tag.strip().partition("-")[0]
        if name in LANGUAGES:
            yield name, _weight(weight)


def _weight(text: str) -> float:
    value = text.strip().removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
