"""People of paper, drawn from their cards: from the front, their limbs where they do something."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import skia

from training.nouns.card import Card
from training.nouns.face import face, hair_before, hair_behind, headwear
from training.nouns.ink import Inks, plate
from training.paper import Colour, Image, Sheets, outline, oval

Point = tuple[float, float]
TROUSERS: Final[tuple[Colour, ...]] = ((62, 78, 122), (74, 66, 84), (120, 92, 66), (50, 58, 70))
SHOES: Final[Colour] = (52, 36, 64)
PALE: Final[Colour] = (246, 240, 230)
TIE: Final[Colour] = (150, 40, 60)


@dataclass(frozen=True)
class Posture:
    """Elbow and hand of either arm from the shoulder, knee and foot of either leg from the hip, as
    multiples of the limb's half length; how far the body sinks and leans."""

    arms: tuple[tuple[Point, Point], tuple[Point, Point]]
    legs: tuple[tuple[Point, Point], tuple[Point, Point]]
    down: float = 0.0
    lean: float = 0.0


DOWN: Final[tuple[Point, Point]] = ((0.2, 0.98), (0.24, 1.95))
LEG: Final[tuple[Point, Point]] = ((0.05, 1.0), (0.06, 2.0))
POSTURES: Final = {
    "stand": Posture((DOWN, DOWN), (LEG, LEG)),
    "walk": Posture((((0.1, 1.0), (-0.3, 1.7)), ((0.5, 0.85), (0.9, 1.5))),
                    (((0.35, 0.95), (0.2, 1.85)), ((0.3, 0.95), (0.65, 1.8)))),
    "run": Posture((((-0.5, 0.85), (0.3, 1.1)), ((0.8, 0.6), (0.5, -0.1))),
                   (((-0.6, 0.8), (-0.1, 1.7)), ((0.95, 0.3), (1.7, 0.7))), -0.06, 6),
    "dance": Posture((((0.9, -0.4), (0.6, -1.3)), ((0.95, 0.3), (0.3, 0.6))),
                     (((0.1, 1.0), (0.15, 2.0)), ((0.8, 0.6), (0.2, 1.2))), -0.04, -5),
    "wave": Posture((((0.95, 0.1), (1.15, -0.9)), DOWN), (LEG, LEG)),
    "sit": Posture((((0.35, 0.9), (0.1, 1.5)), ((0.35, 0.9), (0.1, 1.5))),
                   (((0.75, 0.25), (0.8, 1.2)), ((0.75, 0.25), (0.8, 1.2))), 0.3),
    "jump": Posture((((0.9, -0.6), (1.1, -1.6)), ((0.9, -0.6), (1.1, -1.6))),
                    (((0.8, 0.5), (0.3, 1.2)), ((0.8, 0.5), (0.3, 1.2))), -0.06),
}  # fmt: skip
"""Sides outwards: the left arm is mirrored."""
WIDE: Final = {"slim": 0.7, "medium": 1.0, "stout": 1.5}
SHOULDERS: Final = {"man": 1.12, "woman": 0.9}
WAIST: Final = {"man": 1.0, "woman": 0.7}
HIPS: Final = {"man": 0.98, "woman": 1.14}


@dataclass(frozen=True)
class Body:
    """Measures of one person in radii: where head, shoulders and hips are, how wide and long."""

    head: float
    radius: float
    shoulder: float
    hip: float
    wide: float
    arm: float
    leg: float

    @classmethod
    def of(cls, card: Card, wide: float = 1.0, tall: float = 1.0) -> "Body":
        """By age and build."""
        w = WIDE[card.build] * wide
        down = POSTURES[card.posture].down
        if card.age == "child":
            return cls(-0.2 + down, 0.44, 0.26 + down, 0.68 + down, 0.21 * w, 0.18, 0.2 * tall)
        stoop = 0.13 if card.age == "old" else 0.0
        top = -0.57 + stoop + down
        return cls(top, 0.44, -0.1 + stoop + down, 0.45 + down, 0.27 * w, 0.25, 0.31 * tall)


