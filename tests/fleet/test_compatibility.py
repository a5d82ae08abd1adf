"""Workers that do not fit are told why, and so is the operator of the instance."""

import asyncio
import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.fleet.compatibility import Compatibility, output_format
from phosphene.fleet.heartbeat import Heartbeat
from phosphene.render import messages
from phosphene.render.schedule import Cost
from tests.breadth import wide
from tests.fleet.conftest import a_fleet, lent
from tests.render.dispatch.test_pool import everything
from tests.render.easel import READY
from tests.render.worker.test_session import order
from tests.support import RedisServer

COST = Cost(first=0.5, second=0.1, shown=0.1)
BEAT = Heartbeat(
    worker="w", name="box:1", model="/models/wan", store="s", ready=READY, cost=COST, room=1
)


class Told(list[tuple[str, str]]):
    def __call__(self, worker: str, reason: str) -> None:
        self.append((worker, reason))


@pytest.mark.parametrize(
    ("beat", "here", "reason"),
    [
        (BEAT, [READY], None),
        (BEAT, [], None),
        (BEAT, [replace(READY, fingerprint="1")], "its weights of /models/wan or its pictures"),
        (BEAT, [replace(READY, width=128)], "its weights of /models/wan or its pictures"),
        (
            replace(BEAT, model="ltx"),
            [],
            "the model ltx, this instance with embedded and",
        ),
        (replace(BEAT, store="t"), [], "another blob store"),
    ],
)
def test_a_worker_is_used_when_it_draws_the_same_and_shares_the_store(
    beat: Heartbeat, here: list[messages.Ready], reason: str | None
) -> None:
    told = Told()
    compatibility = Compatibility(("embedded", "Wan-AI/wan"), "s", told)
    model = compatibility.find_model(beat)
    assert model in {"", "Wan-AI/wan"}
    for _ in range(2):
        refused = compatibility.refuses_worker(beat, model, frozenset(map(output_format, here)))
        assert refused == (reason is not None)
    assert len(told) == int(reason is not None)
    assert all(worker == "w" and reason and reason in said for worker, said in told)


def test_another_version_of_the_messages_is_named() -> None:
    told = Told()
    compatibility = Compatibility(("wan",), "s", told)
    ours, oldest = messages.WIRE, messages.OLDEST
    for spoken in ((ours, oldest), (ours + 1, ours), (oldest, oldest - 1)):
        assert not compatibility.speaks_other_version("w", "box", spoken)
    for spoken in ((ours + 2, ours + 1), (oldest - 1, 0)):
        assert all(compatibility.speaks_other_version("w", "box", spoken) for _ in range(2))
    assert len(told) == 2
    assert f"version {ours + 2}" in told[0][1]


@pytest.mark.asyncio
async def test_a_worker_hears_why_it_is_not_used(redis: RedisServer, blobs: Path) -> None:
    with lent(redis, blobs, model="another") as worker:
        async with a_fleet(redis, blobs, count=0) as (pool, _):
            line = await asyncio.to_thread(worker.says, "does not use this worker")
            assert "it draws with the model another, this instance with embedded" in line
            assert not pool.ready_workers


@pytest.mark.asyncio
@pytest.mark.parametrize("neighbour", ["before", wide("later")])
async def test_a_worker_of_a_neighbouring_release_draws_on(
    redis: RedisServer, blobs: Path, neighbour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if neighbour == "before":
        monkeypatch.setattr(messages, "WIRE", messages.WIRE + 1)
    with lent(redis, blobs, neighbour=neighbour) as worker:
        async with a_fleet(redis, blobs, count=1) as (pool, fleet):
            heard = await everything(pool, order(f"of {neighbour}"))
            assert isinstance(heard[-1], messages.Done)
            (link,) = fleet.remote_links
            assert link.wire == messages.WIRE + (1 if neighbour == "later" else -1)
            last, draining = list[messages.ClipAnswer](), 0
            async for answer in pool.render_clip(order("the last", seconds=3)):
                if isinstance(answer, messages.Started):
                    worker.process.send_signal(signal.SIGTERM)
                last.append(answer)
                draining = max(draining, fleet.workers_draining)
            assert isinstance(last[-1], messages.Done)
            assert draining == 1, "it said that it takes no more, and ended the clip"
