"""When the clips of a line may be expected to begin, by what those being drawn still take."""

from collections.abc import Callable, Sequence
from typing import Final

from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.worker_handle import WorkerHandle
from phosphene.render.schedule import expected_starts

CLIP_S: Final = 6.0
"""About how long a place is taken by one clip, while nothing better is known."""


def expected_waits(
    jobs: Sequence[Job],
    workers: Sequence[WorkerHandle],
    room: Callable[[WorkerHandle], int],
    pace: float,
    now: float,
) -> list[float]:
    """Seconds until each of the jobs of a line begins at one of the workers, each of which would
    take ``room`` more."""
    if not workers:
        return [CLIP_S] * len(jobs)
    places = sum(room(worker) + len(worker.jobs) for worker in workers)
    together = max(1, places // len(workers))
    ends = [
        job.expected_end(worker.cost, len(worker.jobs), pace, now)
        for worker in workers
        for job in worker.jobs.values()
    ]
    lengths = [job.expected_end(workers[0].cost, together, pace, now) - now for job in jobs]
    return [begin - now for begin in expected_starts(ends, lengths, max(1, places), now)]
