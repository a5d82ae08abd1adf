"""Who makes plates of latents that are not those of the older autoencoder."""

from typing import Protocol

from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array


class PlateDecoder(Protocol):
    """One kind of latents: a network of nouns, or one plate of a backdrop."""

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
