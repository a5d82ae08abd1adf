"""The line of clips that no worker has room for yet."""

from collections.abc import Sequence

from server.render.job import Job
from server.render.schedule import fair_order


class Line:
    """First come, first served, but nobody's second clip goes before another's first."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._ahead: dict[str, Job] = {}

    def __len__(self) -> int:
        return len(self._jobs) + len(self._ahead)

    def put(self, job: Job) -> None:
        """Join at the end."""
        self._jobs[job.clip] = job

    def put_first(self, job: Job) -> None:
        """Join before everybody: a clip that was begun already."""
        self._ahead[job.clip] = job

    def remove(self, clip: str) -> Job | None:
        """Leave the line; None when the clip is not in it."""
        return self._ahead.pop(clip, None) or self._jobs.pop(clip, None)

    def clear(self) -> list[Job]:
        """Send everybody away."""
        jobs = [*self._ahead.values(), *self._jobs.values()]
        self._ahead, self._jobs = {}, {}
        return jobs

    def ordered(self, drawing: Sequence[str]) -> list[Job]:
        """In the order in which they will begin; ``drawing``: persons of the clips on a device."""
        waiting = [(job.clip, job.person) for job in self._jobs.values()]
        return [*self._ahead.values(), *(self._jobs[clip] for clip in fair_order(waiting, drawing))]
