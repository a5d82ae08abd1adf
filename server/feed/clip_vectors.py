"""What a clip is about, as a sparse vector: the slots that the model understood, and its words."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from phosphene.model import Clip
from phosphene.text import keywords

Vector = Mapping[str, float]

SLOT: Final = 2.0
"""What an understood slot counts beside a word: it says the same in any language."""
COMMON: Final = 0.1
"""Least importance of a feature that nearly every clip has."""


def about(clip: Clip) -> dict[str, float]:
    """The features of one clip and how much each counts; no length yet. Words that said a slot
    count as that slot."""
    slots = [slot for slot in clip.understood if slot.value is not None and slot.confidence > 0]
    said = keywords(" ".join(word for slot in slots for word in slot.words))
    features = dict.fromkeys((word for word in keywords(clip.text) if word not in said), 1.0)
    for slot in slots:
        # Slots carry a French prompt to an English one; their words have nothing in common.
        features[f"{slot.name}:{slot.value}"] = SLOT * slot.confidence
    return features


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
