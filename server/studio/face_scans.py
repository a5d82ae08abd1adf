"""Clips of photorealistic models are looked at while they are drawn: a face that may be somebody's
who asked to be found holds the clip until an operator has looked, and is no verdict."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from phosphene.errors import Busy, NotFound
from phosphene.events import Publish, Recorded
from phosphene.failure_boundary import Backoff, hold, report_failure, running
from phosphene.likeness.face_checker import ClipScan, FaceChecker
from phosphene.likeness.find_threshold import PICTURES_NEEDED, find_threshold
from phosphene.model import Clip
from phosphene.store.enrolments import FaceTemplate
from phosphene.trust.likeness_keys import LikenessKeys
from phosphene.units import Unit

LOOKS_PER_S: Final = 2
"""Pictures of a second of a clip that are looked at."""
STORE_BACK_OFF_S: Final = (0.1, 2.0)


class FaceScans:
    """``list_templates`` gives those of who asked to be found, ``owners_in`` whom a clip shows with
    their yes; ``hold_clip`` withholds one for a person, ``publish`` tells what was recorded to
    whoever is there. ``offered``: whether what looks at faces is installed here."""

    def __init__(
        self,
        list_templates: Callable[[], Awaitable[Sequence[FaceTemplate]]],
        keys: LikenessKeys,
        checker: FaceChecker,
        owners_in: Callable[[str], Awaitable[Sequence[str]]],
        hold_clip: Callable[[str, str], Awaitable[Sequence[Recorded]]],
        publish: Publish,
        *,
        offered: bool,
    ) -> None:
        self._list_templates = list_templates
        self._keys = keys
        self._checker = checker
        self._owners_in = owners_in
        self._hold_clip = hold_clip
        self._publish = publish
        self._offered = offered
        self._held = dict[str, asyncio.Event]()  # set: it is written down

    def is_held(self, clip_id: str) -> bool:
        """Whether a clip that is drawn here goes on for the operator only."""
        return clip_id in self._held

    @asynccontextmanager
    async def scanning_clip(self, clip: Clip, *, lifelike: bool) -> AsyncIterator["ScanFeed"]:
        """Inside the block the final pictures of a clip are looked at, where its model is
        ``lifelike`` and anybody asked to be found."""
        scan = ScanFeed(clip.fps)
        if not (self._offered and lifelike):
            scan.skip_rest()
            yield scan
            return
        try:
            async with running(hold("face scan", lambda: self._scan(clip, scan))):
                yield scan
                # Else what was found is lost where the store fails while the clip ends.
                if written := self._held.get(clip.id):
                    await written.wait()
        finally:
            self._held.pop(clip.id, None)

    async def _scan(self, clip: Clip, scan: "ScanFeed") -> None:
        try:
            enrolled = await self._list_templates()
            sought = await self._sought(clip, enrolled)
            if sought:
                await self._look(clip, scan, sought, len(enrolled))
        except Busy as error:
            # A clip is not held because a process was lost: that would be a verdict on nothing.
            report_failure("face scan", error)
        finally:
            scan.skip_rest()

    async def _look(
        self, clip: Clip, scan: "ScanFeed", sought: Sequence[tuple[str, bytes]], enrolled: int
    ) -> None:
        plain, least = [one for _, one in sought], find_threshold(enrolled)
        async with (
            self._checker.open_scan(plain, least, PICTURES_NEEDED) as opened,
            running(scan.send_to(opened)),
        ):
            while (place := await opened.next_match()) is not None:
                await self._hold(clip.id, sought[place][0])

    async def _hold(self, clip_id: str, owner: str) -> None:
        # First: who ends what leaves the air asks whether this one is drawn to its end.
        written = self._held.setdefault(clip_id, asyncio.Event())
        written.clear()
        try:
            await self._write_down(clip_id, owner)
        finally:
            written.set()

    async def _write_down(self, clip_id: str, owner: str) -> None:
        backoff = Backoff(*STORE_BACK_OFF_S)
        while True:
            try:
                await self._publish(await self._hold_clip(clip_id, owner))
                return
            except NotFound:
                return  # the clip was removed meanwhile
            except Busy:
                await backoff.pause()

    async def _sought(
        self, clip: Clip, enrolled: Sequence[FaceTemplate]
    ) -> Sequence[tuple[str, bytes]]:
        """Whose face it may not be: neither who makes it, nor who is in it with a yes."""
        if not enrolled:
            return ()
        fine = {clip.author.id, *await self._owners_in(clip.id)}
        sealed = [(one.person, one.sealed) for one in enrolled if one.person not in fine]
        return await asyncio.to_thread(self._keys.open_templates, sealed)


class ScanFeed:
    """The final pictures of one clip; made by ``FaceScans.scanning_clip``."""

    def __init__(self, fps: int) -> None:
        self._each = max(1, round(fps / LOOKS_PER_S))
        self._units = asyncio.Queue[Unit | None]()
        self._over = asyncio.Event()

    def skip_rest(self) -> None:
        """Nothing is looked at, or nothing more."""
        self._over.set()

    def add_unit(self, unit: Unit) -> None:
        """The next picture on air."""
        if unit.final and not self._over.is_set():
            self._units.put_nowait(unit)

    async def wait_looked(self) -> None:
        """Until all pictures were looked at, and the clip is held if it is to be."""
        self._units.put_nowait(None)
        # However much waits before it: each picture that is looked at is a sign of life, and a
        # process that gives none is ended, which ends this.
        await self._over.wait()

    async def send_to(self, opened: ClipScan) -> None:
        """Hand on what is there and what comes, until the end."""
        while (unit := await self._units.get()) is not None:
            # The second picture looked at is half a second after the first, not at a cut.
            opened.add_picture(unit.data, look=unit.frame % self._each == self._each // 2)
        opened.end_scan()
