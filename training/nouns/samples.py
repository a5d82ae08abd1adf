"""Look at what the denoiser draws: python -m training.nouns.samples sheet.png [--steps 8].

A row of drawings above the plates that it learned from; and how often the drawing that is nearest
to what it drew is the one that it was asked for.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Picture
from torch import Tensor

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.network import NounTransformer, join, sample
from training.nouns.concepts import concepts
from training.nouns.contact import COLUMNS, flat
from training.nouns.course import Course
from training.nouns.draw import chance, typical
from training.nouns.dress import dressed
from training.paper import Image
from training.precision import mixed

PART = 64


def trained(name: str) -> tuple[NounTransformer, Tensor, list[tuple[str, str]]]:
    """The running mean of a denoiser, the vectors and the labels of its drawings."""
    state = Course(name, 1).load()
    net = NounTransformer()
    net.load_state_dict(state["mean"])
    return net.eval(), state["vectors"], state["labels"]


@torch.no_grad()
def drawn(
    net: NounTransformer, plate: PlateAutoencoder, vectors: Tensor, steps: int, seed: int
) -> Tensor:
    """Plates (B, 9, 96, 96) in 0..1 of these vectors."""
    noise = torch.randn(len(vectors), 16, 144, generator=torch.Generator().manual_seed(seed))
    found = []
    for told, from_noise in zip(torch.split(vectors, PART), torch.split(noise, PART), strict=True):
        with mixed():
            tokens = sample(net, told, from_noise, steps)
            found.append(plate.decode(join(tokens)).float())
    return torch.cat(found).clamp(0, 1)


def recognised(made: Tensor, typical_ones: Tensor) -> float:
    """The share (0..1) of plates whose nearest typical plate, in neutral inks, is their own."""
    grey = torch.tensor([0.5, 0.6, 0.25, 0.5, 0.9])
    seen, known = ((p[:, :3] + (p[:, 3:-1] * grey[:, None, None]).sum(1, keepdim=True)).flatten(1)
                   for p in (made, typical_ones))  # fmt: skip
    nearest = torch.cdist(seen, known).argmin(1)
    return float((nearest == torch.arange(len(made))).float().mean())


def sheet(names: list[str], made: Tensor, shown: Tensor) -> Image:
    """Each row of drawings above the typical ones."""
    rows = []
    for first in range(0, len(names), COLUMNS):
        part = names[first : first + COLUMNS]
        for plates in (made, shown):
            cells = [_cell(name, plates[first + k]) for k, name in enumerate(part)]
            cells += [np.zeros_like(cells[0])] * (COLUMNS - len(cells))
            rows.append(np.concatenate(cells, 1))
    return np.concatenate(rows)


def _cell(name: str, plate: Tensor) -> Image:
    concept = concepts()[name]
    return flat((plate * 255).byte().numpy(), dressed(concept, chance(concept, 0)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--name", default="denoiser")
    parser.add_argument("--autoencoder", default="autoencoder", help="the course that decodes")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    plate = PlateAutoencoder().eval()
    plate.load_state_dict(Course(options.autoencoder, 1).load()["net"])
    net, vectors, labels = trained(options.name)
    firsts = [labels.index((c.name, c.icons[0])) for c in concepts().values()]
    made = drawn(net, plate, vectors[firsts], options.steps, options.seed)
    shown = torch.from_numpy(np.stack([typical(c) for c in concepts().values()])).float() / 255
    print(f"recognised: {100 * recognised(made, shown):.1f} %")
    Picture.fromarray(sheet(list(concepts()), made, shown)).save(options.path)
