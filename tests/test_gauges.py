"""What an operator sees of workers of other machines, in what is scraped."""

import asyncio
from pathlib import Path

import pytest

from phosphene.fleet.blob_messages import open_blob_messages
from phosphene.fleet.fleet import Fleet
from phosphene.gauges import watch_fleet
from phosphene.metrics import Metrics
from phosphene.render.dispatch.pool import ModelPools
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings

LIMITS = WorkerLimits()


def scraped(metrics: Metrics) -> dict[str, float]:
    lines = bytes(metrics.to_response().body).decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.partition(" ") for line in lines if not line.startswith("#"))
    }


@pytest.mark.asyncio
async def test_a_fleet_that_redis_does_not_answer_has_no_room_and_says_so(tmp_path: Path) -> None:
    metrics = Metrics()
    parcels = open_blob_messages(str(tmp_path))
    async with open_pool(Settings(workers=0), (), LIMITS) as pool, asyncio.TaskGroup() as tasks:
        fleet = Fleet(
            "redis://127.0.0.1:1", "a", ModelPools([pool]), parcels, "store", LIMITS, tasks
        )
        watch_fleet(metrics, fleet)
        told = scraped(metrics)
        assert told["phosphene_fleet_up"] == 0
        assert {told[f"phosphene_remote_{what}"] for what in ("workers", "room", "clips")} == {0}
        fleet.redis_away, fleet.workers_lost = False, 2
        told = scraped(metrics)
        assert (told["phosphene_fleet_up"], told["phosphene_remote_workers_lost_total"]) == (1, 2)
