"""The linear map from latents to colours."""

from pathlib import Path

import torch

from phosphene.render.worker.diffusers.latent_rgb import (
    LatentRgb,
    fit_map,
    grey_map,
    read_map,
    shrink_frames,
    write_map,
)


def world() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Latents of a decoder that is linear, their colours, and its factors."""
    made = torch.Generator().manual_seed(1)
    latents = torch.randn(1, 16, 3, 8, 6, generator=made)
    factors = 0.02 * torch.randn(17, 3, generator=made)
    factors[-1] = 0.5
    return latents, LatentRgb(factors).to_rgb(latents), factors


def test_a_linear_decoder_is_found_exactly() -> None:
    latents, colours, factors = world()
    found = fit_map(latents, colours)
    assert found.fit > 0.9999
    assert torch.allclose(found.factors, factors, atol=1e-4)
    assert torch.allclose(found.to_rgb(latents), colours, atol=1e-4)


def test_channels_that_depend_on_each_other_and_one_colour_are_borne() -> None:
    latents, colours, _ = world()
    twice = torch.cat([latents, latents], 1)
    assert torch.allclose(fit_map(twice, colours).to_rgb(twice), colours, atol=1e-4)
    assert fit_map(latents, torch.full_like(colours, 0.25)).fit == 0.0


def test_an_unknown_model_is_grey() -> None:
    latents, _, _ = world()
    assert torch.equal(grey_map(16).to_rgb(latents), torch.full((3, 3, 8, 6), 0.5))


def test_what_was_fitted_is_kept(tmp_path: Path) -> None:
    latents, colours, _ = world()
    file, found = tmp_path / "cache" / "colours.safetensors", fit_map(latents, colours)
    assert read_map(file) is None
    write_map(file, found)
    again = read_map(file)
    assert again is not None
    assert torch.equal(again.factors, found.factors)
    file.write_bytes(b"rubbish")
    assert read_map(file) is None


def test_frames_shrink_to_the_mean_of_each_latent_pixel() -> None:
    pixels = torch.zeros(1, 3, 4, 16, 24)
    pixels[:, 0, :, :8] = 1.0
    colours = shrink_frames(pixels, 2, 3)
    assert colours.shape == (1, 3, 2, 3)
    assert torch.equal(colours[0, 0], torch.tensor([[1.0] * 3, [0.5] * 3]))
