import asyncio
from collections.abc import Sequence

import pytest

from phosphene.errors import Busy
from phosphene.feed.candidates import MAX_AGE_S, Candidates
from phosphene.model import Clip, Person

CLIP = Clip(
    id="c1",
    author=Person("p", "p"),
    text="a fox",
    seconds=1,
    status="done",
    created_at=0.0,
)


class Source:
    """Clips that come when they are let through."""

    def __init__(self) -> None:
        self.asked = 0
        self.through = asyncio.Event()
        self.now_s = 100.0

    async def read(self) -> Sequence[Clip]:
        self.asked += 1
        await self.through.wait()
        return [CLIP]


@pytest.mark.asyncio
async def test_who_comes_while_the_first_clips_are_read_waits_for_them() -> None:
    source = Source()
    candidates = Candidates(source.read, lambda: source.now_s)
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(candidates.current_set()) for _ in range(6)]
        group.create_task(source.through.wait())
        source.through.set()
    assert [len(one.result().clips) for one in asking] == [1] * 6
    assert source.asked == 1


@pytest.mark.asyncio
async def test_clips_are_read_again_when_they_are_old() -> None:
    source = Source()
    source.through.set()
    candidates = Candidates(source.read, lambda: source.now_s)
    first = await candidates.current_set()
    assert await candidates.current_set() is first
    source.now_s += MAX_AGE_S
    assert await candidates.current_set() is not first


@pytest.mark.asyncio
async def test_a_store_that_failed_is_asked_again_at_once() -> None:
    answers: list[Sequence[Clip] | Busy] = [Busy("locked", 1.0), [CLIP]]

    async def read() -> Sequence[Clip]:
        found = answers.pop(0)
        if isinstance(found, Busy):
            raise found
        return found

    candidates = Candidates(read, lambda: 100.0)
    with pytest.raises(Busy):
        await candidates.current_set()
    assert (await candidates.current_set()).clips == (CLIP,)
