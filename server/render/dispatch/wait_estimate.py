"""When the clips of a line may be expected to begin, by what those being drawn still take. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from phosphene.render.dispatch.job import Job
from phosphene.render.schedule import Cost, expected_starts

CLIP_S: Final = 6.0
"""About how long a place is taken by one clip, while nothing better is known."""


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
