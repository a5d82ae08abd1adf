"""Subjects as plates: three key poses of one individual."""

from collections.abc import Callable

import numpy as np

from server.render.theatre.vocabulary import PLATE, POSES
from training import animals, swimmers, things
from training.paper import Image, Palette, Sheets, read, soften, surface

DRAW: dict[str, Callable[[Sheets, Palette, float, int], None]] = {
    "whale": swimmers.whale,
    "bird": animals.bird,
    "cat": animals.cat,
    "butterfly": animals.butterfly,
    "balloon": things.balloon,
    "sailboat": things.sailboat,
    "rocket": things.rocket,
    "jellyfish": swimmers.jellyfish,
    "fish": swimmers.fish,
    "fox": animals.fox,
    "rabbit": animals.rabbit,
    "turtle": swimmers.turtle,
}
RADIUS = PLATE / 3
"""Pixels per subject radius: a plate reaches 1.5 radii to each side."""


def plate(subject: str, colour: str, time: str, rng: np.random.Generator) -> Image:
    """Three key poses (3, 96, 96, 4), premultiplied, of a random individual of that kind."""
    hue = rng.uniform(-10, 10, 3)
    palette = Palette.of(colour, time, (hue[0], hue[1], hue[2]))
    wide, tall = rng.uniform(0.95, 1.05, 2) * rng.uniform(0.95, 1.05)
    lean, pattern = rng.uniform(-3, 3), int(rng.random() < 0.4)
    poses = []
    for k in range(POSES):
        target = surface()
        canvas = target.getCanvas()
        canvas.translate(PLATE / 2, PLATE / 2)
        canvas.scale(RADIUS * wide, RADIUS * tall)
        canvas.rotate(lean)
        DRAW[subject](Sheets(canvas, palette.pale), palette, k - 1.0, pattern)
        poses.append(soften(read(target)))
    return np.stack(poses)
