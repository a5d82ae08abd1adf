import asyncio

import pytest

from phosphene.studio.auto_reset_event import AutoResetEvent

pytestmark = pytest.mark.asyncio


async def test_what_is_set_before_somebody_waits_counts_once() -> None:
    event = AutoResetEvent()
    event.set()
    event.set()
    await event.wait()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(event.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        event.set()
