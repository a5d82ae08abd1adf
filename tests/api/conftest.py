"""One instance that draws nothing, with clips put into its store by the tests."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from phosphene.ids import new_id
from phosphene.model import Clip, Person, Status, Visibility
from phosphene.people.key_quotas import KeyQuotas
from phosphene.store.sqlite import SqliteStore, open_store
from tests.api.somebody import Somebody, somebody
from tests.support import Instance, RedisServer, instance, redis_server

AUTHOR = Person("author", "author")
AddClip = Callable[..., Awaitable[Clip]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0) as running:
        yield running


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def http(server: Instance) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as client:
        yield client


@pytest_asyncio.fixture
async def add_clip(data: Path, server: Instance) -> AsyncIterator[AddClip]:
    async with open_store(data / "phosphene.db", "test", time.time) as store:

        async def add(
            text: str = "a red fox",
            status: Status = "live",
            parent: str | None = None,
            *,
            visibility: Visibility = "public",
            author: Person = AUTHOR,
            reason: str = "",
        ) -> Clip:
            clip_id = new_id(time.time())
            clip = Clip(
                id=clip_id,
                author=author,
                text=text,
                seconds=3,
                reason=reason,
                status=status,
                created_at=time.time(),
                parent=parent,
                root=parent or clip_id,
                visibility=visibility,
            )
            await store.add_clip(clip)
            return clip

        yield add


@pytest_asyncio.fixture
async def anna(server: Instance) -> AsyncIterator[Somebody]:
    one = await somebody(server)
    yield one
    await one.http.aclose()


@pytest_asyncio.fixture
async def ben(server: Instance) -> AsyncIterator[Somebody]:
    one = await somebody(server)
    yield one
    await one.http.aclose()


def quotas_of(store: SqliteStore) -> KeyQuotas:
    """What API keys may do, as a store counts it."""
    return KeyQuotas(store.api_keys.take_quota, store.api_keys.give_clip_back)
