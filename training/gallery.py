"""Look at the generated world: python -m training.gallery world.png [--seed 0].

Every subject once, in turning colours, places, times and weathers, through the real compositor.
"""

import argparse
from pathlib import Path

import numpy as np

from phosphene.render.worker.embedded.vocabulary import NOBODY
from training.sheets import Rgb, shot, write
from training.stage import scene
from training.world import WORLD


def gallery(seed: int, columns: int = 12, rows: int = 3) -> Rgb:
    """A sheet of real scenes."""
    rng, known = np.random.default_rng(seed), WORLD.values
    strips = []
    for row in range(rows):
        shots = []
        for column in range(columns):
            turn = {slot: values[(column + row) % len(values)] for slot, values in known.items()}
            turn |= {
                "subject": known["subject"][column % len(known["subject"])],
                "colour": known["colour"][(3 * column + row) % len(known["colour"])],
                "weather": "clear" if (column + row) % 3 else turn["weather"],
                "other": NOBODY if column % 3 else turn["other"],
            }
            shots.append(shot(scene(turn, rng), 30))
        strips.append(np.concatenate(shots, 1))
    return np.concatenate(strips)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    write(gallery(options.seed), options.path)
