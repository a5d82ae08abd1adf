"""One clip through an unmodified pipeline, with its taps."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import numpy as np
import torch
from msgspec.structs import replace
from torch import Tensor

from server.render.catalog import PipelineSpec
from server.render.worker.diffusers.batching import meeting
from server.render.worker.diffusers.decoder import decoder_of
from server.render.worker.diffusers.finalization import Chunks, Joint, Shape, Staircase
from server.render.worker.diffusers.hooks import Tap, tapped, with_decode
from server.render.worker.diffusers.initial_latents import Start, begin, start_of
from server.render.worker.diffusers.latents import to_bytes
from server.render.worker.diffusers.layout import Layout, denormaliser
from server.render.worker.diffusers.model import Model
from server.render.worker.diffusers.plan import Plan, chunks
from server.render.worker.diffusers.preview_cache import Glass
from server.render.worker.diffusers.previews import Screen
from server.render.worker.diffusers.steering import Prompts, Steering
from server.render.worker.diffusers.truncation import truncated
from server.render.worker.renderer import Brief, News, Sound
from server.render.worker.threaded import Say


class _Anew(Exception):
    """The pipeline is to begin again after what is finished, with another prompt."""


class Performance:
    """Runs in the thread of its clip; ``say`` hands over news and blocks while others draw."""

    def __init__(self, model: Model, glass: Glass, brief: Brief, say: Say) -> None:
        self._model = model
        self._brief = brief
        self._say = say
        self._plan = model.plan(brief.seconds)
        pipe, family = model.pipeline, model.family
        self._layout = Layout(family, pipe, self._plan.latents, *self._plan.latent_size)
        parts = (self._plan, decoder_of(pipe.vae), denormaliser(pipe))
        self._screen = Screen(self._tell, *parts, glass)
        self._shape = _shape(family, self._plan, self._screen, self._layout)
        begins = _begins(family, self._plan)
        cut = partial(truncated, pipe)
        self._steering = Steering(self._shape, say, begins, brief.steering, cut)

    def run(self) -> bytes:
        """Draw the clip; returns its latents."""
        family = self._model.family
        start = start_of(self._brief, family, self._plan)
        self._shape.resume(start.begun, self._brief.steps)
        if family.sound:
            self._screen.hold()
        made = None if start.whole else self._drawn(start)
        if made is not None and family.sound:
            vocoder = self._model.pipeline.vocoder
            self._screen.release(self._shape.place, _sound(made.audio, vocoder))
        kept = self._shape.kept
        self._screen.learn(kept.picture)
        return to_bytes(kept, family.pipeline)

    def _drawn(self, start: Start) -> Any:
        """What the pipeline gives, however often it has to begin again."""
        while True:
            try:
                return self._draw(start)
            except _Anew as anew:
                start = replace(start, text=str(anew), begun=self._shape.finished)

    def _draw(self, start: Start) -> Any:
        """One call of the pipeline, from ``start`` on; what it gives."""
        clip = copy.copy(self._model.pipeline)
        clip.scheduler = tapped(clip.scheduler, Tap(self._shape, start.strength))
        clip.vae = with_decode(clip.vae, _decode(self._shape))
        family = self._model.family
        prompts = Prompts(clip, family.words)
        for name in ("transformer", "transformer_2"):
            if getattr(clip, name, None) is not None:
                setattr(clip, name, meeting(getattr(clip, name), self._say, prompts.reword))
        arguments = arguments_of(self._model, self._plan, self._brief, start)
        turn = _anew if family.reads_once else prompts.turn
        arguments["callback_on_step_end"] = self._steering.callback(turn)
        clip.set_progress_bar_config(disable=True)
        arguments |= begin(clip, self._layout, self._plan, start)
        return clip(**arguments)

    def _tell(self, news: News) -> None:
        self._steering.hear(self._say(news))


def _anew(text: str) -> NoReturn:
    raise _Anew(text)


def _shape(family: PipelineSpec, plan: Plan, screen: Screen, layout: Layout) -> Shape:
    match family.shape:
        case "joint":
            return Joint(screen, layout)
        case "chunks":
            return Chunks(screen, layout, chunks(plan.latents, family.pattern), family.window > 0)
        case "staircase":
            return Staircase(screen, layout, family.block)


def _begins(family: PipelineSpec, plan: Plan) -> tuple[int, ...]:
    """The first frame of each chunk that can have a prompt of its own."""
    sizes = chunks(plan.latents, family.pattern) if family.steers == "chunk" else (plan.latents,)
    return tuple(plan.timeline.start(sum(sizes[:at])) for at in range(len(sizes)))


def arguments_of(model: Model, plan: Plan, brief: Brief, start: Start) -> dict[str, Any]:
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
