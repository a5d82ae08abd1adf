"""What one instance's process learns for all, as another instance hears it: the newest snapshot
from where finished files lie, and each second what changed since, over the bus.

Without a shared bus there are only the snapshots, one a minute.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Final

from phosphene.bus.bus import Bus
from phosphene.errors import Busy, NotFound
from phosphene.failure_boundary import running
from phosphene.scratch import scratch_folder
from phosphene.store.learner_snapshots import LearnerSnapshot

LOOK_S: Final = 2.0
"""So often it is looked whether there is a newer snapshot."""

log = logging.getLogger("phosphene.feed")


def delta_stream(number: int, turn: int) -> str:
    """Name of the stream of what was learned since a snapshot, the ``turn``-th of who holds the
    lease under this number. Its entries count from 0; an empty one says that there is the next."""
    return f"feed:{number}:{turn}"


class _Place:
    """How far somebody follows: ``due`` is the number of the next entry of a stream."""

    def __init__(self, snapshot: LearnerSnapshot) -> None:
        self.number, self.turn, self.due = snapshot.number, snapshot.turn, 0
        self.lacks_one = False

    def is_before(self, snapshot: LearnerSnapshot) -> bool:
        return (self.number, self.turn) < (snapshot.number, snapshot.turn)


class LearnedFollower:
    """``find_newest`` snapshot, ``get_blob`` by its name; ``folder`` is for files of a moment."""

    def __init__(
        self,
        bus: Bus,
        find_newest: Callable[[], Awaitable[LearnerSnapshot | None]],
        get_blob: Callable[[str], Awaitable[bytes]],
        folder: Path,
    ) -> None:
        self._bus = bus
        self._find_newest = find_newest
        self._get_blob = get_blob
        self._folder = folder
        self._said = ""

    async def follow_learner(
        self,
        adopt: Callable[[Path], Awaitable[str]],
        apply: Callable[[bytes], Awaitable[str]],
    ) -> None:
        """Call ``adopt`` with a file of each snapshot that is to be ranked by, and ``apply`` with
        what was learned since, in order, for ever. Each answers why it could not, or "". Raises
        what they raise."""
        place: _Place | None = None
        while True:
            found = await self._look()
            newer = found is not None and (place is None or place.is_before(found))
            if found is not None and newer and await self._adopt(found, adopt):
                place = _Place(found)
            if place is None:
                await asyncio.sleep(LOOK_S)
                continue
            async with running(self._apply_deltas(place, apply)):
                await self._await_newer(place)

    async def _look(self) -> LearnerSnapshot | None:
        try:
            return await self._find_newest()
        except Busy:
            return None

    async def _adopt(self, found: LearnerSnapshot, adopt: Callable[[Path], Awaitable[str]]) -> bool:
        try:
            body = await self._get_blob(found.blob)
        except (Busy, NotFound, OSError) as error:
            # A newer one may have taken its place: it is looked again.
            self._say(f"what the feed learned cannot be read: {error}")
            return False
        with scratch_folder(self._folder) as folder:
            path = folder / "learned"
            await asyncio.to_thread(path.write_bytes, body)
            failure = await adopt(path)
        self._say(failure and f"what the feed learned cannot be used: {failure}")
        return not failure

    def _say(self, failure: str) -> None:
        """Once, however often it is tried again."""
        if failure and failure != self._said:
            log.warning(failure)
        self._said = failure

    async def _apply_deltas(self, place: _Place, apply: Callable[[bytes], Awaitable[str]]) -> None:
        """Go from stream to stream, until an entry is missing or cannot be used."""
        while True:
            stream = self._bus.follow_stream(delta_stream(place.number, place.turn))
            async with aclosing(stream) as entries:
                async for entry in entries:
                    if entry.number < place.due:
                        continue  # told again after an outage
                    # What comes behind one that is missing changes what is not there: the next
                    # snapshot has both.
                    missed = entry.number > place.due
                    place.lacks_one = missed or bool(entry.data and await apply(entry.data))
                    if place.lacks_one:
                        return
                    place.due += 1
                    if not entry.data:
                        break
            place.turn, place.due = place.turn + 1, 0

    async def _await_newer(self, place: _Place) -> None:
        """Until there is a snapshot that the deltas do not lead to."""
        seen: LearnerSnapshot | None = None
        while True:
            await asyncio.sleep(LOOK_S)
            found = await self._look()
            if found is None or not place.is_before(found):
                continue
            led = self._bus.is_shared and not place.lacks_one and found.number == place.number
            # The stream says in a moment that there is the next one, unless it was lost.
            if not led or found == seen:
                return
            seen = found
