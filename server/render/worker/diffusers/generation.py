"""One clip through an unmodified pipeline, with its hooks."""

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import numpy as np
import torch
from msgspec.structs import replace
from torch import Tensor

from phosphene.render.diffusers_families import PipelineSpec
from phosphene.render.worker.diffusers.batching import batch_calls
from phosphene.render.worker.diffusers.decoder import decoder_of
from phosphene.render.worker.diffusers.finalization import (
    ChunkFinalization,
    Finalization,
    JointFinalization,
    StaircaseFinalization,
)
from phosphene.render.worker.diffusers.first_frame import (
    keep_first_frame,
    pipeline_for,
    takes_first_frame,
)
from phosphene.render.worker.diffusers.hooks import SchedulerHook, hook_decode, hook_scheduler
from phosphene.render.worker.diffusers.initial_latents import Start, begin, start_of
from phosphene.render.worker.diffusers.latents import to_bytes
from phosphene.render.worker.diffusers.layout import Layout, denormaliser
from phosphene.render.worker.diffusers.model import LoadedModel
from phosphene.render.worker.diffusers.plan import Plan, chunks
from phosphene.render.worker.diffusers.portraits import (
    name_figures,
    portrait_arguments,
    portraits_of,
)
from phosphene.render.worker.diffusers.preview_cache import PreviewCache
from phosphene.render.worker.diffusers.previews import PreviewPublisher
from phosphene.render.worker.diffusers.steering import (
    ApplyText,
    PromptEmbeddings,
    PromptSteering,
)
from phosphene.render.worker.diffusers.truncation import truncated
from phosphene.render.worker.renderer import Brief, News, Sound
from phosphene.render.worker.threaded import Say


class _Restart(Exception):
    """The pipeline is to begin again after what is finished, with another prompt."""


class Generation:
    """Runs in the thread of its clip; ``say`` hands over news and blocks while others draw."""

    def __init__(self, model: LoadedModel, cache: PreviewCache, brief: Brief, say: Say) -> None:
        self._model = model
        self._brief = brief
        self._say = say
        self._plan = model.plan_clip(brief.seconds)
        pipe, spec = model.pipeline, model.spec
        self._layout = Layout(spec, pipe, self._plan.latents, *self._plan.latent_size)
        parts = (self._plan, decoder_of(pipe.vae), denormaliser(pipe))
        self._publisher = PreviewPublisher(self._tell, *parts, cache)
        self._finalization = _finalization_of(spec, self._plan, self._publisher, self._layout)
        begins = _begins(spec, self._plan)
        cut = partial(truncated, pipe)
        self._steering = PromptSteering(self._finalization, say, begins, brief.steering, cut)

    def run(self) -> bytes:
        """Draw the clip; returns its latents."""
        spec = self._model.spec
        start = start_of(self._brief, spec, self._plan)
        self._finalization.resume_chunks(start.begun, self._brief.steps)
        if spec.sound:
            # Sound is the last thing that such a pipeline makes, and a run does not begin without
            # it.
            self._publisher.hold_finals()
        made = None if start.whole else self._drawn(start)
        if made is not None and spec.sound:
            sound = _sound(made.audio, self._model.pipeline.vocoder, self._brief.seconds)
            self._publisher.release_finals(self._finalization.position, lambda: sound)
        kept = self._finalization.clip_latents
        self._publisher.learn_colours(kept.picture)
        return to_bytes(kept, spec.pipeline)

    def _drawn(self, start: Start) -> Any:
        """What the pipeline gives, however often it has to begin again."""
        while True:
            try:
                return self._draw(start)
            except _Restart as anew:
                start = replace(start, text=str(anew), begun=self._finalization.finished_chunks)

    def _draw(self, start: Start) -> Any:
        """One call of the pipeline, from ``start`` on; what it gives."""
        # A pipeline keeps the state of its call in itself (the scheduler's step, the guidance): one
        # object for several clips would mix them. A copy shares the weights and costs nothing.
        spec = self._model.spec
        arguments = arguments_of(self._model, self._plan, self._brief, start)
        clip = pipeline_for(self._model.pipeline, spec, arguments)
        clip.scheduler = hook_scheduler(
            clip.scheduler, SchedulerHook(self._finalization, start.strength)
        )
        clip.vae = hook_decode(clip.vae, _decode(self._finalization))
        prompts = PromptEmbeddings(clip, spec.words)
        for name in ("transformer", "transformer_2"):
            if getattr(clip, name, None) is not None:
                setattr(
                    clip,
                    name,
                    batch_calls(
                        getattr(clip, name),
                        self._say,
                        prompts.exchange_embeddings,
                        spec.unbatched,
                    ),
                )
        turn = _anew if spec.reads_once else self._named(prompts.apply_text)
        arguments["callback_on_step_end"] = self._steering.step_callback(turn)
        # It writes to stderr with every step of every clip.
        clip.set_progress_bar_config(disable=True)
        if takes_first_frame(spec, arguments):
            keep_first_frame(clip, self._layout)
        arguments |= begin(clip, self._layout, self._plan, start)
        return clip(**arguments)

    def _named(self, apply: ApplyText) -> ApplyText:
        return lambda text: apply(name_figures(text, self._brief.looks))

    def _tell(self, news: News) -> None:
        self._steering.queue_text(self._say(news))


