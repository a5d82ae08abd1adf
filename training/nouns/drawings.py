"""The drawings of the concepts as vectors, and the pool as latents: what the denoiser learns from.

A drawing is one icon of a concept. Its vector is where its plates lie among all others: the
principal components of their mean latents, so that what looks alike has vectors alike, and a new
drawing has one as soon as it is drawn.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.network import TOKENS, VECTOR, WIDE, cut
from training.nouns.concepts import concepts
from training.nouns.draw import chosen
from training.precision import mixed

PART = 64


@dataclass(frozen=True)
class Space:
    """Where drawings lie: `mean` (2304,), `directions` (2304, 96), `spread` (96,)."""

    mean: Tensor
    directions: Tensor
    spread: Tensor

    def vector(self, latents: Tensor) -> Tensor:
        """The vectors (N, 96) of mean tokens (N, 16, 144)."""
        away = latents.flatten(1) - self.mean
        # The square root: what tells few drawings apart is not to be as loud as what tells all.
        return (away @ self.directions) / self.spread.sqrt() / self.spread[0].sqrt()


def rows(numbers: list[int]) -> NDArray[np.int64]:
    """Which drawing each plate of these shards is of, (shards, concepts); drawings are counted in
    the order of `labels`."""
    known = {label: k for k, label in enumerate(labels())}
    found = [[known[c.name, chosen(c, n)] for c in concepts().values()] for n in numbers]
    return np.array(found)


def labels() -> list[tuple[str, str]]:
    """(concept, icon) of every drawing."""
    return [(c.name, icon) for c in concepts().values() for icon in c.icons]


@torch.no_grad()
def encoded(net: PlateAutoencoder, shard: NDArray[np.uint8]) -> Tensor:
    """The tokens (concepts, 16, 144) of a shard's plates, float16."""
    parts = torch.split(torch.from_numpy(np.array(shard)), PART)
    with mixed():
        found = [cut(net.encode(part.float() / 255).float()) for part in parts]
    return torch.cat(found).half()


def means(latents: Tensor, of: NDArray[np.int64]) -> Tensor:
    """The mean tokens (drawings, 16, 144) of plates (N, 16, 144) that are of drawings `of` (N,);
    zero where there are none."""
    index = torch.from_numpy(of.reshape(-1))
    total = torch.zeros(len(labels()), TOKENS, WIDE).index_add_(0, index, latents.float())
    count = torch.bincount(index, minlength=len(total)).clamp(min=1)
    return total / count[:, None, None]


def space(mean: Tensor, seen: Tensor) -> Space:
    """The space of mean tokens (drawings, 16, 144); `seen`: which of them there are plates of."""
    flat = mean[seen].flatten(1)
    middle = flat.mean(0)
    _, values, directions = torch.pca_lowrank(flat - middle, VECTOR, center=False, niter=4)
    return Space(middle, directions, values / len(flat) ** 0.5)
