"""Events and queues as asyncio's, but small."""

import asyncio
import sys

import pytest

from phosphene.social.light_primitives import LightEvent, MessageQueue

pytestmark = pytest.mark.asyncio


async def test_all_who_wait_go_on_and_who_comes_later_does_not_wait() -> None:
    event = LightEvent()
    waiting = [asyncio.ensure_future(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(one.done() for one in waiting)
    event.set()
    await asyncio.gather(*waiting)
    await event.wait()
    assert event.is_set()


async def test_who_gave_up_waiting_is_no_hindrance_for_the_others() -> None:
    event = LightEvent()
    patient, hasty = (asyncio.ensure_future(event.wait()) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait([hasty])
    event.set()
    await patient
    event.clear()
    again = asyncio.ensure_future(event.wait())
    await asyncio.sleep(0)
    assert not again.done()
    event.set()
    await again


async def test_messages_are_taken_in_their_order_and_waited_for() -> None:
    queue = MessageQueue()
    first = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    assert queue.empty()
    assert not first.done()
    for number in range(3):
        queue.put_nowait(number)
    assert [await first, await queue.get(), await queue.get()] == [0, 1, 2]
    assert queue.empty()


async def test_a_reader_that_was_cancelled_loses_no_message() -> None:
    queue = MessageQueue()
    reader = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait("kept")
    reader.cancel()
    await asyncio.wait([reader])
    assert await queue.get() == "kept"


async def test_they_are_small() -> None:
    queue = MessageQueue()
    size = sum(map(sys.getsizeof, (queue, queue._messages, queue._posted)))
    assert size < sys.getsizeof(asyncio.Queue()._queue)  # type: ignore[attr-defined]
