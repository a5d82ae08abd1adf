"""What holds of both places: a folder, and a bucket of a real service."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from phosphene.blobs.blobs import AUDIENCES, Blob, Blobs
from phosphene.blobs.bucket import Bucket
from phosphene.blobs.folder import Directory
from phosphene.errors import BadInput, NotFound

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.process)])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return Directory(tmp_path / "blobs")
    return Bucket(request.getfixturevalue("bucket"))


async def listed(blobs: Blobs) -> list[Blob]:
    return [blob async for batch in blobs.list_batches(2) for blob in batch]


async def names(blobs: Blobs) -> Sequence[str]:
    return sorted(blob.name for blob in await listed(blobs))


async def test_a_blob_is_found_by_its_hash(blobs: Blobs) -> None:
    name = await blobs.put(b"paper", ".mp4")
    assert name == hashlib.sha256(b"paper").hexdigest() + ".mp4"
    assert not blobs.has_blob(f"{'0' * 64}.mp4")
    assert blobs.has_blob(name)
    assert await blobs.get(name) == b"paper"
    assert await blobs.put(b"paper", ".mp4") == name
    assert await names(blobs) == [name]


async def test_what_has_a_name_of_its_own_is_replaced(blobs: Blobs) -> None:
    name = "0123456789abcdefghjk.jpg"
    for data in (b"rock", b"scissors"):
        await blobs.replace_blob(data, name)
        assert await blobs.get(name) == data
    with pytest.raises(BadInput):
        await blobs.replace_blob(b"paper", "../hand.jpg")
    assert await names(blobs) == [name]


@pytest.mark.parametrize("name", ["", "../secret", ".hidden", "a/b", "A.mp4", "a\x00b"])
async def test_a_name_that_leaves_the_place_is_refused(blobs: Blobs, name: str) -> None:
    for asked in (blobs.get(name), blobs.delete_blob(name), blobs.locate_blob(name, "public")):
        with pytest.raises(BadInput):
            await asked


async def test_a_blob_is_deleted_once_and_for_all_wherever_it_lies(blobs: Blobs) -> None:
    for audience in AUDIENCES:
        name = await blobs.put(b"paper", ".mp4", audience)
    for _ in range(2):
        await blobs.delete_all([name])
    assert await names(blobs) == []
    with pytest.raises(NotFound):
        await blobs.get(name)
    with pytest.raises(NotFound):
        await blobs.locate_blob(name, "private")


async def test_all_files_come_in_batches_and_their_sizes_are_known(blobs: Blobs) -> None:
    kept = {await blobs.put(bytes(number), ".mp4", "public") for number in range(1, 5)}
    kept.add(await blobs.put(b"latents", ".safetensors", "public"))
    blobs.read_mark()
    batches = [len(batch) async for batch in blobs.list_batches(2)]
    assert max(batches) <= 2
    assert set(await names(blobs)) == kept
    assert await blobs.total_size([*kept, f"{'0' * 64}.mp4"]) == 17


async def test_a_blob_that_is_stored_again_meanwhile_is_not_deleted(blobs: Blobs) -> None:
    name = await blobs.put(b"paper", ".mp4", "unlisted")
    (found,) = await listed(blobs)
    await blobs.delete_unchanged(Blob(name, found.modified - 1, found.place))
    assert await blobs.get(name) == b"paper"
    for _ in range(2):
        await blobs.delete_unchanged(found)
    assert await names(blobs) == []


async def test_a_place_keeps_its_mark(blobs: Blobs, tmp_path: Path) -> None:
    mark = blobs.read_mark()
    assert mark == blobs.read_mark()
    assert mark != Directory(tmp_path / "another").read_mark()
    assert await blobs.find_trouble() == ""


async def test_a_blob_that_is_moved_is_there_and_is_there_once(blobs: Blobs) -> None:
    name = await blobs.put(b"paper", ".mp4", "public")
    latents = await blobs.put(os.urandom(9), ".safetensors", "public")
    for audience in ("withheld", "withheld", "private", "public"):
        await blobs.move_blob(name, audience)
        await blobs.move_blob(latents, audience)
        assert await blobs.get(name) == b"paper"
        await blobs.locate_blob(name, audience)
    assert await names(blobs) == sorted([name, latents])
    await blobs.move_blob(f"{'0' * 64}.mp4", "private")
    assert len(await names(blobs)) == 2
