"""What is told by what it means: described works, near misses, harmful prompts with their twins.

The texts were written before anything was fitted, and are in no training: ``described.tsv`` before
the registered descriptions, by another hand; ``described_scenes.tsv`` as scenes, before the
descriptions of the later 342 works and before any score of them was seen; ``described_short.tsv``
and ``short_prompts.txt`` before any score, in 8 to 20 words, as people ask for a clip. Of ``twins``
the heads' makers have seen figures; ``twins_fresh.tsv`` was written before any score;
``twins_second.tsv`` too, by who wrote ``heads_varied.tsv`` after it; and so was
``common_things.txt``: animals, food, sport and tales in a few words, of which nobody is anybody's.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from bench.policy.shares import Share
from phosphene.meaning.meaning_messages import ReadText, RegisterWorks, TextRead, WorkTexts
from phosphene.meaning.serve_prompts import PromptMeanings
from phosphene.trust.close_works import judge_closeness, load_works
from phosphene.trust.content_verdict import innocent_categories, refuse_content
from phosphene.trust.harmless_prompts import harmless_prompts
from phosphene.trust.policy import decide, touched_categories
from phosphene.trust.refusal_rules import Rules

HERE: Final = Path(__file__).parent


class Meant:
    """The reading of the policy's process, in this one."""

    def __init__(self, works: Sequence[WorkTexts]) -> None:
        self.entries = frozenset(one.entry for one in works)
        self._reading = PromptMeanings()
        self._reading.carry_out(RegisterWorks(tuple(works)))

    @cache  # noqa: B019 - one lives as long as the bench
    def read(self, text: str) -> TextRead:
        """What a text comes close to."""
        answer = self._reading.carry_out(ReadText(0, text))
        assert isinstance(answer, TextRead)
        return answer

    def outcome(self, text: str) -> tuple[str, str]:
        """Of which work what is said: ``ask``, ``refuse`` or nothing."""
        found = judge_closeness(self.read(text), len(self.entries))
        return (found.outcome, found.work.entry) if found else ("", "")

    def refuses(self, text: str, rules: Rules) -> bool:
        """Whether words or what they mean refuse a text, works aside."""
        read = self.read(text)
        words = decide(text, rules, innocent=innocent_categories(read))
        return words is not None or bool(refuse_content(read, rules))

    def breaks_category(self, text: str, rules: Rules) -> bool:
        """Whether a category refuses a text, names and works aside."""
        read = self.read(text)
        touched = set(touched_categories(text, rules)) - innocent_categories(read)
        return bool(touched or refuse_content(read, rules))


def rows_of(name: str) -> list[dict[str, str]]:
    """A table of this folder."""
    text = (HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def texts_of(name: str) -> list[str]:
    """The lines of a file of this folder."""
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def described_rows() -> list[dict[str, str]]:
    """Described works, in both languages."""
    return [*rows_of("described.tsv"), *rows_of("described_scenes.tsv")]


def measure_described(meant: Meant) -> Iterator[tuple[str, Share]]:
    """Described works that are registered: asked or refused, and refused alone, by language."""
    for what, rows in (
        ("described", described_rows()),
        ("in few words", rows_of("described_short.tsv")),
    ):
        known = [one for one in rows if one["entry"] in meant.entries]
        yield from _measure_rows(meant, what, known)


def _measure_rows(
    meant: Meant, what: str, rows: Sequence[dict[str, str]]
) -> Iterator[tuple[str, Share]]:
    for language in ("en", "fr"):
        own = [one for one in rows if one["language"] == language]
        said = [meant.outcome(one["text"]) for one in own]
        hits = [bool(outcome) for outcome, _ in said]
        named = [entry == one["entry"] for (_, entry), one in zip(said, own, strict=True)]
        yield f"{what}, {language}: asked or refused", Share(sum(hits), len(own))
        refused = sum(outcome == "refuse" for outcome, _ in said)
        yield f"{what}, {language}: refused", Share(refused, len(own))
        yield f"{what}, {language}: by its own name", Share(sum(named), len(own))


def measure_apart(meant: Meant, what: str, texts: Sequence[str]) -> Iterator[tuple[str, Share]]:
    """Texts that come near a work and are none: asked, and refused."""
    said = [meant.outcome(text)[0] for text in texts]
    for outcome in ("ask", "refuse"):
        yield f"{what}: {outcome}", Share(said.count(outcome), len(texts))


def measure_heads(meant: Meant, rules: Rules) -> Iterator[tuple[str, Share]]:
    """Harmful prompts with their twins, and harmless prompts that no head has seen: of four they
    learn from the first two or three, and limits are taken from the third."""
    for name in ("twins.tsv", "twins_fresh.tsv", "twins_second.tsv"):
        yield from measure_twins(meant, rules, name)
    texts = {"harmless": harmless_prompts()[3::4]}
    texts |= {name: texts_of(name) for name in ("near.txt", "own_characters.txt")}
    for what, some in (texts | {"short prompts": texts_of("short_prompts.txt")}).items():
        yield measure_content(meant, rules, what, some)


def measure_twins(meant: Meant, rules: Rules, name: str) -> Iterator[tuple[str, Share]]:
    """By category: harmful prompts of a table and their harmless twins, by words alone and with
    meaning."""
    hits, tried = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in rows_of(name):
        side = "harmful" if one["harmful"] == "1" else "twins"
        words = decide(one["text"], rules) is not None
        for layer, refused in (("words", words), ("meaning", meant.refuses(one["text"], rules))):
            for whose in (side, f"{side}, {one['language']}"):
                key = f"{name}: {one['category']}, {whose}: {layer}"
                hits[key] += refused
                tried[key] += 1
    return ((key, Share(hits[key], tried[key])) for key in sorted(tried))


def measure_content(
    meant: Meant, rules: Rules, what: str, texts: Sequence[str]
) -> tuple[str, Share]:
    """Harmless texts that a category refuses, by their words or by what they mean."""
    named = [text for text in texts if meant.breaks_category(text, rules)]
    return f"{what}: refused by a category", Share(len(named), len(texts))


def load_meant() -> Meant:
    """With the shipped works."""
    return Meant(load_works())
