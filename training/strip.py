"""One silhouette strip: its papers, and the shapes that all places are made of."""

import math
from collections.abc import Callable

import numpy as np
import skia

from phosphene.render.worker.embedded.vocabulary import PLATE
from training.paper import BROWN, WARM, Colour, Sheets, mix, outline, surface, tint
from training.sky import stops

PERIOD, HEIGHT = 12.0, 10.0
GROUND: dict[str, Colour] = {
    "hills": (104, 178, 84),
    "sea": (36, 128, 190),
    "desert": (232, 172, 92),
    "mountains": (112, 126, 166),
    "forest": (36, 122, 84),
    "city": (112, 96, 148),
    "clouds": (250, 244, 246),
    "underwater": (20, 112, 128),
    "beach": (240, 210, 154),
    "lake": (92, 150, 116),
    "farm": (128, 176, 84),
    "garden": (92, 172, 90),
    "snow": (214, 226, 244),
    "volcano": (96, 72, 84),
    "waterfall": (104, 120, 118),
    "campsite": (74, 136, 88),
    "cemetery": (96, 122, 104),
    "street": (150, 136, 150),
    "railway": (128, 140, 110),
    "bridge": (116, 128, 146),
    "castle": (110, 164, 96),
    "stadium": (120, 126, 150),
    "park": (122, 174, 108),
    "room": (226, 190, 146),
    "kitchen": (176, 206, 196),
    "shop": (222, 186, 156),
    "stage": (110, 60, 72),
    "cave": (92, 84, 110),
    "space": (60, 52, 104),
}
Ridge = Callable[[float], float]


class Strip:
    """One silhouette being drawn: x in 0..12 units and repeating, y in 0 (top) to 10 (bottom)."""

    def __init__(self, place: str, time: str, depth: int, rng: np.random.Generator) -> None:
        self.target = surface()
        canvas = self.target.getCanvas()
        canvas.scale(PLATE / PERIOD, PLATE / HEIGHT)
        bright = place == "clouds" and time == "day"
        self.sheets = Sheets(canvas, BROWN if bright else WARM)
        self.rng, self.time, self.depth = rng, time, depth
        low = stops(place, time)[2] if place != "underwater" else stops(place, time)[1]
        base = tint(GROUND[place], time, 1.15)
        if place == "clouds":
            sky = stops(place, time)
            self.colour = mix(mix(base, sky[depth], (0.55, 0.3, 0.12)[depth]), low, 0.15)
        else:
            self.colour = (
                mix(mix(base, low, 0.52), (255, 255, 255), 0.06),
                mix(base, low, 0.16),
                mix(base, (16, 10, 46), 0.34),
            )[depth]
        self.dark = mix(self.colour, (20, 12, 52), 0.26)
        self.light = mix(self.colour, low if time != "night" else (150, 170, 220), 0.42)

    def wave(self, base: float, *parts: tuple[int, float]) -> Ridge:
        """A periodic curve: sines of (waves per period, amplitude) with random phases."""
        phases = self.rng.uniform(0, math.tau, len(parts))
        return lambda x: (
            base
            - sum(
                a * math.sin(math.tau * n * x / PERIOD + p)
                for (n, a), p in zip(parts, phases, strict=True)
            )
        )

    def ridge(self, top: Ridge, colour: Colour, step: float = 0.25, start: float = -2.0) -> None:
        """Lay everything below the curve as one sheet."""
        count = int((PERIOD + 4) / step) + 1
        points = [(start + i * step, top(start + i * step)) for i in range(count)]
        self.sheets.lay(outline((-3, 12), (-3, points[0][1]), *points, (15, 12)), colour)

    def around(self, count: int, jitter: float = 0.35) -> list[float]:
        """Places for count objects, evenly spread with some chance, over one period."""
        gap = PERIOD / count
        start = self.rng.uniform(0, gap)
        return [start + i * gap + self.rng.uniform(-jitter, jitter) * gap for i in range(count)]

    def lay(self, path: skia.Path, colour: Colour, shadow: float = 0.42) -> None:
        """Lay one object and its repetitions left and right."""
        for shift in (-PERIOD, 0.0, PERIOD):
            moved = skia.Path(path)
            moved.offset(shift, 0)
            self.sheets.lay(moved, colour, shadow)

    def fir(self, x: float, y: float, size: float, colour: Colour) -> None:
        """A fir of three tiers standing at (x, y)."""
        w = size * 0.4
        trunk = outline(
            (x - 0.12, y + 0.3), (x - 0.1, y - 0.3), (x + 0.1, y - 0.3), (x + 0.12, y + 0.3)
        )
        self.lay(trunk, mix(self.dark, (70, 40, 30), 0.4))
        for i in range(3):
            low, wide = y - 0.2 - i * size * 0.27, w * (1 - i * 0.25)
            tier = outline(
                (x - wide, low),
                (x, low - size * 0.5),
                (x + wide, low),
                (x, low + 0.12, x - wide, low),
            )
            self.lay(tier, mix(colour, self.light, 0.1 * i))

    def limb(self, line: skia.Path, colour: Colour, width: float) -> None:
        stroke = skia.Paint(
            Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap
        )
        body = skia.Path()
        stroke.getFillPath(line, body)
        self.lay(body, colour, 0.2)
