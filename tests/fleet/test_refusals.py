"""Workers that do not fit are told why, and so is the operator of the instance."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from server.fleet.beat import Beat
from server.fleet.refusals import Refusals
from server.render import wire
from server.render.schedule import Cost
from tests.fleet.conftest import a_fleet, lent
from tests.render.easel import READY
from tests.support import RedisServer

COST = Cost(first=0.5, second=0.1, shown=0.1)
BEAT = Beat(
    worker="w", name="box:1", model="/models/wan", store="s", ready=READY, cost=COST, room=1
)


class Told(list[tuple[str, str]]):
    def __call__(self, worker: str, reason: str) -> None:
        self.append((worker, reason))


@pytest.mark.parametrize(
    ("beat", "weights", "reason"),
    [
        (BEAT, frozenset({READY.fingerprint}), None),
        (BEAT, frozenset[str](), None),
        (BEAT, frozenset({"1" * 64}), "its weights of /models/wan differ"),
        (msgspec.structs.replace(BEAT, model="ltx"), frozenset[str](), "draws with the model ltx"),
        (msgspec.structs.replace(BEAT, store="t"), frozenset[str](), "another blob store"),
    ],
)
def test_a_worker_is_used_when_it_draws_the_same_and_shares_the_store(
    beat: Beat, weights: frozenset[str], reason: str | None
) -> None:
    told = Told()
    refusals = Refusals("wan", "s", told)
    for _ in range(2):
        assert refusals.refuses(beat, weights) == (reason is not None)
    assert len(told) == int(reason is not None)
    assert all(worker == "w" and reason and reason in said for worker, said in told)


def test_another_version_of_the_messages_is_named() -> None:
    told = Told()
    refusals = Refusals("wan", "s", told)
    assert not refusals.speaks_otherwise("w", "box", wire.VERSION)
    assert all(refusals.speaks_otherwise("w", "box", "00000000") for _ in range(2))
    assert len(told) == 1
    assert "version 00000000" in told[0][1]


@pytest.mark.asyncio
async def test_a_worker_hears_why_it_is_not_used(redis: RedisServer, blobs: Path) -> None:
    with lent(redis, blobs, model="another") as worker:
        async with a_fleet(redis, blobs, count=0) as (pool, _):
            line = await asyncio.to_thread(worker.says, "does not use this worker")
            assert "it draws with the model another, this instance with embedded" in line
            assert not pool.workers
