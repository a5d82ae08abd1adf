"""Made-up prompts with the value that each word stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from phosphene.render.worker.embedded.prompt_parser import classes, split
from phosphene.render.worker.embedded.vocabulary import COUNTS, NOBODY, SLOTS
from training.lexicon import ENGLISH, FRENCH, NOTHING, PASSIVE, SMALL_WORDS
from training.world import WORLD, held_out

T = TypeVar("T")
Pairs = list[tuple[str, int]]
NONE = classes(WORLD) - 1
TOLD = {
    "subject": 0.9,
    "colour": 0.7,
    "place": 0.7,
    "time": 0.5,
    "motion": 0.4,
    "weather": 0.3,
    "size": 0.3,
    "count": 0.25,
    "other": 0.3,
    "other_colour": 0.5,
    "relation": 1.0,
    "camera": 0.2,
    "mood": 0.2,
}
"""How often a slot is told; what is told of a second subject, if there is one."""
SOLE = (*SLOTS[: SLOTS.index("other")], "camera", "mood")
"""Slots of which one can be all that a prompt tells."""
AND = {"en": ("and", "with", "while", "as"), "fr": ("et", "avec", "pendant que", "alors")}
ARTICLES = {"en": ("a", "the", "an"), "fr": ("un", "une", "le", "la")}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OPENINGS = {
    "en": (
        "",
        "",
        "",
        "",
        "a short film of",
        "video of",
        "paper-cut theatre,",
        "show me",
        "i want",
    ),
    "fr": ("", "", "", "", "un petit film avec", "une vidéo de", "montre-moi", "je veux voir"),
}


@dataclass(frozen=True)
class Caption:
    """A prompt, its folded words, and for each word the class it stands for."""

    text: str
    words: tuple[str, ...]
    labels: tuple[int, ...]
    values: dict[str, str | None]


def pick(choices: Sequence[T], rng: np.random.Generator) -> T:
    """One of them."""
    return choices[int(rng.integers(len(choices)))]


def label(slot: str, value: str) -> int:
    """Class of a value."""
    before = list(WORLD.slot_sizes.values())[: SLOTS.index(slot)]
    return sum(before) + WORLD.values[slot].index(value)


def misspell(word: str, rng: np.random.Generator) -> str:
    """One slip of the finger in a word of four letters or more."""
    if len(word) < 4:
        return word
    i, letter = int(rng.integers(1, len(word) - 1)), LETTERS[int(rng.integers(26))]
    slips = (
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
        word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        word[:i] + letter + word[i + 1 :],
        word[:i] + letter + word[i:],
    )
    return slips[int(rng.integers(len(slips)))]


def _said(tongue: str, slot: str, value: str, rng: np.random.Generator) -> str:
    known = (FRENCH if tongue == "fr" else ENGLISH)[slot][value]
    return known[0] if rng.random() < 0.25 else pick(known, rng)


def _spell(
    phrase: str, target: int, noise: float, rng: np.random.Generator, whole: bool = False
) -> Pairs:
    """Words of a phrase with their labels; small words stand for nothing, and unless the phrase
    has to be `whole` they may be left out."""
    words = [folded for folded, _ in split(phrase)]
    sole = all(word in SMALL_WORDS for word in words)
    if not sole and target != NONE and rng.random() < 0.2 and not whole:
        words = [w for w in words if w not in SMALL_WORDS or (w, target) in _KEPT]
    return [
        (
            misspell(word, rng) if rng.random() < noise else word,
            NONE if word in SMALL_WORDS and not sole and (word, target) not in _KEPT else target,
        )
        for word in words
    ]


_KEPT = {(word, label("place", "underwater")) for word in ("under", "sous", "below", "beneath")} | {
    (word, label("motion", "float")) for word in ("up",)
}


def caption(
    rng: np.random.Generator, noise: float = 0.06, language: str | None = None, held: bool = False
) -> Caption:
    """A prompt with some slots told, some left open, in any order, among words that say nothing."""
    tongue = language or ("fr" if rng.random() < 0.35 else "en")
    values = _told(rng, held)
    pieces = {
        slot: _spell(_said(tongue, slot, value, rng), label(slot, value), noise, rng)
        for slot, value in values.items()
        if value is not None
    }
    who = _who(pieces, values["count"] in COUNTS[1:], tongue, rng)
    if values["other"] not in (None, NOBODY):
        who = _pair(who, pieces, str(values["relation"]), tongue, noise, rng)
    rest = list(pieces.values())
    for _ in range(int(rng.choice([0, 0, 0, 1, 1, 2, 3]))):
        rest.append(_spell(pick(NOTHING, rng), NONE, noise, rng))
    rng.shuffle(rest)
    for piece in rest:
        if rng.random() < 0.08:
            piece[:0] = _spell(pick(AND[tongue], rng), NONE, 0, rng)
    at = 0 if rng.random() < 0.7 else int(rng.integers(len(rest) + 1))
    rest.insert(at, who)
    opening = _spell(pick(OPENINGS[tongue], rng), NONE, 0, rng)
    pairs = opening + [pair for piece in rest for pair in piece] or _spell("hello", NONE, 0, rng)
    text = " ".join(word for word, _ in pairs)
    return Caption(text, tuple(w for w, _ in pairs), tuple(k for _, k in pairs), values)


def _told(rng: np.random.Generator, held: bool) -> dict[str, str | None]:
    """Values of the slots that a prompt tells."""
    values = {slot: pick(WORLD.values[slot], rng) for slot in SLOTS}
    if rng.random() < 0.1:
        values["other"] = NOBODY
    while held and not held_out(values["subject"], values["colour"], values["place"]):
        values |= {s: pick(WORLD.values[s], rng) for s in ("subject", "colour", "place")}
    told = {slot for slot in SLOTS if rng.random() < TOLD[slot]}
    if rng.random() < 0.1:
        told = {pick(SOLE, rng)}
    if "subject" not in told or values["other"] == NOBODY:
        told -= {"other_colour", "relation"} | ({"other"} if values["other"] != NOBODY else set())
    if "other" not in told:
        told -= {"other_colour", "relation"}
    elif values["other"] != NOBODY:
        told.add("relation")
    return {slot: value if slot in told else None for slot, value in values.items()}


def _pair(
    who: Pairs,
    pieces: dict[str, Pairs],
    relation: str,
    tongue: str,
    noise: float,
    rng: np.random.Generator,
) -> Pairs:
    """Two subjects and what the first is to the second, said from either side."""
    between = pieces.pop("relation")
    other = {"subject": pieces.pop("other"), "colour": pieces.pop("other_colour", [])}
    size = (ENGLISH if tongue == "en" else FRENCH)["size"][pick(("small", "large"), rng)]
    if rng.random() < 0.1:
        other["size"] = _spell(pick(size, rng), NONE, noise, rng)
    second = _who(other, False, tongue, rng)
    if relation not in PASSIVE[tongue] or rng.random() < 0.65:
        return who + between + second
    target = label("relation", relation)
    # Without its "by", the second subject would be told to be the first.
    said = _spell(pick(PASSIVE[tongue][relation], rng), target, noise, rng, whole=True)
    return second + said + who


def _who(pieces: dict[str, Pairs], several: bool, tongue: str, rng: np.random.Generator) -> Pairs:
    """What belongs to the subject, taken out of the pieces: count or article, size, colour."""
    subject, colour = pieces.pop("subject", []), pieces.pop("colour", [])
    size = pieces.pop("size", []) if rng.random() < 0.8 else []
    first = pieces.pop("count", [])
    if several or rng.random() < 0.08:
        subject = [*subject[:-1], *(_plural(*last) for last in subject[-1:])]
    if not first and rng.random() < 0.7:
        first = [(pick(ARTICLES[tongue], rng), NONE)]
    extra = []
    if rng.random() < 0.2:
        extra = [(split(pick(NOTHING, rng))[0][0], NONE)]
    if tongue == "fr" or (colour and rng.random() < 0.12):
        return first + extra + size + subject + colour
    return first + size + extra + colour + subject


def _plural(word: str, target: int) -> tuple[str, int]:
    return (word if word[-1] in "sxz" else word + "s"), target
