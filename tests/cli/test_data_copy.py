"""A copy of a data folder is whole, also of one that is written to, and comes back as it was."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from phosphene.blobs.folder import Directory
from phosphene.cli.data_copy import DATABASE, MARK, make_backup, read_mark, restore_backup
from phosphene.cli.film_copy import Progress
from phosphene.errors import BadInput
from phosphene.instance_files import read_files
from phosphene.settings import Settings
from phosphene.store.sqlite import open_store
from tests.store.making import BEN, NOON, a_clip, a_comment

pytestmark = pytest.mark.slow


def quietly(what: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """With a clip, a film, keys, and what is in no copy."""
    folder = tmp_path / "data"
    asyncio.run(fill(folder))
    return folder


async def fill(folder: Path) -> None:
    blobs = Directory(folder / "blobs")
    await blobs.put(b"a film", ".mp4")
    await blobs.replace_blob(b"a still", "0123456789abcdefghjk.jpg")
    async with open_store(folder / DATABASE, "one", lambda: NOON) as store:
        await store.add_clip(a_clip("a"))
    (folder / "identity.key").write_bytes(b"key")
    (folder / "likeness-keys").mkdir()
    (folder / "likeness-keys" / "face").write_bytes(b"of a face")


def clips(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE)) as cx:
        return [id_ for (id_,) in cx.execute("SELECT id FROM clips ORDER BY id")]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((DATABASE, MARK)):
            yield str(path.relative_to(folder)), path.read_bytes()


def test_it_comes_back_as_it_was_but_for_the_keys_of_faces(data: Path, tmp_path: Path) -> None:
    mark = make_backup(data, tmp_path / "backup", quietly)
    assert (mark.files, mark.size) == (2, 13)
    restore_backup(tmp_path / "backup", tmp_path / "new", quietly)
    assert clips(tmp_path / "new") == ["a"]
    kept = [one for one in files(data) if not one[0].startswith("likeness-keys")]
    assert list(files(tmp_path / "new")) == kept
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "new" / "blobs").iterdir()}
    assert modes | {(tmp_path / "new" / DATABASE).stat().st_mode & 0o077} == {0}


def test_a_second_one_copies_what_is_new_and_drops_what_is_gone(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    make_backup(data, backup, quietly)
    film = hashlib.sha256(b"a film").hexdigest() + ".mp4"
    before = (backup / "blobs" / film).stat().st_ino
    gone = data / "blobs" / "0123456789abcdefghjk.jpg"
    gone.unlink()
    asyncio.run(Directory(data / "blobs").put(b"another", ".mp4"))
    assert make_backup(data, backup, quietly).files == 2
    assert (backup / "blobs" / film).stat().st_ino == before
    assert not (backup / "blobs" / gone.name).exists()


@pytest.mark.asyncio
async def test_who_writes_meanwhile_loses_nothing_and_the_copy_is_of_one_moment(
    data: Path, tmp_path: Path
) -> None:
    async with open_store(data / DATABASE, "two", lambda: NOON) as store:

        async def write() -> None:
            for number in range(300):
                await store.add_comment(a_comment(f"k{number:03}", "a", author=BEN))

        writing = asyncio.create_task(write())
        await asyncio.to_thread(make_backup, data, tmp_path / "backup", quietly)
        await writing
        assert (await store.get_clip("a")).counts.comments == 300
    with closing(sqlite3.connect(tmp_path / "backup" / DATABASE)) as cx:
        (rows,) = cx.execute("SELECT count(*) FROM comments").fetchone()
        (told,) = cx.execute("SELECT count(*) FROM events WHERE topic = 'clip:a'").fetchone()
    assert told == rows + 1  # with the clip's own


def test_it_ends_beside_somebody_who_writes_all_the_while(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE large (body BLOB)")
        # Three times what is copied in one piece.
        writer.execute("INSERT INTO large VALUES (zeroblob(12000000))")
        told = list[str]()

        def write(what: str, done: int, total: int) -> None:
            told.append(what)
            assert len(told) < 100
            writer.execute("INSERT INTO large VALUES ('more')")

        make_backup(data, tmp_path / "backup", write)
    assert told.count("database") > 1
    restore_backup(tmp_path / "backup", tmp_path / "new", quietly)
    with closing(sqlite3.connect(tmp_path / "new" / DATABASE)) as cx:
        assert cx.execute("SELECT count(*) FROM large").fetchone() == (1,)


def test_a_file_that_goes_meanwhile_is_not_missed(data: Path, tmp_path: Path) -> None:
    def remove(what: str, done: int, total: int) -> None:
        (data / "blobs" / "0123456789abcdefghjk.jpg").unlink(missing_ok=True)

    assert make_backup(data, tmp_path / "backup", remove).files == 1
    assert restore_backup(tmp_path / "backup", tmp_path / "new", quietly).files == 1


def test_whoever_comes_with_a_place_of_before_is_told_all(data: Path, tmp_path: Path) -> None:
    async def epoch(folder: Path) -> str:
        async with open_store(folder / DATABASE, "one", lambda: NOON) as store:
            return (await store.topic_end("feed")).epoch

    make_backup(data, tmp_path / "backup", quietly)
    restore_backup(tmp_path / "backup", tmp_path / "new", quietly)
    before, after = asyncio.run(epoch(data)), asyncio.run(epoch(tmp_path / "new"))
    assert before != after


def test_a_server_that_was_started_meanwhile_is_not_written_over(
    data: Path, tmp_path: Path
) -> None:
    make_backup(data, tmp_path / "backup", quietly)
    with pytest.raises(KeyboardInterrupt):
        restore_backup(tmp_path / "backup", tmp_path / "new", cutting(0))
    with pytest.raises(BadInput, match="restored to"):
        read_files(Settings(data=str(tmp_path / "new")))
    (tmp_path / "new" / DATABASE).write_bytes(b"somebody's")
    with pytest.raises(BadInput, match="neither empty"):
        restore_backup(tmp_path / "backup", tmp_path / "new", quietly)
    assert (tmp_path / "new" / DATABASE).read_bytes() == b"somebody's"


def test_a_rotten_film_takes_no_backup_away(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    make_backup(data, backup, quietly)
    rotten = data / "blobs" / f"{'0' * 64}.mp4"
    rotten.write_bytes(b"something else")
    (data / "push.key").write_bytes(b"another key")
    (data / "identity.key").unlink()
    with pytest.raises(BadInput, match=rotten.name):
        make_backup(data, backup, quietly)
    assert restore_backup(backup, tmp_path / "new", quietly).files == 2
    # All but that is of now.
    assert (tmp_path / "new" / "push.key").read_bytes() == b"another key"
    assert not (tmp_path / "new" / "identity.key").exists()
    assert (backup / "push.key").stat().st_mode & 0o077 == 0


def cutting(after: int) -> Progress:
    """Cuts off whoever tells of it so often."""
    steps = iter(range(after))

    def cut(what: str, done: int, total: int) -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt

    return cut


@pytest.mark.parametrize("after", range(3))
def test_one_that_was_cut_off_goes_on(data: Path, tmp_path: Path, after: int) -> None:
    backup = tmp_path / "backup"
    with pytest.raises(KeyboardInterrupt):
        make_backup(data, backup, cutting(after))
    with pytest.raises(BadInput, match="not whole"):
        restore_backup(backup, tmp_path / "new", quietly)
    make_backup(data, backup, quietly)
    with pytest.raises(KeyboardInterrupt):
        restore_backup(backup, tmp_path / "new", cutting(after // 2))
    restore_backup(backup, tmp_path / "new", quietly)
    assert clips(tmp_path / "new") == ["a"]


def test_a_damaged_database_is_said_to_be_one(data: Path, tmp_path: Path) -> None:
    (data / DATABASE).write_bytes(b"no database at all" * 1000)
    with pytest.raises(BadInput, match="cannot be copied"):
        make_backup(data, tmp_path / "backup", quietly)


def test_nothing_of_somebody_else_is_written_over(data: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").write_text("dear")
    with pytest.raises(BadInput, match="neither empty nor a backup"):
        make_backup(data, tmp_path / "home", quietly)
    make_backup(data, tmp_path / "backup", quietly)
    for target in (tmp_path / "home", data):
        with pytest.raises(BadInput, match="neither empty"):
            restore_backup(tmp_path / "backup", target, quietly)
    with pytest.raises(BadInput, match="no data folder"):
        make_backup(tmp_path / "home", tmp_path / "more", quietly)
    with pytest.raises(BadInput, match="is no backup"):
        read_mark(tmp_path / "home")


def test_a_damaged_copy_is_not_restored(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    make_backup(data, backup, quietly)
    film = backup / "blobs" / (hashlib.sha256(b"a film").hexdigest() + ".mp4")
    film.write_bytes(b"a felm")
    with pytest.raises(BadInput, match="is damaged"):
        restore_backup(backup, tmp_path / "new", quietly)
    with (backup / DATABASE).open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    with pytest.raises(BadInput, match="not what was copied"):
        restore_backup(backup, tmp_path / "more", quietly)
