"""Silhouettes of the eight places: three strips each, periodic in x, lit from behind."""

import math
from collections.abc import Callable

import numpy as np
import skia

from phosphene.render.worker.embedded.vocabulary import SILHOUETTES
from training import inside, outside, town
from training.paper import Image, mix, outline, oval, read, soften, tint
from training.strip import PERIOD, Ridge, Strip


def hills(s: Strip) -> None:
    """Rolling meadows with round trees and a cottage."""
    if s.depth == 0:
        s.ridge(s.wave(5.5, (1, 0.5), (2, 0.35)), s.colour)
        s.ridge(s.wave(6.5, (1, 0.3), (3, 0.3)), mix(s.colour, s.dark, 0.25))
        return
    base = (7.0, 8.5)[s.depth - 1]
    top = s.wave(base, (1, 0.35), (2, 0.28))
    if s.depth == 1:
        for x in s.around(4):
            y = top(x)
            s.lay(
                outline(
                    (x - 0.09, y + 0.2),
                    (x - 0.07, y - 0.8),
                    (x + 0.07, y - 0.8),
                    (x + 0.09, y + 0.2),
                ),
                mix(s.dark, (90, 50, 30), 0.5),
            )
            s.lay(oval(x, y - 1.2, 0.55, 0.66), s.dark)
        x = float(s.rng.uniform(0, 12))
        y = top(x) + 0.15
        s.lay(
            outline((x - 0.55, y), (x - 0.55, y - 0.8), (x + 0.55, y - 0.8), (x + 0.55, y)),
            mix(s.light, (255, 244, 222), 0.4),
        )
        s.lay(
            outline((x - 0.72, y - 0.72), (x, y - 1.4), (x + 0.72, y - 0.72)),
            tint((190, 74, 56), s.time, 0.9),
        )
        s.lay(
            outline((x - 0.14, y), (x - 0.14, y - 0.44), (x + 0.14, y - 0.44), (x + 0.14, y)),
            s.dark,
        )
    s.ridge(top, s.colour)
    lower = s.wave(base + 0.75, (1, 0.25), (2, 0.2))
    s.ridge(lower, mix(s.colour, s.dark, 0.4))
    if s.depth == 2:
        for x in s.around(9):
            y = top(x) + 0.06
            for dx in (-0.22, 0.0, 0.22):
                s.lay(
                    outline(
                        (x + dx * 0.5 - 0.08, y), (x + dx * 1.5, y - 0.6), (x + dx * 0.5 + 0.08, y)
                    ),
                    s.colour,
                    0.1,
                )


def sea(s: Strip) -> None:
    """Scalloped waves with foam; a lighthouse on its rock far away."""
    count = (9, 7, 5)[s.depth]
    base, high = ((6.5, 0.25), (7.4, 0.42), (8.6, 0.6))[s.depth]
    phase = float(s.rng.uniform(0, 1))
    if s.depth == 0:
        x = float(s.rng.uniform(1, 11))
        s.lay(outline((x - 1.3, 7), (x - 0.7, 6.1), (x + 0.5, 5.9), (x + 1.3, 7)), s.dark)
        s.lay(
            outline((x - 0.3, 6.0), (x - 0.2, 3.9), (x + 0.2, 3.9), (x + 0.3, 6.0)),
            mix(s.light, (255, 250, 240), 0.55),
        )
        s.lay(
            outline((x - 0.27, 5.2), (x - 0.24, 4.6), (x + 0.24, 4.6), (x + 0.27, 5.2)),
            tint((204, 70, 62), s.time, 0.8),
        )
        s.lay(outline((x - 0.28, 3.9), (x, 3.3), (x + 0.28, 3.9)), tint((204, 70, 62), s.time, 0.8))
    for row in range(3 if s.depth < 2 else 2):
        crest = _scallops(base + row * high * 2.0, high, count, phase + row * 0.5)
        s.ridge(crest, mix(s.colour, s.dark, 0.28 * row), 0.1)


def _scallops(base: float, high: float, count: int, phase: float) -> Ridge:
    def crest(x: float) -> float:
        return base - high * math.pow(abs(math.sin(math.pi * (x * count / PERIOD + phase))), 0.7)

    return crest


