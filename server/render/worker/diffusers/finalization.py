"""The three ways in which the frames of a clip come to be final, as listeners of the scheduler."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor

from phosphene.render.worker.diffusers.hooks import SchedulerStep
from phosphene.render.worker.diffusers.latents import ClipLatents, to_bytes
from phosphene.render.worker.diffusers.layout import Layout
from phosphene.render.worker.diffusers.previews import PatchPosition, PreviewPublisher
from phosphene.render.worker.renderer import Keep


class Finalization(Protocol):
    """Shows what a pipeline does and keeps the latents; ``position`` is that of the last step."""

    position: PatchPosition

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        """A schedule of ``count`` steps begins."""
        ...

    def on_step(self, step: SchedulerStep) -> None:
        """A step was taken."""
        ...

    def on_decode(self, z: Tensor, *given: Any) -> None:
        """The pipeline has its VAE decode denormalised latents."""
        ...

    def resume_chunks(self, begun: Sequence[Tensor], steps: int) -> None:
        """Chunks that were finished before, each (1, C, n, h, w), made in ``steps`` steps."""
        ...

    @property
    def finished_chunks(self) -> tuple[Tensor, ...]:
        """The chunks that are final, as ``resume_chunks`` takes them."""
        ...

    @property
    def clip_latents(self) -> ClipLatents:
        """The latents of the whole clip."""
        ...


class JointFinalization:
    """All frames sharpen together; a second scheduler, where there is one, is the sound's."""

    def __init__(self, publisher: PreviewPublisher, layout: Layout) -> None:
        self._publisher = publisher
        self._layout = layout
        self._picture: Tensor | None = None
        self._sound: Tensor | None = None
        self.position = PatchPosition(1, 1)

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        self._publisher.restart_decoder()

    def on_step(self, step: SchedulerStep) -> None:
        # LTX-2 copies its scheduler for the sound, and takes a step of each in turn.
        if step.copy_index is not None:
            self._sound = step.sample
            return
        self.position = PatchPosition(step.number, step.count)
        if step.is_last:
            self._picture = self._layout.to_plain(step.sample)
        else:
            self._publisher.publish_preview(
                0, self._layout.to_plain(step.x0), step.sigma, self.position
            )

    def on_decode(self, z: Tensor, *given: Any) -> None:
        self._publisher.publish_decoded(z, given, self.position)

    def resume_chunks(self, begun: Sequence[Tensor], steps: int) -> None:
        assert not begun, "no model of this shape goes on from a part"

    @property
    def finished_chunks(self) -> tuple[Tensor, ...]:
        return ()

    @property
    def clip_latents(self) -> ClipLatents:
        assert self._picture is not None, "the pipeline took no last step"
        return ClipLatents(self._picture, self._sound)


class ChunkFinalization:
    """One range of latent frames after the other, each with a schedule of its own.

    With ``alone`` the pipeline decodes each by itself; else they are decoded here, one going on
    from the other, as soon as they are final.
    """

    def __init__(
        self, publisher: PreviewPublisher, layout: Layout, sizes: Sequence[int], alone: bool
    ) -> None:
        self._publisher = publisher
        self._layout = layout
        self._sizes = sizes
        self._alone = alone
        self._chunk = -1
        self._done: list[Tensor] = []
        self.position = PatchPosition(1, 1)

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        self._chunk += 1
        if self._alone:
            self._publisher.restart_decoder()

    def on_step(self, step: SchedulerStep) -> None:
        self.position = PatchPosition(step.number, step.count, self._chunk, len(self._sizes))
        if not step.is_last:
            first = sum(self._sizes[: self._chunk])
            self._publisher.publish_preview(
                first, self._layout.to_plain(step.x0), step.sigma, self.position
            )
            return
        self._done.append(self._layout.to_plain(step.sample))
        if not self._alone:
            self._publisher.publish_finals(
                torch.cat(self._done, 2), self.position, _keeping(self._done, self._layout)
            )

    def on_decode(self, z: Tensor, *given: Any) -> None:
        if self._alone:
            self._publisher.publish_decoded(
                z, given, self.position, _keeping(self._done, self._layout)
            )

    def resume_chunks(self, begun: Sequence[Tensor], steps: int) -> None:
        for part in begun:
            self.on_schedule(None, steps)
            self.position = PatchPosition(steps, steps, self._chunk, len(self._sizes))
            self._done.append(part)
            self._publisher.publish_finals(
                part if self._alone else torch.cat(self._done, 2), self.position
            )

    @property
    def finished_chunks(self) -> tuple[Tensor, ...]:
        return tuple(self._done)

    @property
    def clip_latents(self) -> ClipLatents:
        return ClipLatents(torch.cat(self._done, 2))


class StaircaseFinalization:
    """Blocks of latent frames, each some steps behind the one before; every latent frame has a
    scheduler of its own (diffusion forcing, arXiv 2407.01392)."""

    def __init__(self, publisher: PreviewPublisher, layout: Layout, block: int) -> None:
        self._publisher = publisher
        self._layout = layout
        self._block = block
        self.position = PatchPosition(1, 1)
        self._row: list[Tensor] = []
        self._done: list[Tensor] = []

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        pass

    def on_step(self, step: SchedulerStep) -> None:
        assert step.copy_index is not None, "no latent frame has this scheduler"
        # SkyReels copies its scheduler for every latent frame: which copy steps tells which frame
        # it is.
        chunk, at = divmod(step.copy_index, self._block)
        plain = self._layout.to_plain(step.sample if step.is_last else step.x0)
        self._row = [*self._row[:at], plain]
        if at < self._block - 1:
            return
        block = torch.cat(self._row, 2)
        blocks = self._layout.frames // self._block
        self.position = PatchPosition(step.number, step.count, chunk, blocks)
        if not step.is_last:
            self._publisher.publish_preview(chunk * self._block, block, step.sigma, self.position)
            return
        self._done.append(block)
        keep = _keeping(self._done, self._layout)
        self._publisher.publish_finals(torch.cat(self._done, 2), self.position, keep)

    def on_decode(self, z: Tensor, *given: Any) -> None:
        pass

    def resume_chunks(self, begun: Sequence[Tensor], steps: int) -> None:
        blocks = self._layout.frames // self._block
        for chunk, part in enumerate(begun):
            self.position = PatchPosition(steps, steps, chunk, blocks)
            self._done.append(part)
            self._publisher.publish_finals(torch.cat(self._done, 2), self.position)

    @property
    def finished_chunks(self) -> tuple[Tensor, ...]:
        return tuple(self._done)

    @property
    def clip_latents(self) -> ClipLatents:
        return ClipLatents(torch.cat(self._done, 2))


def _keeping(done: Sequence[Tensor], layout: Layout) -> Keep:
    """Everything that is final by now, as latents."""
    return partial(_written, tuple(done), layout.spec.pipeline)


def _written(done: Sequence[Tensor], pipeline: str) -> bytes:
    return to_bytes(ClipLatents(torch.cat(list(done), 2)), pipeline)
