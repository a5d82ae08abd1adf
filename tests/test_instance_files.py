"""A data folder or a blob store that cannot be used is named before anything is opened."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.blobs.bucket import Bucket
from phosphene.blobs.folder import Directory
from phosphene.errors import BadInput
from phosphene.instance_files import read_files
from phosphene.settings import Settings


def test_a_file_in_the_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(BadInput, match=f"the data folder {tmp_path}/data cannot be used"):
        read_files(Settings(data=str(tmp_path / "data")))


@pytest.mark.slow
def test_a_blob_store_is_looked_at_where_others_draw(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    alone = Settings(data=str(tmp_path / "data"), blobs=str(tmp_path / "store"))
    read_files(alone)  # without Redis nobody else needs it
    with pytest.raises(BadInput, match="blobs: "):
        read_files(replace(alone, redis_url="redis://127.0.0.1:1"))


@pytest.mark.process
def test_films_that_are_in_the_folder_and_not_in_the_bucket_are_said(
    tmp_path: Path, bucket: str
) -> None:
    settings = Settings(data=str(tmp_path / "data"), blobs=bucket)
    read_files(settings)
    blobs = tmp_path / "data" / "blobs"
    name = asyncio.run(Directory(blobs).put(b"a film", ".mp4"))
    with pytest.raises(BadInput, match=f"`phosphene copy {tmp_path}/data {bucket}`"):
        read_files(settings)
    asyncio.run(Bucket(f"{bucket}/films").put(b"a film", ".mp4"))
    (blobs / "0123456789abcdefghjk.jpg").write_bytes(b"a still, which nobody copies")
    assert Bucket(f"{bucket}/films").has_blob(name)
    read_files(settings)


def test_what_is_found_the_second_time_is_what_was_made_the_first(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path / "new" / "data"))
    first, second = read_files(settings), read_files(settings)
    person, token = first.identities.issue_identity(0.0)
    assert second.identities.read_token(token, 1.0) == person.id
    assert first.signer.anchors == second.signer.anchors
