"""A clip's units to all its viewers: one task per clip, in rounds, so that none waits for another.

A round gives each viewer what is due, a few dozen packets at most. A large picture or the group of
pictures of a latecomer takes several rounds: no line and no socket gets a burst. Between rounds,
and every few milliseconds within one, the rest of the process has its turn.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from phosphene.failure_boundary import keep_running
from phosphene.stream.rendition import Rendition
from phosphene.stream.webrtc.viewer import (
    ALL,
    BLOCKED,
    MORE,
    ClockReading,
    SendState,
    Viewer,
    read_clocks,
    send_newest_to_all,
)

# With ROUND's 32 packets that is at most 6,400 packets or 60 Mbit/s to one viewer: catching up is
# quick, and no router on the way has to queue a whole group of pictures at once.
ROUND_S: Final = 0.005
"""Until the next round of what a viewer is still due."""
# A picture to 200 viewers takes 3.7 ms (18 us each): with more of them, the rest of the process has
# its turn in between.
TURN_S: Final = 0.004
# 18 us a viewer: sixteen are 0.3 ms between two looks, fine enough beside turns of 4 ms.
LOOK_EVERY: Final = 16
"""Viewers between two looks at the clock."""


class Fanout:
    """One clip's viewers."""

    def __init__(self, live: Rendition) -> None:
        self._live = live
        # A dict as an ordered set: rounds go in the order of joining, and one who leaves in the
        # middle of a round is found at once.
        self._viewers: dict[Viewer, None] = {}
        self._news = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def viewer_count(self) -> int:
        return len(self._viewers)

    @contextmanager
    def serving_viewer(self, viewer: Viewer) -> Iterator[None]:
        """Inside the block the viewer is sent the clip."""
        self._viewers[viewer] = None
        self._news.set()
        try:
            yield
        finally:
            del self._viewers[viewer]

    def wake_up(self) -> None:
        """A viewer may be due something though no unit has come."""
        self._news.set()

    def start_task(self, tasks: asyncio.TaskGroup, name: str) -> None:
        """Run until ``stop_task``."""
        self._running = tasks.create_task(keep_running("fan-out", self._run), name=name)

    def stop_task(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        waiting: list[Viewer] = []
        # One task for a clip and not one for each viewer: a picture costs 18 us a viewer, and a
        # thousand tasks that wake for it would have to be paid beside that.
        with self._live.units.calling_on_growth(self._news.set):
            while True:
                await self._until_due(rounds=bool(waiting))
                due = list(self._viewers) if self._news.is_set() else waiting
                self._news.clear()
                waiting = await self._round(due)

    async def _until_due(self, *, rounds: bool) -> None:
        """News, or the next round of those that wait for one."""
        if not rounds:
            await self._news.wait()
            return
        try:
            async with asyncio.timeout(ROUND_S):
                await self._news.wait()
        except TimeoutError:
            return

    async def _round(self, viewers: list[Viewer]) -> list[Viewer]:
        """One run for each; gives those that are due more."""
        more, moment = [], read_clocks()
        for at in range(0, len(viewers), LOOK_EVERY):
            few = [one for one in viewers[at : at + LOOK_EVERY] if one in self._viewers]
            for viewer in send_newest_to_all(self._live, few, moment):
                if await self._pumped(viewer, moment) is MORE:
                    more.append(viewer)
            if time.monotonic() - moment.now_s > TURN_S:
                # The clocks are read anew: the send time in packets tells the receiver's estimate
                # of the line, and one that is 4 ms old for half of the viewers would read as
                # jitter.
                await asyncio.sleep(0)
                moment = read_clocks()
        return more

    async def _pumped(self, viewer: Viewer, moment: ClockReading) -> SendState:
        """``send_due``, when the socket takes something."""
        while viewer in self._viewers:
            if (left := viewer.send_due(moment)) is not BLOCKED:
                return left
            await viewer.wait_writable()
        return ALL


class Fanouts:
    """The fan-outs that have viewers, each a task of ``tasks`` for as long."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._of: dict[Rendition, Fanout] = {}

    @property
    def clip_count(self) -> int:
        """Clips that have viewers."""
        return len(self._of)

    @contextmanager
    def serving_viewer(self, live: Rendition, viewer: Viewer) -> Iterator[Callable[[], None]]:
        """Inside the block the viewer is sent the clip; gives ``Fanout.wake_up``."""
        fanout = self._of.get(live) or self._begin(live)
        try:
            with fanout.serving_viewer(viewer):
                yield fanout.wake_up
        finally:
            if not fanout.viewer_count:
                del self._of[live]
                fanout.stop_task()

    def _begin(self, live: Rendition) -> Fanout:
        fanout = self._of[live] = Fanout(live)
        fanout.start_task(self._tasks, f"fan-out of {live.clip}")
        return fanout
