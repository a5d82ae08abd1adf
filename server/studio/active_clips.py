"""The clips that this instance sees through, and the polls of those on air."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from phosphene.model import Recipe
from phosphene.social.poll import Poll
from phosphene.store.holder import LeaseHolder
from phosphene.studio.active_clip import ActiveClip


class ActiveClips:
    """Each clip has a task of its own; ``tasks`` outlive the requests."""

    def __init__(self, holder: LeaseHolder, tasks: asyncio.TaskGroup) -> None:
        self._holder = holder
        self._tasks = tasks
        self._running: dict[str, asyncio.Task[None]] = {}
        self._active: dict[str, ActiveClip] = {}
        self._polls: dict[str, Poll] = {}

    def __len__(self) -> int:
        """Clips that are queued or being drawn here."""
        return len(self._running)

    def __contains__(self, clip_id: str) -> bool:
        return clip_id in self._running

    def holds_clip(self, clip_id: str) -> bool:
        """Whether a clip is this instance's for certain: it has not slept too long."""
        active = self._active.get(clip_id)
        return active is not None and self._holder.is_held(active.lease)

    def recipe_of(self, clip_id: str) -> Recipe | None:
        """How a clip is made that is here."""
        active = self._active.get(clip_id)
        return active.clip.recipe if active is not None else None

    def poll_of(self, clip_id: str) -> Poll | None:
        """What decides how a clip that is on air goes on."""
        return self._polls.get(clip_id)

    def add_poll(self, clip_id: str, poll: Poll) -> None:
        """The clip is on air: it may be asked how it goes on."""
        self._polls[clip_id] = poll

    def drop_poll(self, clip_id: str) -> None:
        """Before anybody is told that a clip ended: a vote on that is refused as not live."""
        # A vote between the event and the end of the poll was answered 404.
        self._polls.pop(clip_id, None)

    def begin_clip(self, active: ActiveClip, story: Coroutine[Any, Any, None]) -> None:
        """Let the story of a clip whose lease is held go on beside everything else."""
        clip_id = active.clip.id
        task = self._tasks.create_task(story, name=f"clip {clip_id}")
        self._running[clip_id], self._active[clip_id] = task, active
        task.add_done_callback(lambda _: self._forget(clip_id))

    async def wait_clip(self, clip_id: str) -> None:
        """Wait until a clip is no longer this instance's."""
        task = self._running.get(clip_id)
        if task is not None:
            await asyncio.wait([task])

    async def wait_idle(self) -> None:
        """Wait until nothing is drawn here."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def wait_finished(self, seconds: float) -> None:
        """Wait for the clips that are drawn here, at most so long."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)

    def cancel_all(self) -> None:
        """Stop drawing what is left."""
        for task in self._running.values():
            task.cancel()

    def _forget(self, clip_id: str) -> None:
        del self._running[clip_id], self._active[clip_id]
