"""A pipeline that is loaded, and what its clips are made of."""

from dataclasses import dataclass
from typing import Any

from phosphene.render.diffusers_families import PipelineSpec
from phosphene.render.worker.diffusers.plan import Plan, Timeline, size


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline that is loaded, and what is known of it.

    ``area`` and ``guidance`` are those that the operator wants, 0 where it is the model's own.
    """

    pipeline: Any
    spec: PipelineSpec
    name: str
    fingerprint: str
    area: int = 0
    guidance: float = 0.0

    def plan_clip(self, seconds: int) -> Plan:
        """What a clip of so many seconds is made of."""
        spec, pipe = self.spec, self.pipeline
        grid, stride = _ratios(pipe)
        width, height = size(self.area or spec.area, grid * _patch(pipe.transformer))
        timeline = Timeline(stride, spec.window)
        shown = seconds * spec.fps
        latents = timeline.latents_for(shown, spec.block)
        return Plan(width, height, spec.fps, shown, latents, timeline, grid)


def _ratios(pipeline: Any) -> tuple[int, int]:
    """Pixels to a latent pixel, along each side; frames to a latent frame."""
    if hasattr(pipeline, "vae_spatial_compression_ratio"):
        return pipeline.vae_spatial_compression_ratio, pipeline.vae_temporal_compression_ratio
    return pipeline.vae_scale_factor_spatial, pipeline.vae_scale_factor_temporal


def _patch(transformer: Any) -> int:
    """Latent pixels to a token, along each side."""
    config = transformer.config
    own = config.patch_size
    coarse = config.get("compressed_patch_size") or (1,)
    return max(int(own if isinstance(own, int) else own[-1]), int(coarse[-1]))