def desert(s: Strip) -> None:
    """Pyramids, dunes and cactuses."""
    if s.depth == 0:
        for x, size in zip(s.around(3, 0.15), (2.9, 2.0, 2.4), strict=True):
            y = 7.0
            s.lay(outline((x - size, y), (x, y - size * 1.15), (x + size, y)), s.light)
            s.lay(outline((x, y - size * 1.15), (x + size, y), (x + size * 0.25, y)), s.dark, 0.1)
        s.ridge(s.wave(6.7, (1, 0.2), (2, 0.15)), s.colour)
        return
    base = (7.4, 8.7)[s.depth - 1]
    top = s.wave(base, (1, 0.5), (2, 0.18))
    if s.depth == 1:
        green = mix(tint((70, 142, 84), s.time, 1.1), s.colour, 0.12)
        for x in s.around(3):
            y, n = top(x) + 0.2, float(s.rng.uniform(0.9, 1.2))
            for dx, lo, hi in ((-0.5, 0.9, 1.45), (0.5, 0.7, 1.3)):
                elbow = outline(
                    (x, y - lo * n), (x + dx, y - lo * n), (x + dx, y - hi * n), closed=False
                )
                s.limb(elbow, green, 0.24)
            s.limb(outline((x, y), (x, y - 1.75 * n), closed=False), green, 0.34)
    s.ridge(top, s.colour)
    s.ridge(s.wave(base + 0.75, (1, 0.4), (2, 0.15)), mix(s.colour, s.dark, 0.45))


def mountains(s: Strip) -> None:
    """Snow-capped peaks in front of peaks; firs on the nearest slope."""
    if s.depth == 2:
        top = s.wave(8.4, (1, 0.45), (2, 0.2))
        for x in s.around(6):
            s.fir(x, top(x) + 0.15, float(s.rng.uniform(1.3, 1.9)), mix(s.colour, s.dark, 0.3))
        s.ridge(top, s.colour)
        return
    count, base, high = ((3, 7.2, 4.4), (4, 8.2, 2.9))[s.depth]
    snow = tint((250, 250, 255), s.time, 0.8)
    for i, x in enumerate(s.around(count, 0.12)):
        size = high * (1.0 if i % 2 == 0 else 0.74) * float(s.rng.uniform(0.93, 1.05))
        w = size * 0.78
        peak = base - size
        s.lay(
            outline((x - w, base + 3), (x - w, base), (x, peak), (x + w, base), (x + w, base + 3)),
            s.colour,
        )
        s.lay(
            outline(
                (x, peak), (x + w, base), (x + w * 0.2, base), (x + w * 0.06, base - size * 0.5)
            ),
            s.dark,
            0.1,
        )
        d = size * 0.32
        v = w * 0.32
        s.lay(
            outline(
                (x, peak),
                (x + v, peak + d),
                (x + v * 0.4, peak + d * 0.75),
                (x, peak + d * 1.15),
                (x - v * 0.4, peak + d * 0.75),
                (x - v, peak + d),
            ),
            mix(snow, s.colour, 0.16),
            0.2,
        )
    s.ridge(s.wave(base - 0.3, (2, 0.25)), s.colour)


def forest(s: Strip) -> None:
    """Firs behind firs; ferns and mushrooms below."""
    if s.depth < 2:
        count, base, size = ((9, 7.4, 3.5), (6, 8.6, 4.3))[s.depth]
        for x in s.around(count, 0.2):
            s.fir(x, base, size * float(s.rng.uniform(0.8, 1.12)), s.colour)
        s.ridge(s.wave(base - 0.25, (2, 0.15)), mix(s.colour, s.dark, 0.3))
        return
    top = s.wave(8.9, (1, 0.2), (3, 0.12))
    for x in s.around(8):
        y = top(x) + 0.1
        for a in (-1.0, -0.55, 0.0, 0.55, 1.0):
            s.lay(
                outline(
                    (x - 0.05, y),
                    (x + a * 0.4, y - 0.9, x + a * 0.95, y - 0.95 + abs(a) * 0.35),
                    (x + a * 0.3, y - 0.3, x + 0.05, y),
                ),
                s.colour,
                0.15,
            )
    for x in s.around(2):
        y = top(x)
        s.lay(
            outline(
                (x - 0.12, y + 0.1), (x - 0.09, y - 0.5), (x + 0.09, y - 0.5), (x + 0.12, y + 0.1)
            ),
            tint((246, 234, 214), s.time, 1.0),
        )
        s.lay(
            outline(
                (x - 0.46, y - 0.42),
                (x - 0.36, y - 1.0, x, y - 1.0),
                (x + 0.36, y - 1.0, x + 0.46, y - 0.42),
            ),
            tint((206, 66, 54), s.time, 1.0),
        )
    s.ridge(top, s.colour)


