from contextlib import aclosing

import pytest

from phosphene.children.liveness import Liveness
from phosphene.children.process import ProcessLimits, ProcessLost

pytestmark = pytest.mark.asyncio
QUICK = ProcessLimits(ping_every=0.001, pong=0.0035)


async def test_silence_of_more_rounds_than_allowed_is_a_loss() -> None:
    pings: list[int] = []
    rounds = Liveness(QUICK).ping_rounds(pings.append)
    assert [await anext(rounds) for _ in range(3)] == [QUICK.ping_every] * 3
    with pytest.raises(ProcessLost, match="has not answered"):
        await anext(rounds)
    assert pings == [0, 1, 2, 3]


async def test_who_answers_each_ping_lives() -> None:
    liveness, pings = Liveness(QUICK), list[int]()

    def ping(number: int) -> None:
        pings.append(number)
        liveness.note_answer()

    async with aclosing(liveness.ping_rounds(ping)) as rounds:
        async for _ in rounds:
            if len(pings) == 10:
                break
