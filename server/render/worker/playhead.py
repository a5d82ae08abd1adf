"""The playhead: which picture is next. Pure functions of the canvas, the clock and the last one.

While the frames sharpen it runs to and fro over what exists; then once straight through the final
frames. One playhead per clip: everybody sees the same moment.
"""

import math
from math import inf

from msgspec import Struct

from phosphene.render.worker.canvas import CanvasView
from phosphene.render.worker.eta import Speed, measure_speed

# A stall in the run is seen by everybody, a start that is 15 % later by nobody.
MARGIN = 1.15
"""A clip may take this many times the expected time to arrive without the run stalling."""


# Twelve pictures: more than what a pass of the model is late by, less than the 0.8 s in which a
# chosen line is to be seen.
# A clip on air is drawn so far ahead of what is shown, so that steering finds something to change.
AHEAD_S = 0.5


# The forming is this much quicker at first: after half of the time 61 % of the steps are seen.
EASE = 1.4


class Head(Struct, frozen=True):
    """What was shown last: the frame (-1: nothing yet), the way it goes, whether it is the run."""

    frame: int = -1
    way: int = 1
    running: bool = False


def next_head(
    head: Head, view: CanvasView, fps: int, now: float, speed: Speed | None
) -> Head | None:
    """The next picture, or None while there is nothing new to show: the last one stays.

    The run never goes backward and shows each frame once; it begins when it can be expected not
    to stall. ``speed`` is what earlier clips took, if there were any.
    """
    if head.running:
        following = Head(head.frame + 1, running=True)
        return following if following.frame < view.finals else None
    if may_run(view, fps, now, speed):
        return Head(0, running=True)
    return _to_and_fro(head, view.covered) if view.covered else None


def is_over(head: Head, view: CanvasView) -> bool:
    """Whether the run has shown the last frame of the clip."""
    return head.running and head.frame == view.frames - 1


def may_run(view: CanvasView, fps: int, now: float, speed: Speed | None) -> bool:
    """Whether a run that begins at ``now`` can be expected not to stall.

    Every portion of frames still to come has a deadline, the moment its first frame is due.
    """
    if not view.finals or view.is_complete:
        return view.is_complete
    last = view.milestones[-1]
    # Models make frames final in portions (a second, a chunk of 33 frames): only a portion's first
    # frame has a deadline.
    portion = last.frames - view.milestones[-2].frames
    needs = MARGIN * portion * measure_speed(view.milestones, speed).frame
    due = range(view.finals, view.frames, portion)
    return all(
        max(last.at + count * needs, now) <= now + first / fps for count, first in enumerate(due, 1)
    )


def frame_due(head: Head, view: CanvasView, fps: int, now: float) -> float:
    """When the first frame that is not final will be needed; inf while nobody waits for it."""
    if head.running:
        return now + (view.finals - head.frame) / fps
    return now + view.finals / fps if view.finals else inf


def far_ahead(head: Head, view: CanvasView, fps: int) -> bool:
    """Whether so much is final already that more would only leave less to steer."""
    return head.running and view.finals - head.frame > AHEAD_S * fps


def shown_from(done: float, first: float, pace: float) -> float:
    """Seconds after the first picture from which one may be seen that has ``done`` (0..1) of the
    steps behind it; ``first``: what the first picture had.

    Spreads the forming of the first frames over ``pace`` seconds; the first picture comes at once.
    Early levels pass quickly: they are nearly all noise, and look alike.
    """
    # The first picture at once, because first light is what is waited for.
    if done >= 1 or first >= 1:
        return pace
    return pace * math.pow(max(0.0, (done - first) / (1 - first)), EASE)


def _to_and_fro(head: Head, covered: int) -> Head:
    # To and fro and not around: a jump from the last frame to the first is a cut, to the eye and to
    # the encoder.
    way = -1 if head.frame >= covered - 1 else 1 if head.frame <= 0 else head.way
    return Head(min(max(head.frame + way, 0), covered - 1), way)
