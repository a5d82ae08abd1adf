"""Bodies for what an icon shows only the head of: people, upright things and beasts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.nouns.ink import Inks
from training.paper import Colour, Sheets, outline, oval

Top = Callable[[], None]
"""Lays the icon on the canvas as it is set."""
SHOE: Final[Colour] = (52, 36, 64)
CLOTH: Final[tuple[Colour, ...]] = ((62, 78, 122), (74, 66, 84), (120, 92, 66), (50, 58, 70))
"""Of trousers that do not go with what is above: denim, grey, brown, black."""
LIMBS: Final[Mapping[str, Colour]] = {"panda": (58, 48, 72)}
"""Beasts whose legs have a colour of their own."""


@dataclass(frozen=True)
class Figure:
    """How one person is built and dressed. `wide`: of its body; `cloth`: of its legs, None for
    the main ink; `skirt`: instead of trousers; `young`: a child, whose head is larger."""

    wide: float = 1.0
    cloth: Colour | None = None
    skirt: bool = False
    young: bool = False

    @classmethod
    def of(cls, rng: np.random.Generator, icon: str, young: bool = False) -> "Figure":
        """A random one; women wear a skirt now and then."""
        chosen = CLOTH[rng.integers(len(CLOTH))] if rng.random() < 0.6 else None
        skirted = {"woman", "girl", "queen", "princess"} & {*icon.split("-")}
        skirt = bool(skirted and rng.random() < 0.4)
        return cls(float(rng.uniform(0.86, 1.14)), chosen, skirt, young)


def person(on: Sheets, inks: Inks, top: Top, figure: Figure, bust: bool) -> None:
    """A whole person with the icon as its head, or as its head and shoulders."""
    w, low = figure.wide, (0.62 if figure.young else 0.5)
    _legs(on, inks, figure)
    _arms(on, inks, w, low - 0.34)
    _torso(on, inks, figure, low - 0.36)
    on.canvas.save()
    scale = 0.62 if figure.young else (0.56 if bust else 0.46)
    on.canvas.translate(0, 1.18 - 2.36 + scale * 1.2 + (0.02 if bust else 0.04))
    on.canvas.scale(scale, scale)
    top()
    on.canvas.restore()


def _legs(on: Sheets, inks: Inks, figure: Figure) -> None:
    dark = inks.paper(("main", -0.34)) if figure.cloth is None else figure.cloth
    bare = inks.paper(("skin", 0.0)) if figure.skirt else dark
    for side in (-1, 1):
        x, w = 0.19 * side * figure.wide, 0.14 * figure.wide
        on.lay(outline((x - w, 0.5), (x + w, 0.5), (x + w, 1.1), (x - w, 1.1)), bare, 0.25)
        on.lay(oval(x + 0.02 * side, 1.12, w + 0.05, 0.085), SHOE, 0.2)
    if figure.skirt:
        w = figure.wide
        on.lay(outline((-0.3 * w, 0.5), (0.3 * w, 0.5), (0.46 * w, 0.9), (-0.46 * w, 0.9)), dark)


def _arms(on: Sheets, inks: Inks, wide: float, top: float) -> None:
    for side in (-1, 1):
        a, b = 0.34 * side * wide, 0.56 * side * wide
        sleeve = outline(
            (a, top), (b, top + 0.02, b + 0.02 * side, top + 0.3), (b, top + 0.46),
            (b - 0.16 * side, top + 0.46), (a - 0.04 * side, top + 0.2),
        )  # fmt: skip
        on.lay(oval(b - 0.08 * side, top + 0.5, 0.1, 0.1), inks.paper(("skin", 0.0)), 0.1)
        on.lay(sleeve, inks.paper(("main", -0.14)), 0.3)


def _torso(on: Sheets, inks: Inks, figure: Figure, top: float) -> None:
    w, main = figure.wide, inks.paper(("main", 0.0))
    body = outline((-0.38 * w, top), (0, top - 0.1, 0.38 * w, top), (0.36 * w, 0.66),
                   (0, 0.72, -0.36 * w, 0.66))  # fmt: skip
    on.lay(body, main, 0.3)


def upright(on: Sheets, inks: Inks, top: Top) -> None:
    """A robot, an alien, a hen: short legs, a round body, and the icon above."""
    main, dark = inks.paper(("main", 0.0)), inks.paper(("main", -0.3))
    for side in (-1, 1):
        x = 0.22 * side
        on.lay(outline((x - 0.1, 0.7), (x + 0.1, 0.7), (x + 0.1, 1.1), (x - 0.1, 1.1)), dark, 0.25)
        on.lay(oval(x + 0.03 * side, 1.12, 0.17, 0.085), SHOE, 0.2)
        on.lay(oval(0.56 * side, 0.46, 0.13, 0.3), dark, 0.3)
    on.lay(oval(0, 0.48, 0.52, 0.42), main, 0.3)
    on.lay(oval(0, 0.54, 0.3, 0.27), inks.paper(("main", 0.35)), 0.15)
    _above(on, top, 0.62)


def beast(on: Sheets, inks: Inks, top: Top, name: str) -> None:
    """A beast that sits up and looks at us: hind feet, tail, two front legs, and the head."""
    main, limb = inks.paper(("main", -0.12)), LIMBS.get(name, inks.paper(("main", -0.26)))
    tail = outline((0.4, 0.9), (0.9, 1.0, 1.02, 0.56), (0.96, 0.34, 0.84, 0.42),
                   (0.84, 0.76, 0.4, 0.74))  # fmt: skip
    on.lay(tail, limb, 0.3)
    for side in (-1, 1):
        on.lay(oval(0.5 * side, 1.0, 0.26, 0.17), limb, 0.3)
    on.lay(oval(0, 0.56, 0.6, 0.6), main, 0.3)
    on.lay(oval(0, 0.62, 0.3, 0.42), inks.paper(("main", 0.4)), 0.12)
    for side in (-1, 1):
        x = 0.25 * side
        on.lay(outline((x - 0.13, 0.42), (x + 0.13, 0.42), (x + 0.14, 1.06), (x - 0.14, 1.06)),
               limb, 0.3)  # fmt: skip
        on.lay(oval(x, 1.08, 0.18, 0.1), inks.paper(("main", 0.3)), 0.15)
    _above(on, top, 0.66)


def _above(on: Sheets, top: Top, scale: float) -> None:
    on.canvas.save()
    on.canvas.translate(0, scale * 1.2 - 1.2)
    on.canvas.scale(scale, scale)
    top()
    on.canvas.restore()
