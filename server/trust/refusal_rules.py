"""The rules of the policy, made ready for matching."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from msgspec import Struct

from phosphene.errors import BadInput
from phosphene.trust.common_words import CommonWords, common_words
from phosphene.trust.misspellings import NearIndex, squeeze
from phosphene.trust.normalize import read
from phosphene.trust.other_scripts import ScriptNames, has_other_script
from phosphene.trust.rule_file import (
    Category,
    Group,
    Layer,
    Name,
    RuleFile,
    innocent_phrases,
    merged_rules,
    read_layers,
    version_of,
)

PERSON: Final = "person"
"""The kind of names that have first names and surnames."""
NAME_EDITED: Final = 8
PHRASE_EDITED: Final = 6
"""So many letters are known with one of them wrong. Names are of every language: a mandala."""
SHORT: Final = 6
"""A shorter name must be written exactly; it would else be found in ordinary words."""


class Spelling(Struct, frozen=True, gc=False):
    """One way to write a protected name: ``key`` is all letters together, none twice in a row."""

    key: str
    written: str
    texts: tuple[str, ...]
    name: Name
    group: Group
    typos: bool
    beside: frozenset[str]

    @property
    def word_count(self) -> int:
        return len(self.texts)


class Phrase(Struct, frozen=True, gc=False):
    """One phrase of a category; ``part`` is its list in ``together``, None when it is enough.
    ``written`` are all its letters, ``key`` those of which none stands twice in a row."""

    words: tuple[str, ...]
    written: str
    key: str
    category: Category
    part: int | None


class Rules:
    """A rule file with the indices that matching needs; never changed once made."""

    def __init__(self, file: RuleFile, version: str) -> None:
        self.version = version
        # Rules of their own: what is refused of minors must not change how all else is read.
        self.for_minors: Rules | None = None
        if file.minors:
            stricter = RuleFile(version, innocent=file.innocent, categories=file.minors)
            self.for_minors = Rules(stricter, version)
        # Of who lends their likeness all of it may be kept away, by their own word.
        self.for_likeness: Rules | None = None
        if file.minors or file.likeness:
            softer = RuleFile(
                version, innocent=file.innocent, categories=(*file.likeness, *file.minors)
            )
            self.for_likeness = Rules(softer, version)
        self.common = common_words()
        self.categories = file.categories
        innocent = innocent_phrases(file)
        abroad = [phrase for phrase in innocent if has_other_script(phrase)]
        self.innocent = _by_first(_read(one) for one in innocent if not has_other_script(one))
        self.innocent_in_other_scripts = ScriptNames((phrase, phrase) for phrase in abroad)
        known = chain.from_iterable(self.innocent.values())
        self.longest_innocent = max(map(len, known), default=0)
        self.phrases: dict[str, list[Phrase]] = {}
        for phrase in _phrases(file.categories):
            self.phrases.setdefault(phrase.words[0], []).append(phrase)
        self.joined: dict[str, list[Phrase]] = {}
        self.phrases_by_end: dict[str, list[Phrase]] = {}
        self.squeezed: dict[str, list[Phrase]] = {}
        self.near_phrases: NearIndex[Phrase] = NearIndex(PHRASE_EDITED)
        for phrase in chain.from_iterable(self.phrases.values()):
            self.joined.setdefault(phrase.written, []).append(phrase)
            self.squeezed.setdefault(phrase.key, []).append(phrase)
            self.near_phrases.add_phrase(phrase.written, phrase)
            if len(phrase.words) > 1:
                for end in {phrase.words[0], phrase.words[-1]}:
                    self.phrases_by_end.setdefault(end, []).append(phrase)
        self.spellings: dict[str, list[Spelling]] = {}
        # Of several words, by their first and by their last: one of these is written right.
        self.names_by_end: dict[str, list[Spelling]] = {}
        self.near_names: NearIndex[Spelling] = NearIndex(NAME_EDITED)
        self.proper = {s.written: s for s in _proper(file.names, self.common)}
        # Names of persons of two words and more, by their last.
        self.persons: dict[str, list[Spelling]] = {}
        for spelling in _spellings(file.names, self.common):
            self._index(spelling)
        self.entries = {one.name: (group, one) for group in file.names for one in group.list}
        self.in_other_scripts = ScriptNames(_foreign(file.names))
        self.phrase_beginnings = _beginnings(self.joined)
        self.beginnings = _beginnings(self.spellings)

    def with_innocent(self, phrases: Sequence[str], version: str) -> "Rules":
        """The same rules under another version, to which more phrases are innocent; but not to
        those for minors and for likenesses. Raises BadInput: one has no letters, or others than
        Latin ones."""
        made = copy(self)
        made.version = version
        made.innocent = {first: list(known) for first, known in self.innocent.items()}
        for phrase in phrases:
            if has_other_script(phrase):
                raise BadInput(f"{phrase!r}: only Latin letters")
            words = _read(phrase)
            made.innocent.setdefault(words[0], []).append(words)
            made.longest_innocent = max(made.longest_innocent, len(words))
        return made

    def _index(self, spelling: Spelling) -> None:
        key = spelling.key
        self.spellings.setdefault(key, []).append(spelling)
        if spelling.typos:
            self.near_names.add_phrase(spelling.written, spelling)
            if spelling.word_count > 1:
                for end in {spelling.texts[0], spelling.texts[-1]}:
                    self.names_by_end.setdefault(end, []).append(spelling)
        elif spelling.word_count == 1 and not spelling.beside:
            # Whoever stars a letter out means no other word.
            self.near_names.add_starred(spelling.written, spelling)
        if spelling.group.kind == PERSON and spelling.word_count > 1 and not spelling.beside:
            self.persons.setdefault(spelling.texts[-1], []).append(spelling)


def load_rules(layers: str | Path = "", today: date | None = None) -> Rules:
    """The rules of files, with spaces between, each added to those before: ``shipped`` is the one
    that ships with Phosphene, and so is nothing. Names hold until their day has passed.

    Raises:
        BadInput: a file cannot be read or says something unknown; it is named.
    """
    return _rules_of(read_layers(str(layers)), today or date.today())


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without looking for rings among objects, of which the rules make 100,000 and no ring: a
    third of the time that they take."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@lru_cache(maxsize=2)  # the shipped ones take 0.3 s of CPU
def _rules_of(layers: tuple[Layer, ...], today: date) -> Rules:
    file = merged_rules(layers, today)
    try:
        with collection_paused():
            return Rules(file, version_of(layers))
    except BadInput as error:
        raise BadInput(f"rules {' '.join(layer.name for layer in layers)}: {error}") from None


def _phrases(categories: Iterable[Category]) -> Iterator[Phrase]:
    for category in categories:
        parts = [(None, category.phrases), *enumerate(category.together)]
        for part, phrases in parts:
            for phrase in phrases:
                for words in _plurals(_read(phrase)):
                    written = "".join(words)
                    yield Phrase(words, written, squeeze(written), category, part)


def _read(phrase: str) -> tuple[str, ...]:
    words = tuple(read(phrase))
    if not words:
        raise BadInput(f"nothing can match {phrase!r}: it has no letters")
    return words


def _plurals(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if not words[-1].endswith(("s", "x")):
        yield (*words[:-1], words[-1] + "s")


def _spellings(groups: Iterable[Group], common: CommonWords) -> Iterator[Spelling]:
    for group in groups:
        for name in group.list:
            clear = (name.name, *name.also) if name.alone else name.also
            for text in (one for one in clear if not has_other_script(one)):
                yield from _forms(text, name, group, frozenset(), common)
            beside = frozenset(word for text in name.beside for word in read(text))
            for text in name.unclear:
                yield from _forms(text, name, group, beside, common)


def _foreign(groups: Iterable[Group]) -> Iterator[tuple[str, Spelling]]:
    """The spellings in other letters than Latin ones."""
    for group in groups:
        for name in group.list:
            for text in filter(has_other_script, (name.name, *name.also)):
                yield text, Spelling(text, text, (text,), name, group, False, frozenset())


def _proper(groups: Iterable[Group], common: CommonWords) -> Iterator[Spelling]:
    for group in groups:
        for name in group.list:
            for text in name.proper:
                yield from _forms(text, name, group, frozenset(), common)


def _forms(
    text: str, name: Name, group: Group, beside: frozenset[str], common: CommonWords
) -> Iterator[Spelling]:
    words = _read(text)
    for form in _plurals(words):
        if form != words and len(words) > 1 and form[-1] in common.all_words:
            continue  # Tom cruises along the coast
        written = "".join(form)
        # One letter from a plural is too often the singular or the verb of something else.
        typos = name.typos and not beside and form == words
        yield Spelling(squeeze(written), written, form, name, group, typos, beside)


def _beginnings(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key[:size] for key in keys for size in range(len(key) + 1))


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for words in phrases:
        index.setdefault(words[0], []).append(words)
    return index
