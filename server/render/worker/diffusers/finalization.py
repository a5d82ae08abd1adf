"""The three ways in which the frames of a clip come to be final, as listeners of the tap."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor

from server.render.worker.diffusers.hooks import Step
from server.render.worker.diffusers.latents import Kept, to_bytes
from server.render.worker.diffusers.layout import Layout
from server.render.worker.diffusers.previews import Place, Screen
from server.render.worker.renderer import Keep


class Shape(Protocol):
    """Hears what a pipeline does, shows it, and keeps the latents; ``place`` is the last step."""

    place: Place

    def scheduled(self, place: int | None, count: int) -> None:
        """A schedule of ``count`` steps begins."""
        ...

    def stepped(self, step: Step) -> None:
        """A step was taken."""
        ...

    def decoding(self, z: Tensor, *given: Any) -> None:
        """The pipeline has its VAE decode denormalised latents."""
        ...

    def resume(self, begun: Sequence[Tensor], steps: int) -> None:
        """Chunks that were finished before, each (1, C, n, h, w), made in ``steps`` steps."""
        ...

    @property
    def finished(self) -> tuple[Tensor, ...]:
        """The chunks that are final, as ``resume`` takes them."""
        ...

    @property
    def kept(self) -> Kept:
        """The latents of the whole clip."""
        ...


class Joint:
    """All frames sharpen together; a second scheduler, where there is one, is the sound's."""

    def __init__(self, screen: Screen, layout: Layout) -> None:
        self._screen = screen
        self._layout = layout
        self._picture: Tensor | None = None
        self._sound: Tensor | None = None
        self.place = Place(1, 1)

    def scheduled(self, place: int | None, count: int) -> None:
        self._screen.restart()

    def stepped(self, step: Step) -> None:
        if step.place is not None:
            self._sound = step.sample
            return
        self.place = Place(step.number, step.count)
        if step.last:
            self._picture = self._layout.plain(step.sample)
        else:
            self._screen.preview(0, self._layout.plain(step.x0), step.sigma, self.place)

    def decoding(self, z: Tensor, *given: Any) -> None:
        self._screen.decode(z, given, self.place)

    def resume(self, begun: Sequence[Tensor], steps: int) -> None:
        assert not begun, "no model of this shape goes on from a part"

    @property
    def finished(self) -> tuple[Tensor, ...]:
        return ()

    @property
    def kept(self) -> Kept:
        assert self._picture is not None, "the pipeline took no last step"
        return Kept(self._picture, self._sound)


class Chunks:
    """One range of latent frames after the other, each with a schedule of its own.

    With ``alone`` the pipeline decodes each by itself; else they are decoded here, one going on
    from the other, as soon as they are final.
    """

    def __init__(self, screen: Screen, layout: Layout, sizes: Sequence[int], alone: bool) -> None:
        self._screen = screen
        self._layout = layout
        self._sizes = sizes
        self._alone = alone
        self._chunk = -1
        self._done: list[Tensor] = []
        self.place = Place(1, 1)

    def scheduled(self, place: int | None, count: int) -> None:
        self._chunk += 1
        if self._alone:
            self._screen.restart()

    def stepped(self, step: Step) -> None:
        self.place = Place(step.number, step.count, self._chunk, len(self._sizes))
        if not step.last:
            first = sum(self._sizes[: self._chunk])
            self._screen.preview(first, self._layout.plain(step.x0), step.sigma, self.place)
            return
        self._done.append(self._layout.plain(step.sample))
        if not self._alone:
            self._screen.finish(
                torch.cat(self._done, 2), self.place, _keeping(self._done, self._layout)
            )

    def decoding(self, z: Tensor, *given: Any) -> None:
        if self._alone:
            self._screen.decode(z, given, self.place, _keeping(self._done, self._layout))

    def resume(self, begun: Sequence[Tensor], steps: int) -> None:
        for part in begun:
            self.scheduled(None, steps)
            self.place = Place(steps, steps, self._chunk, len(self._sizes))
            self._done.append(part)
            self._screen.finish(part if self._alone else torch.cat(self._done, 2), self.place)

    @property
    def finished(self) -> tuple[Tensor, ...]:
        return tuple(self._done)

    @property
    def kept(self) -> Kept:
        return Kept(torch.cat(self._done, 2))


class Staircase:
    """Blocks of latent frames, each some steps behind the one before; every latent frame has a
    scheduler of its own (diffusion forcing, arXiv 2407.01392)."""

    def __init__(self, screen: Screen, layout: Layout, block: int) -> None:
        self._screen = screen
        self._layout = layout
        self._block = block
        self.place = Place(1, 1)
        self._row: list[Tensor] = []
        self._done: list[Tensor] = []

    def scheduled(self, place: int | None, count: int) -> None:
        pass

    def stepped(self, step: Step) -> None:
        assert step.place is not None, "no latent frame has this scheduler"
        chunk, at = divmod(step.place, self._block)
        plain = self._layout.plain(step.sample if step.last else step.x0)
        self._row = [*self._row[:at], plain]
        if at < self._block - 1:
            return
        block = torch.cat(self._row, 2)
        blocks = self._layout.frames // self._block
        self.place = Place(step.number, step.count, chunk, blocks)
        if not step.last:
            self._screen.preview(chunk * self._block, block, step.sigma, self.place)
            return
        self._done.append(block)
        keep = _keeping(self._done, self._layout)
        self._screen.finish(torch.cat(self._done, 2), self.place, keep)

    def decoding(self, z: Tensor, *given: Any) -> None:
        pass

    def resume(self, begun: Sequence[Tensor], steps: int) -> None:
        blocks = self._layout.frames // self._block
        for chunk, part in enumerate(begun):
            self.place = Place(steps, steps, chunk, blocks)
            self._done.append(part)
            self._screen.finish(torch.cat(self._done, 2), self.place)

    @property
    def finished(self) -> tuple[Tensor, ...]:
        return tuple(self._done)

    @property
    def kept(self) -> Kept:
        return Kept(torch.cat(self._done, 2))


def _keeping(done: Sequence[Tensor], layout: Layout) -> Keep:
    """Everything that is final by now, as latents."""
    return partial(_written, tuple(done), layout.family.pipeline)


def _written(done: Sequence[Tensor], pipeline: str) -> bytes:
    return to_bytes(Kept(torch.cat(list(done), 2)), pipeline)
