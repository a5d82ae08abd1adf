import asyncio

import pytest

from phosphene.stream.audience import Audience


@pytest.mark.asyncio
async def test_counts_who_is_there() -> None:
    attendance = Audience()
    with attendance.viewer_present():
        with attendance.viewer_present():
            assert attendance.count == 2
        assert attendance.count == 1
    assert attendance.count == 0


@pytest.mark.asyncio
async def test_deserted_at_once_when_nobody_ever_came() -> None:
    await Audience().wait_until_empty(0.0)


@pytest.mark.asyncio
async def test_somebody_who_returns_in_time_is_waited_for() -> None:
    attendance = Audience()
    with attendance.viewer_present():
        waiting = asyncio.ensure_future(attendance.wait_until_empty(0.01))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
    await waiting


@pytest.mark.asyncio
async def test_the_count_survives_an_error_inside() -> None:
    attendance = Audience()
    with pytest.raises(ZeroDivisionError), attendance.viewer_present():
        raise ZeroDivisionError
    assert attendance.count == 0
