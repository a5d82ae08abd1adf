"""The shipped descriptions of works: of works that are listed, and never by their names."""

import tomllib
from collections import Counter
from datetime import date
from importlib import resources

import msgspec
import pytest

from phosphene.trust.matching import segments
from phosphene.trust.normalize import readings
from phosphene.trust.protected_names import names
from phosphene.trust.refusal_rules import Spelling
from phosphene.trust.rule_file import SHIPPED, merged_rules, read_layers
from tests.trust.shipped import RULES

pytestmark = pytest.mark.slow

SIDES = ("looks", "deeds", "world")
FEWEST, MOST = (7, 7, 4), 45
"""Words of a text, by its side: of the world a few say what there is."""
OPENING = 4
"""Words with which no two texts begin: they are written one by one."""


class Described(msgspec.Struct, forbid_unknown_fields=True):
    """A work by the name of its entry, and its texts in each language."""

    entry: str
    en: tuple[str, ...]
    fr: tuple[str, ...]


FILE = resources.files("phosphene.trust").joinpath("work_descriptions.toml")
WORKS = msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["works"], list[Described])


def named_in(text: str) -> set[str]:
    """The entries whose names stand in a text."""
    (words, *_) = readings(text)
    around = frozenset(word.text for word in words)
    found = (one.what for piece in segments(words, RULES) for one in names(piece, around, RULES))
    return {what.name.name for what in found if isinstance(what, Spelling)}


def test_each_is_a_listed_work_once() -> None:
    groups = merged_rules(read_layers(SHIPPED), date.today()).names
    listed = {name.name for group in groups if group.kind == "character" for name in group.list}
    described = Counter(work.entry for work in WORKS)
    assert len(described) >= 400
    assert [entry for entry, times in described.items() if times > 1 or entry not in listed] == []


def test_each_has_its_three_sides_in_both_languages_at_some_length() -> None:
    for work in WORKS:
        for texts in (work.en, work.fr):
            assert len(texts) == len(SIDES), work.entry
            lengths = [len(text.split()) for text in texts]
            for least, length in zip(FEWEST, lengths, strict=True):
                assert least <= length <= MOST, (work.entry, lengths)


def test_none_holds_the_name_of_a_listed_work() -> None:
    named = {text: found for w in WORKS for text in (*w.en, *w.fr) if (found := named_in(text))}
    assert named == {}


def test_no_two_begin_alike() -> None:
    texts = [text for work in WORKS for text in (*work.en, *work.fr)]
    openings = Counter(" ".join(text.lower().split()[:OPENING]) for text in texts)
    assert [opening for opening, times in openings.items() if times > 1] == []
