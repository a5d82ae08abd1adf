"""What a prompt leaves open is taken from the parent, or drawn from the seed so that it suits."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from server.render.theatre.vocabulary import VALUES

_COLOURS: Final[Mapping[str, Sequence[str]]] = {
    "whale": ("blue", "blue", "purple", "white"),
    "cat": ("orange", "orange", "white", "purple"),
    "sailboat": ("red", "orange", "blue", "yellow"),
    "jellyfish": ("purple", "pink", "blue"),
    "fish": ("orange", "yellow", "blue", "red"),
    "fox": ("orange", "orange", "red"),
    "rabbit": ("white", "pink", "orange"),
    "turtle": ("green", "green", "blue"),
    "dog": ("orange", "white", "yellow"),
    "horse": ("orange", "white", "purple"),
    "elephant": ("blue", "purple", "white"),
    "bear": ("orange", "white"),
    "deer": ("orange", "orange", "red"),
    "frog": ("green",),
    "owl": ("purple", "orange", "white"),
    "penguin": ("blue", "purple"),
    "snail": ("orange", "pink", "green"),
    "octopus": ("purple", "red", "pink"),
    "dragon": ("green", "red", "purple"),
    "airplane": ("red", "yellow", "blue"),
}
_PLACES: Final[Mapping[str, Sequence[str]]] = {
    "whale": ("underwater", "sea", "clouds"),
    "bird": ("hills", "forest", "sea", "clouds"),
    "cat": ("city", "hills"),
    "butterfly": ("hills", "forest"),
    "balloon": ("clouds", "mountains", "desert"),
    "sailboat": ("sea",),
    "rocket": ("clouds", "mountains", "city"),
    "jellyfish": ("underwater",),
    "fish": ("underwater",),
    "fox": ("forest", "hills", "mountains"),
    "rabbit": ("hills", "forest"),
    "turtle": ("underwater", "sea"),
    "dog": ("hills", "city"),
    "horse": ("hills", "desert"),
    "elephant": ("desert", "forest"),
    "bear": ("forest", "mountains"),
    "deer": ("forest", "hills", "mountains"),
    "frog": ("hills", "forest"),
    "owl": ("forest", "mountains"),
    "penguin": ("mountains", "sea"),
    "snail": ("hills", "forest"),
    "octopus": ("underwater",),
    "dragon": ("mountains", "clouds", "desert"),
    "airplane": ("clouds", "mountains", "city"),
}
_MOTIONS: Final[Mapping[str, Sequence[str]]] = {
    "whale": ("right", "left", "float"),
    "bird": ("right", "left", "circle"),
    "cat": ("sway", "hop"),
    "butterfly": ("circle", "float", "right"),
    "balloon": ("float", "sway"),
    "sailboat": ("right", "left", "sway"),
    "rocket": ("float", "right"),
    "jellyfish": ("float",),
    "fish": ("right", "left"),
    "fox": ("right", "left", "hop"),
    "rabbit": ("hop",),
    "turtle": ("right", "left", "float"),
    "dog": ("right", "left", "hop"),
    "horse": ("right", "left", "hop"),
    "elephant": ("right", "left", "sway"),
    "bear": ("right", "left", "sway"),
    "deer": ("right", "left", "hop"),
    "frog": ("hop",),
    "owl": ("right", "left", "float"),
    "penguin": ("sway", "hop"),
    "snail": ("right", "left"),
    "octopus": ("float", "sway"),
    "dragon": ("right", "left", "circle"),
    "airplane": ("right", "left", "circle"),
}


def resolve(
    asked: Mapping[str, str | None], seed: int, parent: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A value for every slot; equal arguments give equal values.

    Raises ValueError for a value that the theatre does not know.
    """
    for slot, value in asked.items():
        if value is not None and value not in VALUES.get(slot, ()):
            raise ValueError(f"the theatre knows no {slot} {value!r}")
    # One generator per slot: what is said about one slot does not change what another draws.
    draw = {slot: random.Random(f"{seed}:{slot}") for slot in VALUES}
    told = {slot: asked.get(slot) or (parent or {}).get(slot) for slot in VALUES}
    subject = told["subject"] or draw["subject"].choice(VALUES["subject"])
    suits: Mapping[str, Sequence[str]] = {
        "subject": (subject,),
        "colour": _COLOURS.get(subject, VALUES["colour"]),
        "place": _PLACES.get(subject, VALUES["place"]),
        "time": ("day", "day", "sunset"),
        "motion": _MOTIONS.get(subject, ("float",)),
        "weather": ("clear",),
        "size": ("medium",),
        "count": ("one",),
    }
    return {slot: told[slot] or draw[slot].choice(suits[slot]) for slot in VALUES}
