"""Latents as a pipeline has them, and as we do: (1, channels, time, height, width), normalised."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from phosphene.render.diffusers_families import PipelineSpec


@dataclass(frozen=True, slots=True)
class Layout:
    """How the latents of one clip lie; ``height`` and ``width`` count latent pixels. ``front``: the
    latent frame (1, C, 1, h, w) of the picture that it goes on from, once there is one."""

    spec: PipelineSpec
    pipeline: Any
    frames: int
    height: int
    width: int
    front: list[Tensor] = field(default_factory=list)

    def to_plain(self, sample: Tensor) -> Tensor:
        """(1, C, T, h, w) of what the scheduler steps."""
        match self.spec.layout:
            case "packed":
                plain = self.unpack(sample) if sample.ndim == 3 else sample
            case "btchw":
                return sample.permute(0, 2, 1, 3, 4)
            case _:
                plain = sample.unsqueeze(2) if sample.ndim == 4 else sample
        if self.front:
            return torch.cat([*self.front, plain[:, :, 1 - self.frames :]], 2)
        # Those of reference pictures lie before the clip's.
        return plain[:, :, -self.frames :]

    def unpack(self, sample: Tensor) -> Tensor:
        """(1, C, T, h, w) of latents that are packed."""
        shape = (self.frames, self.height, self.width)
        return _tensor(self.pipeline._unpack_latents(sample, *shape, *self._patch))

    def to_native(self, latents: Tensor) -> Tensor:
        """The pipeline's own of (1, C, T, h, w), as its ``prepare_latents`` gives them."""
        if self.spec.layout == "packed":
            return _tensor(self.pipeline._pack_latents(latents, *self._patch))
        return latents

    @property
    def _patch(self) -> tuple[int, int]:
        one = self.pipeline
        return one.transformer_spatial_patch_size, one.transformer_temporal_patch_size


def denormaliser(pipeline: Any) -> Callable[[Tensor], Tensor]:
    """What a pipeline does to normalised latents before it hands them to its VAE."""
    vae = pipeline.vae
    if hasattr(pipeline, "_denormalize_latents"):
        scale = vae.config.scaling_factor

        def denormalise(latents: Tensor) -> Tensor:
            latents = latents.to(vae.dtype)
            return _tensor(
                pipeline._denormalize_latents(latents, vae.latents_mean, vae.latents_std, scale)
            )

        return denormalise
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    spread = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)

    def scaled(latents: Tensor) -> Tensor:
        latents = latents.to(vae.dtype)
        # Divided by the inverse, as the pipelines do: the result is the same to the last bit.
        inverse = 1.0 / spread.to(latents)
        return latents / inverse + mean.to(latents)

    return scaled


def _tensor(value: Any) -> Tensor:
    assert isinstance(value, Tensor)
    return value