def _anew(text: str) -> NoReturn:
    raise _Restart(text)


def _finalization_of(
    spec: PipelineSpec, plan: Plan, publisher: PreviewPublisher, layout: Layout
) -> Finalization:
    match spec.shape:
        case "joint":
            return JointFinalization(publisher, layout)
        case "chunks":
            return ChunkFinalization(
                publisher, layout, chunks(plan.latents, spec.pattern), spec.window > 0
            )
        case "staircase":
            return StaircaseFinalization(publisher, layout, spec.block)


def _begins(spec: PipelineSpec, plan: Plan) -> tuple[int, ...]:
    """The first frame of each chunk that can have a prompt of its own."""
    sizes = chunks(plan.latents, spec.pattern) if spec.steers == "chunk" else (plan.latents,)
    return tuple(plan.timeline.first_frame(sum(sizes[:at])) for at in range(len(sizes)))


def arguments_of(model: LoadedModel, plan: Plan, brief: Brief, start: Start) -> dict[str, Any]:
    """How the pipeline is called. Raises ValueError: a portrait is missing, or cannot be read."""
    spec = model.spec
    guidance = model.guidance or spec.guidance
    arguments = {
        "prompt": name_figures(start.text, brief.looks),
        "height": plan.height,
        "width": plan.width,
        "num_inference_steps": brief.steps,
        "guidance_scale": guidance,
        # Drawn on the CPU, the noise of a seed is the same on every device.
        "generator": torch.Generator("cpu").manual_seed(brief.seed),
        "output_type": "pt",
        **dict.fromkeys(spec.counts, plan.frame_count),
        **spec.arguments,
    }
    if spec.rate:
        arguments[spec.rate] = spec.fps
    if spec.partition:
        arguments[spec.partition] = list(chunks(plan.latents, spec.pattern))
    pictures = portraits_of(brief, spec)
    if not start.begun:  # else what is finished is gone on from
        arguments |= portrait_arguments(pictures, spec, plan)
    return arguments | (dict(spec.unguided) if guidance == 1 else {})


def _decode(shape: Finalization) -> Callable[..., Any]:
    """The ``decode`` of one clip: the frames are shown, the pipeline gets none."""

    def decode(z: Tensor, *given: Any, return_dict: bool = False) -> tuple[Tensor]:
        shape.on_decode(z, *given)
        # The pipeline would only throw the frames together; they have been shown already.
        return (z.new_zeros(1, 3, 1, 2, 2),)

    return decode


def _sound(audio: Tensor, vocoder: Any, seconds: float) -> Sound:
    """What a pipeline gives as sound, (1, channels, samples) in -1..1; where that is shorter than
    the clip it ends in silence."""
    samples = np.ascontiguousarray(audio[0].float().clamp(-1, 1).cpu().numpy())
    rate = int(vocoder.config.output_sampling_rate)
    missing = max(0, round(seconds * rate) - samples.shape[1])
    return Sound(np.pad(samples, ((0, 0), (0, missing))), rate)
