"""Letters of strokes, for what a host name is made of: no font is shipped, nor looked for.

A stroke is ``L x y x y ...``, a line through these points, or ``A x y across up from to``, an arc
of an ellipse around a point, in degrees. The baseline is 0, small letters are 4 high, capitals 6.
"""

from math import cos, radians, sin
from typing import Final

Point = tuple[float, float]
Stroke = tuple[Point, ...]

BOWL: Final = "A 1.7 2 1.7 2 0 360"
ARCH: Final = "A 1.25 2.6 1.25 1.4 0 180"
STROKES: Final = {
    "a": f"{BOWL};L 3.4 4 3.4 0",
    "b": f"{BOWL};L 0 6 0 0",
    "c": "A 1.7 2 1.7 2 45 315",
    "d": f"{BOWL};L 3.4 6 3.4 0",
    "e": "A 1.7 2 1.7 2 0 318;L 0.1 2 3.4 2",
    "f": "L 0.8 0 0.8 4.8;A 2 4.8 1.2 1.2 80 180;L 0 4 2 4",
    "g": f"{BOWL};L 3.4 4 3.4 -0.5;A 1.8 -0.5 1.6 1.5 210 360",
    "h": "L 0 6 0 0;A 1.5 2.4 1.5 1.6 0 180;L 3 2.4 3 0",
    "i": "L 0 4 0 0;L 0 5.7 0 5.7",
    "j": "L 0.8 4 0.8 -0.9;A -0.2 -0.9 1 1.1 270 360;L 0.8 5.7 0.8 5.7",
    "k": "L 0 6 0 0;L 2.8 4 0 1.5;L 1.1 2.5 3 0",
    "l": "L 0 6 0 0",
    "m": f"L 0 4 0 0;{ARCH};L 2.5 2.6 2.5 0;A 3.75 2.6 1.25 1.4 0 180;L 5 2.6 5 0",
    "n": "L 0 4 0 0;A 1.5 2.4 1.5 1.6 0 180;L 3 2.4 3 0",
    "o": BOWL,
    "p": f"L 0 4 0 -2;{BOWL}",
    "q": f"{BOWL};L 3.4 4 3.4 -2",
    "r": "L 0 4 0 0;A 1.5 2.5 1.5 1.5 70 180",
    "s": "A 1.35 3 1.25 1 35 270;A 1.35 1 1.35 1 90 -145",
    "t": "L 0.9 5.4 0.9 1.1;A 2 1.1 1.1 1.1 180 280;L 0 4 2.1 4",
    "u": "L 0 4 0 1.6;A 1.5 1.6 1.5 1.6 180 360;L 3 4 3 0",
    "v": "L 0 4 1.6 0 3.2 4",
    "w": "L 0 4 1.2 0 2.5 4 3.8 0 5 4",
    "x": "L 0 4 3 0;L 0 0 3 4",
    "y": "L 0 4 1.6 0;L 3.2 4 0.8 -2",
    "z": "L 0 4 2.8 4 0 0 2.9 0",
    "0": "A 1.8 3 1.8 3 0 360",
    "1": "L 0 4.8 1.4 6 1.4 0",
    "2": "A 1.6 4.3 1.6 1.7 165 -35;L 2.9 3.3 0 0 3.3 0",
    "3": "A 1.5 4.5 1.4 1.5 145 -90;A 1.5 1.5 1.6 1.5 90 -145",
    "4": "L 2.5 0 2.5 6 0 1.8 3.5 1.8",
    "5": "L 3 6 0.5 6 0.3 3.2;A 1.5 1.9 1.7 1.9 135 -140",
    "6": "A 1.7 1.9 1.7 1.9 0 360;A 3.4 2.2 3.4 3.8 100 180",
    "7": "L 0 6 3.2 6 1.1 0",
    "8": "A 1.7 4.5 1.45 1.5 0 360;A 1.7 1.5 1.7 1.5 0 360",
    "9": "A 1.7 4.1 1.7 1.9 0 360;A 0 3.8 3.4 3.8 -80 0",
    ".": "L 0 0 0 0",
    "-": "L 0 2 1.8 2",
    "_": "L 0 -1 3 -1",
    ":": "L 0 0.4 0 0.4;L 0 3.4 0 3.4",
    "[": "L 1 6 0 6 0 -1 1 -1",
    "]": "L 0 6 1 6 1 -1 0 -1",
    "A": "L 0 0 2.3 6 4.6 0;L 0.8 2 3.8 2",
    "I": "L 0 6 0 0",
    "/": "L 0 -0.5 1.9 6.5",
}
SPACE: Final = 1.6
"""Between letters; a blank is as wide as two."""
ARC_STEP: Final = 20.0
"""Degrees of an arc that are drawn as one line."""


def strokes_of(text: str) -> tuple[list[Stroke], float]:
    """The strokes of a line of text, and how wide it is. What has no letter here is passed over."""
    strokes, at = list[Stroke](), 0.0
    for letter in text:
        if letter == " ":
            at += SPACE
        elif letter in STROKES:
            drawn = [_stroke(one) for one in STROKES[letter].split(";")]
            strokes += [tuple((at + x, y) for x, y in one) for one in drawn]
            at += max(x for one in drawn for x, _ in one) + SPACE
    return strokes, max(0.0, at - SPACE)


def _stroke(said: str) -> Stroke:
    kind, *rest = said.split()
    numbers = [float(one) for one in rest]
    if kind == "L":
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    x, y, across, up, begin, end = numbers
    steps = max(2, round(abs(end - begin) / ARC_STEP))
    angles = [radians(begin + (end - begin) * at / steps) for at in range(steps + 1)]
    return tuple((x + across * cos(one), y + up * sin(one)) for one in angles)
