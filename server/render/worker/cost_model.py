"""What clips cost a worker: measured when it warms up, kept true by every clip that it draws."""

import threading
import time
from collections.abc import Sequence
from math import inf

import msgspec

from phosphene.render.schedule import Cost
from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.cpu_load import CpuLoad
from phosphene.render.worker.eta import Speed, measure_speed
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.renderer import Brief, Forward, Patch, Renderer, patches_alone
from phosphene.status import Passes

# Two seconds: one for what the first frames cost, one for each further.
WARM_UP = Brief("a red balloon over the hills at sunset", seed=1, seconds=2, steps=8)
QUICK_S, TRIES = 0.3, 3
# What a clip on air takes of the cores, in parts of its pictures and steps: the forming, files and
# messages come on top. Measured with the embedded model; good until clips have been on air.
AROUND = 1.3

_KEEP = 0.8  # of what was known, when something newer comes

# At 1 % nobody sees a run stumble; with as many clips as are admitted by this, 99.8 to 100 % of the
# pictures came in time, with more than those 86 to 96 %.
LATE_SHARE = 0.01
"""Pictures of a run that may be late before the worker takes fewer clips."""

# Quickly down, slowly up, as congestion control does: other work on the machine comes at once and
# is noticed late.
LESS, MORE, PATIENT_S, FEWEST = 0.8, 1.05, 5.0, 0.5
"""What becomes of the cores that are reckoned with after a run that was late, at most once in
PATIENT_S seconds, and after one that was not; no less than FEWEST."""


class CostModel:
    """Counts forward passes (in the device thread) and clips."""

    def __init__(self) -> None:
        self.cost: Cost | None = None
        self._passes: dict[int, Passes] = {}
        self._lock = threading.Lock()
        self.cpu_load = CpuLoad()
        self._most_cores = 0.0
        self._lessened = -inf

    def count_pass(self, size: int, seconds: float) -> None:
        """One forward pass that ``size`` clips shared."""
        with self._lock:
            before = self._passes.get(size, Passes(size, 0, 0.0))
            self._passes[size] = Passes(size, before.count + 1, before.seconds + seconds)

    def pass_counts(self) -> tuple[Passes, ...]:
        """All so far, by how many clips shared them."""
        with self._lock:
            return tuple(self._passes[size] for size in sorted(self._passes))

    def update_load(self) -> None:
        """How much of the cores clips on air have kept busy lately, if that can be said."""
        load = self.cpu_load.take_load()
        if self.cost is not None and load is not None:
            self.cost = msgspec.structs.replace(self.cost, load=(self.cost.load + load) / 2)

    def adapt_cores(self, pictures: int, late: int, now: float) -> None:
        """So many pictures of a run were sent, so many of them late: when too many were, fewer
        clips are to be on air together. That is how other work on the machine is noticed."""
        if self.cost is None or not pictures:
            return
        self._most_cores = max(self._most_cores, self.cost.cores)
        cores = self.cost.cores
        if late <= LATE_SHARE * pictures:
            cores = min(self._most_cores, cores * MORE)
        elif now - self._lessened > PATIENT_S:
            cores, self._lessened = max(FEWEST, cores * LESS), now
        self.cost = msgspec.structs.replace(self.cost, cores=cores)

    def update_cost(self, *, first: float, second: float | None, shown: float) -> None:
        """A clip was drawn that had the device for itself: what it took."""
        if self.cost is not None:
            self.cost = msgspec.structs.replace(
                self.cost,
                first=_mixed(self.cost.first, first),
                second=_mixed(self.cost.second, second),
                shown=_mixed(self.cost.shown, shown),
            )


def _mixed(before: float, after: float | None) -> float:
    return before if after is None else _KEEP * before + (1 - _KEEP) * after


def warm_up(renderer: Renderer, kbit: int, cores: float) -> tuple[Speed, Cost]:
    """Draw a short clip to nowhere: the first real one then meets no cold start.

    Raises whatever the renderer raises: a model that cannot draw this cannot draw anything.
    """
    canvas = Canvas(WARM_UP.seconds * renderer.fps, time.monotonic())
    encoder = Encoder(renderer.width, renderer.height, renderer.fps, kbit)
    began = time.perf_counter()
    device, marks, shots = 0.0, [], []
    patches = patches_alone(renderer.render(WARM_UP))
    for patch in patches:
        device += time.perf_counter() - began
        view = canvas.put_patch(patch, time.monotonic())
        marks.append((view.finals, device))
        took = _shot(encoder, patch)
        shots += [took] if patch.final else []
        began = time.perf_counter()
    canvas.close()
    first = next(spent for finals, spent in marks if finals >= renderer.fps)
    shown = renderer.fps * sorted(shots)[len(shots) // 2]
    second = (device - first) * renderer.fps / max(1, canvas.view.frames - renderer.fps)
    cost = Cost(
        first=first,
        second=second,
        shown=shown,
        load=AROUND * (shown + second),
        share=_share(renderer),
        cores=cores,
    )
    return measure_speed(canvas.view.milestones, None), cost


def _shot(encoder: Encoder, patch: Patch) -> float:
    """CPU seconds of one picture, after one that prepares what all of the patch share."""
    patch.draw(patch.start)
    # CPU time and not the clock: beside other work the clock would count that as ours.
    began = time.thread_time()
    encoder.encode_picture(patch.draw(patch.stop - 1), patch.revision)
    return time.thread_time() - began


def _share(renderer: Renderer) -> float:
    """The part of its lone cost that a clip adds to a batch, of the first step of two clips."""
    one, two = (_quickest(renderer, count) for count in (1, 2))
    # Measured, because it is different for each model and device: on an H100 a clip of 1.3B
    # parameters fills the card, and sharing gains nothing.
    return min(1.0, max(0.05, two / one - 1)) if one else 1.0


def _quickest(renderer: Renderer, count: int) -> float:
    """The least of several measurements where they are quick, since other work may come between."""
    took = _first_step(renderer, count)
    again = TRIES if took < QUICK_S else 0
    return min(took, *(_first_step(renderer, count) for _ in range(again)), took)


def _first_step(renderer: Renderer, count: int) -> float:
    """Seconds until each of ``count`` clips in step has its first patch."""
    drawings = [renderer.render(WARM_UP) for _ in range(count)]
    began = time.perf_counter()
    news = [next(drawing) for drawing in drawings]
    while any(isinstance(one, Forward) for one in news):
        forwards = [one for one in news if isinstance(one, Forward)]
        results: Sequence[object] = forwards[0].together([one.given for one in forwards])
        news = [one.send(given) for one, given in zip(drawings, results, strict=True)]
    took = time.perf_counter() - began
    for drawing in drawings:
        drawing.close()
    return took
