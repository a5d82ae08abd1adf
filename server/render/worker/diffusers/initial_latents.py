"""What a clip begins with beside noise: the latents of its parent, or chunks that are finished."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from msgspec import Struct
from torch import Tensor

from phosphene.render.diffusers_families import PipelineSpec
from phosphene.render.worker.diffusers.latents import ClipLatents, from_bytes, renoised, stretched
from phosphene.render.worker.diffusers.layout import Layout
from phosphene.render.worker.diffusers.plan import Plan, chunks, finished
from phosphene.render.worker.renderer import Brief


class Start(Struct, frozen=True, eq=False):
    """Where the drawing of a clip begins.

    ``text`` is its prompt there. ``parent``: what a remix re-noises to ``strength``. ``begun``:
    latents (1, C, n, h, w) of each chunk that stays as it is; ``whole``: that is all of them.
    """

    text: str
    strength: float = 1.0
    parent: ClipLatents | None = None
    begun: tuple[Tensor, ...] = ()
    whole: bool = False

    @property
    def kept_latents(self) -> int:
        """How many latent frames stay as they are."""
        return sum(part.shape[2] for part in self.begun)


def start_of(brief: Brief, spec: PipelineSpec, plan: Plan) -> Start:
    """Raises ValueError for latents that cannot be read, or are of another size."""
    begun, whole = _begun(brief, spec, plan)
    first = plan.timeline.first_frame(sum(part.shape[2] for part in begun))
    texts = (one.text for one in reversed(brief.steering) if (one.frame, one.step) <= (first, 0))
    parent = _parent(brief, spec)
    strength = 1.0 if parent is None else brief.strength
    return Start(next(texts, brief.text), strength, parent, begun, whole)


def begin(clip: Any, layout: Layout, plan: Plan, start: Start) -> dict[str, Any]:
    """Have a pipeline begin there: the arguments that it needs for that, and its noise."""
    if start.parent is not None:
        _begin_with(clip, layout, start.parent, start.strength)
    if not start.begun:
        return {}
    begun = torch.cat(start.begun, 2).to(clip._execution_device)
    if layout.spec.goes_on == "within":
        return {"video_latents": begun.transpose(1, 2).to(clip.transformer.dtype)}
    if layout.spec.goes_on == "prefix":
        _put_before(clip, begun)
        return {}
    _pass_over(clip, len(start.begun))
    return {
        "video_latents": begun,
        "image_latents": begun[:, :, :1],
        "add_noise_to_video_latents": False,
        "add_noise_to_image_latents": False,
        "num_frames": plan.frame_count - plan.timeline.first_frame(start.kept_latents),
    }


def _parent(brief: Brief, spec: PipelineSpec) -> ClipLatents | None:
    """What a remix starts from; a remix of strength 1 forgets it."""
    if brief.parent is None or brief.strength >= 1:
        return None
    return from_bytes(brief.parent, spec.pipeline)


def _begun(brief: Brief, spec: PipelineSpec, plan: Plan) -> tuple[tuple[Tensor, ...], bool]:
    """The chunks that stay, and whether they are the whole clip."""
    if brief.begun is None or not brief.kept:
        return (), False
    latents = from_bytes(brief.begun, spec.pipeline).picture
    if latents.shape[3:] != plan.latent_size:
        raise ValueError(f"latents of the size {tuple(latents.shape)} are nothing to this model")
    sizes = chunks(plan.latents, spec.pattern)
    frames = min(brief.kept * plan.fps, plan.shown)
    stay = sizes[: finished(sizes, plan.timeline, frames, plan.shown, latents.shape[2])]
    return torch.split(latents[:, :, : sum(stay)], list(stay), 2), len(stay) == len(sizes)


def _begin_with(clip: Any, layout: Layout, parent: ClipLatents, strength: float) -> None:
    """Have the pipeline begin with its parent's latents where it would begin with noise.

    A pipeline may ask for its latents in several portions, one after the other.
    """
    # The parent's latents (4.2 MB) and not its video: nothing is decoded and encoded again.
    picture, begun = stretched(parent.picture, layout.frames, 2), 0
    prepare, front = clip.prepare_latents, _references(clip, layout)

    def prepare_latents(*args: Any, **kwargs: Any) -> Any:
        nonlocal begun
        made = prepare(*args, **kwargs)
        noise, *more = made if isinstance(made, tuple) else (made,)
        count = layout.frames if noise.ndim == 3 else noise.shape[2]
        part, begun = picture[:, :, begun : begun + count], begun + count
        part = torch.cat([*front(), part], 2)
        mixed = renoised(noise, layout.to_native(part), strength)
        if layout.front:  # a remix goes on from the same picture
            mixed = layout.to_native(layout.to_plain(mixed))
        return (mixed, *more) if isinstance(made, tuple) else mixed

    clip.prepare_latents = prepare_latents
    if parent.sound is not None and layout.spec.sound:
        clip.prepare_audio_latents = _sounding(clip, parent.sound, strength)


def _references(clip: Any, layout: Layout) -> Callable[[], Sequence[Tensor]]:
    """What gives the latents of reference pictures, which lie before those of the clip."""
    if layout.spec.portrait != "reference_images":
        return tuple
    prepare = clip.prepare_video_latents
    found = list[Tensor]()

    def prepare_video_latents(*args: Any, **kwargs: Any) -> Tensor:
        given: Tensor = prepare(*args, **kwargs)
        count = given.shape[2] - layout.frames
        # Of twice the channels the second half is what is to be drawn anew: of references nothing.
        found[:] = [given[:, : given.shape[1] // 2, :count].float()]
        return given

    clip.prepare_video_latents = prepare_video_latents
    return lambda: found


def _put_before(clip: Any, begun: Tensor) -> None:
    """Have the pipeline find the chunks where it looks for those of a longer video."""
    prepare = clip.prepare_latents

    def prepare_latents(*args: Any, **kwargs: Any) -> Any:
        noise, frames, *_ = prepare(*args, **kwargs)
        return noise, frames, begun, begun.shape[2]

    clip.prepare_latents = prepare_latents


def _pass_over(clip: Any, count: int) -> None:
    """Leave out the noise of the first ``count`` chunks: the others get that of the whole clip."""
    prepare, left = clip.prepare_latents, count

    def prepare_latents(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        # The generator goes on from call to call: passing over them leaves the rest of the clip the
        # noise that it would have had.
        for _ in range(left):
            prepare(*args, **kwargs)
        left = 0
        return prepare(*args, **kwargs)

    clip.prepare_latents = prepare_latents


def _sounding(clip: Any, parent: Tensor, strength: float) -> Callable[..., Any]:
    prepare = clip.prepare_audio_latents

    def prepare_audio_latents(*args: Any, **kwargs: Any) -> Tensor:
        noise: Tensor = prepare(*args, **kwargs)
        return renoised(noise, stretched(parent, noise.shape[1], 1), strength)

    return prepare_audio_latents
