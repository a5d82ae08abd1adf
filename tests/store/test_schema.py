"""Databases of earlier releases, and of later ones."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from phosphene import store as room
from phosphene.errors import BadInput
from phosphene.events import ClipFailed, ClipFinished, ClipQueued, Liked
from phosphene.instance_files import read_files
from phosphene.model import Person
from phosphene.settings import Settings
from phosphene.store import schema
from phosphene.store.schema import SqliteConnection, migrations, newest_schema
from phosphene.store.store import Ages, Store
from tests.breadth import few_of
from tests.store.making import BEN, EVE, NOON, a_clip, a_comment, a_store

EARLIER = sorted(
    (Path(__file__).parent / "earlier").glob("*.sql"),
    key=lambda dump: int(dump.stem.partition("_")[0]),
)

FEW = [*EARLIER[::8], EARLIER[-1]]
"""From the oldest to the newest."""


def restore(dump: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as cx:
        cx.executescript(dump.read_text())


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as cx:
        for statement in statements:
            cx.execute(statement)
        cx.commit()


def test_there_is_data_of_every_earlier_schema() -> None:
    numbers = {int(dump.stem.partition("_")[0]) for dump in EARLIER}
    assert numbers >= set(range(1, newest_schema()))


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("dump", few_of(EARLIER, FEW), ids=lambda dump: dump.stem)
async def test_data_of_an_earlier_release_opens(dump: Path, tmp_path: Path) -> None:
    restore(dump, tmp_path / "x.db")
    async with a_store(tmp_path / "x.db") as store:
        await check_what_was_kept(store)
        await check_that_it_goes_on(store)


async def check_what_was_kept(store: Store) -> None:
    clip = await store.get_clip("a")
    assert (clip.counts.likes, clip.counts.comments, clip.counts.remixes) == (1, 1, 1)
    assert (clip.counts.views, clip.author.handle) == (2, "anna_two")
    assert clip.recipe is not None
    assert [one.id for one in await store.list_lineage("b")] == ["a", "b"]
    assert await store.liked_by(BEN.id, ["a"]) == {"a"}
    assert [one.text for one in (await store.list_comments("a", limit=9)).comments] == ["oh!"]
    assert "q" in await store.list_unfinished()
    assert await store.recall_answer("ben-id:clip:key") == b"b"
    told = [one.event for one in await store.list_events("clip:a", after=0, limit=99)]
    assert isinstance(told[0], ClipQueued)
    assert {ClipFinished, Liked} <= {type(event) for event in told}
    everywhere = await store.events_everywhere(after=0, limit=999)
    assert len(everywhere) == await store.last_event_id()


async def check_that_it_goes_on(store: Store) -> None:
    top = (await store.topic_end("clip:a")).seq
    _, (liked, *_) = await store.set_like("a", EVE, True)
    assert liked.seq == top + 1
    await store.add_comment(a_comment("l", "a"))
    await store.add_view("a", "somebody")
    await store.set_handle(Person(BEN.id, "ben_two"))
    await store.add_clip(a_clip("new", parent="b", created_at=NOON + 50))
    assert (await store.list_clips(limit=1)).clips[0].id == "new"
    while (await store.tidy_some(Ages())).more:
        pass
    # What is being drawn needs its latents.
    assert {*(await store.remove_clip("b")).blobs, "b-birth.mp4"} == {
        *("b-video.mp4", "b-preview.webp", "b-birth.mp4")
    }
    ended = a_clip("new", status="failed")
    await store.change_clip(ended, ClipFailed(ended))
    blobs = ["b-latents.safetensors", "a-poster.jpg", "a-video.mp4"]
    assert await store.find_unreferenced(blobs) == blobs[:1]
    assert await store.is_ready()


@pytest.mark.asyncio
async def test_words_that_an_earlier_release_left_in_free_pages_go_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    restore(EARLIER[-1], path)
    change(
        path,
        "PRAGMA secure_delete = OFF",
        "INSERT INTO comments (id, clip, author, handle, text, created_at)"
        " WITH n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
        " SELECT 'x' || i, 'a', 'p', 'p', 'a secret', i FROM n",
        "DELETE FROM comments WHERE text = 'a secret'",
        "DELETE FROM meta WHERE key = 'scrubbed'",
    )
    assert b"a secret" in path.read_bytes()
    async with a_store(path) as store:
        assert b"a secret" not in path.read_bytes()
        assert (await store.get_clip("a")).counts.comments == 1


@pytest.mark.asyncio
async def test_files_of_earlier_releases_are_signed_anew_where_a_parent_is_not_public(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
    restore(next(dump for dump in EARLIER if dump.stem == "9"), path)
    # b goes on from a, and is the only one that is done of those that have a parent.
    change(path, "DELETE FROM redactions", "UPDATE clips SET visibility = 'private' WHERE id = 'a'")
    async with a_store(path) as store:
        assert await store.next_redaction() == "b"
        await store.drop_redaction("b")
        assert await store.next_redaction() is None


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_newer_schema_that_only_adds_is_worked_on_and_left_alone(tmp_path: Path) -> None:
    path, newer = tmp_path / "x.db", newest_schema() + 3
    async with a_store(path) as store:
        await store.add_clip(a_clip("a"))
        change(
            path,
            *(f"ALTER TABLE {table} ADD COLUMN added TEXT" for table in tables(path)),
            f"PRAGMA user_version = {newer}",
        )
        # The one that is open goes on, and so does one that is opened.
        await store.set_like("a", BEN, True)
    async with a_store(path) as store:
        await store.add_comment(a_comment("k", "a"))
        await store.add_view("a", BEN.id)
        await store.set_handle(BEN)
        await store.keep_answer("k", b"answer")
        await store.add_clip(a_clip("b"))
        assert await store.is_ready()
    with closing(sqlite3.connect(path)) as cx:
        assert cx.execute("PRAGMA user_version").fetchone() == (newer,)


def tables(path: Path) -> list[str]:
    """All but the index of words, which is made anew where it is to hold something else."""
    with closing(sqlite3.connect(path)) as cx:
        rows = cx.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_index%'"
        ).fetchall()
    return [name for (name,) in rows]


@pytest.mark.asyncio
async def test_a_release_that_is_too_old_refuses_with_one_line(tmp_path: Path) -> None:
    path, newer = tmp_path / "phosphene.db", newest_schema() + 1
    async with a_store(path) as store:
        change(path, f"UPDATE meta SET value = '{newer}' WHERE key = 'oldest_schema'")
        assert not await store.is_ready()
    with pytest.raises(BadInput, match=f"one of schema {newer} or later") as caught:
        async with a_store(path):
            pass
    assert "\n" not in str(caught.value)
    with pytest.raises(BadInput, match="newer releases only"):
        read_files(Settings(data=str(tmp_path)))


def test_migrations_are_numbered_and_name_an_oldest_that_is_there() -> None:
    found = migrations()
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    said = [one.oldest for one in found if one.oldest is not None]
    assert said == sorted(said)
    assert all(one.oldest is None or one.oldest <= one.number for one in found)


def test_no_insert_relies_on_the_number_of_columns() -> None:
    for file in Path(str(room.__file__)).parent.glob("*.py"):
        inserts = re.findall(r"INSERT (?:OR \w+ )?INTO (\w+)(.)(.)", file.read_text())
        assert all((space, bracket) == (" ", "(") for _, space, bracket in inserts), file


class EndsWhenWaitedFor(SqliteConnection):
    """Waits for another connection, which ends what it writes."""

    other: sqlite3.Connection

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "BEGIN IMMEDIATE" and self.other.in_transaction:
            self.other.execute("COMMIT")
        return super().execute(sql, parameters)


def test_a_new_file_that_is_written_elsewhere_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(sqlite3.connect(path, isolation_level=None, factory=EndsWhenWaitedFor)) as own,
    ):
        own.other = other
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE made (x)")
        schema._keep_log(own)
        assert own.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert not other.in_transaction