def city(s: Strip) -> None:
    """Towers with lit windows; a street with lamps."""
    glow = (255, 222, 128) if s.time in ("night", "sunset") else mix(s.light, (255, 246, 214), 0.5)
    if s.depth == 2:
        for x in s.around(3, 0.1):
            s.limb(outline((x, 9.2), (x, 7.2), closed=False), s.dark, 0.14)
            s.lay(oval(x, 6.95, 0.3, 0.32), glow)
        s.ridge(lambda _: 8.8, s.colour)
        s.ridge(lambda _: 9.25, s.dark)
        return
    count, lo, hi = ((7, 3.2, 5.6), (5, 4.9, 6.9))[s.depth]
    gap = PERIOD / count
    start = float(s.rng.uniform(0, gap))
    heights = np.linspace(lo, hi, count)[s.rng.permutation(count)]
    for i, top in enumerate(heights):
        x, w = start + i * gap, gap * (0.5 if s.depth == 0 else 0.47)
        y = float(top)
        if i % 3 == 0:
            s.limb(outline((x, y), (x, y - 0.8), closed=False), s.colour, 0.12)
        roof = (x, y - 0.5) if i % 2 else (x, y)
        s.lay(
            outline((x - w, 12), (x - w, y), roof, (x + w, y), (x + w, 12)),
            mix(s.colour, s.dark, 0.35 * (i % 2)),
        )
        size = 0.17 if s.depth == 0 else 0.24
        for wy in np.arange(y + 0.5, 9, 0.8 if s.depth == 0 else 0.95):
            for wx in (x - w * 0.5, x, x + w * 0.5):
                if s.rng.random() < 0.62:
                    pane = outline(
                        (wx - size, wy - size),
                        (wx + size, wy - size),
                        (wx + size, wy + size),
                        (wx - size, wy + size),
                    )
                    s.lay(pane, glow if s.depth else mix(glow, s.colour, 0.35), 0.05)


def clouds(s: Strip) -> None:
    """Banks of round clouds."""
    base, r = ((5.9, 0.95), (7.2, 1.15), (8.7, 1.3))[s.depth]
    for row in range(2):
        tone = mix(s.colour, s.dark, 0.12) if row == 0 else s.colour
        bank = skia.Path()
        for x in s.around((8, 7, 6)[s.depth], 0.2):
            size = r * float(s.rng.uniform(0.75, 1.15))
            for shift in (-PERIOD, 0.0, PERIOD):
                bank.addCircle(x + shift, base + row * 0.85, size)
        bank.addRect(skia.Rect.MakeLTRB(-13, base + row * 0.85 + 0.2, 25, 13))
        s.sheets.lay(skia.Simplify(bank) or bank, tone)


def underwater(s: Strip) -> None:
    """Rocks, kelp, coral fans and a starfish on the sand."""
    if s.depth == 0:
        s.ridge(s.wave(6.2, (1, 0.7), (3, 0.5)), s.colour)
        s.ridge(s.wave(7.4, (2, 0.4), (3, 0.3)), mix(s.colour, s.dark, 0.4))
        return
    if s.depth == 1:
        for x in s.around(5):
            high, lean = float(s.rng.uniform(3.2, 4.8)), float(s.rng.choice([-1, 1])) * 0.4
            y = 8.8
            left = [
                (x + lean * math.sin(t * 4.5) - 0.28 * (1 - t), y - high * t)
                for t in np.linspace(0, 1, 9)
            ]
            right = [
                (x + lean * math.sin(t * 4.5) + 0.28 * (1 - t), y - high * t)
                for t in np.linspace(1, 0, 9)
            ]
            s.lay(outline(*left, *right), mix(tint((52, 150, 92), s.time, 1.1), s.colour, 0.35))
        s.ridge(s.wave(8.3, (1, 0.3), (2, 0.2)), s.colour)
        return
    coral = tint((240, 112, 108), s.time, 1.0)
    top = s.wave(8.9, (1, 0.25), (2, 0.15))
    for x in s.around(3, 0.2):
        y = top(x) + 0.3
        for dx, up in ((-0.75, 1.2), (-0.3, 1.7), (0.25, 1.5), (0.75, 1.0)):
            s.limb(
                outline((x, y), (x + dx * 0.9, y - up * 0.4, x + dx, y - up), closed=False),
                mix(coral, s.colour, 0.25),
                0.27,
            )
    sand = mix(tint((226, 196, 140), s.time, 1.2), s.colour, 0.45)
    s.ridge(top, sand)
    x = float(s.rng.uniform(0, 12))
    y = top(x) + 0.5
    star = [
        (
            x + (0.46 if i % 2 == 0 else 0.2) * math.sin(i * math.pi / 5),
            y - (0.4 if i % 2 == 0 else 0.17) * math.cos(i * math.pi / 5),
        )
        for i in range(10)
    ]
    s.lay(outline(*star), tint((250, 170, 80), s.time, 0.9), 0.2)


DRAW: dict[str, Callable[[Strip], None]] = {
    "hills": hills,
    "sea": sea,
    "desert": desert,
    "mountains": mountains,
    "forest": forest,
    "city": city,
    "clouds": clouds,
    "underwater": underwater,
    **outside.DRAW,
    **town.DRAW,
    **inside.DRAW,
}


def plate(kind: str, place: str, time: str, rng: np.random.Generator) -> Image:
    """Silhouette (96, 96, 4), premultiplied, covering 12x10 units; kind is far, middle or near."""
    strip = Strip(place, time, SILHOUETTES.index(kind), rng)
    DRAW[place](strip)
    return soften(read(strip.target), ("edge", "wrap"))
