"""What a clip shows, as tags: what the model understood of its prompt. Pure."""

import re
from typing import Final

from phosphene.model import Clip, Slot
from phosphene.text import keywords

SURE: Final = 0.5
"""Least confidence with which the model has to have understood a slot that is a tag."""
UNSEEN: Final = frozenset({"truncated", "undrawn"})
"""Slots of what is not to be seen in the clip."""
_NO_TAG: Final = re.compile(r"[^a-z0-9]+")


def fold_tag(name: str, value: str) -> str | None:
    """A tag as clips have it, such as ``subject:hot_air_balloon``; None where nothing is left."""
    name = _NO_TAG.sub("_", name.lower()).strip("_")
    value = _NO_TAG.sub("_", " ".join(keywords(value))).strip("_")
    return f"{name}:{value}" if name and value else None


def tag_of(slot: Slot) -> str | None:
    """What a slot is called as a tag, such as ``subject:fox``; None for what nobody sees."""
    if slot.value is None or slot.confidence < SURE or slot.name in UNSEEN:
        return None
    return fold_tag(slot.name, slot.value)


def tags_of(clip: Clip) -> tuple[str, ...]:
    """What a clip shows."""
    found = (tag_of(slot) for slot in clip.understood)
    return tuple(dict.fromkeys(tag for tag in found if tag is not None))
