"""Clips, people and words are found by words, and by nobody who may not see them."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from phosphene.errors import Unusable
from phosphene.events import ClipFailed, ClipFinished, ClipStarted
from phosphene.model import (
    Clip,
    Person,
    Recipe,
    Slot,
    Steer,
    Visibility,
)
from phosphene.store.profiles import ProfileWords
from phosphene.store.schema import connect
from phosphene.store.search import ERASING, RARE, erase_some
from phosphene.store.search_store import WINDOW, Wanted
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.earlier.make import a_recipe
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_store

FOX = Slot("subject", "fox", 1.0, ("fox",))
RENARD = Slot("subject", "fox", 1.0, ("renard",))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        yield opened


async def draw(
    store: SqliteStore,
    clip_id: str,
    text: str,
    *slots: Slot,
    author: Person = ANNA,
    visibility: Visibility = "public",
    at: float = 0.0,
) -> Clip:
    """A clip on air."""
    clip = msgspec.structs.replace(
        a_clip(clip_id, author=author, created_at=NOON + at), text=text, visibility=visibility
    )
    await store.add_clip(clip)
    live = msgspec.structs.replace(clip, status="live", understood=slots)
    await store.change_clip(live, ClipStarted(live))
    return live


async def found(
    store: SqliteStore, text: str = "", *tags: str, hidden: Sequence[str] = (), newest: bool = False
) -> list[str]:
    page = await store.search.find_clips(Wanted(text, tags, newest), hidden, limit=50, cursor=None)
    return [clip.id for clip in page.clips]


@pytest.mark.asyncio
async def test_clips_are_found_by_words_in_any_case_with_any_accent(store: SqliteStore) -> None:
    await draw(store, "a", "Une BALEINE près de l'Île")
    await draw(store, "b", "a whale near an island")
    for text in ("baleine", "BALEINES", "balei", "ile", "île baleine", "Pres de la baleine"):
        assert await found(store, text) == ["a"], text
    for text in ("baleine whale", "baleine ill", "de la", '"', "* OR b", "NEAR(", "-", ""):
        assert await found(store, text) == [], text


@pytest.mark.asyncio
async def test_what_a_clip_shows_is_its_tag_and_found_in_both_languages(store: SqliteStore) -> None:
    await draw(store, "a", "a red fox", FOX)
    await draw(store, "b", "un renard roux", RENARD, at=1)
    await draw(store, "c", "a fox painted on a wall", Slot("truncated", None, 1.0, ("fox",)), at=2)
    await draw(store, "d", "perhaps", Slot("subject", "fox", 0.2, ("perhaps",)), at=3)
    assert await found(store, "", "subject:fox", newest=True) == ["b", "a"]
    assert sorted(await found(store, "renard")) == ["a", "b"]
    assert sorted(await found(store, "fox")) == ["a", "b", "c"]
    assert await found(store, "red", "subject:fox") == ["a"]
    assert await found(store, "", "subject:owl") == []


@pytest.mark.asyncio
async def test_a_line_that_the_audience_chose_is_found(store: SqliteStore) -> None:
    clip = await draw(store, "a", "a red fox", FOX)
    recipe: Recipe = msgspec.structs.replace(a_recipe(clip), steering=(Steer("a storm", 24),))
    done = msgspec.structs.replace(clip, status="done", recipe=recipe)
    await store.change_clip(done, ClipFinished(done))
    assert await found(store, "storm fox") == ["a"]


@pytest.mark.asyncio
async def test_nothing_is_found_that_is_not_for_everybody(store: SqliteStore) -> None:
    await draw(store, "private", "a red fox", FOX, visibility="private")
    await draw(store, "unlisted", "a red fox", FOX, visibility="unlisted")
    await store.add_clip(a_clip("waits"))
    failed = await draw(store, "failed", "a red fox", FOX)
    failed = msgspec.structs.replace(failed, status="failed")
    await store.change_clip(failed, ClipFailed(failed))
    await draw(store, "eves", "a red fox", FOX, author=EVE)
    await draw(store, "ours", "a red fox", FOX)
    assert await found(store, "fox", hidden=[EVE.id]) == ["ours"]
    assert await found(store, "", "subject:fox", hidden=[EVE.id]) == ["ours"]
    (suggested,) = await store.search.suggest_words("fo", limit=9)
    assert (suggested.word, suggested.tag, suggested.clips) == ("fox", "subject:fox", 2)


@pytest.mark.asyncio
async def test_words_of_few_clips_are_suggested_to_nobody(store: SqliteStore) -> None:
    for number in range(RARE - 1):
        await draw(store, f"a{number}", "velvet", author=EVE)
    assert await store.search.suggest_words("vel", limit=9) == []
    await draw(store, "b", "velvet")
    (suggested,) = await store.search.suggest_words("vel", limit=9)
    assert (suggested.word, suggested.tag, suggested.clips) == ("velvet", "", RARE)


@pytest.mark.asyncio
async def test_pages_go_on_where_the_last_one_ended(store: SqliteStore) -> None:
    for number in range(WINDOW + 5):
        await draw(store, f"c{number:03}", "a red fox", FOX, at=number)
    await store.add_watched({BEN.id: 30.0}, {BEN.id: 99.0})
    await store.set_like("c010", BEN, True)
    for newest in (True, False):
        seen, cursor = list[str](), None
        while True:
            page = await store.search.find_clips(
                Wanted("fox", (), newest), (), limit=40, cursor=cursor
            )
            seen += [clip.id for clip in page.clips]
            if (cursor := page.cursor) is None:
                break
        assert len(seen) == len(set(seen)) == WINDOW + 5
        assert newest == (seen == sorted(seen, reverse=True))
        with pytest.raises(Unusable):
            await store.search.find_clips(Wanted("fox"), (), limit=9, cursor="made-up")


@pytest.mark.asyncio
async def test_people_are_found_by_their_names_and_words(store: SqliteStore) -> None:
    for person in (Person("p1", "velvet_otter"), Person("p2", "otter"), Person("p3", "otterly")):
        await store.set_handle(person)
    await store.people.set_words("p1", ProfileWords("I draw Whales"))
    await store.people.set_relation(ANNA, "follow", Person("p3", "otterly"), True)
    await draw(store, "a", "an otter")

    async def people(text: str, *hidden: str) -> list[str]:
        return [one.id for one in await store.search.find_people(text, hidden, asker="", limit=9)]

    assert await people("otter") == ["p2", "p3", "p1"]
    assert await people("@OTT", "p3") == ["p2", "p1"]
    assert await people("whale") == ["p1"]
    assert await found(store, "otter") == ["a"]
    await store.set_handle(Person("p2", "badger"))
    assert await people("otter") == ["p3", "p1"]


def pages(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as cx:
        cx.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


@pytest.mark.asyncio
async def test_no_word_of_a_removed_clip_stays_in_the_index(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path, "one", lambda: NOON) as store:
        clip = await draw(
            store, "a", "zanzibar quokka", Slot("subject", "quokka", 1.0, ("quokka",))
        )
        await draw(store, "b", "a red fox")
        done = msgspec.structs.replace(clip, status="done")
        await store.change_clip(done, ClipFinished(done))
        assert b"quokka" in pages(path)
        await store.remove_clip("a")
        assert await found(store, "quokka") == [] != await found(store, "fox")
    for word in (b"zanzibar", b"quokk", b"zan"):
        assert word not in pages(path)


@pytest.mark.asyncio
async def test_a_large_index_is_written_anew_in_steps(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "x.db"
    async with a_store(path, "one", clock) as store:
        clip = await draw(store, "gone", "zanzibar")
        done = msgspec.structs.replace(clip, status="done")
        await store.change_clip(done, ClipFinished(done))
        with closing(sqlite3.connect(path, isolation_level=None)) as cx:
            cx.execute("BEGIN")
            for place in range(4000):
                words = " ".join(f"{place * 8 + n:x}word" for n in range(8))
                row = (place, f"x{place}", words, "[]")
                cx.execute("INSERT INTO search_documents VALUES (?, ?, ?, ?)", row)
                cx.execute("INSERT INTO search_index (rowid, words) VALUES (?, ?)", row[:3:2])
            cx.execute("COMMIT")
        await store.remove_clip("gone")
        with closing(connect(path)) as cx:
            assert cx.execute("SELECT value FROM meta WHERE key = ?", (ERASING,)).fetchone()
            steps = 1
            while erase_some(cx, NOON):
                steps += 1
            assert steps > 2
            # Soon after that it is not written anew once more.
            cx.execute("INSERT INTO meta (key, value) VALUES (?, 'begin')", (ERASING,))
            assert not erase_some(cx, NOON + 1)
            assert erase_some(cx, NOON + 3600)
    assert b"zanzibar" not in pages(path)


@pytest.mark.asyncio
async def test_clips_and_people_of_an_earlier_release_are_found_later(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as cx:
        cx.executescript((Path(__file__).parent / "earlier" / "15.sql").read_text())
    async with a_store(path, "one", lambda: NOON + 99) as store:
        assert await found(store, "red ball") == []
        await store.tidy_some(Ages())
        assert sorted(await found(store, "red ball")) == ["a", "b"]
        assert await store.search.find_people("anna", (), asker="", limit=9)


@pytest.mark.asyncio
async def test_words_of_what_an_earlier_release_removed_go_too(
    store: SqliteStore, tmp_path: Path
) -> None:
    await draw(store, "a", "zanzibar")
    await draw(store, "b", "a red fox")
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        cx.execute("DELETE FROM clips WHERE id = 'a'")
        cx.commit()
    await store.tidy_some(Ages())
    assert await found(store, "fox") == ["b"]
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        blocks = cx.execute("SELECT block FROM search_index_data").fetchall()
        assert not any(b"zanzi" in block for (block,) in blocks)
        assert cx.execute("SELECT count(*) FROM search_documents").fetchone() == (1,)
        assert cx.execute("SELECT 1 FROM search_terms WHERE term = 'zanzibar'").fetchone() is None
