"""In which language a person is answered, and what is said in it. Imports nothing ours.

What the server says is written in English where it is said, and that text is its key in the file of
each other language, as gettext has it: ``languages/fr.toml``. It is put into the language of who
asks at the edge only, so that logs, stored rows and other instances have one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "fr")
"""The first is that of who asked for none that is known here."""
NAMES: Final = {"en": "English", "fr": "Français"}
CHOSEN: Final = "phosphene_language"
"""The cookie of who chose one on the page, whatever the browser asks for."""
# Both decide: a cache that heeded one of them would answer people in the language of others.
VARIES: Final = "Accept-Language, Cookie"

LANGUAGE: Final[ContextVar[str]] = ContextVar("language", default=LANGUAGES[0])
"""The language of the request that is served now, and of the tasks that it started."""

FOLDER: Final = Path(__file__).with_name("languages")
LONGEST: Final = 2000
"""Characters of what is looked up: a longer text holds what somebody else wrote."""
ARTICLES: Final = frozenset({"un", "une", "des", "du"})
TELLING: Final = 6
"""Letters beside the places."""

_PLACE = re.compile(r"\{(\w+)\}")
_FILLED = re.compile(r"\{(\w+)(:value)?\}")
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


class Catalog(NamedTuple):
    """What is said in a language: ``said`` by the English text, whose places are ``{0}`` or a name;
    ``patterns`` match such texts with their places filled, those that say more first; ``values``
    are words that stand in places, where these are ``{0:value}``; ``drawn`` what a model draws,
    each with its article, if it has one."""

    said: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    values: Mapping[str, str]
    drawn: Mapping[str, tuple[str, str]]


@cache
def catalog(language: str) -> Catalog:
    """The words of a language; English has none, as it is what is translated."""
    if language == LANGUAGES[0]:
        return Catalog({}, (), {}, {})
    file = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    open_texts = [text for text in file["said"] if _PLACE.search(text) and is_telling(text)]
    open_texts.sort(key=lambda text: -len(_PLACE.sub("", text)))
    patterns = tuple((_pattern(text), file["said"][text]) for text in open_texts)
    drawn = {name: _with_article(called) for name, called in file["drawn"].items()}
    return Catalog(file["said"], patterns, file["values"], drawn)


def _with_article(called: str) -> tuple[str, str]:
    first, _, rest = called.partition(" ")
    return (first, rest) if first in ARTICLES else ("", called)


def is_telling(text: str) -> bool:
    """Whether a text with places says enough to be known by it once they are filled."""
    return sum(map(str.isalpha, _PLACE.sub("", text))) >= TELLING


def _pattern(text: str) -> re.Pattern[str]:
    """What a text with places looks like once they are filled."""
    parts = _PLACE.split(text)  # every second one is the name of a place
    ways = [f"(?P<p{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    return re.compile("".join(ways), re.DOTALL)


def translate(text: str) -> str:
    """A text of the server in the language of the request; as it is where nobody translated it."""
    words = catalog(LANGUAGE.get())
    if not words.said or len(text) > LONGEST:
        return text
    if text in words.said:
        return words.said[text]
    for pattern, said in words.patterns:
        if found := pattern.fullmatch(text):
            return _fill(said, found.groupdict(), words.values)
    return text


def say(text: str, *values: object) -> str:
    """A text with places ``{0}``, ``{1}`` in the language of the request, with its values."""
    return say_in(LANGUAGE.get(), text, *values)


def say_in(language: str, text: str, *values: object) -> str:
    """The same in another language."""
    words = catalog(language)
    filled = {f"p{number}": str(value) for number, value in enumerate(values)}
    return _fill(words.said.get(text, text), filled, words.values)


def name_drawn(value: str) -> str:
    """What a model calls ``hot-air-balloon``, in the language of the request."""
    called = catalog(LANGUAGE.get()).drawn.get(value)
    return called[1] if called else value.replace("-", " ")


def name_thing(value: str, language: str = "") -> str:
    """The same with its article: a fox, un renard."""
    article, name = catalog(language or LANGUAGE.get()).drawn.get(value, ("", ""))
    if name:
        return f"{article} {name}".strip()
    return f"{'an' if value[:1] in 'aeiou' else 'a'} {value.replace('-', ' ')}"


def _fill(said: str, filled: Mapping[str, str], values: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        value = filled[f"p{found[1]}"]
        return values.get(value, value) if found[2] else value

    return _FILLED.sub(put, said)
