"""The denoiser of nouns: latents of one plate, given a vector that says which drawing it is."""

from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from phosphene.render.worker.embedded.network import Block, norm, waves
from phosphene.render.worker.embedded.nouns.autoencoder import DEPTH, SIDE
from phosphene.render.worker.embedded.nouns.person_shape import CARD

PATCH: Final = 3
"""A token is so many latents wide and high."""
ACROSS: Final = SIDE // PATCH
TOKENS: Final = ACROSS**2
WIDE: Final = DEPTH * PATCH**2
"""Numbers of one token."""
VECTOR: Final = 96
"""Numbers that say which drawing it is."""


def cut(latents: Tensor) -> Tensor:
    """Latents (B, 16, 12, 12) -> tokens (B, 16, 144)."""
    parts = latents.reshape(len(latents), DEPTH, ACROSS, PATCH, ACROSS, PATCH)
    return parts.permute(0, 2, 4, 1, 3, 5).reshape(len(latents), TOKENS, WIDE)


def join(tokens: Tensor) -> Tensor:
    """The inverse of `cut`."""
    parts = tokens.reshape(len(tokens), ACROSS, ACROSS, DEPTH, PATCH, PATCH)
    return parts.permute(0, 3, 1, 4, 2, 5).reshape(len(tokens), DEPTH, SIDE, SIDE)


class NounTransformer(nn.Module):
    """Predicts clean tokens (x0) from noisy ones under rectified flow; see `forward`.

    Conditioned on a vector of what the drawing looks like, and not on a row of its own for each,
    so that drawings that are alike help each other and another one needs no larger net.
    """

    def __init__(self, width: int = 256, layers: int = 6, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.inner = nn.Linear(256, width)
        self.outer = nn.Linear(width, width)
        self.known = nn.Linear(VECTOR, 2 * width)
        self.meant = nn.Linear(2 * width, width)
        self.free = nn.Parameter(torch.zeros(VECTOR))
        self.cards = nn.ModuleDict(
            {field: nn.Embedding(count + 1, VECTOR) for field, count in CARD.items()}
        )
        self.modulate = nn.Linear(width, 6 * width)
        nn.init.normal_(self.modulate.weight, std=0.02)
        self.final = nn.Linear(width, 2 * width)
        self.enter = nn.Linear(WIDE, width)
        self.places = nn.Parameter(torch.randn(TOKENS, width) * 0.3)
        self.leave = nn.Linear(width, WIDE)
        for layer in (self.final, self.leave):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])

    def person(self, rows: Tensor) -> Tensor:
        """The vectors (B, 96) of people from the rows (B, 9) of their cards, in the order of CARD;
        the index after a field's last value leaves it open."""
        told = [self.cards[field](rows[:, k]) for k, field in enumerate(CARD)]
        return torch.stack(told).sum(0)

    def forward(self, sample: Tensor, sigma: Tensor, vectors: Tensor) -> Tensor:
        """The clean tokens (B, 16, 144) of `sample`, as float32.

        sample = (1 - sigma) * x0 + sigma * noise; sigma (B,) in 0..1; vectors (B, 96), `free` for
        the guess without condition.
        """
        dtype = self.inner.weight.dtype
        level = self.outer(F.silu(self.inner(waves(sigma, 256).to(dtype))))
        # Through the modulation alone: a table of vectors for each token as well was worth 2 % of
        # the loss, and would grow with every drawing.
        told = F.silu(level + self.meant(F.silu(self.known(vectors.to(dtype)))))[:, None]
        x = self.enter(sample.to(dtype)) + self.places
        modulation = self.modulate(told)
        for block in self.blocks:
            x = block(x, modulation)
        shift, scale = self.final(told).chunk(2, -1)
        restored: Tensor = self.leave(norm(x) * (1 + scale) + shift)
        return restored.float()


@torch.no_grad()
def sample(
    net: NounTransformer,
    vectors: Tensor,
    noise: Tensor,
    steps: int = 8,
    guidance: float = 2.0,
    shift: float = 1.5,
) -> Tensor:
    """Tokens (B, 16, 144) of drawings (B, 96) from noise of that shape, by Euler's method; sigma is
    shifted as in SD3 (arXiv 2403.03206)."""
    x, free = noise, net.free.expand_as(vectors)
    even = torch.linspace(1, 0, steps + 1)
    sigmas = shift * even / (1 + (shift - 1) * even)
    for here, there in pairwise(sigmas):
        level = here.expand(2 * len(x))
        told, untold = net(torch.cat([x, x]), level, torch.cat([vectors, free])).chunk(2)
        clean = untold + guidance * (told - untold)
        x = clean + (x - clean) * (there / here)
    return x
