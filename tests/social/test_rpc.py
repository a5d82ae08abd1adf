"""Two instances and a real Redis: one asks, the other has the poll."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import msgspec
import pytest

from phosphene.bus.connection import connect
from phosphene.bus.redis import PREFIX, PublishedHint, open_bus
from phosphene.errors import NotFound, NotLive, PhospheneError, TooMany, Unprocessable
from phosphene.events import Proposal
from phosphene.model import Person
from phosphene.social import rpc
from phosphene.social.rpc import QUESTIONS, InstanceRpc, Question, Result
from tests.support import RedisServer

ANNA = Person("anna-id", "anna")
LINE = Proposal("p1", ANNA, "at night", 1)


class Poll:
    """The other end: it knows one clip."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.raises: PhospheneError | None = None

    def __call__(self, question: Question) -> Result | None:
        if question.clip != "here":
            return None
        self.asked.append(question)
        if self.raises is not None:
            raise self.raises
        return LINE if question.text or question.proposal else "cancelled"


@asynccontextmanager
async def two(redis: RedisServer, poll: Poll) -> AsyncIterator[InstanceRpc]:
    async with open_bus(redis.url, "a") as a, open_bus(redis.url, "b") as b:
        ours, theirs = InstanceRpc(a, time.time), InstanceRpc(b, time.time)
        running = [
            asyncio.create_task(ours.run(lambda question: None)),
            asyncio.create_task(theirs.run(poll)),
        ]
        try:
            async with asyncio.timeout(20):
                while not await heard(ours):
                    continue
            poll.asked.clear()
            yield ours
        finally:
            for task in running:
                task.cancel()
            await asyncio.wait(running)


async def heard(ours: InstanceRpc) -> bool:
    """Whether both ends listen by now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rpc, "PATIENCE_S", 0.1)
        try:
            await ours.call_owner("here", ANNA, proposal="p1")
        except NotLive:
            return False
    return True


@pytest.mark.asyncio
async def test_whoever_has_the_poll_answers(redis: RedisServer) -> None:
    poll = Poll()
    async with two(redis, poll) as ours:
        assert await ours.propose_line("here", ANNA, "at night") == LINE
        assert await ours.vote_for("here", ANNA, "p1") == LINE
        assert await ours.call_owner("here", ANNA) == "cancelled"
    assert [(one.person, one.text, one.proposal) for one in poll.asked] == [
        (ANNA, "at night", ""),
        (ANNA, "", "p1"),
        (ANNA, "", ""),
    ]


@pytest.mark.asyncio
async def test_a_problem_there_is_the_same_problem_here(redis: RedisServer) -> None:
    poll = Poll()
    async with two(redis, poll) as ours:
        for problem in (TooMany("full", 7.0), NotFound("gone"), Unprocessable("no"), NotLive("no")):
            poll.raises = problem
            with pytest.raises(type(problem), match=str(problem)) as raised:
                await ours.call_owner("here", ANNA, proposal="p1")
            assert getattr(raised.value, "retry_after_s", 0) == getattr(problem, "retry_after_s", 0)


@pytest.mark.asyncio
async def test_a_clip_that_nobody_draws_is_not_live(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two(redis, Poll()) as ours:
        monkeypatch.setattr(rpc, "PATIENCE_S", 0.05)
        with pytest.raises(NotLive, match="no instance"):
            await ours.call_owner("elsewhere", ANNA, text="at night")


@pytest.mark.asyncio
async def test_what_is_no_question_does_no_harm(redis: RedisServer) -> None:
    async with two(redis, Poll()) as ours, aclosing(connect(redis.url)) as stranger:
        for channel in (QUESTIONS, rpc.ANSWERS):
            nonsense = msgspec.msgpack.encode(PublishedHint("c", channel, b"\xc1"))
            await stranger.publish(PREFIX + channel, nonsense)  # both hear it before the question
        assert await ours.call_owner("here", ANNA, text="at night") == LINE
