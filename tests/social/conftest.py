from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.social.serving import Site, a_clip, a_site
from tests.support import RedisServer, redis_server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """One instance alone, with a clip ``a``."""
    async with a_site(tmp_path / "x.db") as opened:
        await opened.topics.publish_events(await opened.store.add_clip(a_clip("a")))
        yield opened
