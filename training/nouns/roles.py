"""Which of an icon's fills take which ink: the main one, that of skin, that of hair.

Skin and hair are found by comparing the icon with its twin of the darkest tone, fill by fill; the
main ink is the family of hues that covers most, so that a red car can be a green one.
"""

import colorsys
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from training.nouns.icon import Sheet, sheets
from training.nouns.packages import icons
from training.paper import Colour

Role = tuple[str, float]
"""The ink, and how far (-1..1) the fill is towards the dark or the light of it."""
NEAR = 0.075
"""Fills whose hues are so near, in turns, are of one family."""
DIM, PALE = 0.28, 0.16
"""Below these value and saturation a fill has no hue."""
FAMILIES = {"dark": 0.35, "grey": 0.35, "white": 0.5}
"""What such fills count for beside one with a hue: they are seldom what the thing is."""


def light(colour: Colour) -> float:
    """Relative luminance, 0..1, gamma left out."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


@cache
def roles(name: str) -> Mapping[Colour, Role]:
    """The role of each fill of an icon that has one; the rest keep their colours."""
    body = people(name)
    return {**body, **main(sheets(name), tuple(body))}


@cache
def natural(name: str) -> Colour:
    """The colour that the main ink has in the icon itself."""
    found = {c: t for c, (ink, t) in roles(name).items() if ink == "main"}
    return min(found, key=lambda c: abs(found[c])) if found else (200.0, 200.0, 200.0)


def people(name: str) -> dict[Colour, Role]:
    """The fills of skin and hair, empty for what has no twin of another tone."""
    twin = f"{name}-dark"
    if twin not in icons():
        return {}
    pairs = {
        one.colour: other.colour
        for one, other in zip(sheets(name), sheets(twin), strict=False)
        if one.colour != other.colour
    }
    skin = {c for c, dark in pairs.items() if _yellow(c) and sum(dark) > 60}
    hair = {c for c, dark in pairs.items() if sum(dark) < 20}
    return {c: ("skin", _towards(c, (255, 200, 61))) for c in skin} | {
        c: ("hair", _towards(c, (241, 161, 30))) for c in hair - skin
    }


def main(drawn: tuple[Sheet, ...], taken: tuple[Colour, ...]) -> dict[Colour, Role]:
    """The fills of the family that covers most, of those that are not taken."""
    areas: dict[Colour, float] = defaultdict(float)
    for sheet in drawn:
        if sheet.colour not in taken:
            areas[sheet.colour] += sheet.opacity * (sheet.stroke * 6 or sheet.area)
    if not areas:
        return {}
    totals: dict[str, float] = defaultdict(float)
    for colour, area in areas.items():
        totals[family(colour)] += area * FAMILIES.get(family(colour), 1.0)
    chosen = max(totals, key=lambda f: totals[f])
    base = max((a, c) for c, a in areas.items() if family(c) == chosen)[1]
    return {c: ("main", _towards(c, base)) for c in areas if _alike(c, base, chosen)}


def family(colour: Colour) -> str:
    """The name of a colour's hue, a twelfth of the circle, or of its want of one."""
    hue, saturation, value = _hsv(colour)
    if value < DIM:
        return "dark"
    if saturation < PALE:
        return "grey" if value < 0.88 else "white"
    return str(round(hue * 12) % 12)


def _alike(colour: Colour, base: Colour, chosen: str) -> bool:
    if chosen in FAMILIES:
        return family(colour) == chosen
    hue, saturation, value = _hsv(colour)
    away = abs(hue - _hsv(base)[0])
    return saturation >= PALE and value >= 0.25 and min(away, 1 - away) < NEAR


def _towards(colour: Colour, base: Colour) -> float:
    return max(-1.0, min(1.0, (light(colour) - light(base)) * 2.2))


def _yellow(colour: Colour) -> bool:
    hue, saturation, value = _hsv(colour)
    return 0.06 < hue < 0.15 and saturation > 0.5 and value > 0.8


def _hsv(colour: Colour) -> tuple[float, float, float]:
    return colorsys.rgb_to_hsv(*(v / 255 for v in colour))
