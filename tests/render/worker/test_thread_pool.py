import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.thread_pool import PriorityThreadPool


async def given(
    pool: PriorityThreadPool, gate: threading.Event, order: list[float], *dues: float
) -> None:
    """Calls that come in this order while all pool are full, and are made once the gate opens."""
    full = [asyncio.create_task(pool.call_in_thread(0.0, gate.wait)) for _ in range(2)]
    calls = [asyncio.create_task(pool.call_in_thread(due, order.append, due)) for due in dues]
    asyncio.get_running_loop().call_soon(gate.set)  # after every call has come
    await asyncio.gather(*full, *calls)


@pytest.mark.asyncio
async def test_what_is_due_first_goes_first() -> None:
    order: list[float] = []
    with ThreadPoolExecutor(1) as threads:
        await given(PriorityThreadPool(threads, 1), threading.Event(), order, 5.0, 3.0, 9.0, 1.0)
    assert order == [1.0, 3.0, 5.0, 9.0]


@pytest.mark.asyncio
async def test_who_goes_away_while_waiting_takes_no_place() -> None:
    gate, order = threading.Event(), list[float]()
    with ThreadPoolExecutor(1) as threads:
        pool = PriorityThreadPool(threads, 1)
        full = [asyncio.create_task(pool.call_in_thread(0.0, gate.wait)) for _ in range(2)]
        away, stays = (
            asyncio.create_task(pool.call_in_thread(due, order.append, due)) for due in (1.0, 2.0)
        )
        loop = asyncio.get_running_loop()
        loop.call_soon(away.cancel)  # after both wait
        loop.call_soon(gate.set)
        await asyncio.gather(*full, stays)
        for due in (3.0, 4.0, 5.0):
            await pool.call_in_thread(due, order.append, due)
    assert order == [2.0, 3.0, 4.0, 5.0]


@pytest.mark.asyncio
async def test_what_a_call_raises_is_raised_and_its_place_is_free_again() -> None:
    with ThreadPoolExecutor(1) as threads:
        pool = PriorityThreadPool(threads, 1)
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                await pool.call_in_thread(0.0, lambda: 1 / 0)
        assert await pool.call_in_thread(0.0, len, "abc") == 3


@pytest.mark.asyncio
async def test_what_is_due_earlier_comes_between_the_pieces_of_a_long_work() -> None:
    order: list[str] = []
    loop = asyncio.get_running_loop()

    def long() -> ChunkedWork[int]:
        order.append("begun")
        loop.call_soon_threadsafe(came.set)
        asked.wait()
        yield
        order.append("ended")
        return 7

    came, asked = asyncio.Event(), threading.Event()
    with ThreadPoolExecutor(1) as threads:
        pool = PriorityThreadPool(threads, 1)
        work = asyncio.create_task(pool.run_chunked(9.0, long()))
        await came.wait()
        urgent = asyncio.create_task(pool.call_in_thread(1.0, order.append, "urgent"))
        loop.call_soon(asked.set)  # after the urgent call has come
        assert await work == 7
        await urgent
    assert order == ["begun", "urgent", "ended"]
