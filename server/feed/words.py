"""What a clip is about, as a sparse vector: the slots that the model understood, and its words."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from phosphene.model import Clip

Vector = Mapping[str, float]

SLOT: Final = 2.0
"""What an understood slot counts beside a word: it says the same in any language."""
COMMON: Final = 0.1
"""Least importance of a feature that nearly every clip has."""

_EMPTY = """
    a an and are as at be but by for from has have he her his i in into is it its like near of off
    on onto or our over she so some that the their them there they this to under up very was we were
    which while who will with you your
    au aux avec ce ces cet cette chez comme d dans de des du elle elles en est et eux il ils je l la
    le les leur leurs lui mais mon ne nos notre nous on ou par pas pour qu que qui sa se ses son
    sont sous sur ta te tes ton tous tout toute toutes tres tu un une vers vos votre vous
    clip video image scene style
"""
EMPTY: Final = frozenset(_EMPTY.split())


def about(clip: Clip) -> dict[str, float]:
    """The features of one clip and how much each counts; no length yet. Words that said a slot
    count as that slot."""
    slots = [slot for slot in clip.understood if slot.value is not None and slot.confidence > 0]
    said = words(" ".join(word for slot in slots for word in slot.words))
    features = dict.fromkeys((word for word in words(clip.text) if word not in said), 1.0)
    for slot in slots:
        # Slots carry a French prompt to an English one; their words have nothing in common.
        features[f"{slot.name}:{slot.value}"] = SLOT * slot.confidence
    return features


def words(text: str) -> tuple[str, ...]:
    """The telling words of a text in order: small letters, no accents, singular or nearly so."""
    plain = text.casefold()
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in folded if not unicodedata.combining(c))
    found = (_singular(word) for word in re.findall(r"\w+", plain) if word not in EMPTY)
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))


def importance(documents: Iterable[Vector]) -> dict[str, float]:
    """How much each feature tells: 1 for one that a single document has, near 0 for one that all
    have (inverse document frequency, scaled)."""
    counts: Counter[str] = Counter()
    total = 0
    for document in documents:
        counts.update(document.keys())
        total += 1
    scale = math.log(total + 1)
    return {
        feature: max(COMMON, math.log((total + 1) / count) / scale)
        for feature, count in counts.items()
    }


def unit(features: Vector, weights: Vector) -> dict[str, float]:
    """The features times their importance, at length 1 (empty stays empty); a feature without
    a weight counts in the length as one that a single document has."""
    weighted = {feature: value * weights.get(feature, 1.0) for feature, value in features.items()}
    length = math.hypot(*weighted.values())
    return {feature: value / length for feature, value in weighted.items()} if length else {}


def _singular(word: str) -> str:
    # Both languages: whales, baleines, chevaux; never glass or bus.
    if len(word) > 3 and word[-1] in "sx" and word[-2] not in "sui":
        return word[:-1]
    return word
