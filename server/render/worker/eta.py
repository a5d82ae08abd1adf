"""What is expected of a render that goes on: pure functions of what came so far and the clock."""

from msgspec import Struct

from phosphene.render import messages
from phosphene.render.worker.canvas import CanvasView, Milestone
from phosphene.render.worker.renderer import Patch


class Speed(Struct, frozen=True):
    """Seconds until the first frames of a clip are final, and seconds per frame after those."""

    first: float
    frame: float


def measure_speed(marks: tuple[Milestone, ...], before: Speed | None) -> Speed:
    """The speed of a clip whose first frames are final, helped by that of clips before it.

    Later frames often cost far less than the first ones, which pay for the whole scene: what the
    first took says something of the later ones only when nothing else does.
    """
    begin, first, last = marks[0], marks[1], marks[-1]
    took = first.at - begin.at
    if last.frames > first.frames:
        return Speed(took, (last.at - first.at) / (last.frames - first.frames))
    return Speed(took, before.frame if before else took / first.frames)


def expected_end(view: CanvasView, done: float, now: float, fps: int, speed: Speed | None) -> float:
    """Seconds from ``now`` until the last frame is expected to be final; never negative.

    ``done`` in 0..1 is how far the frames are that are being drawn.
    """
    begin, last = view.milestones[0], view.milestones[-1]
    if view.finals:
        left = (view.frames - view.finals) * measure_speed(view.milestones, speed).frame
        return max(0.0, last.at + left - now)
    gone = now - begin.at
    first = gone / done if done else max(gone, speed.first if speed else 0.0)
    portion = min(view.covered or fps, view.frames)
    frame = speed.frame if speed else first / portion
    return first - gone + frame * (view.frames - portion)


def progress(
    clip: str, patch: Patch, view: CanvasView, fps: int, now: float, speed: Speed | None
) -> messages.Progress:
    """Where a clip is after ``patch``; the percentage is the part of all noise that is gone."""
    return messages.Progress(
        clip=clip,
        step=patch.step,
        steps=patch.steps,
        chunk=patch.chunk,
        chunks=patch.chunks,
        percent=100 * (1 - view.sigma),
        sigma=patch.sigma,
        eta_s=expected_end(view, patch.step / patch.steps, now, fps, speed),
    )
