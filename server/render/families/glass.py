"""What is learned of a model from clip to clip, for its previews."""

import torch
from torch import Tensor

from server.render.families.allowance import learned
from server.render.families.linear import Linear, fitted, grey


class Glass:
    """How a model's latents look and what it costs to see them as they are.

    ``colours`` is None until a first clip was decoded; ``decode_s`` is seconds per latent frame,
    None likewise.
    """

    def __init__(self, colours: Linear | None = None) -> None:
        self.colours = colours
        self.decode_s: float | None = None

    def cost(self, latents: int) -> float | None:
        """Seconds that it takes to decode so many latent frames."""
        return None if self.decode_s is None else self.decode_s * latents

    def decoded(self, seconds: float, latents: int) -> None:
        """So many latent frames were decoded."""
        self.decode_s = learned(self.decode_s, seconds, latents)

    def through(self, x0: Tensor) -> Tensor:
        """The colours (n, 3, h, w) of latents (1, C, n, h, w) by the linear map."""
        return (self.colours or grey(x0.shape[1])).colours(x0)

    def fit(self, latents: Tensor, colours: list[Tensor]) -> None:
        """Learn from a whole clip, if there was none before: its latents (1, C, T, h, w) and, for
        the first of them, the colours (1, 3, h, w) that they were decoded to."""
        if self.colours is None and colours:
            self.colours = fitted(latents[:, :, : len(colours)], torch.cat(colours))
