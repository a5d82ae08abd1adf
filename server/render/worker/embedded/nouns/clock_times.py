"""What else than its name tells a time of day: the sea at 3 am is a sea at night, and so is one
under the northern lights. Pure."""

import re
from typing import Final

from phosphene.model import Slot

# With a word or a sign that only hours have: "3 foxes" and "7 dwarfs" tell no time.
_HALF: Final = re.compile(r"\b(1[0-2]|0?[1-9])(?:[:.][0-5]\d)?\s?([ap])\.?m\b", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\b([01]?\d|2[0-3])(?::[0-5]\d|\s?h(?:eures)?\b)", re.IGNORECASE)
_MORNING: Final = re.compile(r"du matin", re.IGNORECASE)
_EVENING: Final = re.compile(r"du soir|de l'après-midi", re.IGNORECASE)
_NIGHT: Final = re.compile(
    r"\b(?:northern lights|aurora(?: borealis)?|aurores? boréales?|starry|stars|shooting star"
    r"|milky way|voie lactée|étoiles?|étoilée?s?|full moon|pleine lune|moonlit|moonlight"
    r"|clair de lune|midnight|minuit|fireflies|lucioles?)\b",
    re.IGNORECASE,
)
_BEGINS: Final = ((21, "night"), (18, "sunset"), (8, "day"), (5, "dawn"), (0, "night"))
"""From which hour on it is what."""


def time_slot(text: str) -> Slot | None:
    """The time of day that a text names by its hour, or by what is seen at night only; None if it
    names none."""
    if half := _HALF.search(text):
        hour = int(half[1]) % 12 + 12 * (half[2].lower() == "p")
        said = half[0]
    elif whole := _WHOLE.search(text):
        hour, said = int(whole[1]), whole[0]
        if hour < 12 and _EVENING.search(text) and not _MORNING.search(text):
            hour += 12
    elif dark := _NIGHT.search(text):
        return Slot("time", "night", 1.0, (dark[0],))
    else:
        return None
    return Slot("time", next(name for since, name in _BEGINS if hour >= since), 1.0, (said,))
