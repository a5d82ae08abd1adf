"""Find the linear autoencoder of the plates in closed form: python -m training.autoencoder.

Principal components of tokens drawn from the pool; a few minutes of one core.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import (
    LATENTS,
    EmbeddedAutoencoder,
    cut,
    size,
    tokens,
)
from phosphene.render.worker.embedded.vocabulary import PLATES
from training.pool import RUNS, Pool

SAMPLES = 4500
WIDE = 10_000
"""From so many numbers a token's components come from the Gram matrix of the samples."""
FLAT = 1e-6
"""Share of the largest variance below which float32 cannot tell one from none."""


def sample(pool: Pool, kind: str, rng: np.random.Generator) -> Tensor:
    """SAMPLES tokens (SAMPLES, size) in net space, one or a few of many plates."""
    plates, _ = pool.draw(kind, -(-2 * SAMPLES // tokens(kind)), rng)
    found = cut(kind, torch.from_numpy(plates)).reshape(-1, size(kind))
    chosen = torch.from_numpy(rng.permutation(len(found))[:SAMPLES])
    return found[chosen].float() / 127.5 - 1


def components(samples: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean (D,), directions (D, count) and the spread along them (count,) of samples (N, D).

    Raises ValueError if the samples do not spread along so many directions.
    """
    mean = samples.mean(0)
    away = samples - mean
    wide = samples.shape[1] > WIDE
    values, vectors = torch.linalg.eigh(away @ away.T if wide else away.T @ away)
    values, vectors = values.flip(0)[:count], vectors.flip(1)[:, :count]
    if len(values) < count or values[-1] <= FLAT * values[0]:
        raise ValueError(f"{len(samples)} samples do not span {count} directions")
    directions = away.T @ vectors / values.sqrt() if wide else vectors
    return mean, directions, (values / len(samples)).sqrt()


def fit(pool: Pool, seed: int) -> EmbeddedAutoencoder:
    """The autoencoder of everything in the pool."""
    rng = np.random.default_rng(seed)
    found: EmbeddedAutoencoder = EmbeddedAutoencoder()
    for kind in PLATES:
        found.basis_of(kind).set_directions(*components(sample(pool, kind, rng), LATENTS[kind]))
        print(f"{kind}: {LATENTS[kind]} of {size(kind)}", flush=True)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path, default=RUNS / "autoencoder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    fit(Pool(RUNS / "pool"), options.seed).save_pretrained(options.to)
