"""The blob store, twice: a folder, and a real S3-compatible service of this machine."""

import os
from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.fleet import blob_messages
from phosphene.fleet.blob_messages import (
    INLINE_LIMIT,
    BlobMessages,
    Undeliverable,
    now,
    open_blob_messages,
)
from phosphene.render import messages
from phosphene.settings import Settings
from tests.fleet.conftest import a_fleet, lent
from tests.render.dispatch.test_pool import everything
from tests.render.worker.test_session import files, order
from tests.support import RedisServer

LARGE = os.urandom(INLINE_LIMIT + 1)


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.process)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobMessages:
    if request.param == "folder":
        return open_blob_messages(str(tmp_path / "parcels"))
    return open_blob_messages(request.getfixturevalue("bucket"))


def read(fields: dict[str, bytes | str]) -> dict[bytes, bytes]:
    """As the fields come out of Redis."""
    return {
        key.encode(): value if isinstance(value, bytes) else value.encode()
        for key, value in fields.items()
    }


@pytest.mark.asyncio
async def test_what_is_small_travels_in_the_message(store: BlobMessages) -> None:
    fields = await store.pack_body(b"small")
    assert fields == {"d": b"small"}
    assert await store.unpack_body(read(fields)) == b"small"


@pytest.mark.asyncio
async def test_what_is_large_is_fetched_once(store: BlobMessages) -> None:
    fields = read(await store.pack_body(LARGE))
    assert set(fields) == {b"p"}
    assert await store.unpack_body(fields) == LARGE
    with pytest.raises(Undeliverable, match="does not give it"):
        await store.unpack_body(fields)


@pytest.mark.asyncio
async def test_a_store_keeps_its_mark(store: BlobMessages, tmp_path: Path) -> None:
    mark = await store.read_mark()
    assert mark == await store.read_mark()
    assert mark != await open_blob_messages(str(tmp_path / "another")).read_mark()


@pytest.mark.asyncio
async def test_parcels_that_nobody_takes_are_swept_away(
    store: BlobMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = read(await store.pack_body(LARGE))
    assert await store.delete_old(now()) == 0
    assert await store.unpack_body(fields) == LARGE
    fields = read(await store.pack_body(LARGE))
    assert await store.delete_old(now() + 2 * blob_messages.KEPT_S) == 1
    with pytest.raises(Undeliverable):
        await store.unpack_body(fields)


@pytest.mark.asyncio
async def test_keys_that_do_not_open_it_are_said_in_one_line(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a guess")
    shut = open_blob_messages("s3://clips")
    for attempt in (shut.read_mark(), shut.pack_body(LARGE), shut.delete_old(now())):
        with pytest.raises(Undeliverable, match="s3://clips") as said:
            await attempt
        assert "\n" not in str(said.value)


@pytest.mark.parametrize("where", ["ftp://host/folder", "s3://", "/dev/null/folder"])
def test_what_is_no_store_is_said(where: str) -> None:
    with pytest.raises(BadInput, match="blobs"):
        open_blob_messages(where)


def test_a_store_is_in_the_data_folder_where_nothing_else_is_said() -> None:
    assert blob_messages.store_of(Settings(data="there")) == "there/parcels"
    assert blob_messages.store_of(Settings(blobs="s3://clips")) == "s3://clips"


@pytest.mark.asyncio
async def test_a_whole_clip_of_another_machine_comes_by_way_of_a_bucket(
    redis: RedisServer, bucket: str
) -> None:
    with lent(redis, bucket):
        async with a_fleet(redis, bucket) as (pool, _):
            heard = await everything(pool, order("far", seconds=2, parent=bytes(3_000_000)))
    assert isinstance(heard[-1], messages.Done)
    assert set(files(list(heard))) == {"video", "half", "poster", "preview", "latents"}
    assert await open_blob_messages(bucket).delete_old(now() + 2 * blob_messages.KEPT_S) == 0
