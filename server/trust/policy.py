"""The policy: what a prompt may ask for, decided before anything is drawn.

`decide` is a pure function of a text and of rules that an operator edits. It is a first line: it
knows words, not meanings, and a description without a name passes.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from server.errors import BadInput
from server.model import Refusal
from server.text import piles_marks, shows_something
from server.trust.matching import Found, names, phrases, segments, unique
from server.trust.reading import Word, readings
from server.trust.rules import Category, Phrase, Rules, Spelling, load_rules

__all__ = ["Rules", "clean_prompt", "decide", "load_rules"]

LONGEST: Final = 500
_SPACE = re.compile(r"\s+")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FRENCH_WORDS = "le la les l un une des du d et dans sur avec au aux qui en est sous par pour"
_ENGLISH_WORDS = "the a an of in with and at by to is his her its under from over"
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_ARTICLE = re.compile(r"\b(?:an?|the|une?|le|la|les|l['’]|du|des)\s*$", re.IGNORECASE)
_ELISION = re.compile(r"\b([dD])e (une?)\b")


Way = list[list[Word]]
"""One reading of a text, in the pieces between innocent phrases."""


def clean_prompt(text: str) -> str:
    """The prompt in NFC, every run of white space one space.

    Raises:
        BadInput: nothing to see is left, more than 500 characters are, or it holds control
            characters, lone surrogates or marks that turn the direction of writing.
    """
    # Before NFC, which could be made to work long on far too long a text.
    if len(text) > LONGEST * 2:
        raise BadInput(f"a prompt has {LONGEST} characters at most")
    cleaned = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    kinds = {unicodedata.category(character) for character in cleaned}
    if kinds & {"Cc", "Cs"} or _TURNING & set(cleaned):
        raise BadInput("a prompt is plain text: it may not hold control characters")
    if not shows_something(cleaned):
        raise BadInput("a prompt needs words")
    if piles_marks(cleaned):
        raise BadInput("a prompt may not pile marks on a letter")
    if len(cleaned) > LONGEST:
        raise BadInput(f"a prompt has {LONGEST} characters at most; this one has {len(cleaned)}")
    return cleaned


def decide(text: str, rules: Rules) -> Refusal | None:
    """Why this text is refused, or None when it may be drawn. Categories come before names."""
    ways = _ways(text, rules)
    found = [one for way in ways for piece in way for one in phrases(piece, rules)]
    for category in rules.categories:
        broken = _broken(category, found)
        if broken:
            return _refuse_category(category, broken, text, rules)
    named = _named(ways, rules)
    return _refuse_names(named, text, rules) if named else None


def _ways(text: str, rules: Rules) -> list[Way]:
    return [segments(words, rules) for words in readings(text)]


def _named(ways: Iterable[Way], rules: Rules) -> list[Found]:
    """The names in the first way to read the text in which there are any."""
    for way in ways:
        around = frozenset(word.text for piece in way for word in piece)
        found = [one for piece in way for one in names(piece, around, rules)]
        if found:
            return found
    return []


def _broken(category: Category, found: Sequence[Found]) -> list[Found]:
    """What of the findings breaks this category; empty when it is kept."""
    mine = [f for f in found if isinstance(f.what, Phrase) and f.what.category is category]
    parts = {f.what.part: f for f in reversed(mine) if isinstance(f.what, Phrase)}
    if None in parts:
        return [parts[None]]
    whole = category.together and set(parts) == set(range(len(category.together)))
    return sorted(parts.values(), key=lambda one: one.start) if whole else []


def _refuse_category(
    category: Category, found: Sequence[Found], text: str, rules: Rules
) -> Refusal:
    return Refusal(
        code=category.code,
        rule=f"categories/{category.code}",
        message=category.message,
        matched=_as_written(found, text),
        rules_version=rules.version,
    )


def _refuse_names(found: Sequence[Found], text: str, rules: Rules) -> Refusal:
    first = min(found, key=lambda one: one.start).what
    assert isinstance(first, Spelling)
    group, name = first.group, first.name
    slug = "-".join(re.findall(r"\w+", name.name.lower()))
    reworded = _reworded(found, text)
    return Refusal(
        code=group.code,
        rule=f"names/{group.kind}/{slug}",
        message=group.message.format(name=name.name.split(" (")[0]),
        matched=_as_written(found, text),
        allowed=None if _still_refused(reworded, rules) else reworded,
        rules_version=rules.version,
    )


def _still_refused(text: str, rules: Rules) -> bool:
    return len(text) > LONGEST or bool(_named(_ways(text, rules), rules))


def _as_written(found: Sequence[Found], text: str) -> tuple[str, ...]:
    return unique(text[f.start : f.end] for f in sorted(found, key=lambda f: f.start))


def _reworded(found: Sequence[Found], text: str) -> str:
    """The text with every name replaced by what it is, in the text's own language."""
    french = _is_french(text)
    for one in sorted(found, key=lambda one: -one.start):
        if isinstance(one.what, Spelling):
            name, group = one.what.name, one.what.group
            instead = (name.fr or group.fr) if french else (name.en or group.en)
            # What stands instead has an article of its own.
            before = _ARTICLE.sub("", text[: one.start])
            text = before + instead + text[one.end :]
    return _ELISION.sub(r"\1'\2", text) if french else text


def _is_french(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    return sum(w in _FRENCH for w in words) > sum(w in _ENGLISH for w in words)
