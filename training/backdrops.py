"""Make the further places and weathers: python -m training.backdrops [--to FOLDER].

Draws each DRAWINGS times, finds the principal components of what was drawn, and writes the latents
of all of it as the folder `backdrops` of a model's folder. Nothing is trained; 13 s of one core.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import (
    EmbeddedAutoencoder,
    cut,
    size,
    tokens,
)
from phosphene.render.worker.embedded.backdrops import PLATES, Backdrops, BackdropTable
from phosphene.render.worker.embedded.vocabulary import SILHOUETTES
from training import land, sky, weather
from training.export import WEIGHTS
from training.paper import TINTS, Image

DRAWINGS, TILES = 6, 8
LATENTS = {
    "subject": 1,
    "inks": 1,
    "sky": 40,
    "far": 224,
    "middle": 176,
    "near": 112,
    "weather": 80,
}
PLACES = {
    "beach": "sea",
    "lake": "hills",
    "farm": "hills",
    "garden": "hills",
    "snow": "mountains",
    "volcano": "mountains",
    "waterfall": "mountains",
    "campsite": "forest",
    "cemetery": "hills",
    "street": "city",
    "railway": "city",
    "bridge": "city",
    "castle": "hills",
    "stadium": "city",
    "park": "hills",
    "room": "city",
    "kitchen": "city",
    "shop": "city",
    "stage": "city",
    "cave": "desert",
    "space": "desert",
}
"""And the older place in whose way everything moves there."""
INDOORS = tuple(place for place in sky.WALLS if place not in (*sky.LAMP, *sky.BEAMS))
WEATHERS = {"fog": "clear", "storm": "rain", "leaves": "snow", "fireworks": "clear"}


def drawn(kind: str) -> tuple[dict[str, tuple[int, int]], Image]:
    """All drawings of a kind of plate: the rows of each name, and the plates (N, 4, 96, 96)."""
    rows: dict[str, tuple[int, int]] = {}
    plates: list[Image] = []
    if kind == "weather":
        for name in WEATHERS:
            rows[name] = (len(plates), TILES)
            plates += [weather.plate(name, np.random.default_rng(k)) for k in range(TILES)]
    for place in PLACES if kind in PLATES else ():
        for time in TINTS:
            rows[f"{place}/{time}"] = (len(plates), DRAWINGS)
            for k in range(DRAWINGS):
                rng = np.random.default_rng([k, PLATES.index(kind)])
                if kind in SILHOUETTES:
                    plates.append(land.plate(kind, place, time, rng))
                else:
                    plates.append(sky.plate(place, time, rng))
    return rows, np.stack(plates).transpose(0, 3, 1, 2)


def fit(found: EmbeddedAutoencoder, kind: str, plates: Tensor) -> None:
    """Give it the components of a kind of plate."""
    parts = cut(kind, plates).reshape(-1, size(kind))
    mean, count = parts.mean(0), LATENTS[kind]
    # A second, where all components take two minutes of a core.
    torch.manual_seed(1)
    _, values, directions = torch.svd_lowrank(parts - mean, count + 16, niter=3)
    spread = values[:count] / len(parts) ** 0.5
    found.basis_of(kind).set_directions(mean, directions[:, :count].contiguous(), spread)


def make() -> Backdrops:
    """All of it."""
    found: EmbeddedAutoencoder = EmbeddedAutoencoder(LATENTS)
    rows, latents = {}, {}
    for kind in (*PLATES, "weather"):
        rows[kind], pictures = drawn(kind)
        plates = torch.from_numpy(np.ascontiguousarray(pictures)).float() / 127.5 - 1
        fit(found, kind, plates)
        latents[kind] = found.encode(kind, plates)
        away = (found.decode(kind, latents[kind]) - plates).square().mean() / 4
        decibels = -10 * float(away.log10())
        print(f"{kind}: {len(plates)} of {tokens(kind)} tokens, {decibels:.1f} dB", flush=True)
    return Backdrops(found, BackdropTable(PLACES, WEATHERS, rows, INDOORS), latents)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    make().save(options.to)
