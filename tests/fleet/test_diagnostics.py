"""What an operator sees of a fleet from outside."""

from pathlib import Path

import pytest
from redis import Redis

from phosphene.errors import BadInput
from phosphene.fleet import names
from phosphene.fleet.diagnostics import FleetView, try_blob_store, view_fleet
from tests.fleet.conftest import lent
from tests.support import RedisServer, free_port


def test_workers_that_beat_are_seen_and_one_of_another_release_is_named(
    redis: RedisServer, blobs: Path
) -> None:
    beat = {"v": "another", "w": "w", "name": "old box", "d": "?"}
    with Redis(port=redis.port) as client, lent(redis, blobs, instance="box"):
        seen = view_fleet(redis.url)
        # Far in the future, so that whoever begins to listen at any time hears it.
        client.xadd(names.BEATS, beat, id="9999999999999-0")
        after = view_fleet(redis.url)
    assert seen.is_supported
    assert seen.fit
    assert seen.workers == ("box (embedded on cpu)",)
    assert not after.fit
    assert any(line.startswith("old box (speaks version 0") for line in after.workers)


def test_a_redis_that_is_not_there_or_too_old_is_said() -> None:
    with pytest.raises(OSError, match="refused"):
        view_fleet(f"redis://127.0.0.1:{free_port()}")
    assert not FleetView("6.2.14", ()).is_supported


def test_a_store_is_tried(tmp_path: Path) -> None:
    try_blob_store(str(tmp_path))
    with pytest.raises(BadInput):
        try_blob_store("/dev/null/nothing")
