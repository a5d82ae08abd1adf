"""Look at every concept: python -m training.nouns.contact FOLDER [--seed 0] [--only KIND].

Writes sheets of a hundred concepts, each with its name, in the colours they have by themselves.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageDraw

from phosphene.render.worker.embedded.vocabulary import PLATE
from training.nouns.concepts import Concept, concepts
from training.nouns.draw import chance, individual, typical
from training.nouns.dress import dressed
from training.paper import Image

COLUMNS, ROWS = 14, 9
LINE = 14
GROUND = (237, 219, 184)


def flat(plate: Image, inks: NDArray[np.float32]) -> Image:
    """A plate in its inks on plain paper, (96, 96, 3); inks (5, 3) in 0..1."""
    p = plate.astype(np.float32) / 255
    seen = p[:3] + np.einsum("khw,kc->chw", p[3:-1], inks)
    behind = np.array(GROUND, np.float32)[:, None, None] / 255 * (1 - p[-1:])
    shown: Image = ((seen + behind).clip(0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    return shown


def sheet(shown: list[tuple[str, Image]]) -> Picture.Image:
    """Pictures with their names in rows."""
    rows = -(-len(shown) // COLUMNS)
    made = Picture.new("RGB", (COLUMNS * PLATE, rows * (PLATE + LINE)), GROUND)
    pen = ImageDraw.Draw(made)
    for k, (name, picture) in enumerate(shown):
        x, y = k % COLUMNS * PLATE, k // COLUMNS * (PLATE + LINE)
        made.paste(Picture.fromarray(picture), (x, y))
        pen.text((x + 3, y + PLATE), name[:16], fill=(0, 0, 0))
    return made


def picture(concept: Concept, seed: int) -> Image:
    """One individual, the typical one for seed 0."""
    rng = chance(concept, seed)
    drawn = individual(concept, rng) if seed else typical(concept)
    return flat(drawn, dressed(concept, rng))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chosen = [c for c in concepts().values() if options.only in (None, c.kind)]
    for first in range(0, len(chosen), COLUMNS * ROWS):
        part = chosen[first : first + COLUMNS * ROWS]
        made = sheet([(c.name, picture(c, options.seed)) for c in part])
        made.save(options.folder / f"concepts-{first // (COLUMNS * ROWS)}.png")
