"""A disk that cannot be written for a while, under a server that draws."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from phosphene.client import Client
from phosphene.events import ClipFailed, ClipFinished, ClipStarted
from phosphene.model import FEED_TOPIC
from tests.events import events_until, until_subscribed
from tests.support import Instance, instance


@contextmanager
def full_disk(server: Instance) -> Iterator[None]:
    """Within, nothing that the server writes to a file is kept: each write fails."""
    process = server.process.pid
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@pytest.mark.asyncio
async def test_a_clip_that_ends_on_a_full_disk_is_told_of_when_there_is_room_again(
    tmp_path: Path,
) -> None:
    with instance(tmp_path, painted=True) as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            Client(server.url) as client,
            client.follow_topics(FEED_TOPIC) as events,
        ):
            await until_subscribed(events)
            assert (await http.get("/readyz")).json() == {
                "ok": True, "waiting_for": [], "reason": ""
            }  # fmt: skip
            clip = await client.create_clip("disc", seconds=1)
            await events_until(events, ClipStarted)
            with full_disk(server):
                await server.says("it is tried again")
                unready = await http.get("/readyz")
                assert (unready.status_code, unready.json()["waiting_for"]) == (503, ["database"])
                assert (await http.get("/readyz?for=watching")).status_code == 200
                assert (await http.get("/healthz")).status_code == 200
            _, failed = await events_until(events, ClipFailed)
            assert (failed.clip.id, failed.clip.status) == (clip.id, "failed")
            assert "could not be kept" in (failed.clip.reason or "")
            await client.create_clip("disc", seconds=1)
            await events_until(events, ClipFinished)
