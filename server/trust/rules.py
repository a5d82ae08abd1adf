"""The rules of the policy: a TOML file that an operator edits, made ready for matching."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from server.errors import BadInput
from server.trust.reading import read, squeeze

SHIPPED: Final = Path(__file__).with_name("rules.toml")
SHORT: Final = 6
"""A shorter name must be written exactly; it would else be found in ordinary words."""
TYPOS: Final = 8
"""A name this long is known with one letter wrong."""
ENDS: Final = 3


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    """Refused when the text has one of ``phrases``, or one of each list of ``together``."""

    code: str
    message: str
    phrases: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


class Name(Struct, frozen=True, forbid_unknown_fields=True):
    """A protected name. ``also``: other names of the same; ``unclear``: words that mean it only
    beside one of ``beside``; ``alone = false``: so does the name itself mean nothing alone;
    ``typos = false``: one letter more or less makes another word."""

    name: str
    also: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    alone: bool = True
    typos: bool = True
    en: str = ""
    fr: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Names of one kind; ``message`` may hold ``{name}``; ``en`` and ``fr`` stand in a rewording
    where a name has none of its own."""

    kind: str
    code: str
    message: str
    en: str
    fr: str
    list: tuple[Name, ...]


class RuleFile(Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    innocent: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    names: tuple[Group, ...] = ()


class Spelling(Struct, frozen=True):
    """One way to write a protected name: ``key`` is all letters together, none twice in a row."""

    key: str
    written: str
    words: int
    name: Name
    group: Group
    typos: bool
    beside: frozenset[str]


class Phrase(Struct, frozen=True):
    """One phrase of a category; ``part`` is its list in ``together``, None when it is enough."""

    words: tuple[str, ...]
    category: Category
    part: int | None


class Rules:
    """A rule file with the indices that matching needs; never changed once made."""

    def __init__(self, file: RuleFile, version: str) -> None:
        self.version = version
        self.categories = file.categories
        self.innocent = _by_first(_read(phrase) for phrase in file.innocent)
        self.phrases: dict[str, list[Phrase]] = {}
        for phrase in _phrases(file.categories):
            self.phrases.setdefault(phrase.words[0], []).append(phrase)
        self.joined: dict[str, list[Phrase]] = {}
        for phrase in chain.from_iterable(self.phrases.values()):
            self.joined.setdefault("".join(phrase.words), []).append(phrase)
        self.spellings: dict[str, list[Spelling]] = {}
        # By the letters at one end and by a length that at most one wrong letter makes of it.
        self.heads: dict[tuple[str, int], list[Spelling]] = {}
        self.tails: dict[tuple[str, int], list[Spelling]] = {}
        for spelling in _spellings(file.names):
            self._index(spelling)
        self.longest_phrase = max(map(len, self.joined), default=0)
        self.longest = max(map(len, self.spellings), default=0)
        self.beginnings = frozenset(
            key[:size] for key in self.spellings for size in range(len(key) + 1)
        )

    def _index(self, spelling: Spelling) -> None:
        key = spelling.key
        self.spellings.setdefault(key, []).append(spelling)
        if spelling.typos:
            # One wrong letter leaves either the first or the last few as they were.
            for size in (len(key) - 1, len(key), len(key) + 1):
                self.heads.setdefault((key[:ENDS], size), []).append(spelling)
                self.tails.setdefault((key[-ENDS:], size), []).append(spelling)


def load_rules(path: str | Path | None = None) -> Rules:
    """The rules in a TOML file; those that ship with Phosphene when there is no path.

    Raises:
        BadInput: the file cannot be read or says something unknown; it is named.
    """
    file = Path(path) if path else SHIPPED
    try:
        text = file.read_text(encoding="utf-8")
        rules = msgspec.convert(tomllib.loads(text), RuleFile)
        # The hash tells an edited copy from the original with the same version.
        return Rules(rules, f"{rules.version}+{hashlib.sha256(text.encode()).hexdigest()[:8]}")
    except (OSError, ValueError, BadInput) as error:
        raise BadInput(f"rules {file}: {error}") from None


def _phrases(categories: Iterable[Category]) -> Iterator[Phrase]:
    for category in categories:
        parts = [(None, category.phrases), *enumerate(category.together)]
        for part, phrases in parts:
            for phrase in phrases:
                for words in _plurals(_read(phrase)):
                    yield Phrase(words, category, part)


def _read(phrase: str) -> tuple[str, ...]:
    words = tuple(read(phrase))
    if not words:
        raise BadInput(f"nothing can match {phrase!r}: it has no letters")
    return words


def _plurals(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if not words[-1].endswith(("s", "x")):
        yield (*words[:-1], words[-1] + "s")


def _spellings(groups: Iterable[Group]) -> Iterator[Spelling]:
    for group in groups:
        for name in group.list:
            clear = (name.name, *name.also) if name.alone else name.also
            for text in clear:
                yield from _forms(text, name, group, frozenset())
            beside = frozenset(word for text in name.beside for word in read(text))
            for text in name.unclear:
                yield from _forms(text, name, group, beside)


def _forms(text: str, name: Name, group: Group, beside: frozenset[str]) -> Iterator[Spelling]:
    words = _read(text)
    for form in _plurals(words) if len(words) == 1 else (words,):
        written = "".join(form)
        key = squeeze(written)
        # One letter from a plural is too often the singular or the verb of something else.
        typos = name.typos and not beside and form == words and len(key) >= TYPOS
        yield Spelling(key, written, len(form), name, group, typos, beside)


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for words in phrases:
        index.setdefault(words[0], []).append(words)
    return index
