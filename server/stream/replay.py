"""A finished clip as a stream: its packets come from the MP4, in their time, not encoded again."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from phosphene.blobs.blobs import Blobs
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.stream.live import LiveClip
from phosphene.stream.mp4_reader import read_units
from phosphene.units import Unit

# A feed goes back and forth among a few clips; what is kept is read once for all who watch.
KEPT = 16


class Replay:
    """A finished clip's units in memory, for all its viewers.

    Each viewer sees it from the beginning, on a ``LiveClip`` of its own.
    """

    def __init__(self, clip: Clip, units: Sequence[Unit]) -> None:
        self.clip = clip.id
        self.sound = any(unit.sound for unit in units)
        self._of = clip
        self._units = units

    def start_showing(self) -> LiveClip:
        """A showing with its first unit; ``keep_playing`` adds the others in their time."""
        clip = self._of
        live = LiveClip(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=lambda: None,
            showing_of=self,
            sound=self.sound,
        )
        live.units.append(self._units[0])
        return live

    @asynccontextmanager
    async def keep_playing(self, live: LiveClip) -> AsyncIterator[None]:
        """Inside the block the showing goes on, until its end."""
        async with asyncio.TaskGroup() as tasks:
            playing = tasks.create_task(self._play(live), name=f"showing of {live.clip}")
            try:
                yield
            finally:
                playing.cancel()

    async def _play(self, live: LiveClip) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for unit in self._units[len(live.units.items) :]:
            # Against the beginning and not against the last picture, so that late wake-ups do not
            # add up.
            await asyncio.sleep(began + unit.pts / live.fps - clock())
            live.units.append(unit)
        # The last picture stands as long as any other.
        await asyncio.sleep(1 / live.fps)
        live.units.close()


class Replays:
    """The finished clips that are being shown, or were shown last: ``KEPT`` of them in memory."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[str, Replay] = OrderedDict()

    async def get_replay(self, clip: Clip) -> Replay:
        """The replay of a clip that is done. Raises NotFound: it has no file."""
        found = self._kept.get(clip.id)
        if found is None:
            if clip.sha256 is None:
                raise NotFound(f"clip {clip.id} has no file")
            film = await self._blobs.get(f"{clip.sha256}.mp4")
            # All of it is looked through: in the loop that would hold up everybody's pictures.
            units = await asyncio.to_thread(read_units, film, clip.fps)
            if not units:
                raise NotFound(f"clip {clip.id} has no picture")
            found = self._kept[clip.id] = Replay(clip, units)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(clip.id)
        return found
