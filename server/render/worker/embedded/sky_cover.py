"""What weather does to a picture beside what falls: no sun shines where it rains. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.shelter import NO_SKY

FIREWORKS: Final = "fireworks"
STORM: Final = "storm"


class Cover(Struct, frozen=True):
    """How much of the sky is `hidden` (0..1), how much `darker` it is (below 0 lighter), whether
    there is `lightning`, and how white the clouds
    are that hang in it: `pale` 0..1, None where there are none; how much `greyer` a hidden sky is.
    """

    hidden: float = 0.0
    darker: float = 0.0
    pale: float | None = None
    greyer: float = 0.6
    lightning: bool = False

    def forming(self, sigma: float) -> "Cover":
        """The same at a noise level: where there is only noise, nobody knows the weather."""
        there = 1 - min(sigma, 1.0)
        pale = self.pale if there else None
        return replace(self, hidden=self.hidden * there, darker=self.darker * there, pale=pale)


CLEAR: Final = Cover()
LIGHTS: Final = frozenset(("sun", "moon", "full-moon"))
HIDDEN: Final = Cover(1.0, greyer=0.0)
"""Of a sky in which somebody is the light: there is one moon."""
_COVERS: Final[Mapping[str, Cover]] = {
    "rain": Cover(1.0, 0.22, 0.1),
    STORM: Cover(1.0, 0.4, 0.0, lightning=True),
    "snow": Cover(1.0, 0.04, 0.5),
    "fog": Cover(0.9, -0.12),
}


def cover_of(slots: Mapping[str, str], cast: Cast) -> Cover:
    """The sky of a scene with these slots and this cast."""
    if place_of(slots, cast) in NO_SKY:
        return CLEAR
    lit = any(actor.concept in LIGHTS for _, actor in cast)
    return _COVERS.get(weather_of(slots, cast), HIDDEN if lit else CLEAR)


def place_of(slots: Mapping[str, str], cast: Cast) -> str:
    """Where a scene is."""
    return cast.place or slots.get("place", "")


def weather_of(slots: Mapping[str, str], cast: Cast) -> str:
    """The weather of a scene, whether it is seen there or not."""
    return cast.weather or slots.get("weather", "")
