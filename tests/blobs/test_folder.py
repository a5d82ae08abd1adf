import errno
import os
from pathlib import Path

import pytest

from phosphene.blobs.folder import Directory
from phosphene.errors import NotFound


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
