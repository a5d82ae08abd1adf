"""Films move to a bucket and back, whatever comes in between."""

import asyncio
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.__main__ import main
from phosphene.blobs.blobs import COPYING, Audience, Blobs
from phosphene.blobs.bucket import Bucket
from phosphene.blobs.folder import Directory
from phosphene.blobs.opening import open_films
from phosphene.cli.doctor import examine
from phosphene.cli.film_copy import audiences_in, copy_films
from phosphene.errors import BadInput
from phosphene.events import ClipFinished, ClipStarted
from phosphene.model import Visibility
from phosphene.settings import Settings
from phosphene.store.sqlite import open_store
from tests.store.making import NOON, a_clip
from tests.support import free_port

pytestmark = pytest.mark.process
SHOWN: dict[str, Visibility] = {"a": "public", "b": "unlisted", "c": "private"}


class TheEnd(Exception):
    """As a kill, between two files."""


def quietly(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def nobody(names: Sequence[str]) -> Mapping[str, Audience]:
    return {}


def film_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest() + ".mp4"


async def fill(data: Path) -> None:
    """Three clips, the latents of one, a file of nobody, and a picture for the moment."""
    blobs = Directory(data / "blobs")
    async with open_store(data / "phosphene.db", "one", lambda: NOON) as store:
        for name, visibility in SHOWN.items():
            live = replace(a_clip(name, status="live"), visibility=visibility)
            await store.add_clip(live)
            await store.change_clip(live, ClipStarted(live))
            sha256 = (await blobs.put(name.encode(), ".mp4")).removesuffix(".mp4")
            done = replace(live, status="done", sha256=sha256)
            await store.change_clip(done, ClipFinished(done))
    await blobs.put(b"latents", ".safetensors")
    await blobs.put(b"of nobody", ".mp4")
    await blobs.replace_blob(b"a still", "0123456789abcdefghjk.jpg")


async def places(blobs: Blobs) -> dict[str, str]:
    return {one.name: one.place async for some in blobs.list_batches(99) for one in some}


@pytest.mark.asyncio
@pytest.mark.parametrize("cut", range(5))
async def test_a_copy_that_is_cut_off_goes_on_and_ends_with_the_same(
    tmp_path: Path, bucket: str, cut: int
) -> None:
    await fill(tmp_path)
    source, target = Directory(tmp_path / "blobs"), Bucket(bucket)
    find_audiences, left = audiences_in(tmp_path / "phosphene.db"), [cut]

    def fall(what: str, done: int, total: int) -> None:
        assert total <= 5
        if not left[0]:
            raise TheEnd
        left[0] -= 1

    with pytest.raises(TheEnd):
        await copy_films(source, target, find_audiences, fall)
    made = await copy_films(source, target, find_audiences, quietly)
    assert (made.files, made.dropped, made.damaged) == (5, 0, ())
    found = await places(target)
    assert {film_of(name): found[film_of(name)] for name in SHOWN} == {
        film_of(name): visibility for name, visibility in SHOWN.items()
    }
    # What nobody is known to need nobody reads.
    assert found[hashlib.sha256(b"of nobody").hexdigest() + ".mp4"] == "withheld"
    assert len(found) == 5
    back = Directory(tmp_path / "back")
    await copy_films(target, back, nobody, quietly)
    assert set(await places(back)) == set(found)


@pytest.mark.asyncio
async def test_a_second_one_takes_what_is_new_and_moves_and_drops_what_is_not_as_before(
    tmp_path: Path, bucket: str
) -> None:
    source, target = Directory(tmp_path), Bucket(bucket)
    first, second = [await source.put(data, ".mp4") for data in (b"first", b"second")]
    made = await copy_films(source, target, lambda names: dict.fromkeys(names, "public"), quietly)
    assert (made.copied, made.bytes) == (2, 11)
    await source.delete_blob(first)
    third = await source.put(b"third", ".mp4")
    made = await copy_films(source, target, lambda names: {second: "private"}, quietly)
    assert (made.files, made.copied, made.dropped) == (2, 1, 1)
    assert await places(target) == {second: "private", third: "withheld"}
    # A server that keeps films there already has made one that a clip needs.
    await source.delete_blob(second)
    made = await copy_films(source, target, lambda names: {second: "public"}, quietly)
    assert (made.files, made.dropped) == (1, 0)
    assert set(await places(target)) == {second, third}


@pytest.mark.asyncio
async def test_what_is_damaged_is_left_out_and_said(tmp_path: Path, bucket: str) -> None:
    source, target = Directory(tmp_path), Bucket(bucket)
    name = await source.put(b"whole", ".mp4")
    (tmp_path / name).write_bytes(b"half")
    made = await copy_films(source, target, nobody, quietly)
    assert (made.files, made.copied, made.damaged) == (0, 0, (name,))
    assert await places(target) == {}


@pytest.mark.asyncio
async def test_a_place_that_is_neither_empty_nor_its_own_is_refused(
    tmp_path: Path, bucket: str
) -> None:
    one, other, target = Directory(tmp_path / "1"), Directory(tmp_path / "2"), Bucket(bucket)
    await one.put(b"a film", ".mp4")
    await other.put(b"another", ".mp4")
    await copy_films(one, target, nobody, quietly)
    with pytest.raises(BadInput, match="neither empty nor"):
        await copy_films(other, target, nobody, quietly)
    assert len(await places(target)) == 1
    # A server keeps films there from now on: none of them is dropped.
    target.begin_use()
    with pytest.raises(BadInput, match="neither empty nor"):
        await copy_films(one, target, nobody, quietly)
    back = open_films(Settings(data=str(tmp_path)))
    await back.put(b"of a server", ".mp4")
    with pytest.raises(BadInput, match="neither empty nor"):
        await copy_films(target, back, nobody, quietly)
    assert not (tmp_path / "blobs" / COPYING).exists()


def test_an_operator_moves_by_a_command_and_comes_back(
    tmp_path: Path, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    asyncio.run(fill(data))
    assert main(["copy", str(data), bucket]) == 0
    assert "5 films, 5 of them new (0.0 MB), 0 gone" in capsys.readouterr().out
    assert main(["copy", str(data), bucket]) == 0
    assert "5 films, 0 of them new" in capsys.readouterr().out
    open_films(Settings(data=str(data), blobs=bucket))
    for folder in (data / "blobs").iterdir():
        folder.unlink()
    assert main(["copy", bucket, str(data)]) == 0
    assert (data / "blobs" / film_of("a")).read_bytes() == b"a"
    for wrong in (["copy", str(data), str(tmp_path)], ["copy", bucket, str(tmp_path / "none")]):
        assert main(wrong) == 1
    assert main(["copy", str(data), "ftp://host"]) == 1
    assert "ftp://" in capsys.readouterr().err


def test_a_backup_of_films_in_a_bucket_comes_back_in_another(
    tmp_path: Path, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data, backup, new = (tmp_path / name for name in ("data", "backup", "new"))
    data.mkdir()
    asyncio.run(fill(data))
    assert main(["copy", str(data), bucket]) == 0
    shutil.rmtree(data / "blobs")
    for _ in range(2):
        assert main(["backup", str(backup), "--data", str(data), "--blobs", bucket]) == 0
        assert "5 files" in capsys.readouterr().out
    there = f"{bucket}/again"
    for status in (0, 1):
        given = ["--data", str(new), "--blobs", there]
        assert main(["restore", str(backup), *given]) == status
    assert "neither empty" in capsys.readouterr().err
    assert not (new / "blobs").exists()
    found = asyncio.run(places(Bucket(f"{there}/films")))
    assert found == asyncio.run(places(Bucket(f"{bucket}/films")))
    open_films(Settings(data=str(new), blobs=there))


@pytest.mark.parametrize(("where", "state"), [("", "ok"), ("away", "missing")])
def test_doctor_keeps_and_reads_a_film_as_a_page_does(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch, where: str, state: str
) -> None:
    if where:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    (found,) = [
        one
        for one in examine(Settings(data=str(tmp_path), blobs=bucket, workers=0))
        if one.what == "films"
    ]
    assert found.state == state
    assert bucket in found.found
