"""The clips of an instance, each in a task of its own."""

import asyncio
from collections.abc import AsyncIterator
from math import inf
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.render.dispatch.queue import ClipQueue
from phosphene.render.schedule import Asker
from phosphene.social.poll import Poll
from phosphene.store.held_lease import Lease
from phosphene.store.holder import LeaseHolder
from phosphene.store.leases import lease_of
from phosphene.store.store import Store
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.active_clips import ActiveClips
from tests.store.making import a_clip, a_store

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path / "x.db") as opened:
        yield opened


def active(clip_id: str) -> ActiveClip:
    lease = Lease(lease_of(clip_id), 1, inf, lambda: None)
    place = ClipQueue().keep_place(Asker("anna"))
    return ActiveClip(a_clip(clip_id), 0.0, SimulatedViewer(24), lease, place)


async def test_a_clip_is_here_until_its_story_ends(store: Store) -> None:
    holder = LeaseHolder(store, lambda: 0.0, 8.0, alone=True)
    end = asyncio.Event()

    async def story() -> None:
        await end.wait()

    async with asyncio.TaskGroup() as tasks:
        clips = ActiveClips(holder, tasks)
        one = active("a")
        clips.begin_clip(one, story())
        assert ("a" in clips, "b" in clips, len(clips)) == (True, False, 1)
        assert clips.holds_clip("a")
        one.lease.gone = True
        assert not clips.holds_clip("a"), "another instance goes on with it"
        await clips.wait_finished(0.0)
        assert "a" in clips
        end.set()
        await clips.wait_finished(inf)
        assert (len(clips), clips.holds_clip("a")) == (0, False)


async def test_a_stop_cancels_what_is_left(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        clips = ActiveClips(LeaseHolder(store, lambda: 0.0, 8.0, alone=True), tasks)
        clips.begin_clip(active("a"), asyncio.sleep(inf))
        await asyncio.sleep(0)
        clips.cancel_all()
        await clips.wait_finished(inf)
        assert not len(clips)


async def test_a_clip_can_be_asked_how_it_goes_on_while_it_is_on_air(store: Store) -> None:
    async def tell(_: object) -> None:
        """Nobody listens."""

    async with asyncio.TaskGroup() as tasks:
        clips = ActiveClips(LeaseHolder(store, lambda: 0.0, 8.0, alone=True), tasks)
        poll = Poll("a", tell, lambda: None, lambda _: None)
        assert clips.poll_of("a") is None
        clips.add_poll("a", poll)
        assert clips.poll_of("a") is poll
        clips.drop_poll("a")
        clips.drop_poll("a")
        assert clips.poll_of("a") is None
