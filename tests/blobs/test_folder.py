import errno
import hashlib
import os
from pathlib import Path

import pytest

from phosphene.blobs.folder import Directory
from phosphene.errors import BadInput, NotFound


@pytest.mark.asyncio
async def test_a_blob_is_found_by_its_hash(tmp_path: Path) -> None:
    blobs = Directory(tmp_path / "blobs")
    name = await blobs.put(b"paper", ".mp4")
    assert name == hashlib.sha256(b"paper").hexdigest() + ".mp4"
    assert await blobs.get(name) == b"paper"
    assert await blobs.put(b"paper", ".mp4") == name
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == [name]


@pytest.mark.asyncio
async def test_what_has_a_name_of_its_own_is_replaced(tmp_path: Path) -> None:
    blobs = Directory(tmp_path / "blobs")
    for data in (b"rock", b"scissors"):
        await blobs.replace(data, "hand.jpg")
        assert await blobs.get("hand.jpg") == data
    with pytest.raises(BadInput):
        await blobs.replace(b"paper", "../hand.jpg")
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == ["hand.jpg"]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["", "../secret", ".hidden", "a/b", "A.mp4", "a\x00b"])
async def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        await Directory(tmp_path).get(name)


@pytest.mark.asyncio
async def test_a_blob_is_deleted_once_and_for_all(tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    name = await blobs.put(b"paper", ".mp4")
    for _ in range(2):
        await blobs.delete(name)
    with pytest.raises(NotFound):
        blobs.path_of(name)
    with pytest.raises(BadInput):
        await blobs.delete("../secret")


def test_a_missing_blob_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Directory(tmp_path).path_of("00.mp4")


@pytest.mark.asyncio
async def test_of_a_blob_that_cannot_be_kept_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        await Directory(tmp_path).put(b"paper", ".mp4")
    assert os.listdir(tmp_path) == []


@pytest.mark.asyncio
async def test_all_files_come_in_batches_and_their_sizes_are_known(tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    names = {await blobs.put(bytes(number), ".mp4") for number in range(5)}
    batches = [[blob.name for blob in batch] async for batch in blobs.list_batches(2)]
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert {name for batch in batches for name in batch} == names
    assert await blobs.total_size([*names, "00.mp4"]) == 10


@pytest.mark.asyncio
async def test_a_blob_that_is_stored_again_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    name = await blobs.put(b"paper", ".mp4")
    os.utime(tmp_path / name, (1000, 1000))
    ((before,),) = [batch async for batch in blobs.list_batches(9)]
    await blobs.put(b"paper", ".mp4")
    await blobs.delete_unchanged(before)
    assert await blobs.get(name) == b"paper"
    ((after,),) = [batch async for batch in blobs.list_batches(9)]
    for _ in range(2):
        await blobs.delete_unchanged(after)
    assert os.listdir(tmp_path) == []
