"""A pipeline of diffusers behind the renderer seam."""

from typing import Any

from phosphene.model import Slot
from phosphene.render.reading import TRUNCATED
from phosphene.render.worker.diffusers.first_frame import pipeline_for
from phosphene.render.worker.diffusers.generation import Generation, arguments_of
from phosphene.render.worker.diffusers.initial_latents import start_of
from phosphene.render.worker.diffusers.model import LoadedModel
from phosphene.render.worker.diffusers.plan import Plan
from phosphene.render.worker.diffusers.preview_cache import PreviewCache
from phosphene.render.worker.diffusers.truncation import truncated
from phosphene.render.worker.renderer import Brief, Drawing, Steers
from phosphene.render.worker.threaded import draw_in_thread


class DiffusersRenderer:
    """Draws with an unmodified pipeline; several clips may be on their way at once."""

    def __init__(self, model: LoadedModel, cache: PreviewCache) -> None:
        self._model = model
        self._cache = cache
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.fps = model.spec.fps
        self.steers: Steers = model.spec.steers
        plan = self.plan_clip(1)
        self.width, self.height = plan.width, plan.height

    @property
    def pipeline(self) -> Any:
        """The pipeline itself, as it was loaded."""
        return self._model.pipeline

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What a text encoder understands cannot be told in slots, but what it does not read can:
        the end of a prompt that is too long for it."""
        unread = truncated(self.pipeline, text)
        return (Slot(TRUNCATED, None, 1.0, (unread,)),) if unread else ()

    def render(self, brief: Brief) -> Drawing:
        """See ``Renderer``; the pipeline runs in a thread of its own, in strict turns with this.

        Raises ValueError for latents that cannot be read, and for a part of a clip with a model
        that does not draw chunk after chunk.
        """
        if brief.kept and not self._model.spec.goes_on:
            raise ValueError("this model cannot go on from a part of a clip")
        return draw_in_thread(
            lambda say: Generation(self._model, self._cache, brief, say).run(), "pipeline"
        )

    def call_unhooked(self, brief: Brief) -> Any:
        """What the pipeline gives when nobody hooks it, in the pipeline's own form."""
        plan = self.plan_clip(brief.seconds)
        start = start_of(brief, self._model.spec, plan)
        arguments = arguments_of(self._model, plan, brief, start)
        return pipeline_for(self.pipeline, self._model.spec, arguments)(**arguments)

    def plan_clip(self, seconds: int) -> Plan:
        """What a clip of so many seconds is made of."""
        return self._model.plan_clip(seconds)
