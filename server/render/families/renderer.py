"""A pipeline of diffusers behind the renderer seam."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from server.model import Slot
from server.render.catalog import Family
from server.render.families.beginning import Start, begin, start_of
from server.render.families.decoder import decoder_of
from server.render.families.glass import Glass
from server.render.families.latents import to_bytes
from server.render.families.layout import Layout, denormaliser
from server.render.families.meeting import meeting
from server.render.families.plan import Plan, Timeline, chunks, size
from server.render.families.screen import Screen
from server.render.families.shapes import Chunks, Joint, Shape, Staircase
from server.render.families.steering import Steering
from server.render.families.tap import Tap, tapped, with_decode
from server.render.renderer import Brief, Drawing, News, Sound, Steers
from server.render.threaded import Say, in_thread


@dataclass(frozen=True, slots=True)
class Model:
    """A pipeline that is loaded, and what is known of it.

    ``area`` and ``guidance`` are those that the operator wants, 0 where it is the model's own.
    """

    pipeline: Any
    family: Family
    name: str
    fingerprint: str
    area: int = 0
    guidance: float = 0.0


class FamilyRenderer:
    """Draws with an unmodified pipeline; several clips may be on their way at once."""

    def __init__(self, model: Model, glass: Glass) -> None:
        self._model = model
        self._glass = glass
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.fps = model.family.fps
        self.steers: Steers = model.family.steers
        plan = self.plan(1)
        self.width, self.height = plan.width, plan.height

    @property
    def pipeline(self) -> Any:
        """The pipeline itself, as it was loaded."""
        return self._model.pipeline

    def understand(self, text: str) -> tuple[Slot, ...]:
        """Nothing: what a text encoder understands cannot be told in slots."""
        return ()

    def render(self, brief: Brief) -> Drawing:
        """See ``Renderer``; the pipeline runs in a thread of its own, in strict turns with this.

        Raises ValueError for latents that cannot be read, and for a part of a clip with a model
        that does not draw chunk after chunk.
        """
        if brief.kept and not self._model.family.goes_on:
            raise ValueError("this model cannot go on from a part of a clip")
        return in_thread(lambda say: self._perform(brief, say), "pipeline")

    def bare(self, brief: Brief) -> Any:
        """What the pipeline gives when nobody taps it, in the pipeline's own form."""
        plan = self.plan(brief.seconds)
        start = start_of(brief, self._model.family, plan)
        return copy.copy(self.pipeline)(**_arguments(self._model, plan, brief, start))

    def _perform(self, brief: Brief, say: Say) -> bytes:
        model, plan = self._model, self.plan(brief.seconds)
        clip, vae = copy.copy(model.pipeline), model.pipeline.vae
        layout = Layout(model.family, clip, plan.latents, *plan.latent_size)
        steering: Steering | None = None

        def tell(news: News) -> None:
            text = say(news)
            if steering is not None:
                steering.hear(text)

        screen = Screen(tell, plan, decoder_of(vae), denormaliser(clip), self._glass)
        start = start_of(brief, model.family, plan)
        shape = _shape(model.family, plan, screen, layout)
        clip.scheduler = tapped(clip.scheduler, Tap(shape, start.strength))
        clip.vae = with_decode(vae, _decode(shape))
        for name in ("transformer", "transformer_2"):
            if getattr(clip, name, None) is not None:
                setattr(clip, name, meeting(getattr(clip, name), say))
        arguments = _arguments(model, plan, brief, start)
        if model.family.steers != "never":
            steering = Steering(clip, shape, say, _begins(model.family, plan), brief.steering)
            arguments["callback_on_step_end"] = steering.after
        clip.set_progress_bar_config(disable=True)
        shape.resume(start.begun, brief.steps)
        arguments |= begin(clip, layout, plan, start)
        if model.family.sound:
            screen.hold()
        made: Any = None if start.whole else clip(**arguments)
        if model.family.sound:
            screen.release(shape.place, _sound(made.audio, clip.vocoder))
        kept = shape.kept
        screen.learn(kept.picture)
        return to_bytes(kept, model.family.pipeline)

    def plan(self, seconds: int) -> Plan:
        """What a clip of so many seconds is made of."""
        family, pipe = self._model.family, self._model.pipeline
        grid, stride = _ratios(pipe)
        width, height = size(self._model.area or family.area, grid * _patch(pipe.transformer))
        timeline = Timeline(stride, family.window)
        shown = seconds * family.fps
        latents = timeline.latents(shown, family.block)
        return Plan(width, height, family.fps, shown, latents, timeline, grid)


def _shape(family: Family, plan: Plan, screen: Screen, layout: Layout) -> Shape:
    match family.shape:
        case "joint":
            return Joint(screen, layout)
        case "chunks":
            return Chunks(screen, layout, chunks(plan.latents, family.pattern), family.window > 0)
        case "staircase":
            return Staircase(screen, layout, family.block)


def _begins(family: Family, plan: Plan) -> tuple[int, ...]:
    """The first frame of each chunk that can have a prompt of its own."""
    sizes = chunks(plan.latents, family.pattern) if family.steers == "chunk" else (plan.latents,)
    return tuple(plan.timeline.start(sum(sizes[:at])) for at in range(len(sizes)))


def _arguments(model: Model, plan: Plan, brief: Brief, start: Start) -> dict[str, Any]:
    """How the pipeline is called."""
    family = model.family
    guidance = model.guidance or family.guidance
    arguments = {
        "prompt": start.text,
        "height": plan.height,
        "width": plan.width,
        "num_inference_steps": brief.steps,
        "guidance_scale": guidance,
        # Drawn on the CPU, the noise of a seed is the same on every device.
        "generator": torch.Generator("cpu").manual_seed(brief.seed),
        "output_type": "pt",
        **dict.fromkeys(family.counts, plan.frames),
        **family.arguments,
    }
    if family.rate:
        arguments[family.rate] = family.fps
    if family.partition:
        arguments[family.partition] = list(chunks(plan.latents, family.pattern))
    return arguments | (dict(family.unguided) if guidance == 1 else {})


def _decode(shape: Shape) -> Callable[..., Any]:
    """The ``decode`` of one clip: the frames are shown, the pipeline gets none."""

    def decode(z: Tensor, *given: Any, return_dict: bool = False) -> tuple[Tensor]:
        shape.decoding(z, *given)
        return (z.new_zeros(1, 3, 1, 2, 2),)

    return decode


def _sound(audio: Tensor, vocoder: Any) -> Sound:
    """What a pipeline gives as sound, (1, channels, samples) in -1..1."""
    samples = np.ascontiguousarray(audio[0].float().clamp(-1, 1).cpu().numpy())
    return Sound(samples, int(vocoder.config.output_sampling_rate))


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
