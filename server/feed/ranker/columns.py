"""What a clip is about, as a row of hashed features: its slots, its author, its words."""

import zlib
from collections.abc import Sequence
from typing import Final

from phosphene.model import Clip
from phosphene.text import keywords

FEATURES: Final = 8192
"""Hashed features; number 0 stands for none."""
SLOTS: Final = ("subject", "place", "colour", "mood", "motion", "time", "weather", "camera", "size")
AUTHOR: Final = len(SLOTS)
"""The column of the author; words fill those behind it."""
COLUMNS: Final = 16
SUBJECT: Final = 0


def feature_number(name: str) -> int:
    """The number of a feature, in 1..FEATURES - 1, the same in every process."""
    return 1 + zlib.crc32(name.encode()) % (FEATURES - 1)


def columns_of(clip: Clip) -> list[int]:
    """The features of a clip, ``COLUMNS`` of them, 0 where it has none. Words that said a slot
    count as that slot, so that a French prompt meets an English one."""
    return feature_row(values_of(clip), clip.author.id, words_of(clip))


def values_of(clip: Clip) -> dict[str, str]:
    """What was understood of it, by slot."""
    return {one.name: one.value for one in clip.understood if one.value is not None}


def words_of(clip: Clip) -> list[str]:
    """Its telling words beside those that said a slot, in the order of their columns."""
    slots = [one for one in clip.understood if one.value is not None]
    said = keywords(" ".join(word for one in slots for word in one.words))
    return [word for word in keywords(clip.text) if word not in said]


def feature_row(slots: dict[str, str], author: str, words: Sequence[str]) -> list[int]:
    """The features of whatever has such slots, such an author ("" for none) and such words."""
    found = [feature_number(f"{name}:{slots[name]}") if slots.get(name) else 0 for name in SLOTS]
    found.append(feature_number(f"@{author}") if author else 0)
    found += [feature_number(word) for word in words[: COLUMNS - len(found)]]
    return found + [0] * (COLUMNS - len(found))
