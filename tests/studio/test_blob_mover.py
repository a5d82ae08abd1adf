"""Files that somebody may see no more are taken away, also where that fails at first."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from phosphene.blobs.blobs import Blobs
from phosphene.blobs.bucket import Bucket
from phosphene.blobs.folder import Directory
from phosphene.disk_usage import Usage
from phosphene.errors import LeaseLost
from phosphene.events import ClipFinished, ClipStarted
from phosphene.failure_boundary import running
from phosphene.model import Clip
from phosphene.reports import Decider, NewDecision
from phosphene.settings import Settings
from phosphene.store.blob_moves import BlobMove
from phosphene.store.holder import LeaseHolder, open_holder
from phosphene.store.sqlite import LEASE_S, SqliteStore
from phosphene.store.store import Removal
from phosphene.studio import blob_mover
from phosphene.studio.blob_mover import BlobMover
from phosphene.studio.film_purge import open_blob_mover, purge_body
from phosphene.studio.housekeeper import YOUNG_S, Housekeeper
from phosphene.trust.public_network import NotReached
from tests.client.line import a_line
from tests.people.push_service import answering
from tests.store.making import Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio
BY = Decider(None, "operator")
CDN = "https://cdn.example/films"


def alone(store: SqliteStore) -> LeaseHolder:
    return LeaseHolder(store, time.time, LEASE_S, alone=True)


class Cache:
    """What answers for a CDN: it is told which films to forget."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses = ["204 No Content"]
        self.told: asyncio.Queue[Any] = asyncio.Queue()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert "authorization: bearer secret" in head
            length = head.partition("content-length: ")[2].partition("\r\n")[0]
            body = await reader.readexactly(int(length))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            if status.startswith("2"):
                self.told.put_nowait(json.loads(body)["paths"])
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def a_cache() -> AsyncIterator[Cache]:
    cache = Cache()
    async with answering(cache.serve) as origin:
        cache.url = f"{origin}/purge"
        yield cache


async def draw(store: SqliteStore, blobs: Blobs, clip_id: str, size: int = 1) -> Clip:
    live = a_clip(clip_id, status="live")
    await store.add_clip(live)
    await store.change_clip(live, ClipStarted(live))
    name = await blobs.put(clip_id.encode() * size, ".mp4", "public")
    done = replace(live, status="done", sha256=name.removesuffix(".mp4"))
    await store.change_clip(done, ClipFinished(done))
    return done


async def status_at(blobs: Bucket, clip: Clip) -> int:
    """What an address answers that was given before."""
    address = await blobs.locate_blob(f"{clip.sha256}.mp4", "public")
    async with httpx.AsyncClient() as http:
        return (await http.get(address.url)).status_code


@pytest.mark.process
async def test_a_film_that_is_hidden_or_removed_is_gone_everywhere_and_can_come_back(
    bucket: str, tmp_path: Path
) -> None:
    blobs = Bucket(bucket)
    async with a_store(tmp_path / "x.db") as store, a_cache() as cache:
        given = Settings(blobs=bucket, films_url=CDN, purge_url=cache.url, purge_token="secret")
        async with open_blob_mover(given, alone(store), store.blob_moves, blobs) as mover:
            hidden, removed = [await draw(store, blobs, name) for name in ("a", "b")]
            decided = await store.moderation.decide(NewDecision("clip", "a", "hide"), BY)
            gone = (await store.remove_clip("b")).blobs
            async with running(mover.run()):  # as at a start
                paths = await cache.told.get()
                assert set(paths) == {f"/films/{one.sha256}.mp4" for one in (hidden, removed)}
                assert [await status_at(blobs, one) for one in (hidden, removed)] == [404, 404]
                assert await blobs.get(f"{hidden.sha256}.mp4") == b"a"
                undone = await store.moderation.undo(decided.decision.id, BY)
                await draw(store, blobs, "c")
                await store.remove_clip("c")
                for one in undone.recorded:
                    assert one.event is not None
                    mover.heed_event(one.event)
                await cache.told.get()
                assert await status_at(blobs, hidden) == 200
                await mover.delete_blobs(gone)


