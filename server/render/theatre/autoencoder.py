"""A linear autoencoder for plates: principal components, found in closed form by training.

A plate is cut into tokens: a subject's three poses are one token each, a silhouette is six upright
strips, falling weather is sixteen squares, the sky is one. Tokens of one kind share one basis, so a
latent is a few numbers that each move the whole token: there are no seams to heal, and an early,
vague x0 is a soft picture and not a mosaic.
"""

from collections.abc import Mapping
from typing import Final

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from server.render.theatre.vocabulary import CHANNELS, PLATE, PLATES

TOKEN: Final[dict[str, tuple[int, int]]] = {
    "subject": (PLATE, PLATE),
    "sky": (PLATE, PLATE),
    "far": (PLATE, 16),
    "middle": (PLATE, 16),
    "near": (PLATE, 16),
    "weather": (24, 24),
}
"""Height and width of the tokens of each kind of plate."""
LATENTS: Final[dict[str, int]] = {
    "subject": 320,
    "sky": 64,
    "far": 96,
    "middle": 96,
    "near": 64,
    "weather": 48,
}
"""Numbers per token."""


def tokens(kind: str) -> int:
    """Tokens of one plate of this kind."""
    height, width = TOKEN[kind]
    return CHANNELS[kind] // 4 * (PLATE // height) * (PLATE // width)


def size(kind: str) -> int:
    """Numbers of one token before it is encoded."""
    height, width = TOKEN[kind]
    return 4 * height * width


def cut(kind: str, plates: Tensor) -> Tensor:
    """(B, C, 96, 96) -> (B, tokens, size)."""
    height, width = TOKEN[kind]
    b, c = plates.shape[:2]
    rows, columns = PLATE // height, PLATE // width
    parts = plates.reshape(b, c // 4, 4, rows, height, columns, width)
    return parts.permute(0, 1, 3, 5, 2, 4, 6).reshape(b, tokens(kind), size(kind))


def join(kind: str, parts: Tensor) -> Tensor:
    """The inverse of `cut`."""
    height, width = TOKEN[kind]
    b, c = parts.shape[0], CHANNELS[kind]
    rows, columns = PLATE // height, PLATE // width
    plates = parts.reshape(b, c // 4, rows, columns, 4, height, width)
    return plates.permute(0, 1, 4, 2, 5, 3, 6).reshape(b, c, PLATE, PLATE)


class Basis(nn.Module):
    """Orthonormal directions of one kind, kept as int8 with a step per direction."""

    mean: Tensor
    spread: Tensor
    step: Tensor
    directions: Tensor

    def __init__(self, kind: str, latents: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(size(kind)))
        self.register_buffer("spread", torch.ones(latents))
        self.register_buffer("step", torch.ones(latents))
        self.register_buffer("directions", torch.zeros(size(kind), latents, dtype=torch.int8))
        self._dense: Tensor | None = None

    def take(self, mean: Tensor, directions: Tensor, spread: Tensor) -> None:
        """Set the basis: mean (size,), orthonormal directions (size, K), the data's spread (K,)."""
        step = directions.abs().amax(0) / 127
        self.mean.copy_(mean)
        self.spread.copy_(spread)
        self.step.copy_(step)
        self.directions.copy_((directions / step).round())
        self._dense = None

    def dense(self) -> Tensor:
        """The directions as floats, (size, K); made once."""
        if self._dense is None:
            self._dense = self.directions.float() * self.step.float()
        return self._dense


class TheatreAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Plates in net space to latents of about unit variance and back; linear both ways."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, latents: Mapping[str, int] = LATENTS) -> None:
        super().__init__()
        self.bases = nn.ModuleDict({kind: Basis(kind, latents[kind]) for kind in PLATES})

    def basis(self, kind: str) -> Basis:
        """The basis of one kind."""
        found = self.bases[kind]
        assert isinstance(found, Basis)
        return found

    @torch.no_grad()
    def encode(self, kind: str, plates: Tensor) -> Tensor:
        """(B, C, 96, 96) in -1..1 -> latents (B, tokens, K)."""
        basis = self.basis(kind)
        away = cut(kind, plates.float()) - basis.mean.float()
        return (away @ basis.dense()) / basis.spread.float()

    @torch.no_grad()
    def decode(self, kind: str, latents: Tensor) -> Tensor:
        """Latents (B, tokens, K) -> plates (B, C, 96, 96), not clamped."""
        basis = self.basis(kind)
        away = (latents.float() * basis.spread.float()) @ basis.dense().T
        return join(kind, away + basis.mean.float())