def person(card: Card, rng: np.random.Generator | None = None) -> Image:
    """A plate (9, 96, 96) of this person; with `rng` no two of one card are quite alike."""
    wide, tall = rng.uniform(0.94, 1.06, 2) if rng else (1.0, 1.0)
    cloth = TROUSERS[rng.integers(len(TROUSERS))] if rng else TROUSERS[0]
    lean = POSTURES[card.posture].lean + (float(rng.uniform(-2, 2)) if rng else 0.0)
    body = Body.of(card, float(wide), float(tall))
    return plate(lambda on, inks: draw(on, inks, card, body, cloth), lean)


def draw(on: Sheets, inks: Inks, card: Card, body: Body, cloth: Colour) -> None:
    """From behind to the front: hair, legs, body, arms, head."""
    hair_behind(on, inks, card, body.head, body.radius)
    _legs(on, inks, card, body, cloth)
    _torso(on, inks, card, body)
    _arms(on, inks, card, body)
    skin = inks.paper(("skin", 0.0))
    on.lay(oval(0, body.head + body.radius * 0.95, 0.1, 0.12), inks.paper(("skin", -0.12)), 0.2)
    for side in (-1, 1):
        on.lay(oval(side * body.radius * 0.93, body.head + 0.04, 0.07, 0.09), skin, 0.2)
    on.lay(oval(0, body.head, body.radius * 0.92, body.radius), skin, 0.35)
    hair_before(on, inks, card, body.head, body.radius)
    face(on, inks, card, body.head, body.radius)
    headwear(on, inks, card, body.head, body.radius)


def limb(points: list[Point], width: float) -> skia.Path:
    """A bent limb with round ends."""
    line = outline(*points, closed=False)
    stroke = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=width)
    stroke.setStrokeCap(skia.Paint.kRound_Cap)
    stroke.setStrokeJoin(skia.Paint.kRound_Join)
    filled = skia.Path()
    stroke.getFillPath(line, filled)
    return skia.Simplify(filled)


def _reach(root: Point, length: float, side: int, bend: tuple[Point, Point]) -> list[Point]:
    joint, end = ((root[0] + side * x * length, root[1] + y * length) for x, y in bend)
    return [root, joint, end]


def _legs(on: Sheets, inks: Inks, card: Card, body: Body, cloth: Colour) -> None:
    posture, dressed = POSTURES[card.posture], card.clothes == "dress"
    paper = inks.paper(("skin", -0.08)) if dressed else cloth
    if card.clothes == "suit":
        paper = inks.paper(("main", -0.3))
    for side, bend in zip((-1, 1), posture.legs, strict=True):
        line = _reach((side * body.wide * 0.5, body.hip), body.leg, side, bend)
        on.lay(limb(line, 0.17 * WIDE[card.build] ** 0.6), paper, 0.25)
        x, y = line[-1]
        on.lay(oval(x + 0.05 * side, y + 0.05, 0.14, 0.08), SHOES, 0.2)


def _torso(on: Sheets, inks: Inks, card: Card, body: Body) -> None:
    w, top, low = body.wide, body.shoulder, body.hip
    above = w * SHOULDERS[card.figure]
    waist = w * (WAIST[card.figure] if card.build != "stout" else 1.12)
    hem, end = {"dress": (w * 1.85, low + body.leg), "coat": (w * 1.3, low + body.leg * 0.9)}.get(
        card.clothes, (w * HIPS[card.figure], low + 0.08)
    )
    shape = outline(
        (-above, top + 0.05), (0, top - 0.08, above, top + 0.05), (waist, (top + low) / 2),
        (hem, end), (0, end + 0.07, -hem, end), (-waist, (top + low) / 2),
    )  # fmt: skip
    on.lay(shape, inks.paper(("main", 0.0)), 0.35)
    TRIMMED.get(card.clothes, _plain)(on, inks, body)


def _plain(on: Sheets, inks: Inks, body: Body) -> None:
    """A round neck."""
    on.lay(oval(0, body.shoulder, body.wide * 0.34, 0.08), inks.paper(("skin", -0.12)), 0.1)


