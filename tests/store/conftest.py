from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from phosphene.store.store import Store
from tests.store.making import a_store


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path / "phosphene.db") as opened:
        yield opened
