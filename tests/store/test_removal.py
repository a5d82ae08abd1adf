"""Clips are removed: what is left of them, and of what was said of them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from phosphene.errors import BadInput, NotFound
from phosphene.events import ClipFinished, ClipRemoved, ClipStarted, InboxSeen, Remixed
from phosphene.store.orphans import StoredCheckpoint
from phosphene.store.store import Ages, Store
from tests.store.making import ANNA, BEN, NOON, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio


async def finished(store: Store, clip_id: str, **given: str) -> None:
    """A public clip with files, made and finished."""
    live = a_clip(clip_id, status="live")
    await store.change_clip(live, ClipStarted(live))
    kinds = ("half", "poster", "preview", "birth", "latents")
    names = {kind: f"{clip_id}-{kind}" for kind in kinds}
    clip = msgspec.structs.replace(live, status="done", sha256=f"{clip_id}-video", **names | given)
    await store.change_clip(clip, ClipFinished(clip))


async def test_what_a_newer_release_said_of_it_is_forgotten_too(
    store: Store, tmp_path: Path
) -> None:
    await store.add_clip(a_clip("a"))
    unknown = msgspec.msgpack.encode({"type": "clip_boosted", "clip": "a", "text": "a secret"})
    other = msgspec.msgpack.encode({"type": "clip_boosted", "clip": "b", "text": "another"})
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as database, database:
        for seq, body in ((8, unknown), (9, other)):
            database.execute(
                "INSERT INTO events (topic, seq, event) VALUES ('feed', ?, ?)", (seq, body)
            )
    await finished(store, "a")
    await store.remove_clip("a")
    events = [one.event for _, one in await store.events_everywhere(after=0, limit=99)]
    assert None in events
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as database:
        bodies = [row[0] for row in database.execute("SELECT event FROM events")]
    assert not any(b"secret" in body for body in bodies)
    assert any(b"another" in body for body in bodies)


async def test_nothing_is_left_of_it_but_that_it_is_gone(store: Store, tmp_path: Path) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_clip(a_clip("z"))
    await store.set_like("a", BEN, True)
    await store.add_view("a", BEN.id)
    await store.add_comment(a_comment("c", "a"))
    await finished(store, "a")
    removal = await store.remove_clip("a")
    assert [(one.topic, one.event) for one in removal.recorded] == [
        ("clip:a", ClipRemoved("a")),
        ("feed", ClipRemoved("a")),
        (f"person:{ANNA.id}", InboxSeen(0)),
    ]
    wanted = {"a-video.mp4", "a-half", "a-birth", "a-poster", "a-preview", "a-latents"}
    assert set(removal.blobs) == wanted
    for missing in (
        store.get_clip("a"),
        store.get_comment("c"),
        store.topic_state("clip:a", "", comments=1),
    ):
        with pytest.raises(NotFound):
            await missing
    assert await store.liked_by(BEN.id, ["a"]) == frozenset()
    assert [clip.id for clip in (await store.list_clips(limit=9, person_id=ANNA.id)).clips] == ["z"]
    told = [one.event for one in await store.list_events("clip:a", after=0, limit=99)]
    assert told == [ClipRemoved("a")] * 6
    feed = await store.list_events("feed", after=0, limit=99)
    assert [one.seq for one in feed] == list(range(1, len(feed) + 1))
    assert [getattr(one.event, "clip", None) for one in feed].count("a") == 4
    assert [one.event for one in feed if not isinstance(one.event, ClipRemoved)] != []


async def test_its_words_are_nowhere_in_the_file_any_more(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path) as store:
        secret = msgspec.structs.replace(a_clip("a"), text="what nobody should read")
        await store.add_clip(a_clip("p"))
        await store.add_clip(msgspec.structs.replace(secret, parent="p"))
        failed = msgspec.structs.replace(secret, status="cancelled")
        await store.change_clip(failed, ClipFinished(failed))
        await store.add_comment(a_comment("k", "a", "nobody should read this either"))
        for person in (ANNA, BEN):
            await store.keep_answer(f"{person.id}:key", b"clip a: nobody should read this again")
        await store.keep_answer(f"{ANNA.id}:other", b"clip p: words of others")
        await store.remove_clip("a")
        files = await asyncio.to_thread(_everything, path)
    assert not any(b"nobody should read" in file for file in files)
    for kept in (b"rolls over the sea", b"words of others"):
        assert any(kept in file for file in files)


def _everything(path: Path) -> list[bytes]:
    """The bytes of the database and its log, free pages and all."""
    return [file.read_bytes() for file in path.parent.iterdir()]


async def test_words_that_an_open_reader_kept_in_the_log_go_later(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path) as store:
        await store.add_clip(a_clip("a"))
        failed = a_clip("a", status="failed")
        await store.change_clip(failed, ClipFinished(failed))
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM clips").fetchone()
            await store.remove_clip("a")
            assert not await store.empty_log()
            assert any(b"rolls over the sea" in file for file in _everything(path))
        assert await store.empty_log()
        assert not any(b"rolls over the sea" in file for file in _everything(path))


async def test_what_very_many_wrote_of_it_goes_in_steps(store: Store, tmp_path: Path) -> None:
    await store.add_clip(a_clip("a"))
    await finished(store, "a")
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as cx:
        counting = "WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        for into in (
            "likes (clip, person) SELECT 'a', 'p' || i",
            "viewings (clip, person, at) SELECT 'a', 'p' || i, i",
            "comments (id, clip, author, handle, text, created_at)"
            " SELECT 'k' || i, 'a', 'p', 'p', 'oh', i",
        ):
            cx.execute(f"INSERT INTO {into} FROM n".replace("SELECT", f"{counting} SELECT"))
        cx.commit()
        left = "SELECT (SELECT count(*) FROM likes), (SELECT count(*) FROM comments)"
        await store.remove_clip("a")
        assert cx.execute(left).fetchone() == (1500, 1500)
        while (await store.tidy_some(Ages())).more:
            pass
        assert cx.execute(left).fetchone() == (0, 0)
        rows = "SELECT count(*) FROM viewings UNION ALL SELECT count(*) FROM leftovers"
        assert cx.execute(rows).fetchall() == [(0,), (0,)]


async def test_its_parent_has_one_remix_less_and_its_remixes_stay(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    for name, at in (("b", 1), ("x", 2)):
        await store.add_clip(a_clip(name, parent="a", created_at=NOON + at))
    await store.add_clip(a_clip("c", parent="b", created_at=NOON + 3))
    await finished(store, "b")
    removal = await store.remove_clip("b")
    assert removal.recorded[-1].topic == "clip:a"
    assert removal.recorded[-1].event == ClipRemoved("b", 1)
    assert (await store.get_clip("a")).counts.remixes == 1
    assert [clip.id for clip in await store.list_lineage("c")] == ["a", "x", "c"]
    events = [one.event for one in await store.list_events("clip:a", after=0, limit=9)]
    assert events[1] == ClipRemoved("b", 1)
    assert isinstance(events[2], Remixed)
    await finished(store, "a")
    await store.remove_clip("a")
    await finished(store, "c")
    removal = await store.remove_clip("c")
    assert [one.topic for one in removal.recorded] == ["clip:c", "feed", f"person:{ANNA.id}"]


async def test_files_that_another_clip_has_too_stay(store: Store) -> None:
    for name in "ab":
        await store.add_clip(a_clip(name))
        await finished(store, name, poster="same", latents="alike")
    left = {"a-video.mp4", "a-half", "a-birth", "a-preview"}
    assert set((await store.remove_clip("a")).blobs) == left
    assert {"same", "alike"} < set((await store.remove_clip("b")).blobs)


async def test_what_a_remix_is_drawn_from_stays_until_it_is_done(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await finished(store, "a")
    await store.add_clip(a_clip("b", parent="a"))
    blobs = set((await store.remove_clip("a")).blobs)
    assert blobs == {"a-video.mp4", "a-half", "a-birth", "a-poster", "a-preview"}
    assert await store.find_unreferenced(["a-latents", "none"]) == ["none"]
    await finished(store, "b")
    assert await store.find_unreferenced(["a-latents", "b-latents"]) == ["a-latents"]


async def test_what_is_kept_of_a_clip_on_its_way_has_an_owner(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.set_checkpoint("a", 1, StoredCheckpoint(2, "kept"))
    assert await store.find_unreferenced(["kept", "none"]) == ["none"]
    ended = a_clip("a", status="failed")
    await store.change_clip(ended, ClipFinished(ended))
    assert await store.find_unreferenced(["kept"]) == ["kept"]


async def test_what_an_earlier_release_ended_is_indexed_first(store: Store, tmp_path: Path) -> None:
    for name in "ab":
        await store.add_clip(a_clip(name))
        await finished(store, name, poster="same")
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as cx:
        cx.executescript("DELETE FROM blob_references; UPDATE clips SET indexed = 0")
    assert (await store.remove_clip("a")).blobs == ()
    assert await store.find_unreferenced(["none"]) == []
    assert (await store.tidy_some(Ages())).more
    assert not (await store.tidy_some(Ages())).more
    assert await store.find_unreferenced(["a-latents", "same"]) == ["a-latents"]
    assert "same" in (await store.remove_clip("b")).blobs


async def test_what_is_being_drawn_is_not_removed(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    with pytest.raises(BadInput, match="stop it first"):
        await store.remove_clip("a")
    with pytest.raises(NotFound):
        await store.remove_clip("missing")
    assert (await store.get_clip("a")).status == "queued"
