"""The forward passes of all workers of an instance, those that are gone too."""

from collections.abc import Iterable, Mapping

from phosphene.status import Passes

Key = tuple[str, str]
"""A model, and how many clips shared a pass."""


class PassCounters:
    """Sums that never fall, as counters must not."""

    def __init__(self) -> None:
        self._gone: dict[Key, Passes] = {}

    def add_lost_worker(self, model: str, passes: Iterable[Passes]) -> None:
        """A worker is gone; ``passes`` are what it had made."""
        self._gone = _added(self._gone, model, passes)

    def total_passes(self, here: Iterable[tuple[str, Iterable[Passes]]]) -> Mapping[Key, Passes]:
        """With those of the workers that are ``here``, each with its model."""
        sums = self._gone
        for model, passes in here:
            sums = _added(sums, model, passes)
        return sums


def _added(sums: Mapping[Key, Passes], model: str, passes: Iterable[Passes]) -> dict[Key, Passes]:
    added = dict(sums)
    for one in passes:
        key = model, str(one.clips)
        before = added.get(key, Passes(one.clips, 0, 0.0))
        count, seconds = before.count + one.count, before.seconds + one.seconds
        added[key] = Passes(one.clips, count, seconds)
    return added
