"""Who makes plates of latents, and latents of plates: each network in its own way."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder, tokens


class PlateDecoder(Protocol):
    """One kind of latents: a network of nouns, or one kind of plate of a linear autoencoder."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the latents of a plate."""
        ...

    @property
    def mean(self) -> Tensor:
        """What is there without any latents, in 0..1."""
        ...

    def encode(self, plate: Array) -> Tensor:
        """A plate in 0..1 as latents."""
        ...

    def decode(self, latents: Tensor) -> Array:
        """Latents as a plate in 0..1."""
        ...

    def decode_grain(self, noise: Tensor) -> Array:
        """What noise in latents looks like, (2, 96, 96): how much lighter, and more opaque."""
        ...


@dataclass(frozen=True, eq=False)
class KindDecoder:
    """The plates of one kind, of single plates where the autoencoder takes batches."""

    autoencoder: EmbeddedAutoencoder
    kind: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the latents of a plate, (tokens, K)."""
        return tokens(self.kind), len(self.autoencoder.basis_of(self.kind).spread)

    @property
    def mean(self) -> Tensor:
        """What no latents at all are decoded to."""
        return self.autoencoder.mean_plate(self.kind)

    def encode(self, plate: Array) -> Tensor:
        """A plate in 0..1 as latents (tokens, K)."""
        return self.autoencoder.encode(self.kind, torch.from_numpy(plate)[None] * 2 - 1)[0]

    def decode(self, latents: Tensor) -> Array:
        """Latents (tokens, K) as a plate in 0..1."""
        restored = self.autoencoder.decode(self.kind, latents[None])[0]
        plate: Array = ((restored + 1) / 2).clamp(0, 1).numpy()
        return plate

    def decode_grain(self, noise: Tensor) -> Array:
        """Noise in latents as grain, see `EmbeddedAutoencoder.decode_grain`."""
        grain: Array = self.autoencoder.decode_grain(self.kind, noise[None])[0].numpy()
        return grain
