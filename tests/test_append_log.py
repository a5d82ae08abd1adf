import asyncio

import pytest

from phosphene.append_log import Log


async def collect(log: Log[int], at: int = 0) -> list[int]:
    return [item async for item in log.read(at)]


@pytest.mark.asyncio
async def test_readers_at_their_own_places_get_every_item_in_order() -> None:
    log: Log[int] = Log()
    log.append(0)
    async with asyncio.TaskGroup() as tasks:
        early, late = tasks.create_task(collect(log)), tasks.create_task(collect(log, 2))
        await asyncio.sleep(0)
        for item in range(1, 5):
            log.append(item)
        log.close()
    assert early.result() == [0, 1, 2, 3, 4]
    assert late.result() == [2, 3, 4]


@pytest.mark.asyncio
async def test_one_cancelled_reader_leaves_the_others_waiting() -> None:
    log: Log[int] = Log()
    async with asyncio.TaskGroup() as tasks:
        gone, stays = tasks.create_task(collect(log)), tasks.create_task(collect(log))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        log.append(7)
        log.close()
    assert stays.result() == [7]


@pytest.mark.asyncio
async def test_nothing_follows_a_closed_log() -> None:
    log: Log[int] = Log()
    log.close()
    log.close()
    with pytest.raises(RuntimeError, match="closed"):
        log.append(1)
    assert await collect(log) == []


@pytest.mark.asyncio
async def test_waiting_for_a_place_goes_on_until_it_is_there() -> None:
    log: Log[int] = Log()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(log.wait_grown(2))
        for item in range(3):
            await asyncio.sleep(0)
            assert not waiting.done()
            log.append(item)
        await asyncio.sleep(0)
    assert waiting.done()
    assert await collect_now(log) == [0, 1, 2]


async def collect_now(log: Log[int]) -> list[int]:
    log.close()
    return await collect(log)
