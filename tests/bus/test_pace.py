"""Real time, and what it must not be less than: a turn that comes too early is one too many."""

import asyncio
from itertools import pairwise

import pytest

from phosphene.bus.pace import SendPace

pytestmark = pytest.mark.asyncio
GAP_S = 0.02


async def test_who_comes_alone_does_not_wait() -> None:
    pace = SendPace(gap_s=3600.0)
    await pace.wait_turn()


async def test_turns_are_apart() -> None:
    loop, pace = asyncio.get_running_loop(), SendPace(GAP_S)
    turns = list[float]()
    for _ in range(3):
        await pace.wait_turn()
        turns.append(loop.time())
    # A loop's clock is in whole milliseconds where its sleep ends.
    assert all(later - one >= GAP_S - 0.002 for one, later in pairwise(turns))
