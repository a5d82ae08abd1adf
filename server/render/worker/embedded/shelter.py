"""Where no weather comes: under a roof, in a cave, in space, under water. Pure."""

from collections.abc import Mapping
from typing import Final

from phosphene.render.worker.embedded.nouns.cast import Cast

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


def weather_seen(slots: Mapping[str, str], cast: Cast) -> str:
    """The weather that is seen in a scene with these slots and this cast."""
    weather = weather_of(slots, cast)
    return CLEAR if is_sheltered(place_of(slots, cast), weather) else weather


def weather_heard(slots: Mapping[str, str], cast: Cast) -> str:
    """The weather that is heard: rain falls on a roof, too."""
    if place_of(slots, cast) in ROOFED:
        return weather_of(slots, cast)
    return weather_seen(slots, cast)


def place_of(slots: Mapping[str, str], cast: Cast) -> str:
    """Where a scene is."""
    return cast.place or slots.get("place", "")


def weather_of(slots: Mapping[str, str], cast: Cast) -> str:
    """The weather that a scene has, seen or not."""
    return cast.weather or slots.get("weather", "")
