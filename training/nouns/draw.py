"""A plate of one individual of a concept, from its icon, its body, or the world's own drawing."""

from collections.abc import Callable

import numpy as np

from training.nouns import bodies
from training.nouns.bodies import Figure
from training.nouns.concepts import Concept
from training.nouns.ink import Inks, plate
from training.nouns.own import OWN
from training.nouns.roles import people, roles
from training.nouns.shape import Bend, lay
from training.paper import Image, Palette, Sheets
from training.subjects import DRAW

Drawing = Callable[[Sheets, Inks], None]
YOUNG = ("baby", "boy", "girl", "child", "children")
LEAN = 3.0
"""Degrees to either side by which an individual may stand askew."""


def chance(concept: Concept, number: int) -> np.random.Generator:
    """What the individual of that number is drawn with."""
    return np.random.default_rng([number, sum(concept.name.encode())])


def chosen(concept: Concept, number: int) -> str:
    """Which of its icons the individual of that number is."""
    return _icon(concept, chance(concept, number))


def _icon(concept: Concept, rng: np.random.Generator) -> str:
    return concept.icons[rng.integers(len(concept.icons))]


def individual(concept: Concept, rng: np.random.Generator) -> Image:
    """Another plate each time, (CHANNELS, 96, 96) uint8."""
    icon = _icon(concept, rng)
    return plate(drawing(concept, icon, rng), float(rng.uniform(-LEAN, LEAN)))


def typical(concept: Concept) -> Image:
    """The plate of its first icon as it is."""
    return plate(drawing(concept, concept.icons[0], None))


def drawing(concept: Concept, icon: str, rng: np.random.Generator | None) -> Drawing:
    """How to draw one; without `rng` nothing is left to chance."""
    if icon.startswith("@"):
        return _own(icon[1:], rng)
    bend = Bend.of(rng) if rng else None
    # A face has no clothes: its lips are not to take their colour.
    taken = people(icon) if concept.build == "head" else roles(icon)
    stands, flip = concept.stands and concept.build == "-", concept.looks == "left"

    def icons(on: Sheets, inks: Inks) -> None:
        lay(on, inks, icon, taken, stands, flip, bend)

    if concept.build in ("head", "bust"):
        return _person(concept, icon, icons, rng)
    if concept.build == "upright":
        return lambda on, inks: bodies.upright(on, inks, lambda: icons(on, inks))
    if concept.build == "beast":
        return lambda on, inks: bodies.beast(on, inks, lambda: icons(on, inks), concept.name)
    return icons


def _person(
    concept: Concept, icon: str, icons: Drawing, rng: np.random.Generator | None
) -> Drawing:
    young = icon in YOUNG
    figure = Figure.of(rng, icon, young) if rng else Figure(young=young)
    bust = concept.build == "bust"
    return lambda on, inks: bodies.person(on, inks, lambda: icons(on, inks), figure, bust)


def _own(name: str, rng: np.random.Generator | None) -> Drawing:
    """The middle pose of a drawing that is not an icon."""
    pattern = int(rng.random() < 0.4) if rng else 0
    wide, tall = rng.uniform(0.97, 1.03, 2) if rng else (1.0, 1.0)

    def own(on: Sheets, inks: Inks) -> None:
        on.canvas.save()
        on.canvas.scale(wide, tall)
        (OWN | DRAW)[name](on, Palette.of(inks.main, inks.glow), 0.0, pattern)
        on.canvas.restore()

    return own
