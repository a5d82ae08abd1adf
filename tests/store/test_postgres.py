"""The store in PostgreSQL: what its file has nothing of. That both do the same shows
``python -m tests.soak.postgres``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from importlib import import_module
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.bus.local import LocalBus
from phosphene.errors import BadInput, Busy, NotFound
from phosphene.model import Person
from phosphene.social import topics as topics_module
from phosphene.social.topics import Topics
from phosphene.store import writes
from phosphene.store.connection import SqlConnection
from phosphene.store.opening import open_store_at
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Store
from tests.postgres import PostgresServer, make_database, why_not
from tests.postgres_proxy import Cut, cutting_proxy
from tests.social.reading import Follower
from tests.social.serving import beside
from tests.store.making import ANNA, BEN, NOON, a_clip, a_comment

pytestmark = [pytest.mark.process, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture
def url(server: PostgresServer, tmp_path: Path) -> str:
    return make_database(server.url, tmp_path)


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqliteStore]:
    async with open_store_at(url, Path("nowhere"), "one", lambda: NOON) as made:
        await made.add_clip(a_clip("a"))
        yield made


def people(count: int) -> list[Person]:
    return [Person(f"p{number}", f"h{number}") for number in range(count)]


async def check_log(store: Store, likes: int) -> None:
    """Likes, their counter and their events agree, and places have no gaps."""
    events = await store.list_events("clip:a", after=0, limit=1000)
    assert [one.seq for one in events] == [*range(1, likes + 2)]
    assert (await store.get_clip("a")).counts.likes == likes
    everywhere = await store.events_everywhere(after=0, limit=1000)
    mine = [one.seq for _, one in everywhere if one.topic == "clip:a"]
    assert mine == [*range(1, likes + 2)]


@pytest.mark.asyncio
async def test_a_new_database_may_be_opened_by_many_at_once(server: PostgresServer) -> None:
    url = make_database(server.url, Path("empty"), migrated=False)

    async def check(holder: str) -> str:
        async with open_store_at(url, Path("nowhere"), holder, lambda: NOON) as store:
            assert await store.is_ready()
            assert store.is_shared
            return (await store.topic_end("feed")).epoch

    assert len(set(await asyncio.gather(*map(check, ("one", "two", "three"))))) == 1


@pytest.mark.asyncio
async def test_what_is_written_together_is_there_and_each_failure_is_its_own(
    store: SqliteStore,
) -> None:
    answers = await asyncio.gather(
        *(store.set_like("a", one, True) for one in people(20)),
        store.set_like("missing", BEN, True),
        # Fails after it has written: of all that share its commit only this one is undone.
        store.add_clip(a_clip("b"), parent="missing"),
        store.add_comment(a_comment("k", "a", "oh!\0")),
        store.add_comment(a_comment("l", "a", "oh!")),
        return_exceptions=True,
    )
    assert [type(one) for one in answers[20:]] == [NotFound, NotFound, BadInput, list]
    with pytest.raises(NotFound):
        await store.get_clip("b")
    assert [one.id for one in (await store.list_comments("a", limit=9)).comments] == ["l"]
    assert (await store.get_clip("a")).counts.likes == 20
    with pytest.raises(BadInput):
        await store.get_clip("\0")


@pytest.mark.asyncio
async def test_two_writers_at_once_leave_one_log(store: SqliteStore, url: str) -> None:
    async with open_store_at(url, Path("nowhere"), "two", lambda: NOON) as other:
        await asyncio.gather(
            *(
                one.set_like("a", person, True)
                for number, person in enumerate(people(60))
                for one in [(store, other)[number % 2]]
            )
        )
    await check_log(store, 60)


@pytest.mark.asyncio
@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_commit_that_is_not_answered_counts_once(
    store: SqliteStore, url: str, cut: Cut
) -> None:
    with cutting_proxy(url) as (proxy, behind):
        async with open_store_at(behind, Path("nowhere"), "two", lambda: NOON) as other:
            proxy.cuts += [cut]
            answers = await asyncio.gather(*(other.set_like("a", one, True) for one in people(30)))
            assert not proxy.cuts
    # Each is told its own event, whichever try it was that counted.
    assert all(recorded for _, recorded in answers)
    await check_log(store, 30)


def test_who_is_led_to_a_replica_connects_anew(url: str) -> None:
    committer = import_module("phosphene.store.postgres_committer").PostgresCommitter(url, {})

    def fall_back(cx: SqlConnection) -> None:
        # As a server that is made a replica while its connections stay.
        cx.execute("SET default_transaction_read_only = on")

    try:
        committer.commit_batch([fall_back])
        assert committer.commit_batch([writes.touch]) == [(None, None)]
    finally:
        committer.close()


@pytest.mark.asyncio
async def test_who_asks_is_not_told_where_the_database_is(
    server: PostgresServer, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(server.kill)
    try:
        with pytest.raises(Busy) as raised:
            await store.get_clip("a")
    finally:
        await asyncio.to_thread(server.start)
    assert ".s.PGSQL" not in str(raised.value)
    assert ".s.PGSQL" in caplog.text


@pytest.mark.asyncio
async def test_who_writes_while_the_server_falls_loses_nothing_that_was_told(
    server: PostgresServer, store: SqliteStore
) -> None:
    told = 0

    async def like(one: Person) -> None:
        nonlocal told
        await store.set_like("a", one, True)
        told += 1
        if told == 40:
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

    some = people(80)
    for first in range(0, 80, 20):
        await asyncio.gather(*map(like, some[first : first + 20]))
    assert told == 80
    await check_log(store, 80)


@pytest.mark.asyncio
async def test_other_instances_hear_of_commits(store: SqliteStore, url: str) -> None:
    async with (
        open_store_at(url, Path("nowhere"), "two", lambda: NOON) as other,
        aclosing(other.receive_commits()) as told,
    ):
        await anext(told)
        await other.set_like("a", ANNA, True)
        hears = asyncio.ensure_future(anext(told))
        await store.set_like("a", BEN, True)
        await hears
        seen = [one.seq for one in await other.list_events("clip:a", after=2, limit=9)]
        assert seen == [3]


@pytest.mark.asyncio
async def test_topics_without_redis_are_told_at_once(
    store: SqliteStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only what is heard has them look.
    monkeypatch.setattr(topics_module, "TICK_UP_S", 1000.0)
    async with open_store_at(url, Path("nowhere"), "two", lambda: NOON) as other:
        topics = Topics(other, LocalBus())
        async with beside(topics.run()):
            follower = await Follower().follow(topics, other, "clip:a")
            for number, one in enumerate(people(3), 2):
                await store.set_like("a", one, True)
                await follower.reached(number)


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_is_busy_and_no_address_bad_input() -> None:
    for url, error in (
        ("postgresql://nobody@/x?host=/nowhere", Busy),
        ("postgresql://nobody:s%zzecret@/x", BadInput),
    ):
        with pytest.raises(error) as raised:
            async with open_store_at(url, Path("nowhere"), "one", lambda: NOON):
                pass
        assert "ecret" not in str(raised.value)
