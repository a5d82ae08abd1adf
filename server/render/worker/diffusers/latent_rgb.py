"""A picture of latents in microseconds: a linear map from their channels to red, green and blue.

Its factors are fitted by least squares to the model's own decoder, once per model, and kept.
"""

import logging
from pathlib import Path

import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

log = logging.getLogger(__name__)

# 17 unknowns for each colour, with 16 channels: far more samples than that needs.
SAMPLES = 50_000
"""Latent pixels that a fit is made of, at most."""


class LatentRgb(Struct, frozen=True, eq=False):
    """``factors`` (channels + 1, 3), the last row the constant; ``fit`` is the part of the
    variance that they explain (R squared, at most 1)."""

    factors: Tensor
    fit: float = 0.0

    def to_rgb(self, latents: Tensor) -> Tensor:
        """Red, green and blue (n, 3, h, w) in 0..1, on the CPU, of latents (1, C, n, h, w)."""
        factors = self.factors.to(latents.device, torch.float32)
        mixed = torch.einsum("cnhw,cr->nrhw", latents[0].float(), factors[:-1])
        return (mixed + factors[-1].view(1, 3, 1, 1)).clamp(0, 1).cpu()


def grey_map(channels: int) -> LatentRgb:
    """The map of a model of which nothing is known: grey whatever comes."""
    factors = torch.zeros(channels + 1, 3)
    factors[-1] = 0.5
    return LatentRgb(factors)


def fit_map(latents: Tensor, colours: Tensor) -> LatentRgb:
    """The map from latents (1, C, n, h, w) that comes nearest to ``colours`` (n, 3, h, w)."""
    wanted = colours.double().permute(0, 2, 3, 1).reshape(-1, 3)
    given = latents[0].double().cpu().permute(1, 2, 3, 0).reshape(len(wanted), -1)
    every = max(1, len(wanted) // SAMPLES)
    given, wanted = given[::every], wanted[::every]
    given = torch.cat([given, torch.ones(len(given), 1, dtype=given.dtype)], 1)
    # "gelsd" bears latents whose channels depend on each other.
    # Fitted and not looked up: published factors are missing for many models. 21 latents of 60x104
    # become pictures in 17 ms, where the VAE takes seconds.
    factors = torch.linalg.lstsq(given, wanted, driver="gelsd").solution
    error = (wanted - given @ factors).square().sum()
    spread = (wanted - wanted.mean(0)).square().sum()
    fit = 1 - float(error / spread) if float(spread) > 0 else 0.0
    return LatentRgb(factors.float().contiguous(), fit)


def shrink_frames(pixels: Tensor, height: int, width: int) -> Tensor:
    """Frames (1, 3, m, H, W) in -1..1 of one latent frame, as its colours (1, 3, h, w) in 0..1."""
    mean = pixels.float().mean(2) / 2 + 0.5
    return functional.adaptive_avg_pool2d(mean, (height, width)).clamp(0, 1).cpu()


def read_map(file: Path) -> LatentRgb | None:
    """The map in a file; None when there is none that can be read."""
    try:
        held = load_file(file)
        return LatentRgb(held["factors"], float(held["fit"]))
    except (OSError, SafetensorError, KeyError):
        return None


def write_map(file: Path, linear: LatentRgb) -> None:
    """Write a map; where that fails it is fitted again next time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({"factors": linear.factors, "fit": torch.tensor(linear.fit)}, file)
    except (OSError, SafetensorError) as error:
        log.warning("the preview's colours are not kept: %s", error)
