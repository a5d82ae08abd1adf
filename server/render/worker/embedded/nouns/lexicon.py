"""What words of many languages call: concepts, places and actions, from one compiled file."""

import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

from phosphene.render.worker.embedded.nouns.bloom_filter import BloomFilter

FILE: Final = "lexicon.bin"
"""In a model's folder: another lexicon reads another scene from the same words, and so is another
model."""
_MAGIC: Final = b"phosphene-lexicon-2\n"
KIND: Final = "~"
"""Before a meaning that is only the nearest that can be drawn."""
PLACE: Final = "@"
ACTION: Final = "!"
NAMES: Final = "names"
CONTEXTS: Final = "contexts"
"""Parts of the file beside those of languages."""

_XZ: Final = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 2, "pb": 0}]
"""For text without alignment: smaller by 650 bytes than the preset."""


@dataclass(frozen=True)
class Meaning:
    """What a phrase calls. `role`: subject, place or action. `exact`: whether it is that itself,
    and not the nearest of its kind."""

    role: str
    value: str
    exact: bool = True

    @classmethod
    def parse(cls, written: str) -> Self:
        """From the form that the file has."""
        exact, written = not written.startswith(KIND), written.lstrip(KIND)
        role = {PLACE: "place", ACTION: "action"}.get(written[:1], "subject")
        return cls(role, written.lstrip(PLACE + ACTION), exact)


@dataclass(frozen=True)
class Lexicon:
    """`phrases`: of each language, folded, to what they call. `known`: the words of English that
    there are, so that none of them is taken for a misspelling, and `nouns` those of them that are
    things that cannot be drawn; `content`: those that are nouns or verbs, drawn or not; `heads`: of
    `nouns` those that are no verbs. `concepts`, in their order, each with its gait and place.
    `actions`: what one does to who does it and the thing for it. `names`: first names to who has
    them. `contexts`: a language, a word of several senses and a word beside it, to which of them is
    meant there."""

    phrases: Mapping[str, Mapping[str, Meaning]]
    known: BloomFilter
    nouns: BloomFilter
    concepts: Mapping[str, tuple[str, str]]
    actions: Mapping[str, tuple[str, str]]
    content: BloomFilter
    heads: BloomFilter
    names: Mapping[str, Meaning]
    contexts: Mapping[str, Meaning]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `pack` wrote into a model's folder. Raises OSError if it is not there, ValueError
        if it is no lexicon."""
        file = folder / FILE
        raw = file.read_bytes()
        if not raw.startswith(_MAGIC):
            raise ValueError(f"{file} is no lexicon")
        try:
            text, *blooms = _parts(raw[len(_MAGIC) :])
            # Models of earlier versions have two: what is left out of them is not told.
            empty = BloomFilter(b"\0")
            known, nouns, content, heads = [*map(BloomFilter, blooms), empty, empty][:4]
            lines = lzma.decompress(text).decode().splitlines()
        except (lzma.LZMAError, ValueError) as error:
            raise ValueError(f"{file} cannot be read: {error}") from error
        phrases, concepts, actions = _parsed(lines)
        names, contexts = phrases.pop(NAMES, {}), phrases.pop(CONTEXTS, {})
        return cls(phrases, known, nouns, concepts, actions, content, heads, names, contexts)


def _parts(raw: bytes) -> Iterator[bytes]:
    """Each with its length before, as four bytes."""
    while raw:
        size = int.from_bytes(raw[:4], "big")
        yield raw[4 : 4 + size]
        raw = raw[4 + size :]


Table = dict[str, tuple[str, str]]


def _parsed(lines: Iterable[str]) -> tuple[dict[str, dict[str, Meaning]], Table, Table]:
    phrases: dict[str, dict[str, Meaning]] = {}
    # Ten languages call a cat a cat: one object for all of them.
    meant = cache(Meaning.parse)
    tables: dict[str, Table] = {"concepts": {}, "actions": {}}
    part = ""
    for line in lines:
        if line.startswith("# "):
            part = line[2:]
            continue
        name, said = line.split("\t", 1)
        if part in tables:
            first, second = said.split("\t")
            tables[part][name] = first, second
        else:
            meaning = meant(name)
            phrases.setdefault(part, {}).update(dict.fromkeys(said.split("|"), meaning))
    return phrases, tables["concepts"], tables["actions"]


def pack(
    phrases: Mapping[str, Mapping[str, str]],
    known: Iterable[str],
    nouns: Iterable[str],
    concepts: Mapping[str, tuple[str, str]],
    actions: Mapping[str, tuple[str, str]],
    content: Iterable[str] = (),
    heads: Iterable[str] = (),
) -> bytes:
    """The file: per language, and under NAMES and CONTEXTS, phrases to meanings as written."""
    lines = []
    for part, table in (("concepts", concepts), ("actions", actions)):
        lines += [f"# {part}", *("\t".join((name, *row)) for name, row in table.items())]
    for language, said in phrases.items():
        lines.append(f"# {language}")
        grouped: dict[str, list[str]] = {}
        for phrase, meaning in said.items():
            grouped.setdefault(meaning, []).append(phrase)
        # What is called so beside what is like it: 1,000 bytes less.
        rows = sorted(grouped.items(), key=lambda row: (row[0].lstrip(KIND), row[0]))
        lines += [f"{meaning}\t{'|'.join(sorted(of))}" for meaning, of in rows]
    # xz: 19,000 lemmas are 70 kB so, by zlib 78.
    packed = lzma.compress("\n".join(lines).encode(), filters=_XZ)
    # A word that passes for a thing leaves nothing else drawn: "it's" raining frogs.
    blooms = ((known, 1), (nouns, 2), (content, 1), (heads, 2))
    parts = (packed, *(BloomFilter.from_words(words, times).bits for words, times in blooms))
    return _MAGIC + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