def _shirt(on: Sheets, inks: Inks, body: Body) -> None:
    """A pale strip with buttons and a collar."""
    top, low = body.shoulder, body.hip
    on.lay(outline((-0.09, top), (0.09, top), (0.09, low + 0.1), (-0.09, low + 0.1)), PALE, 0.1)
    for k in range(3):
        on.dot(0, top + 0.2 + 0.14 * k, 0.034, SHOES)
    for side in (-1, 1):
        on.lay(outline((0, top + 0.02), (side * 0.24, top - 0.08), (side * 0.22, top + 0.2)),
               PALE, 0.2)  # fmt: skip


def _suit(on: Sheets, inks: Inks, body: Body) -> None:
    """Shirt and tie between lapels."""
    top, low = body.shoulder, body.hip
    on.lay(outline((-0.15, top - 0.02), (0.15, top - 0.02), (0, low)), PALE, 0.15)
    on.lay(outline((-0.04, top + 0.02), (0.04, top + 0.02), (0.07, top + 0.34), (0, top + 0.44),
                   (-0.07, top + 0.34)), TIE, 0.1)  # fmt: skip
    for side in (-1, 1):
        on.lay(outline((side * 0.2, top - 0.06), (side * 0.1, top + 0.01), (0, low),
                       (side * 0.24, top + 0.22)), inks.paper(("main", -0.34)), 0.2)  # fmt: skip


def _coat(on: Sheets, inks: Inks, body: Body) -> None:
    """A broad collar, an edge down to the hem, a belt."""
    w, top, low = body.wide, body.shoulder, body.hip
    dark = inks.paper(("main", -0.4))
    on.line(outline((0, top + 0.1), (0, low + body.leg * 0.9), closed=False), dark, 0.045)
    on.lay(outline((-w * 0.96, low - 0.14), (w * 0.96, low - 0.14), (w, low - 0.02),
                   (-w, low - 0.02)), dark, 0.2)  # fmt: skip
    for side in (-1, 1):
        on.lay(outline((0, top + 0.14), (side * 0.08, top - 0.08), (side * 0.26, top - 0.06),
                       (side * 0.24, top + 0.14)), PALE, 0.25)  # fmt: skip


def _apron(on: Sheets, inks: Inks, body: Body) -> None:
    """A bib with straps, a skirt and a tie round the waist."""
    w, top, low = body.wide, body.shoulder, body.hip
    for side in (-1, 1):
        on.line(outline((side * w * 0.5, top + 0.2), (side * w * 0.4, top - 0.05), closed=False),
                PALE, 0.06)  # fmt: skip
    bib = outline((-w * 0.62, top + 0.14), (w * 0.62, top + 0.14), (w * 0.7, low - 0.14),
                  (w * 1.06, low - 0.12), (w * 1.0, low + 0.26), (-w * 1.0, low + 0.26),
                  (-w * 1.06, low - 0.12), (-w * 0.7, low - 0.14))  # fmt: skip
    on.lay(bib, PALE, 0.25)


TRIMMED: Final = {"shirt": _shirt, "suit": _suit, "coat": _coat, "apron": _apron}
"""What tells the clothes."""


def _arms(on: Sheets, inks: Inks, card: Card, body: Body) -> None:
    bare = card.clothes in ("t-shirt", "dress", "apron")
    for side, bend in zip((-1, 1), POSTURES[card.posture].arms, strict=True):
        root = side * body.wide * SHOULDERS[card.figure] * 0.94, body.shoulder + 0.1
        line = _reach(root, body.arm, side, bend)
        skin = inks.paper(("skin", 0.0))
        on.lay(limb(line, 0.13), skin if bare else inks.paper(("main", -0.12)), 0.3)
        if bare:
            (x, y), (a, b) = line[:2]
            half = (x + (a - x) * 0.6, y + (b - y) * 0.6)
            on.lay(limb([line[0], half], 0.16), inks.paper(("main", -0.12)), 0.2)
        if card.clothes == "shirt":
            on.lay(oval(*line[-1], 0.1, 0.1), PALE, 0.15)
        on.lay(oval(*line[-1], 0.085, 0.085), skin, 0.15)
