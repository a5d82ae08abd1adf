import errno
import logging
from pathlib import Path

import pytest

from phosphene.blobs.folder import Directory
from phosphene.stream.files import still_name
from phosphene.studio.card_stills import open_still


class Full(Directory):
    """A folder on a full disk."""

    async def replace_blob(self, data: bytes, name: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.asyncio
async def test_the_newest_picture_is_there_until_the_end(tmp_path: Path) -> None:
    blobs = Directory(tmp_path / "blobs")
    async with open_still(blobs, "a") as renew:
        for picture in (b"noise", b"a fox"):
            await renew(picture)
            assert await blobs.get(still_name("a")) == picture
        assert len([*(tmp_path / "blobs").iterdir()]) == 1
    assert not [*(tmp_path / "blobs").iterdir()]


@pytest.mark.asyncio
async def test_a_full_disk_costs_the_picture_and_not_the_clip(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "phosphene.studio")
    async with open_still(Full(tmp_path), "a") as renew:
        await renew(b"noise")
    assert "No space left on device" in caplog.text
