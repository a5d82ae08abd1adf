"""What comes from a worker far away: numbered, large messages beside the others."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from phosphene.children.process import ProcessLost
from phosphene.failure_boundary import hold
from phosphene.fleet.blob_messages import INLINE_LIMIT, BlobMessages, open_blob_messages
from phosphene.fleet.link import UNLUCKY, RemoteLink, Work
from phosphene.render import messages
from phosphene.render.dispatch.job import UNSURE
from tests.fleet.test_blob_messages import read
from tests.fleet.test_compatibility import BEAT

DONE = messages.Done(clip="a", frames=24, render_s=1.0)
VIDEO = messages.Artifact("a", "video", "video/mp4", os.urandom(INLINE_LIMIT))


class Wire:
    """The far end: it numbers what it says."""

    def __init__(self, far: RemoteLink, parcels: BlobMessages) -> None:
        self.far, self.parcels, self.number = far, parcels, 0

    async def say(self, answer: messages.Answer, clip: str = "a") -> None:
        body = messages.encode_message(answer)
        fields = {**await self.parcels.pack_body(body), "n": str(self.number), "c": clip}
        self.number += 1
        self.far.receive_entry(read(fields))


@asynccontextmanager
async def a_link(folder: Path) -> AsyncIterator[tuple[RemoteLink, Wire, list[messages.Order]]]:
    parcels, posted = open_blob_messages(str(folder)), list[messages.Order]()
    async with asyncio.TaskGroup() as tasks:

        def spawn(work: Work) -> "asyncio.Task[None]":
            return tasks.create_task(hold("parcel", work))

        def post(worker: str, order: messages.Order) -> None:
            posted.append(order)

        far = RemoteLink(BEAT, "embedded", messages.WIRE, parcels, post, spawn, 0.0)
        yield far, Wire(far, parcels), posted


@pytest.mark.asyncio
async def test_the_last_word_waits_for_what_is_large_and_nothing_else_does(tmp_path: Path) -> None:
    async with a_link(tmp_path) as (far, end, _):
        await end.say(VIDEO)
        await end.say(messages.WorkerPong(1))
        await end.say(DONE)
        assert await far.next_answer() == messages.WorkerPong(1)
        assert [await far.next_answer(), await far.next_answer()] == [VIDEO, DONE]


@pytest.mark.asyncio
async def test_a_clip_whose_parcel_is_gone_fails_with_a_reason(tmp_path: Path) -> None:
    async with a_link(tmp_path) as (far, end, posted):
        await end.say(VIDEO)
        for parcel in os.listdir(tmp_path / "parcels"):
            os.unlink(tmp_path / "parcels" / parcel)
        failed = await far.next_answer()
    assert isinstance(failed, messages.Failed)
    assert "did not arrive" in failed.reason
    assert posted == [messages.Cancel("a")]


@pytest.mark.asyncio
async def test_what_comes_twice_is_heard_once_and_a_gap_loses_the_worker(tmp_path: Path) -> None:
    async with a_link(tmp_path) as (far, end, _):
        await end.say(messages.WorkerPong(1))
        end.number = 0
        await end.say(messages.WorkerPong(1))
        await end.say(messages.WorkerPong(2))
        assert [await far.next_answer(), await far.next_answer()] == [
            messages.WorkerPong(1),
            messages.WorkerPong(2),
        ]
        assert far.blame_share == UNSURE
        end.number += 3
        await end.say(messages.WorkerPong(3))
        with pytest.raises(ProcessLost, match="3 of its messages were lost"):
            await far.next_answer()
        assert far.blame_share == UNLUCKY


@pytest.mark.asyncio
async def test_a_clip_that_it_takes_leaves_less_room(tmp_path: Path) -> None:
    async with a_link(tmp_path) as (far, end, _):
        room = far.free_places
        await end.say(messages.Claimed("a"))
        assert await far.next_answer() == messages.Claimed("a")
        assert far.free_places == room - 1


@pytest.mark.asyncio
async def test_nonsense_loses_the_worker(tmp_path: Path) -> None:
    async with a_link(tmp_path) as (far, _, _):
        far.receive_entry({b"n": b"0", b"c": b"a", b"d": b"\xc1"})
        with pytest.raises(ProcessLost, match="no answer"):
            await far.next_answer()
