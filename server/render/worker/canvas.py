"""The canvas of one clip: the best version of every frame, and the laws of the plane."""

import math
from collections.abc import Sequence

from msgspec import Struct

from phosphene.render.worker.renderer import Patch


class RendererFault(Exception):
    """A renderer broke a law of the plane; the message says which."""


class Milestone(Struct, frozen=True):
    """At the time ``at`` the first ``frames`` frames of the clip had become final."""

    at: float
    frames: int


class CanvasView(Struct, frozen=True, kw_only=True):
    """What a canvas holds, in numbers.

    ``covered`` leading frames have a version, ``finals`` leading frames are final; ``sigma`` is
    the mean noise level over all frames; ``marks`` begins with the start of the clip (0 frames).
    """

    frames: int
    covered: int
    finals: int
    sigma: float
    milestones: tuple[Milestone, ...]

    @property
    def is_complete(self) -> bool:
        return self.finals == self.frames


class Canvas:
    """Holds the best patch of each frame.

    The laws, over the patches of a clip: revisions strictly increase, the sigma of a frame never
    rises, a frame becomes final exactly once and with sigma 0, nothing follows the end.
    """

    def __init__(self, frames: int, now: float) -> None:
        self._best: list[Patch | None] = [None] * frames
        self._revision: int | None = None
        self._closed = False
        self.view = CanvasView(
            frames=frames, covered=0, finals=0, sigma=1.0, milestones=(Milestone(now, 0),)
        )

    def put_patch(self, patch: Patch, now: float) -> CanvasView:
        """Take a patch that came at the time ``now``.

        Raises:
            Broken: the patch breaks a law; the canvas stays as it was.
        """
        # Checked with every patch, though a correct renderer never fails it: renderers are foreign
        # code, and a final frame that changes would make the file another one than what was seen.
        self._check(patch)
        self._revision = patch.revision
        # A patch holds a function and no pixels: only one in five of the pictures that a forming
        # could draw is ever shown.
        self._best[patch.start : patch.stop] = [patch] * (patch.stop - patch.start)
        self.view = _look(self._best, self.view.milestones, now)
        return self.view

    def best_patch(self, frame: int) -> Patch:
        """The best version of a frame. Raises LookupError when it has none yet."""
        patch = self._best[frame]
        if patch is None:
            raise LookupError(f"frame {frame} has no version yet")
        return patch

    def close(self) -> None:
        """The renderer has ended: nothing may follow.

        Raises:
            Broken: not every frame is final.
        """
        self._closed = True
        missing = sum(patch is None or not patch.final for patch in self._best)
        if missing:
            raise RendererFault(f"the renderer ended with {missing} frames that are not final")

    def _check(self, patch: Patch) -> None:
        if self._closed:
            raise RendererFault("a patch after the end of the clip")
        if not 0 <= patch.start < patch.stop <= len(self._best):
            raise RendererFault(
                f"frames {patch.start}..{patch.stop} of a clip of {len(self._best)}"
            )
        if self._revision is not None and patch.revision <= self._revision:
            raise RendererFault(f"revision {patch.revision} after {self._revision}")
        if not (math.isfinite(patch.sigma) and 0 <= patch.sigma <= 1):
            raise RendererFault(f"sigma {patch.sigma} is not in 0..1")
        if patch.final and patch.sigma != 0:
            raise RendererFault(f"final with sigma {patch.sigma}")
        for frame, old in enumerate(self._best[patch.start : patch.stop], patch.start):
            if old is not None and old.final:
                raise RendererFault(f"frame {frame} was final already")
            if old is not None and patch.sigma > old.sigma:
                raise RendererFault(
                    f"sigma of frame {frame} rose from {old.sigma} to {patch.sigma}"
                )


def _look(best: Sequence[Patch | None], marks: tuple[Milestone, ...], now: float) -> CanvasView:
    covered = _leading([patch is not None for patch in best])
    finals = _leading([patch is not None and patch.final for patch in best])
    if finals > marks[-1].frames:
        marks = (*marks, Milestone(now, finals))
    # The mean over all frames is what a progress bar wants: it never goes back, whatever the order
    # in which a model works.
    sigma = sum(1.0 if patch is None else patch.sigma for patch in best) / len(best)
    return CanvasView(
        frames=len(best), covered=covered, finals=finals, sigma=sigma, milestones=marks
    )


def _leading(flags: Sequence[bool]) -> int:
    return flags.index(False) if False in flags else len(flags)
