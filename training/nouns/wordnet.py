"""WordNet 3.1's nouns as the lexicon needs them, from its own files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LEXNAMES: Final = {
    3: "Tops", 4: "act", 5: "animal", 6: "artifact", 7: "attribute", 8: "body", 9: "cognition",
    10: "communication", 11: "event", 12: "feeling", 13: "food", 14: "group", 15: "location",
    16: "motive", 17: "object", 18: "person", 19: "phenomenon", 20: "plant", 21: "possession",
    22: "process", 23: "quantity", 24: "relation", 25: "shape", 26: "state", 27: "substance",
    28: "time",
}  # fmt: skip


@dataclass(frozen=True)
class Synset:
    """One sense. `kinds`: the offsets of what it is a kind of; `named`: whether it is an instance,
    a person or a place with a name."""

    lexname: str
    lemmas: tuple[str, ...]
    kinds: tuple[str, ...]
    named: bool


@dataclass(frozen=True)
class WordNet:
    """`senses`: of each noun, the commonest first. `counts`: how often a word was tagged as noun,
    verb, adjective or adverb (n, v, a, r) in text; `seen`: how often as that very sense."""

    senses: Mapping[str, tuple[str, ...]]
    synsets: Mapping[str, Synset]
    counts: Mapping[tuple[str, str], int]
    seen: Mapping[tuple[str, str], int]
    words: frozenset[str]

    @classmethod
    def load(cls, folder: Path) -> "WordNet":
        """From the folder `dict` of the package. Raises OSError if it is not there."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        seen: dict[tuple[str, str], int] = {}
        kinds = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
        for line in (folder / "index.sense").read_text().splitlines():
            key, offset, _, count = line.split()
            lemma, rest = key.split("%")
            counts[lemma, kinds[rest[0]]] += int(count)
            if rest[0] == "1":
                seen[lemma, offset] = int(count)
        synsets = dict(map(_synset, _lines(folder / "data.noun")))
        words = {row.split()[0] for part in ("noun", "verb", "adj", "adv")
                 for row in _lines(folder / f"index.{part}")}  # fmt: skip
        return cls(
            dict(map(_senses, _lines(folder / "index.noun"))),
            synsets,
            counts,
            seen,
            frozenset(words),
        )

    def sense(self, lemma: str, lexname: str) -> str | None:
        """The offset of the commonest sense of that lexicographer's file."""
        found = self.senses.get(lemma, ())
        return next((o for o in found if self.synsets[o].lexname == lexname), None)


def _lines(path: Path) -> Iterator[str]:
    """Without the licence at the head."""
    return (line for line in path.read_text().splitlines() if line[0] != " ")


def _senses(line: str) -> tuple[str, tuple[str, ...]]:
    cells = line.split()
    return cells[0], tuple(cells[4 + int(cells[3]) + 2 :])


def _synset(line: str) -> tuple[str, Synset]:
    cells = line.partition("|")[0].split()
    count = int(cells[3], 16)
    lemmas = tuple(cells[4 + 2 * k].lower() for k in range(count))
    first = 4 + 2 * count
    pointers = [cells[first + 1 + 4 * k : first + 5 + 4 * k] for k in range(int(cells[first]))]
    up = [p for p in pointers if p[0] in ("@", "@i") and p[2] == "n"]
    named = any(p[0] == "@i" for p in up)
    return cells[0], Synset(LEXNAMES[int(cells[1])], lemmas, tuple(p[1] for p in up), named)
