from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.store.store import Store
from tests.postgres import PostgresServer, postgres_server
from tests.store.making import a_store


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path / "phosphene.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """PostgreSQL, started where the first test wants it."""
    with postgres_server() as started:
        yield started
