"""What is learned of a model from clip to clip, for its previews."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from phosphene.render.worker.diffusers import latent_rgb
from phosphene.render.worker.diffusers.latent_rgb import LatentRgb
from phosphene.render.worker.diffusers.preview_budget import learn_cost


class PreviewCache:
    """How a model's latents look, and what it costs to see them as they are.

    ``colours`` is None until a first clip was decoded; what is learned is kept in the file
    ``keep``. ``tiny`` is a small decoder (an AutoencoderTiny) that was made for these latents.
    """

    def __init__(
        self, colours: LatentRgb | None = None, *, keep: Path | None = None, tiny: Any = None
    ) -> None:
        self.colours = colours
        self._keep = keep
        self._tiny = tiny
        self._whole_s: float | None = None
        self._tiny_s: float | None = 0.0 if tiny is not None else None

    def decode_cost(self, latents: int) -> float | None:
        """Seconds that it takes to decode so many latent frames; None: it is not known."""
        return None if self._whole_s is None else self._whole_s * latents

    def add_decode_time(self, seconds: float, latents: int) -> None:
        """So many latent frames were decoded by the model's own decoder."""
        self._whole_s = learn_cost(self._whole_s, seconds, latents)

    def tiny_cost(self, latents: int) -> float | None:
        """The same of the small decoder; None where there is none."""
        return None if self._tiny_s is None else self._tiny_s * latents

    def add_tiny_time(self, seconds: float, latents: int) -> None:
        """So many latent frames were decoded by the small decoder."""
        self._tiny_s = learn_cost(self._tiny_s or None, seconds, latents)

    def tiny_pictures(self, x0: Tensor) -> Tensor:
        """The pictures (n, 3, H, W) in 0..1 of latents (1, C, n, h, w), one for each frame."""
        frames = x0[0].transpose(0, 1).to(self._tiny.dtype)
        pixels: Tensor = self._tiny.decode(frames, return_dict=False)[0]
        return (pixels / 2 + 0.5).clamp(0, 1).float().cpu()

    def linear_colours(self, x0: Tensor) -> Tensor:
        """The colours (n, 3, h, w) of latents (1, C, n, h, w) by the linear map."""
        return (self.colours or latent_rgb.grey_map(x0.shape[1])).to_rgb(x0)

    def fit_colours(self, latents: Tensor, colours: list[Tensor]) -> None:
        """Learn from a whole clip, if there was none before: its latents (1, C, T, h, w) and, for
        the first of them, the colours (1, 3, h, w) that they were decoded to."""
        if self.colours is None and colours:
            self.colours = latent_rgb.fit_map(latents[:, :, : len(colours)], torch.cat(colours))
            if self._keep is not None:
                latent_rgb.write_map(self._keep, self.colours)
