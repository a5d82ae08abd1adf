"""What an operator sees of a fleet from outside."""

from pathlib import Path

import pytest
from redis import Redis

from server.errors import BadInput
from server.fleet import names
from server.fleet.diagnostics import Seen, look, try_parcel
from tests.fleet.conftest import lent
from tests.support import RedisServer, free_port


def test_workers_that_beat_are_seen_and_one_of_another_release_is_named(
    redis: RedisServer, blobs: Path
) -> None:
    beat = {"v": "another", "w": "w", "name": "old box", "d": "?"}
    with Redis(port=redis.port) as client, lent(redis, blobs, instance="box"):
        seen = look(redis.url)
        # Far in the future, so that whoever begins to listen at any time hears it.
        client.xadd(names.BEATS, beat, id="9999999999999-0")
        after = look(redis.url)
    assert seen.new_enough
    assert seen.fit
    assert seen.workers == ("box (embedded on cpu)",)
    assert not after.fit
    assert any(line.startswith("old box (speaks version another") for line in after.workers)


def test_a_redis_that_is_not_there_or_too_old_is_said() -> None:
    with pytest.raises(OSError, match="refused"):
        look(f"redis://127.0.0.1:{free_port()}")
    assert not Seen("6.2.14", ()).new_enough


def test_a_store_is_tried(tmp_path: Path) -> None:
    try_parcel(str(tmp_path))
    with pytest.raises(BadInput):
        try_parcel("/dev/null/nothing")