@pytest.mark.process
async def test_what_fails_at_first_is_done_in_the_end(
    bucket: str, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Bucket(bucket)
    async with a_line(service) as line, a_store(tmp_path / "x.db") as store, a_cache() as cache:
        monkeypatch.setenv("AWS_ENDPOINT_URL", line.url)
        blobs = Bucket(bucket)
        cache.statuses = ["500 No", "302 Elsewhere", "204 No Content"]
        given = Settings(blobs=bucket, films_url=CDN, purge_url=cache.url, purge_token="secret")
        async with open_blob_mover(given, alone(store), store.blob_moves, blobs) as mover:
            clip = await draw(store, here, "a")
            async with line.down():
                await mover.delete_blobs((await store.remove_clip("a")).blobs)
                assert await status_at(here, clip) == 200
            async with running(mover.run()):
                assert await cache.told.get() == [f"/films/{clip.sha256}.mp4"]
            assert await status_at(here, clip) == 404


@pytest.mark.process
async def test_what_nobody_needs_is_swept_from_a_bucket_and_all_of_it_counts(
    bucket: str, tmp_path: Path
) -> None:
    blobs, usage = Bucket(bucket), Usage(1.0)

    async def finish(removal: Removal) -> None:
        """Nothing is removed."""

    def later() -> float:
        return time.time() + 2 * YOUNG_S

    async with a_store(tmp_path / "x.db", "one", later) as store:
        clip = await draw(store, blobs, "a", 5_000_000)
        for audience in ("public", "private"):
            await blobs.put(b"of nobody", ".mp4", audience)
        settings = Settings(data=str(tmp_path), blobs=bucket)
        given = store, alone(store), blobs, usage, settings, finish, later
        await Housekeeper(*given).take_turn()
    found = [(one.name, one.place) async for some in blobs.list_batches(9) for one in some]
    assert found == [(f"{clip.sha256}.mp4", "public")]
    assert usage.used > 5_000_000


@pytest.mark.process
async def test_one_that_cannot_be_moved_keeps_no_other_waiting(bucket: str, tmp_path: Path) -> None:
    blobs = Bucket(bucket)
    async with a_store(tmp_path / "x.db") as store:
        live = a_clip("x", status="live")
        await store.add_clip(live)
        await store.change_clip(live, ClipStarted(live))
        done = replace(live, status="done", sha256="No name", poster="../key")
        await store.change_clip(done, ClipFinished(done))
        clip = await draw(store, blobs, "a")
        for name in ("x", "a"):
            await store.moderation.decide(NewDecision("clip", name, "hide"), BY)
        given = Settings(blobs=bucket)
        async with open_blob_mover(given, alone(store), store.blob_moves, blobs) as mover:
            assert await mover.move_all()
    assert await status_at(blobs, clip) == 404


@pytest.mark.process
async def test_a_cache_that_cannot_be_told_keeps_no_film_where_it_was(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_mover, "MOST", 1)
    blobs, asked = Bucket(bucket), list[Sequence[str]]()

    async def purge(names: Sequence[str]) -> None:
        asked.append(names)
        raise NotReached("no answer")

    async with a_store(tmp_path / "x.db") as store:
        clips = [await draw(store, blobs, name) for name in "abc"]
        for clip in clips:
            await store.moderation.decide(NewDecision("clip", clip.id, "hide"), BY)
        with pytest.raises(NotReached):
            await BlobMover(alone(store), store.blob_moves, blobs, purge).move_all()
        # It is told of all of them later.
        assert len(await store.blob_moves.list_moves(9)) == 3
    assert [await status_at(blobs, clip) for clip in clips] == [404] * 3
    assert len(asked) == 1


async def test_what_nobody_told_of_goes_at_the_next_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_mover, "TURN_S", 0.01)
    purged: asyncio.Queue[Sequence[str]] = asyncio.Queue()
    blobs, idle = Directory(tmp_path / "blobs"), asyncio.Event()
    async with a_store(tmp_path / "x.db") as store:
        list_moves = store.blob_moves.list_moves

        async def listed(most: int, after: str = "") -> Sequence[BlobMove]:
            found = await list_moves(most, after)
            if not found:
                idle.set()
            return found

        monkeypatch.setattr(store.blob_moves, "list_moves", listed)
        clip = await draw(store, blobs, "a")
        async with running(BlobMover(alone(store), store.blob_moves, blobs, purged.put).run()):
            await idle.wait()
            # As by another instance, which is killed before it tells of it.
            await store.remove_clip("a")
            assert await purged.get() == [f"{clip.sha256}.mp4"]
        assert not blobs.has_blob(f"{clip.sha256}.mp4")


async def test_a_cdn_is_told_paths_and_addresses() -> None:
    assert purge_body(CDN, ["a.mp4"]) == {
        "paths": ["/films/a.mp4"],
        "urls": ["https://cdn.example/films/a.mp4"],
    }
    assert purge_body("https://cdn.example", ["a.mp4"])["paths"] == ["/a.mp4"]


async def test_a_mover_that_waits_for_longer_than_its_lease_keeps_it_until_it_is_taken(
    tmp_path: Path,
) -> None:
    clock, asked, answered = Clock(), asyncio.Event(), asyncio.Event()
    path, blobs = tmp_path / "x.db", Directory(tmp_path / "blobs")

    async def purge(names: Sequence[str]) -> None:
        asked.set()
        await answered.wait()

    async def begun(mover: BlobMover) -> asyncio.Task[bool]:
        asked.clear()
        moving = asyncio.create_task(mover.move_all())
        await asked.wait()
        return moving

    async with (
        a_store(path, "one", clock) as one,
        a_store(path, "two", clock) as two,
        open_holder(one, clock, LEASE_S, alone=False) as holder,
    ):
        mover = BlobMover(holder, one.blob_moves, blobs, purge)
        other = BlobMover(alone(two), two.blob_moves, blobs, purge)
        await draw(one, blobs, "a")
        await one.remove_clip("a")
        moving = await begun(mover)
        lease = holder.hold_lease("looked at", 1, clock(), lambda: None)
        clock.now += 0.9 * LEASE_S
        await one.renew_leases()  # as the holder does beside it
        clock.now += 0.9 * LEASE_S
        assert not await other.move_all()
        clock.now += LEASE_S  # it stood still
        taking = await begun(other)
        with pytest.raises(LeaseLost):
            await holder.confirm_lease(lease)
        with pytest.raises(LeaseLost):
            await moving
        answered.set()
        assert await taking
