"""Subjects as plates: three key poses of one individual, and the inks that colour it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.vocabulary import INKED, PLATE, POSES
from training import animals, herd, swimmers, things, wonders
from training.paper import (
    BROWN,
    COLOURS,
    TINTS,
    WARM,
    Colour,
    Image,
    Palette,
    Sheets,
    read,
    soften,
    surface,
)

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
    "dog": herd.dog,
    "horse": herd.horse,
    "elephant": herd.elephant,
    "bear": herd.bear,
    "deer": herd.deer,
    "frog": herd.frog,
    "owl": wonders.owl,
    "penguin": wonders.penguin,
    "snail": wonders.snail,
    "octopus": wonders.octopus,
    "dragon": wonders.dragon,
    "airplane": wonders.airplane,
}
RADIUS = PLATE / 3
"""Pixels per subject radius: a plate reaches 1.5 radii to each side."""


BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
PALE = ("white", "yellow")
LIGHT = 0.42
"""How far the time of day tints a subject."""


def plate(subject: str, rng: np.random.Generator) -> Image:
    """Three key poses (3, 6, 96, 96) of a random individual of that kind, not coloured yet: see
    `vocabulary.INKED`.

    Every colour of a drawing is affine in the two inks: what each adds is the difference between
    the drawing with that ink white and with both black.
    """
    wide, tall = rng.uniform(0.97, 1.03, 2)
    lean, pattern = rng.uniform(-1, 1), int(rng.random() < 0.4)
    poses = np.empty((POSES, INKED, PLATE, PLATE), np.uint8)
    for k in range(POSES):
        bare, main, glow = (
            pose(subject, inked, (wide, tall), lean, k - 1.0, pattern)
            for inked in (
                Palette.of(BLACK, BLACK),
                Palette.of(WHITE, BLACK),
                Palette.of(BLACK, WHITE),
            )
        )
        poses[k, :3] = bare[..., :3].transpose(2, 0, 1)
        for channel, inked in ((3, main), (4, glow)):
            added = inked[..., :3].astype(np.int16) - bare[..., :3]
            poses[k, channel] = added.mean(-1).clip(0, 255).round()
        poses[k, 5] = bare[..., 3]
    return poses


def pose(
    subject: str,
    inked: Palette,
    scale: tuple[float, float],
    lean: float,
    k: float,
    pattern: int,
) -> Image:
    """One pose (96, 96, 4), premultiplied, in these papers; k in -1..1."""
    target = surface()
    canvas = target.getCanvas()
    canvas.translate(PLATE / 2, PLATE / 2)
    canvas.scale(RADIUS * scale[0], RADIUS * scale[1])
    canvas.rotate(lean)
    DRAW[subject](Sheets(canvas, inked.glow), inked, k, pattern)
    return soften(read(target))


def inks(colour: str, time: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The ten inks of a subject (see `vocabulary.INKS`), no two quite the same."""
    main = np.array(COLOURS[colour]) + rng.uniform(-10, 10, 3)
    glow = np.array(BROWN if colour in PALE else WARM) + rng.uniform(-6, 6, 3)
    towards, amount = TINTS[time]
    veil = LIGHT * amount * rng.uniform(0.9, 1.1)
    light = veil * (np.array(towards) + rng.uniform(-4, 4, 3))
    parts = [*main, *glow, 255 * (1 - veil), *light]
    return np.clip(np.rint(parts), 0, 255).astype(np.uint8)
