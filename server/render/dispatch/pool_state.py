"""What is known of a model and of the workers that draw with it."""

import asyncio
from abc import ABC, abstractmethod
from typing import Final

from phosphene.render import messages
from phosphene.settings import Settings

NOBODY: Final = "no render worker belongs to this instance"
LOADING: Final = "the model is still loading"
NO_WORKER: Final = "no render worker is there"


class PoolState(ABC):
    """Of a ``Pool``. ``info`` is what the last worker said of itself when it was ready; ``model``
    and ``steps`` are the operator's. ``news`` is set when something is known of a worker; pools may
    share it."""

    def __init__(self, settings: Settings, news: asyncio.Event | None = None) -> None:
        self.info: messages.Ready | None = None
        self.model, self.steps = settings.model, settings.steps
        self._seats = settings.workers
        self._unavailable = "" if settings.workers else NOBODY
        self._news = news or asyncio.Event()

    @property
    @abstractmethod
    def has_worker(self) -> bool:
        """Whether a worker is there to draw."""

    @abstractmethod
    def cancel_clip(self, clip: str) -> None:
        """Stop drawing a clip, if it is here, within one step: ``render_clip`` ends with Failed."""

    @abstractmethod
    async def wait_ready(self) -> None:
        """Return when a worker is ready. Raises RenderFailed when none can be started."""

    @property
    def name(self) -> str:
        """What clips call its model; until a worker has said that, what the operator does."""
        return self.info.model if self.info is not None else self.model

    @property
    def has_own_workers(self) -> bool:
        """Whether workers of its own belong to this instance."""
        return self._seats > 0

    @property
    def unavailable_reason(self) -> str:
        """Why no clip can be drawn here as things are; empty when one can."""
        return self._unavailable

    @property
    def unready_reason(self) -> str:
        """Why no clip could be drawn at this moment; empty when one could."""
        if self._unavailable or self.has_worker:
            return self._unavailable
        return LOADING if self.has_own_workers and self.info is None else NO_WORKER

    @property
    def most_portraits(self) -> int:
        """How many people in a clip its own workers draw from a portrait each: those of other
        machines are given none."""
        return self.info.portraits if self.info is not None and self.has_own_workers else 0

    async def wait_news(self) -> None:
        """Return when something more is known of a worker."""
        self._news.clear()
        await self._news.wait()
