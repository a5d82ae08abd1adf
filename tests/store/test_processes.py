"""Several processes on one file, and processes that die."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from phosphene.events import Liked
from phosphene.model import Person
from phosphene.store.sqlite import open_store
from phosphene.store.store import Store
from tests.store.making import NOON, a_clip, a_store

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


def start_liker(path: Path, instance: str, first: int, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.store.liker", str(path), instance, str(first)]
    return subprocess.Popen([*command, str(count)], stdout=subprocess.PIPE, text=True)


async def output(process: "subprocess.Popen[str]") -> list[str]:
    text, _ = await asyncio.to_thread(process.communicate, timeout=60)
    return text.split()


async def check_the_log(store: Store, likes: int) -> None:
    """Gapless places, each with the exact count of its moment."""
    assert (await store.get_clip("a")).counts.likes == likes
    events = await store.list_events("clip:a", after=0, limit=100_000)
    assert [one.seq for one in events] == list(range(1, likes + 2))
    counts = [one.event.likes for one in events if isinstance(one.event, Liked)]
    assert counts == list(range(1, likes + 1))


async def test_two_instances_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path) as store:
        await store.add_clip(a_clip("a"))
        # Some people are the same in both: they count once.
        processes = [start_liker(path, "two", 0, 300), start_liker(path, "three", 200, 300)]
        people = [Person(f"q{number}", f"g{number}") for number in range(300)]
        await asyncio.gather(
            *(output(process) for process in processes),
            *(store.set_like("a", person, True) for person in people),
        )
        assert [process.returncode for process in processes] == [0, 0]
        await check_the_log(store, 800)
        everywhere = await store.events_everywhere(after=0, limit=100_000)
        assert [at for at, _ in everywhere] == list(
            range(1, 804)
        )  # with what the author is told of all likes


async def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with AsyncExitStack() as stack:
        opening = [
            stack.enter_async_context(open_store(path, f"{number}", lambda: NOON))
            for number in range(8)
        ]
        opened = await asyncio.gather(*opening)
        assert len({(await store.topic_end("feed")).epoch for store in opened}) == 1
        await asyncio.gather(*(one.add_clip(a_clip(f"c{i}")) for i, one in enumerate(opened)))
    async with a_store(tmp_path / "x.db") as store:
        assert (await store.topic_end("feed")).seq == 8


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path) as store:
        await store.add_clip(a_clip("a"))
        process = start_liker(path, "two", 0, 0)
        assert process.stdout
        lines = [await asyncio.to_thread(process.stdout.readline) for _ in range(500)]
        process.kill()
        acknowledged = {int(line) for line in [*lines[1:], *await output(process)] if line.strip()}
        assert len(acknowledged) >= 499
        people = [f"p{number}" for number in acknowledged]
        events = await store.list_events("clip:a", after=0, limit=100_000)
        liked = {one.event.by.id for one in events if isinstance(one.event, Liked)}
        assert liked >= set(people)
        await check_the_log(store, len(liked))
        assert await store.is_ready()
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()
