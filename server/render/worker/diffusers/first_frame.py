"""Clips that go on from a picture: the parts of a model in the pipeline that takes one."""

import copy
import inspect
from collections.abc import Mapping
from typing import Any

import diffusers
from torch import Tensor

from phosphene.render.diffusers_families import PipelineSpec
from phosphene.render.worker.diffusers.layout import Layout


def pipeline_for(pipeline: Any, spec: PipelineSpec, arguments: Mapping[str, Any]) -> Any:
    """An object of its own for one call with these arguments, which shares all weights."""
    if not takes_first_frame(spec, arguments):
        return copy.copy(pipeline)
    kind = getattr(diffusers, spec.begins_with)
    parts = {**pipeline.config, **pipeline.components}
    wanted = inspect.signature(kind.__init__).parameters
    return kind(**{name: part for name, part in parts.items() if name in wanted})


def takes_first_frame(spec: PipelineSpec, arguments: Mapping[str, Any]) -> bool:
    """Whether a call goes to the pipeline that begins with a picture."""
    return bool(spec.begins_with) and "image" in arguments


def keep_first_frame(clip: Any, layout: Layout) -> None:
    """Have ``layout`` know the latent frame of the picture: the pipeline denoises those after it,
    and puts it before them by itself."""
    prepare = clip.prepare_latents

    def prepare_latents(*args: Any, **kwargs: Any) -> Any:
        made = prepare(*args, **kwargs)
        noise, given, *_ = made
        # Where latents are packed the picture is among them already.
        first: Tensor = layout.unpack(noise)[:, :, :1] if noise.ndim == 3 else given
        layout.front[:] = [first]
        return made

    clip.prepare_latents = prepare_latents
