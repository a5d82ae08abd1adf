"""The queue of clips that no worker has room for yet."""

from collections.abc import Sequence

from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.render.schedule import Asker, fair_order


class ClipQueue:
    """First come, first served, but nobody's second clip goes before another's first; an address
    counts for at most ``household`` persons."""

    def __init__(self, household: int = 1) -> None:
        self._household = household
        self._jobs: dict[str, Job] = {}
        self._ahead: dict[str, Job] = {}
        self._places: dict[QueuePlace, None] = {}

    def __len__(self) -> int:
        return len(self._jobs) + len(self._ahead)

    @property
    def askers(self) -> list[Asker]:
        """Who waits, and for whom a place is kept."""
        jobs = (*self._ahead.values(), *self._jobs.values())
        return [*(job.asker for job in jobs), *(place.asker for place in self._places)]

    def keep_place(self, asker: Asker, *, ahead: bool = False) -> QueuePlace:
        """Keep room for a clip until it comes, or the place is released."""
        place = QueuePlace(asker, self._drop_place, ahead=ahead)
        self._places[place] = None
        return place

    def put_last(self, job: Job) -> None:
        """Join at the end."""
        self._jobs[job.clip] = job

    def put_first(self, job: Job) -> None:
        """Join before everybody: a clip that was begun already."""
        self._ahead[job.clip] = job

    def remove_job(self, clip: str) -> Job | None:
        """Leave the queue; None when the clip is not in it."""
        return self._ahead.pop(clip, None) or self._jobs.pop(clip, None)

    def take_all(self) -> list[Job]:
        """Send everybody away."""
        jobs = [*self._ahead.values(), *self._jobs.values()]
        self._ahead, self._jobs = {}, {}
        return jobs

    def ordered_jobs(self, drawing: Sequence[Asker]) -> list[Job]:
        """In the order in which they will begin; ``drawing``: whose clips are on a device."""
        waiting = [(job.clip, job.asker) for job in self._jobs.values()]
        order = fair_order(waiting, drawing, self._household)
        # Households and not only persons: 45 to 75 guests of one address, each with one clip, held
        # the whole queue, and every one of them was fairly served.
        return [*self._ahead.values(), *(self._jobs[clip] for clip in order)]

    def _drop_place(self, place: QueuePlace) -> None:
        self._places.pop(place, None)
