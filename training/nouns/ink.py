"""Papers of a noun: what is always the same, and what takes an ink once it is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.render.worker.embedded.nouns.plate import CHANNELS, INKS
from phosphene.render.worker.embedded.vocabulary import PLATE
from training.nouns.roles import Role
from training.paper import DARK, WARM, Colour, Image, Sheets, mix, read, soften, surface
from training.subjects import BLACK, RADIUS


@dataclass(frozen=True)
class Inks:
    """The five inks that a drawing is made with."""

    main: Colour
    skin: Colour
    hair: Colour
    accent: Colour
    glow: Colour = WARM

    def paper(self, role: Role) -> Colour:
        """The fill of a role: the ink, darkened with a fixed colour or lightened with the glow."""
        name, towards = role
        ink: Colour = getattr(self, name)
        if towards < 0:
            return mix(ink, DARK, min(0.55, -towards))
        return mix(ink, self.glow, min(0.75, towards * 1.1))

    def fill(self, colour: Colour, roles: Mapping[Colour, Role]) -> Colour:
        """What an icon's fill becomes."""
        return self.paper(roles[colour]) if colour in roles else colour


PACKED: Final = (("main", "skin", "hair"), ("accent", "glow"))
"""Inks that are drawn at once, each in one of red, green and blue."""


def plate(draw: Callable[[Sheets, Inks], None], lean: float = 0.0) -> Image:
    """A drawing as a plate (CHANNELS, 96, 96), uint8, that any inks colour.

    Every colour of it must be affine in the inks, and red, green and blue of a paper must each
    depend on its own only: what an ink adds is the difference between the drawing with it full and
    with all of them black.
    """
    bare = _drawn(draw, Inks(*[BLACK] * len(INKS)), lean)
    found = np.empty((CHANNELS, PLATE, PLATE), np.uint8)
    found[:3] = bare[..., :3].transpose(2, 0, 1)
    for packed in PACKED:
        inks = {name: _only(packed.index(name)) if name in packed else BLACK for name in INKS}
        added = _drawn(draw, Inks(**inks), lean).astype(np.int16) - bare
        for k, name in enumerate(packed):
            found[3 + INKS.index(name)] = added[..., k].clip(0, 255)
    found[-1] = bare[..., 3]
    return found


def _only(channel: int) -> Colour:
    r, g, b = (255.0 if k == channel else 0.0 for k in range(3))
    return r, g, b


def _drawn(draw: Callable[[Sheets, Inks], None], inks: Inks, lean: float) -> Image:
    target = surface()
    canvas = target.getCanvas()
    canvas.translate(PLATE / 2, PLATE / 2)
    canvas.scale(RADIUS, RADIUS)
    canvas.rotate(lean)
    draw(Sheets(canvas, inks.glow), inks)
    return soften(read(target))
