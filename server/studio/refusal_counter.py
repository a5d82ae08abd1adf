"""Refusals and questions, counted by day, layer and language: nothing of a prompt is kept, nor of
who asked."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from phosphene.errors import Refusal
from phosphene.failure_boundary import boundary
from phosphene.metrics import Metrics
from phosphene.refusal_totals import CountedRefusal
from phosphene.store.refusal_count_store import RefusalCountStore
from phosphene.trust.rewording import language_of


class NoteRefusal(Protocol):
    """Counts a refusal of a text, by an ``entry`` of the registry of rights where one spoke."""

    def __call__(self, refusal: Refusal, text: str, entry: str = "") -> Awaitable[None]: ...


class RefusalCounter:
    """``tell_refused`` tells others of a refusal."""

    def __init__(
        self,
        counts: RefusalCountStore,
        metrics: Metrics,
        tell_refused: Callable[[Refusal], Awaitable[None]],
    ) -> None:
        self._counts = counts
        self._metrics = metrics
        self._tell_refused = tell_refused

    async def note_refusal(self, refusal: Refusal, text: str, entry: str = "") -> None:
        """Count it, and tell others."""
        await self.count_refusal(refusal, text, entry)
        await self._tell_refused(refusal)

    async def count_refusal(self, refusal: Refusal, text: str, entry: str = "") -> None:
        """Count it."""
        self._metrics.refusals.labels(refusal.code).inc()
        # Whoever was refused is told so, whatever becomes of this.
        with boundary("refusal counts"):
            await self._counts.count_refusal(counted_refusal(refusal, text, entry))


def counted_refusal(refusal: Refusal, text: str, entry: str = "") -> CountedRefusal:
    """What is kept of a refusal. Pure."""
    layer = "rights" if entry else refusal.layer
    return CountedRefusal(layer, language_of(text), "asked" if refusal.ask else "refused", entry)
