"""What the pool of an instance sees of the queue for workers of other machines."""

from collections.abc import Sequence
from typing import Protocol

from phosphene.render.dispatch.job import Job


class SharedQueue(Protocol):
    """The line of clips for workers of other machines, which several instances share."""

    def offer_clip(self, job: Job, *, urgent: bool) -> bool:
        """Put a clip there if a worker has room for it; an urgent one goes before the others. It
        is claimed by a worker, or comes back by ``Pool.return_to_queue``."""
        ...

    def withdraw_clip(self, clip: str) -> Job | None:
        """Take a clip out of it; None when it is not (or no longer) there."""
        ...

    def offered_jobs(self) -> Sequence[Job]:
        """Clips of this instance that nobody has claimed yet."""
        ...


class NoSharedQueue:
    """The shared line of an instance without other machines."""

    def offer_clip(self, job: Job, *, urgent: bool) -> bool:
        return False

    def withdraw_clip(self, clip: str) -> Job | None:
        return None

    def offered_jobs(self) -> Sequence[Job]:
        return ()
