import asyncio

import pytest

from phosphene.studio.kept_signal import KeptSignal

pytestmark = pytest.mark.asyncio


async def test_what_is_given_before_somebody_waits_is_taken_once() -> None:
    signal = KeptSignal()
    signal.give()
    signal.give()
    await signal.take()
    async with asyncio.TaskGroup() as tasks:
        taking = tasks.create_task(signal.take())
        await asyncio.sleep(0)
        assert not taking.done()
        signal.give()
