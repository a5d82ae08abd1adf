"""The words of the theatre's world: what each slot can say and how a prompt becomes indices."""

import hashlib
from collections.abc import Mapping
from typing import Final

VALUES: Final[dict[str, tuple[str, ...]]] = {
    "subject": (
        "whale",
        "bird",
        "cat",
        "butterfly",
        "balloon",
        "sailboat",
        "rocket",
        "jellyfish",
        "fish",
        "fox",
        "rabbit",
        "turtle",
        "dog",
        "horse",
        "elephant",
        "bear",
        "deer",
        "frog",
        "owl",
        "penguin",
        "snail",
        "octopus",
        "dragon",
        "airplane",
    ),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white"),
    "place": (
        "hills",
        "sea",
        "desert",
        "mountains",
        "forest",
        "city",
        "clouds",
        "underwater",
    ),
    "time": ("day", "sunset", "night", "dawn"),
    "motion": ("right", "left", "float", "sway", "hop", "circle"),
    "weather": ("clear", "snow", "rain"),
    "size": ("small", "medium", "large"),
    "count": ("one", "two", "three"),
}
SLOTS: Final = tuple(VALUES)
SIZES: Final = tuple(len(values) for values in VALUES.values())

SILHOUETTES: Final = ("far", "middle", "near")
RELEVANT: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("subject",),
    "inks": ("colour", "time"),
    "sky": ("place", "time"),
    "far": ("place", "time"),
    "middle": ("place", "time"),
    "near": ("place", "time"),
    "weather": ("weather",),
    "score": ("motion", "subject", "place", "weather", "size", "count"),
}
"""Which slots each kind of plate, and the score, depends on. The subject is drawn without its
colour: "inks" are ten numbers that colour it."""
KINDS: Final = tuple(RELEVANT)
PLATES: Final = KINDS[:-1]

PLATE: Final = 96
POSES: Final = 3
INKED: Final = 6
"""Channels of a pose that is not coloured yet: RGB of the colours that are always the same, what
of the main ink and of the glow is on top of it (all premultiplied), and alpha."""
INKS: Final = 10
"""RGB of the main ink and of the glow, how much of all light remains, RGB of the light that comes
in its place; everything in 0..1."""
SHAPES: Final[dict[str, tuple[int, ...]]] = {
    kind: {"subject": (POSES, INKED, PLATE, PLATE), "inks": (INKS,)}.get(kind, (4, PLATE, PLATE))
    for kind in PLATES
}
"""Shape of each kind of plate, values in 0..1."""
KEYS: Final = 8
SCORE: Final = (
    "x",
    "y",
    "size",
    "tilt",
    "pose",
    "facing",
    "drift_far",
    "drift_middle",
    "drift_near",
    "light",
    "weather_x",
    "weather_y",
)
SCALE: Final = (0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 0.5, 1.0, 1.5, 0.5, 1.0, 3.0)
"""What one unit of the net's score space is, channel by channel: score = net * SCALE."""
SECONDS: Final = 10


def indices(values: Mapping[str, str | None]) -> tuple[int, ...]:
    """Index of each slot's value in the order of SLOTS; None or a missing slot is "unspecified",
    the index after the last value. Raises ValueError for a value the world does not know."""
    return tuple(
        len(VALUES[slot]) if (value := values.get(slot)) is None else VALUES[slot].index(value)
        for slot in SLOTS
    )


def names(row: tuple[int, ...]) -> dict[str, str | None]:
    """The inverse of `indices`."""
    return {
        slot: VALUES[slot][i] if i < len(VALUES[slot]) else None
        for slot, i in zip(SLOTS, row, strict=True)
    }


def _bucket(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % 8


def held_out(subject: str, colour: str, place: str) -> bool:
    """True for the eighth of the pairs (subject, colour) and (subject, place) that training never
    shows, so that what a model makes of them measures whether it composes."""
    return _bucket(f"{subject} {colour}") == 0 or _bucket(f"{subject} in {place}") == 0
