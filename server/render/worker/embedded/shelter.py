"""Where no weather comes: under a roof, in a cave, in space, under water. Pure."""

from typing import Final

CLEAR: Final = "clear"
ROOFED: Final = frozenset(("room", "kitchen", "shop"))
"""Places in which one hears the weather that is outside."""
NO_SKY: Final = ROOFED | {"stage", "cave", "space", "underwater"}
"""Places over which there is no sky."""
_FOGGY: Final = frozenset(("stage", "cave"))
"""Those of NO_SKY in which there may be fog."""


def is_sheltered(place: str, weather: str) -> bool:
    """Whether a weather is not seen in a place."""
    return place in NO_SKY and not (weather == "fog" and place in _FOGGY)


def weather_heard(place: str, weather: str) -> str:
    """The weather that is heard in a place: rain falls on a roof, too."""
    return weather if place in ROOFED or not is_sheltered(place, weather) else CLEAR
