"""A site under a simulated clock: clips come, some are liked, some fail, and a housekeeper keeps
the data folder within its budget."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from phosphene.blobs.folder import Directory
from phosphene.disk_usage import DAY_S, Usage
from phosphene.events import ClipFailed, ClipFinished
from phosphene.model import Clip, Person
from phosphene.settings import Settings
from phosphene.store.holder import LeaseHolder
from phosphene.store.sqlite import LEASE_S, SqliteStore
from phosphene.store.store import Removal
from phosphene.studio.blob_mover import BlobMover
from phosphene.studio.housekeeper import Housekeeper
from tests.store.making import BEN, Clock, a_clip, a_store

CLIP_BYTES = 20_000


async def nobody_caches(names: Sequence[str]) -> None:
    """There is no CDN."""


class BusySite:
    """``told``: what the clips that are gone were said to go at."""

    def __init__(self, store: SqliteStore, folder: Path, settings: Settings, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.folder = folder
        self.blobs = Directory(folder / "blobs")
        self.usage = Usage(settings.data_budget)
        holder = LeaseHolder(store, clock, LEASE_S, alone=True)
        self.housekeeper = Housekeeper(
            store, holder, self.blobs, self.usage, settings, self.finish, clock
        )
        self.mover = BlobMover(holder, store.blob_moves, self.blobs, nobody_caches)
        self.expiries: dict[str, float] = {}
        self.gone: dict[str, float] = {}
        self._made = 0

    async def finish(self, removal: Removal) -> None:
        """As the studio does it; notes when a clip went."""
        for one in removal.recorded:
            if one.topic.startswith("clip:"):
                self.gone[one.topic.removeprefix("clip:")] = self.clock.now
        await self.mover.delete_blobs(removal.blobs)
        assert await self.mover.move_all()

    async def draw(self, count: int) -> list[str]:
        """Clips that are made at the same time; every fifth fails."""
        names = [f"clip{self._made + number:06d}" for number in range(count)]
        self._made += count
        await asyncio.gather(*map(self._draw, names))
        return names

    async def visit(self, clip_ids: list[str], people: int) -> None:
        """People see clips, and some like them and think better of it."""
        names = [Person(f"visitor{self._made}-{number}", "somebody") for number in range(people)]
        acts = [self.store.add_view(clip, one.id) for clip in clip_ids for one in names]
        await asyncio.gather(*acts)
        for on in (True, False):
            await asyncio.gather(*(self.store.set_like(clip, BEN, on) for clip in clip_ids))

    async def take_turn(self) -> None:
        """What the housekeeper does, and what was said of the clips then."""
        await self.housekeeper.take_turn()
        self.expiries |= {one.clip: one.expires_at for one in await self.store.list_expiring()}

    def file_names(self) -> set[str]:
        return set(os.listdir(self.folder / "blobs"))

    def store_file(self, data: bytes, suffix: str) -> str:
        """A blob of the simulated time, without waiting for the disk."""
        name = hashlib.sha256(data).hexdigest() + suffix
        path = self.folder / "blobs" / name
        path.write_bytes(data)
        os.utime(path, (self.clock.now, self.clock.now))
        return name

    async def _draw(self, name: str) -> None:
        author = Person(f"guest{hash(name) % 50}", "guest")
        clip = a_clip(name, author=author, created_at=self.clock.now)
        await self.store.add_clip(clip)
        if int(name[-6:]) % 5 == 0:
            failed = replace(clip, status="failed")
            await self.store.change_clip(failed, ClipFailed(failed))
        else:
            done = self._finished(clip)
            await self.store.change_clip(done, ClipFinished(done))

    def _finished(self, clip: Clip) -> Clip:
        video = self.store_file(clip.id.encode() + bytes(CLIP_BYTES), ".mp4")
        latents = self.store_file(clip.id.encode() * 10, ".safetensors")
        sha256 = video.removesuffix(".mp4")
        return replace(clip, status="done", sha256=sha256, latents=latents)


@asynccontextmanager
async def a_busy_site(folder: Path, **given: float) -> AsyncIterator[BusySite]:
    clock = Clock()
    settings = Settings(data=str(folder), **given)  # type: ignore[arg-type]
    async with a_store(folder / "phosphene.db", clock=clock) as store:
        yield BusySite(store, folder, settings, clock)


async def run_for(site: BusySite, days: int, step: int, clips: int) -> list[int]:
    """Live through so many days, ``step`` at a time; the bytes used at the end of each."""
    used = []
    for _ in range(0, days, step):
        site.clock.now += step * DAY_S
        done = [name for name in await site.draw(clips) if int(name[-6:]) % 5]
        await site.visit(done[:2], people=3)
        await site.store.set_like(done[0], BEN, True)
        await site.take_turn()
        used.append(site.usage.used)
    return used
