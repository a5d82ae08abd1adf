"""When the clips of a line may be expected to begin, by what those being drawn still take."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from phosphene.render import messages
from phosphene.render.dispatch.job import Job
from phosphene.render.schedule import Cost, expected_starts

CLIP_S: Final = 6.0
"""About how long a place is taken by one clip, while nothing better is known."""

WORTH_SAYING_S: Final = 0.5
"""An expected start that moves by less than this, or by less than a tenth, is not said again."""


class WorkerLoad(NamedTuple):
    """What clips cost a worker, those that it draws, and how many more it would take."""

    cost: Cost
    jobs: Sequence[Job]
    room: int


def expected_waits(
    jobs: Sequence[Job], workers: Sequence[WorkerLoad], pace: float, now: float
) -> list[float]:
    """Seconds until each of the jobs of a line begins at one of the workers."""
    if not workers:
        return [CLIP_S] * len(jobs)
    places = sum(worker.room + len(worker.jobs) for worker in workers)
    together = max(1, places // len(workers))
    ends = [
        job.expected_end(worker.cost, len(worker.jobs), pace, now)
        for worker in workers
        for job in worker.jobs
    ]
    lengths = [job.expected_end(workers[0].cost, together, pace, now) - now for job in jobs]
    return [begin - now for begin in expected_starts(ends, lengths, max(1, places), now)]


def retry_after(waits: Sequence[float]) -> float:
    """How many seconds somebody for whom a line has no room should stay away: as long as the first
    in it waits, a second at least."""
    return max(1.0, waits[0]) if waits else CLIP_S


def announce_waits(jobs: Sequence[Job], waits: Sequence[float]) -> None:
    """Tell the jobs of a line their places, and in how many seconds each begins, where either has
    changed."""
    for place, (job, wait_s) in enumerate(zip(jobs, waits, strict=True), 1):
        said = job.waiting
        # Every change of any worker moves everybody's start a little: without a threshold each
        # pass would be an event for each viewer of each clip that waits.
        moved = said is None or abs(said.wait_s - wait_s) > max(WORTH_SAYING_S, wait_s / 10)
        if said is None or said.place != place or moved:
            job.add_answer(messages.Waiting(job.clip, place, wait_s))
