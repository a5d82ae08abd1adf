"""What people wish for beside things and places: kinds of things, times and weathers, feelings, and
what tells of them (``traits.toml``)."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from msgspec import Struct, convert

from phosphene.text import plain_words

ANY_ENDING: Final = "*"
SPOKEN: Final = ("word", "phrase")
"""Signs that are in what somebody wrote of a clip, beside traits."""


class TraitGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of things: what it is called, ``words`` for it, the ``traits`` of which each makes a
    clip one of it, and words that do (``seen``)."""

    en: str
    fr: str
    words: tuple[str, ...]
    traits: tuple[str, ...]
    seen: tuple[str, ...] = ()


class Feeling(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may feel at a clip: ``words`` say it, ``signs`` tell of it, for or against."""

    en: str
    fr: str
    words: tuple[str, ...]
    signs: Mapping[str, float]


class TraitFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``traits.toml``. ``values``: words for values of slots; ``same``: what has the one has the
    other."""

    values: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, TraitGroup]
    feelings: Mapping[str, Feeling]
    same: Mapping[str, str]


Phrase = tuple[str, ...]


class PhraseTable:
    """Phrases to what each stands for; a word of one may stand for all that begin like it."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._whole = dict[Phrase, list[str]]()
        self._begun = dict[str, list[str]]()
        for written, meaning in phrases:
            if written.endswith(ANY_ENDING):
                self._begun.setdefault(written.removesuffix(ANY_ENDING), []).append(meaning)
            else:
                self._whole.setdefault(tuple(plain_words(written)), []).append(meaning)
        self.longest = max(map(len, self._whole), default=1)
        self._shortest = min(map(len, self._begun), default=1)

    def find_at(self, words: Sequence[str], at: int) -> tuple[Sequence[str], int]:
        """What the longest phrase that begins at a word stands for, and of how many words it is;
        nothing and 0 where none does."""
        for length in range(min(self.longest, len(words) - at), 0, -1):
            if (meanings := self._whole.get(tuple(words[at : at + length]))) is not None:
                return meanings, length
        word = words[at]
        for length in range(len(word), self._shortest - 1, -1):
            if (meanings := self._begun.get(word[:length])) is not None:
                return meanings, 1
        return (), 0

    def find_all(self, words: Sequence[str]) -> set[str]:
        """What all phrases of these words stand for."""
        return {one for at in range(len(words)) for one in self.find_at(words, at)[0]}


class WishVocabulary:
    """The file, made ready to be looked up. ``wished``: phrases of wishes to traits; ``seen``: of
    what is written of a clip to traits; ``implied``: of each trait those that come with it."""

    def __init__(self, file: TraitFile) -> None:
        self.feelings = file.feelings
        values = [(word, trait) for trait, words in file.values.items() for word in words]
        groups = [(word, f"group:{n}") for n, one in file.groups.items() for word in one.words]
        felt = [(word, f"feeling:{n}") for n, one in file.feelings.items() for word in one.words]
        seen = [(word, f"group:{n}") for n, one in file.groups.items() for word in one.seen]
        self.wished = PhraseTable([*values, *groups, *felt])
        self.seen = PhraseTable([*values, *seen, *felt])
        self.implied = _implied(file)
        self.signs = {name: _plain_signs(one.signs) for name, one in file.feelings.items()}
        signs = {sign for signs in self.signs.values() for sign in signs}
        spoken = [(one.partition(":")[2], one) for one in signs if one.startswith("phrase:")]
        self._phrases = PhraseTable(spoken)
        self._names = {f"group:{one}": group for one, group in file.groups.items()} | {
            f"feeling:{one}": told for one, told in file.feelings.items()
        }

    def phrases_of(self, words: Sequence[str]) -> set[str]:
        """The signs among these words that are of more than one."""
        return self._phrases.find_all(words)

    def name_of(self, trait: str, language: str) -> str | None:
        """What a kind of things or a feeling is called; None of other traits."""
        found = self._names.get(trait)
        return None if found is None else found.fr if language == "fr" else found.en


def _implied(file: TraitFile) -> dict[str, tuple[str, ...]]:
    """Of each trait those that come with it at once."""
    found = dict[str, list[str]]()
    for name, group in file.groups.items():
        for trait in group.traits:
            found.setdefault(trait, []).append(f"group:{name}")
    for trait, other in file.same.items():
        found.setdefault(trait, []).append(other)
    return {trait: tuple(others) for trait, others in found.items()}


def _plain_signs(signs: Mapping[str, float]) -> dict[str, float]:
    """With words as ``plain_words`` has them."""
    found = dict[str, float]()
    for sign, weight in signs.items():
        kind, _, said = sign.partition(":")
        plain = f"{kind}:{' '.join(plain_words(said))}" if kind in SPOKEN else sign
        found[plain] = weight
    return found


@cache
def load_vocabulary() -> WishVocabulary:
    """That of the file that ships."""
    text = (resources.files(__package__) / "traits.toml").read_text(encoding="utf-8")
    return WishVocabulary(convert(tomllib.loads(text), TraitFile))
