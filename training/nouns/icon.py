"""An icon (SVG) as flat sheets: closed curves with a fill, in the plate's own measure."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import skia
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.shapes import PathBuilder

from training.nouns.packages import icons
from training.paper import Colour

Point = tuple[float, float]
Move = Callable[[float, float], Point]
Segment = tuple[Point, ...]
"""One point starts a contour, three are a cubic curve to the last of them, none closes it."""

UNITS = 32.0
"""Width and height of an icon."""
DRAWN = ("path", "circle", "ellipse", "rect", "polygon")
WITHOUT = {
    "hospital": ("f8312f",),
    "singer": ("f92f60",),
    "man-singer": ("f92f60",),
    "woman-singer": ("f92f60",),
}
"""Fills that are left out: a red cross is protected, and a bolt over the eye is a likeness."""
WHOLE = {"ambulance": ("f92f60",)}
"""Fills whose holes are closed: a cross again."""
_NAMED: dict[str, Colour] = {"white": (255, 255, 255), "black": (0, 0, 0)}
_GREY: Colour = (128, 128, 128)


@dataclass(frozen=True)
class Sheet:
    """One path: its contours, its fill, and how it is filled. `stroke`: width of a line instead."""

    segments: tuple[Segment, ...]
    colour: Colour
    opacity: float = 1.0
    even_odd: bool = False
    stroke: float = 0.0

    def moved(self, move: Move) -> "Sheet":
        """With every point moved."""
        return replace(self, segments=tuple(tuple(move(*p) for p in s) for s in self.segments))

    @property
    def points(self) -> list[Point]:
        """The points on the outline, without those that only bend it."""
        return [s[-1] for s in self.segments if s]

    @property
    def outer(self) -> "Sheet":
        """Its largest contour alone, without holes."""
        parts = [i for i, s in enumerate(self.segments) if len(s) == 1] + [len(self.segments)]
        each = [self.segments[a:b] for a, b in pairwise(parts)]
        return replace(self, segments=max(each, key=lambda part: _area(contours(part)[0])))

    @property
    def area(self) -> float:
        """Roughly what it covers, rings as what is between their edges."""
        found = contours(self.segments)
        return sum(-_area(c) if _inside(c, found) else _area(c) for c in found)

    def path(self) -> skia.Path:
        """As skia draws it."""
        made = skia.Path()
        for segment in self.segments:
            flat = [value for point in segment for value in point]
            {0: made.close, 1: made.moveTo, 3: made.cubicTo}[len(segment)](*flat)
        if self.even_odd:
            made.setFillType(skia.PathFillType.kEvenOdd)
        return made


class _Pen(BasePen):  # type: ignore[misc]
    """Collects a path, its lines as cubic curves, so that everything bends."""

    def __init__(self) -> None:
        super().__init__(None)
        self.segments: list[Segment] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802
        self.segments.append((pt,))

    def _lineTo(self, pt: Point) -> None:  # noqa: N802
        (ax, ay), (bx, by) = self._getCurrentPoint(), pt
        third = ((2 * ax + bx) / 3, (2 * ay + by) / 3), ((ax + 2 * bx) / 3, (ay + 2 * by) / 3)
        self.segments.append((*third, pt))

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802
        self.segments.append((pt1, pt2, pt3))

    def _closePath(self) -> None:  # noqa: N802
        self.segments.append(())


@cache
def sheets(name: str) -> tuple[Sheet, ...]:
    """The sheets of an icon, the lowest first, in its 32 units. Raises KeyError for no icon."""
    found = parse(f"<svg>{icons()[name]}</svg>")
    without, whole = WITHOUT.get(name, ()), WHOLE.get(name, ())
    kept = (s for s in found if _hex(s.colour) not in without)
    return tuple(s.outer if _hex(s.colour) in whole else s for s in kept)


def parse(svg: str) -> tuple[Sheet, ...]:
    """The sheets of a whole SVG document in its own units, name spaces left out."""
    root = ET.fromstring(re.sub(r'\sxmlns(:\w+)?="[^"]*"|xlink:', " ", svg))
    known = {e.get("id", ""): e for e in root.iter() if e.get("id")}
    return tuple(_walk(root, {}, Identity, known))


def _walk(
    e: ET.Element, style: Mapping[str, str], at: Transform, known: Mapping[str, ET.Element]
) -> Iterator[Sheet]:
    if e.tag in ("defs", "clipPath", "mask", "filter", "linearGradient", "radialGradient"):
        return
    own = {k: e.get(k, "") for k in ("fill", "stroke", "stroke-width", "fill-rule") if e.get(k)}
    clear = float(style.get("opacity", 1)) * float(e.get("opacity", 1))
    style = {**style, **own, "opacity": str(clear * float(e.get("fill-opacity", 1)))}
    at = _transformed(e, at)
    if e.tag in DRAWN:
        yield from _drawn(e, style, at, known)
    if e.tag == "use":
        yield from _walk(known[e.get("href", "").lstrip("#")], style, at, known)
    for child in e:
        yield from _walk(child, style, at, known)


def _transformed(e: ET.Element, at: Transform) -> Transform:
    """The transformations of an element, of which icons use these three."""
    for kind, inner in re.findall(r"(\w+)\(([^)]*)\)", e.get("transform", "")):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", inner)]
        if kind == "matrix":
            at = at.transform(numbers)
        elif kind == "translate":
            at = at.translate(*numbers)
        elif kind == "rotate":
            around = numbers[1:] or (0.0, 0.0)
            at = at.translate(*around).rotate(np.radians(numbers[0]))
            at = at.translate(-around[0], -around[1])
        elif kind == "scale":
            at = at.scale(*numbers)
    return at


def _drawn(
    e: ET.Element, style: Mapping[str, str], at: Transform, known: Mapping[str, ET.Element]
) -> Iterator[Sheet]:
    builder = PathBuilder()
    # It reads matrices only; the transformation is in `at`.
    plain = {name: value for name, value in e.attrib.items() if name != "transform"}
    builder.add_path_from_element(ET.Element(e.tag, plain))
    pen = _Pen()
    for path in builder.paths:
        parse_path(path, TransformPen(pen, at))
    segments, clear = tuple(pen.segments), float(style["opacity"])
    fill, stroke = style.get("fill", "black"), style.get("stroke", "none")
    if fill != "none":
        yield Sheet(segments, _colour(fill, known), clear, style.get("fill-rule") == "evenodd")
    if stroke != "none":
        width = float(style.get("stroke-width", 1))
        yield Sheet(segments, _colour(stroke, known), clear, stroke=width)


def _colour(said: str, known: Mapping[str, ET.Element]) -> Colour:
    """A fill; of a gradient the mean of its stops."""
    if said.startswith("url"):
        stops = known[said[5:-1]].iter("stop")
        found = [_colour(stop.get("stop-color", "#888"), known) for stop in stops]
        r, g, b = np.mean(found or [_GREY], axis=0)
        return float(r), float(g), float(b)
    if not said.startswith("#"):
        return _NAMED.get(said, _GREY)
    digits = said[1:] if len(said) > 4 else "".join(c * 2 for c in said[1:])
    r, g, b = (float(int(digits[i : i + 2], 16)) for i in (0, 2, 4))
    return r, g, b


def contours(segments: tuple[Segment, ...]) -> list[list[Point]]:
    """The points on each contour."""
    found: list[list[Point]] = []
    for segment in segments:
        if len(segment) == 1:
            found.append([])
        if segment:
            found[-1].append(segment[-1])
    return found


def _area(contour: list[Point]) -> float:
    x, y = np.array(contour).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _inside(contour: list[Point], others: list[list[Point]]) -> bool:
    """Whether it is a hole: its box lies within the box of a larger one."""
    x0, y0, x1, y1 = _box(contour)
    for other in others:
        a0, b0, a1, b1 = _box(other)
        if other is not contour and a0 < x0 and b0 < y0 and x1 < a1 and y1 < b1:
            return True
    return False


def _box(contour: list[Point]) -> tuple[float, float, float, float]:
    x, y = zip(*contour, strict=True)
    return min(x), min(y), max(x), max(y)


def _hex(colour: Colour) -> str:
    return "".join(f"{int(c):02x}" for c in colour)
