"""Drawings of our own, where the icons have none that one would name."""

import math
from collections.abc import Callable
from typing import Final

import skia

from training.paper import Colour, Palette, Sheets, outline, oval

GLASS: Colour = (126, 196, 232)
STONE: Colour = (150, 146, 156)
BONE: Colour = (244, 238, 224)


def banana(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Two of a bunch, bent upwards."""
    for turn, paper in ((14, p.dark), (0, p.main)):
        s.canvas.save()
        s.canvas.rotate(turn - 8)
        fruit = outline(
            (-1.02, -0.5), (-0.98, 0.1, -0.56, 0.74, 0.16, 0.8), (0.62, 0.82, 0.98, 0.6, 1.12, 0.3),
            (1.02, 0.14), (0.5, 0.36, -0.2, 0.3, -0.72, -0.56),
        )  # fmt: skip
        s.lay(fruit, paper)
        s.lay(outline((-1.02, -0.5), (-1.04, -0.82), (-0.84, -0.86), (-0.72, -0.56)), p.wood, 0.2)
        s.lay(oval(1.08, 0.22, 0.09, 0.1), p.wood, 0.1)
        s.canvas.restore()


def table(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A top on four legs, with a drawer now and then."""
    for x in (-0.62, 0.62):
        s.lay(_box(x - 0.07, 0.0, x + 0.07, 0.9), p.dark, 0.25)
    for x in (-0.92, 0.92):
        s.lay(_box(x - 0.09, 0.0, x + 0.09, 1.15), p.main, 0.25)
    s.lay(_box(-1.0, 0.02, 1.0, 0.26), p.dark)
    if pattern:
        s.lay(_box(-0.34, 0.06, 0.34, 0.23), p.main, 0.15)
        s.dot(0, 0.15, 0.045, p.gold)
    s.lay(outline((-1.2, -0.02), (-0.9, -0.34), (0.9, -0.34), (1.2, -0.02), (1.2, 0.1),
                  (-1.2, 0.1)), p.light)  # fmt: skip


def pyramid(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Two sides of stone, one in the shade, with courses."""
    s.lay(outline((-1.2, 1.05), (0.1, -0.9), (0.42, 1.15)), p.main)
    s.lay(outline((0.1, -0.9), (1.2, 0.92), (0.42, 1.15)), p.dark)
    for t in (0.22, 0.4, 0.58, 0.76):
        a, b = (0.1 - 1.3 * t, -0.9 + 1.95 * t), (0.1 + 0.32 * t, -0.9 + 2.05 * t)
        s.line(outline(a, b, closed=False), p.dark, 0.03)
    s.lay(outline((-0.28, 1.1), (-0.28, 0.86), (-0.08, 0.88), (-0.08, 1.12)), p.ink, 0.15)


def windmill(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A tower with a cap and four sails."""
    s.lay(outline((-0.42, 1.18), (-0.28, -0.3), (0.28, -0.3), (0.42, 1.18)), p.main)
    s.lay(outline((-0.36, -0.28), (0, -0.72), (0.36, -0.28)), p.wood)
    s.lay(_box(-0.14, 0.76, 0.14, 1.18), p.ink, 0.2)
    s.lay(_box(-0.1, 0.14, 0.1, 0.36), GLASS, 0.15)
    for turn in range(4):
        s.canvas.save()
        s.canvas.translate(0, -0.3)
        s.canvas.rotate(90 * turn + 24)
        s.line(outline((0, 0), (0, -0.88), closed=False), p.wood, 0.06)
        s.lay(_box(0.03, -0.88, 0.27, -0.2), p.cream, 0.25)
        s.canvas.restore()
    s.dot(0, -0.3, 0.09, p.wood)


def lighthouse(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A banded tower on a rock, its lamp lit."""
    for side in (-1, 1):
        beam = outline((0.1 * side, -0.82), (1.2 * side, -1.1), (1.2 * side, -0.56))
        s.lay(beam, (255, 240, 190), 0.1)
    s.lay(outline((-0.9, 1.18), (-0.6, 0.86), (-0.1, 0.8), (0.5, 0.84), (0.95, 1.18)), STONE)
    s.lay(outline((-0.4, 0.95), (-0.26, -0.62), (0.26, -0.62), (0.4, 0.95)), p.cream)
    for top, low in ((-0.4, -0.06), (0.3, 0.62)):
        a, b = 0.26 + 0.09 * (top + 0.62), 0.26 + 0.09 * (low + 0.62)
        s.lay(outline((-a, top), (a, top), (b, low), (-b, low)), p.main, 0.2)
    s.lay(_box(-0.36, -0.68, 0.36, -0.58), p.dark, 0.25)
    s.lay(_box(-0.18, -0.96, 0.18, -0.68), p.gold, 0.2)
    s.lay(outline((-0.26, -0.94), (0, -1.2), (0.26, -0.94)), p.main, 0.25)


def submarine(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A hull with portholes, a tower and a periscope, looking right."""
    s.line(outline((0.1, -0.5), (0.1, -1.02), (0.34, -1.02), closed=False), p.dark, 0.1)
    s.lay(outline((-0.3, 0.0), (-0.22, -0.56), (0.34, -0.56), (0.42, 0.0)), p.dark)
    s.lay(outline((-0.86, 0.16), (-1.2, -0.24), (-1.2, 0.7), (-0.86, 0.4)), p.gold)
    hull = outline((-1.0, 0.26), (-0.9, -0.2, -0.4, -0.22), (0.6, -0.22), (1.2, -0.16, 1.2, 0.28),
                   (1.2, 0.72, 0.6, 0.78), (-0.4, 0.78), (-0.9, 0.74, -1.0, 0.26))  # fmt: skip
    s.lay(hull, p.main)
    for x in (-0.3, 0.2, 0.7):
        s.lay(oval(x, 0.24, 0.17, 0.17), p.cream, 0.25)
        s.lay(oval(x, 0.24, 0.11, 0.11), GLASS, 0.1)


def bridge(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Stone arches over water."""
    s.lay(_box(-1.2, 0.7, 1.2, 1.1), (86, 150, 210))
    arch = outline((-1.2, -0.1), (0, -0.52, 1.2, -0.1), (1.2, 0.86), (0.94, 0.86),
                   (0.94, 0.2, 0.54, 0.2), (0.14, 0.2, 0.14, 0.86), (-0.14, 0.86),
                   (-0.14, 0.2, -0.54, 0.2), (-0.94, 0.2, -0.94, 0.86), (-1.2, 0.86))  # fmt: skip
    s.lay(arch, p.main)
    s.line(outline((-1.2, -0.1), (0, -0.5, 1.2, -0.1), closed=False), p.light, 0.1)
    for x in range(-2, 3):
        y = -0.28 + 0.045 * x * x
        s.line(outline((0.48 * x, y), (0.48 * x, y - 0.24), closed=False), p.dark, 0.07)
    s.line(outline((-1.1, -0.36), (0, -0.72, 1.1, -0.36), closed=False), p.dark, 0.06)


def skeleton(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A skull that grins, ribs, and bones for limbs."""
    for side in (-1, 1):
        _bones(s, ((0.3 * side, -0.1), (0.58 * side, 0.2), (0.46 * side, 0.56)))
        _bones(s, ((0.14 * side, 0.5), (0.2 * side, 0.82), (0.2 * side, 1.12)))
    s.line(outline((0, -0.28), (0, 0.5), closed=False), BONE, 0.1)
    for y, w in ((-0.12, 0.34), (0.05, 0.32), (0.22, 0.26)):
        s.line(outline((-w, y), (0, y + 0.1, w, y), closed=False), BONE, 0.075)
    s.lay(outline((-0.28, 0.42), (0, 0.56, 0.28, 0.42), (0.12, 0.64), (-0.12, 0.64)), BONE, 0.25)
    s.lay(_box(-0.24, -0.5, 0.24, -0.26), BONE, 0.25)
    s.lay(oval(0, -0.76, 0.44, 0.42), BONE)
    for side in (-1, 1):
        s.dot(0.17 * side, -0.74, 0.12, p.ink)
    s.lay(outline((0, -0.62), (0.06, -0.52), (-0.06, -0.52)), p.ink, 0.0)
    for x in (-0.12, 0, 0.12):
        s.line(outline((x, -0.42), (x, -0.28), closed=False), p.ink, 0.025)


def drone(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Four rotors on two arms, a body and a camera's eye."""
    for side in (-1, 1):
        for x, y in ((0.92, -0.36), (0.56, -0.06)):
            s.line(outline((0, 0.06), (side * x, y), closed=False), p.dark, 0.1)
            s.lay(oval(side * x, y - 0.12, 0.34, 0.07), (206, 212, 224), 0.2)
            s.dot(side * x, y - 0.06, 0.07, p.ink)
    s.lay(outline((-0.42, -0.06), (0, -0.28, 0.42, -0.06), (0.34, 0.26), (0, 0.36, -0.34, 0.26)),
          p.main)  # fmt: skip
    s.lay(oval(0, 0.36, 0.2, 0.2), p.ink, 0.25)
    s.lay(oval(0.03, 0.37, 0.1, 0.1), GLASS, 0.1)


def refrigerator(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Two doors with handles."""
    s.lay(_box(-0.62, -1.15, 0.62, 1.15), p.dark)
    s.lay(_box(-0.56, -1.1, 0.56, -0.4), p.main, 0.25)
    s.lay(_box(-0.56, -0.34, 0.56, 1.06), p.main, 0.25)
    for top, low in ((-0.92, -0.56), (-0.16, 0.4)):
        s.line(outline((-0.42, top), (-0.42, low), closed=False), (210, 214, 222), 0.08)


def washing_machine(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A round window with water and clothes behind it."""
    s.lay(_box(-0.86, -0.95, 0.86, 1.1), p.main)
    s.line(outline((-0.86, -0.5), (0.86, -0.5), closed=False), p.dark, 0.04)
    s.lay(_box(-0.7, -0.84, -0.2, -0.62), p.light, 0.15)
    for x in (0.36, 0.62):
        s.dot(x, -0.73, 0.09, p.dark)
    s.lay(oval(0, 0.3, 0.58, 0.58), (206, 210, 220))
    s.lay(oval(0, 0.3, 0.44, 0.44), GLASS, 0.2)
    for turn, paper in ((20, (222, 84, 96)), (160, p.gold), (275, (92, 190, 120))):
        a = math.radians(turn)
        s.lay(oval(0.2 * math.cos(a), 0.34 + 0.18 * math.sin(a), 0.16, 0.12), paper, 0.15)


def _box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    return outline((left, top), (right, top), (right, bottom), (left, bottom))


def _bones(s: Sheets, joints: tuple[tuple[float, float], ...]) -> None:
    s.line(outline(*joints, closed=False), BONE, 0.1)
    for x, y in joints:
        s.dot(x, y, 0.075, BONE)


OWN: Final[dict[str, Callable[[Sheets, Palette, float, int], None]]] = {
    "banana": banana,
    "table": table,
    "pyramid": pyramid,
    "windmill": windmill,
    "lighthouse": lighthouse,
    "submarine": submarine,
    "bridge": bridge,
    "skeleton": skeleton,
    "drone": drone,
    "refrigerator": refrigerator,
    "washing-machine": washing_machine,
}
