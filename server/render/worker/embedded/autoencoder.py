"""A linear autoencoder for plates: principal components, found in closed form by training.

A plate is cut into tokens: a subject's three poses are one token each, a silhouette is six upright
strips, falling weather is sixteen squares, the sky is one and so are the inks. Tokens of one kind
share one basis, so a latent is a few numbers that each move the whole token: there are no seams to
heal, and an early, vague x0 is a soft picture and not a mosaic.
"""

from collections.abc import Mapping
from math import prod
from typing import Final

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from phosphene.render.worker.embedded.vocabulary import INKED, INKS, PLATE, PLATES, SHAPES

# Weights of 16 MB need no spare memory while they are loaded, and diffusers else writes four lines
# that are no log into the log of every worker.
AT_ONCE: Final[dict[str, bool]] = {"low_cpu_mem_usage": False}

# Whole poses and strips, not 12x12 patches of pixels: those after 50 minutes of a core gave
# nameable subjects in a mosaic of seams, these after 5 minutes none.
TOKEN: Final[dict[str, tuple[int, int, int]]] = {
    "subject": (INKED, PLATE, PLATE),
    "inks": (INKS, 1, 1),
    "sky": (4, PLATE, PLATE),
    "far": (4, PLATE, 16),
    "middle": (4, PLATE, 16),
    "near": (4, PLATE, 16),
    "weather": (4, 24, 24),
}
"""Channels, height and width of the tokens of each kind of plate."""
# Principal components take seconds to find, in closed form: 27.7 dB with 32 numbers and 29.6 with
# 64, where a trained autoencoder of 32 came to 28.6 after 20 minutes of a core.
LATENTS: Final[dict[str, int]] = {
    "subject": 224,
    "inks": 10,
    "sky": 64,
    "far": 128,
    "middle": 128,
    "near": 96,
    "weather": 64,
}
"""Numbers per token."""


def tokens(kind: str) -> int:
    """Tokens of one plate of this kind."""
    return prod(SHAPES[kind]) // size(kind)


def size(kind: str) -> int:
    """Numbers of one token before it is encoded."""
    return prod(TOKEN[kind])


def cut(kind: str, plates: Tensor) -> Tensor:
    """(B, *SHAPES[kind]) -> (B, tokens, size)."""
    channels, height, width = TOKEN[kind]
    rows, columns = _grid(kind)
    parts = plates.reshape(len(plates), -1, channels, rows, height, columns, width)
    return parts.permute(0, 1, 3, 5, 2, 4, 6).reshape(len(plates), tokens(kind), size(kind))


def join(kind: str, parts: Tensor) -> Tensor:
    """The inverse of `cut`."""
    return _join(kind, parts, TOKEN[kind][0]).reshape(len(parts), *SHAPES[kind])


def _join(kind: str, parts: Tensor, channels: int) -> Tensor:
    """Parts (B, tokens, channels * points) side by side: (B, n, channels, height, width)."""
    _, height, width = TOKEN[kind]
    rows, columns = _grid(kind)
    plates = parts.reshape(len(parts), -1, rows, columns, channels, height, width)
    joined = plates.permute(0, 1, 4, 2, 5, 3, 6)
    return joined.reshape(len(parts), -1, channels, rows * height, columns * width)


def _grid(kind: str) -> tuple[int, int]:
    """Rows and columns of tokens in a plate."""
    if kind == "inks":
        return 1, 1
    _, height, width = TOKEN[kind]
    return PLATE // height, PLATE // width


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
        # 17.5 of the 27 MB that ship are these; in bfloat16 they would be twice as much.
        self.register_buffer("directions", torch.zeros(size(kind), latents, dtype=torch.int8))
        self._dense: Tensor | None = None
        self._grain: Tensor | None = None

    def set_directions(self, mean: Tensor, directions: Tensor, spread: Tensor) -> None:
        """Set the basis: mean (size,), orthonormal directions (size, K), the data's spread (K,)."""
        step = directions.abs().amax(0) / 127
        self.mean.copy_(mean)
        self.spread.copy_(spread)
        self.step.copy_(step)
        self.directions.copy_((directions / step).round())
        self._dense = self._grain = None

    def dense_directions(self) -> Tensor:
        """The directions as floats, (size, K); made once."""
        if self._dense is None:
            # Kept, because multiplying with int8 would convert it each time.
            self._dense = self.directions.float() * self.step.float()
        return self._dense

    def grain_directions(self, channels: int) -> Tensor:
        """How much lighter, and more opaque, each latent's noise makes a point: (2 * points, K);
        made once.

        Decoding gives each as much as its spread, so that noise looks like wide, vague shapes, or
        like another subject. Grain has it the other way round: what is finest is seen most. At the
        point that varies most the standard deviation is 1.
        """
        if self._grain is None:
            even = self.dense_directions() / self.spread.float()
            points = even.view(channels, -1, even.shape[1])
            both = torch.stack((points[:-1].mean(0), points[-1]))
            most = both.square().sum(-1).amax(-1).sqrt().clamp(min=1e-6)
            self._grain = (both / most[:, None, None]).flatten(0, 1)
        return self._grain


class EmbeddedAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Plates in net space to latents of about unit variance and back; linear both ways."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, latents: Mapping[str, int] = LATENTS) -> None:
        super().__init__()
        self.bases = nn.ModuleDict({kind: Basis(kind, latents[kind]) for kind in PLATES})
        self._means: dict[str, Tensor] = {}

    def basis_of(self, kind: str) -> Basis:
        """The basis of one kind."""
        found = self.bases[kind]
        assert isinstance(found, Basis)
        return found

    @torch.no_grad()
    def encode(self, kind: str, plates: Tensor) -> Tensor:
        """Plates (B, *SHAPES[kind]) in -1..1 -> latents (B, tokens, K)."""
        basis = self.basis_of(kind)
        away = cut(kind, plates.float()) - basis.mean.float()
        return (away @ basis.dense_directions()) / basis.spread.float()

    @torch.no_grad()
    def decode(self, kind: str, latents: Tensor) -> Tensor:
        """Latents (B, tokens, K) -> plates (B, *SHAPES[kind]), not clamped."""
        basis = self.basis_of(kind)
        away = (latents.float() * basis.spread.float()) @ basis.dense_directions().T
        return join(kind, away + basis.mean.float())

    @torch.no_grad()
    def decode_grain(self, kind: str, noise: Tensor) -> Tensor:
        """Noise in latents, (B, tokens, K) of unit variance -> what it looks like, (B, ..., 2, 96,
        96): how much lighter, and more opaque, it makes each point of a plate that has places."""
        channels = TOKEN[kind][0]
        seen = noise.float() @ self.basis_of(kind).grain_directions(channels).T
        return _join(kind, seen, 2).reshape(len(noise), *SHAPES[kind][:-3], 2, PLATE, PLATE)

    @torch.no_grad()
    def mean_plate(self, kind: str) -> Tensor:
        """What latents that are all zero are decoded to, SHAPES[kind], in 0..1; made once."""
        if kind not in self._means:
            nothing = torch.zeros(1, tokens(kind), len(self.basis_of(kind).spread))
            self._means[kind] = ((self.decode(kind, nothing)[0] + 1) / 2).clamp(0, 1)
        return self._means[kind]
