"""What is kept for a time only."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from phosphene.events import ClipFailed, ClipFinished, ClipRemoved, ClipStarted, Liked, Recorded
from phosphene.model import Counts, Person
from phosphene.store.store import Ages, Expiring, Store, Tidied
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio

DAY_S = 86400.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with a_store(tmp_path / "phosphene.db", clock=clock) as opened:
        yield opened


async def finished(
    store: Store, clip_id: str, created_at: float = NOON, author: Person = ANNA
) -> None:
    live = a_clip(clip_id, status="live", created_at=created_at, author=author)
    await store.add_clip(a_clip(clip_id, created_at=created_at, author=author))
    await store.change_clip(live, ClipStarted(live))
    done = msgspec.structs.replace(
        live, status="done", sha256=clip_id, birth=f"{clip_id}-birth", birth_url="/birth",
        latents=f"{clip_id}-latents", poster=f"{clip_id}-poster",
    )  # fmt: skip
    await store.change_clip(done, ClipFinished(done))


async def tidy(store: Store, ages: Ages) -> Tidied:
    """Until there is no more to do; everything that came of it."""
    blobs: tuple[str, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    while True:
        part = await store.tidy_some(ages)
        blobs += part.blobs
        recorded += part.recorded
        if not part.more:
            return Tidied(False, blobs, recorded)


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as cx:
        return int(cx.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_a_topic_keeps_its_newest_events_and_goes_on(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    for on in (True, False) * 20:
        await store.set_like("a", BEN, on)
    await tidy(store, Ages(events=10))
    left = await store.list_events("clip:a", after=0, limit=99)
    assert [one.seq for one in left] == list(range(32, 42))
    assert len(await store.list_events("feed", after=0, limit=99)) == 1
    _, (recorded, *_) = await store.set_like("a", BEN, True)
    assert recorded.seq == 42
    assert (await store.topic_state("clip:a", BEN.id, comments=1)).at.seq == 42


async def test_old_events_go_but_the_last_of_a_topic(store: Store, clock: Clock) -> None:
    await store.add_clip(a_clip("a"))
    await finished(store, "gone")
    await store.set_like("a", BEN, True)
    await store.remove_clip("gone")
    ages = Ages(events_s=7 * DAY_S)
    await tidy(store, ages)
    clock.now += 6 * DAY_S
    await store.set_like("a", EVE, True)
    await tidy(store, ages)
    assert len(await store.list_events("clip:a", after=0, limit=99)) == 3
    clock.now += 1.5 * DAY_S
    await tidy(store, ages)
    # The second like is younger, the feed's last event is its top, the clip that is gone has none.
    (left,) = await store.list_events("clip:a", after=0, limit=99)
    assert (left.seq, left.event) == (3, Liked("a", EVE, True, 2))
    assert [one.event for one in await store.list_events("feed", after=0, limit=99)] == [
        ClipRemoved("gone")
    ]
    assert await store.list_events("clip:gone", after=0, limit=99) == []
    # It is the last one of its topic, however old.
    clock.now += 30 * DAY_S
    await tidy(store, ages)
    assert len(await store.list_events("clip:a", after=0, limit=99)) == 1
    await store.set_like("a", ANNA, True)
    assert (await store.topic_end("clip:a")).seq == 4


async def test_what_was_told_elsewhere_goes_with_a_clip_whose_own_events_are_folded(
    store: Store, tmp_path: Path
) -> None:
    await store.add_clip(a_clip("p"))
    await store.add_clip(msgspec.structs.replace(a_clip("a", parent="p"), text="a secret"))
    for on in (True, False) * 20:
        await store.set_like("a", BEN, on)
    await tidy(store, Ages(events=10))
    ended = a_clip("a", status="failed")
    await store.change_clip(ended, ClipFailed(ended))
    await store.remove_clip("a")
    assert b"a secret" not in everything(tmp_path)


async def test_events_of_an_earlier_release_are_indexed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "phosphene.db"
    await store.add_clip(a_clip("p"))
    await store.add_clip(a_clip("a", parent="p"))
    with closing(sqlite3.connect(path)) as cx:
        before = cx.execute("SELECT id, mentions FROM events").fetchall()
        cx.execute("UPDATE events SET mentions = NULL")
        # What a later release may write.
        cx.execute(
            "INSERT INTO events (topic, seq, event) VALUES ('feed', 3, ?)",
            (msgspec.msgpack.encode({"type": "clip_boosted"}),),
        )
        cx.commit()
        await tidy(store, Ages())
        assert cx.execute("SELECT id, mentions FROM events").fetchall() == [*before, (6, "")]
    assert [mentions for _, mentions in before] == ["", "p", "", "a", "a"]


async def test_views_are_forgotten_and_their_counts_stay(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "phosphene.db"
    await store.add_clip(a_clip("a"))
    with closing(sqlite3.connect(path)) as cx:
        cx.execute("INSERT INTO views (clip, person) VALUES ('a', 'of-old')")
        cx.commit()
    for person in ("of-old", "new", "new"):
        await store.add_view("a", person)
    assert (await store.get_clip("a")).counts == Counts(views=1)
    await tidy(store, Ages(views_s=DAY_S))
    assert (count(path, "views"), count(path, "viewings")) == (0, 2)
    await store.add_view("a", "of-old")
    clock.now += DAY_S
    await tidy(store, Ages(views_s=DAY_S))
    assert count(path, "viewings") == 0
    assert (await store.get_clip("a")).counts == Counts(views=1)


async def test_answers_are_kept_for_a_day(store: Store, clock: Clock, tmp_path: Path) -> None:
    await store.keep_answer("k", b"answer")
    clock.now += 86399
    await tidy(store, Ages())
    assert await store.recall_answer("k") == b"answer"
    clock.now += 1
    await tidy(store, Ages())
    assert count(tmp_path / "phosphene.db", "answers") == 0


async def test_failed_clips_go(store: Store, clock: Clock) -> None:
    for clip_id in ("a", "b"):
        await store.add_clip(a_clip(clip_id, created_at=clock.now))
    ended = a_clip("a", status="cancelled")
    await store.change_clip(ended, ClipFailed(ended))
    assert (await tidy(store, Ages(failed_s=DAY_S))).recorded == ()
    clock.now += DAY_S
    removed = (await tidy(store, Ages(failed_s=DAY_S))).recorded
    assert [one.topic for one in removed] == ["clip:a", "feed"]
    assert [clip.id for clip in (await store.list_clips(limit=9)).clips] == ["b"]


async def test_births_and_latents_go_before_their_clip(store: Store, clock: Clock) -> None:
    for number in range(3):
        await finished(store, f"c{number}", clock.now)
        clock.now += DAY_S
    await store.add_clip(a_clip("remix", parent="c0", created_at=clock.now))
    # c0 and c1 are two days old; a remix is drawn from c0.
    tidied = await tidy(store, Ages(births_s=2 * DAY_S, latents_s=2 * DAY_S))
    assert sorted(tidied.blobs) == ["c0-birth", "c1-birth", "c1-latents"]
    clips = {one: await store.get_clip(one) for one in ("c0", "c2")}
    assert (clips["c0"].birth, clips["c0"].birth_url, clips["c0"].latents) == (None, None, None)
    assert (clips["c0"].poster, clips["c2"].birth) == ("c0-poster", "c2-birth")
    assert await store.find_unreferenced(["c0-latents"]) == []
    clock.now += DAY_S
    again = await tidy(store, Ages(births_s=2 * DAY_S, latents_s=2 * DAY_S))
    assert sorted(again.blobs) == ["c2-birth", "c2-latents"]


async def test_clips_that_nobody_liked_go_first_and_those_of_guests_before(store: Store) -> None:
    for number, (clip_id, author) in enumerate(
        [("liked", EVE), ("named", ANNA), ("guest", BEN), ("later", BEN), ("said", BEN)]
    ):
        await finished(store, clip_id, NOON + number, author)
    await store.set_handle(Person(ANNA.id, "anna_two"))
    await store.set_like("liked", BEN, True)
    await store.add_comment(a_comment("k", "said"))
    going = [clip.id for clip in await store.going_next(limit=9)]
    assert going == ["guest", "later", "named", "liked", "said"]
    going_soon = [Expiring(one, 7, NOON + 9) for one in ("guest", "named")]
    await store.set_expiry(going_soon)
    assert [clip.id for clip in await store.going_next(limit=2)] == ["later", "liked"]
    assert await store.list_expiring() == going_soon
    await store.keep_clips(["named"])
    assert await store.list_expiring() == going_soon[:1]


async def test_what_somebody_does_with_a_clip_keeps_it(store: Store, clock: Clock) -> None:
    ids = ["liked", "said", "remixed", "viewed", "unliked", "left"]
    for clip_id in ids:
        await finished(store, clip_id)
    await store.set_like("unliked", BEN, True)
    await store.set_expiry([Expiring(one, 7, NOON + DAY_S) for one in ids])
    await store.set_like("liked", BEN, True)
    await store.set_like("unliked", BEN, False)
    await store.add_comment(a_comment("k", "said"))
    await store.add_clip(a_clip("remix", parent="remixed"))
    await store.add_view("viewed", BEN.id)
    assert (await store.remove_expired(ids)).blobs == ()
    clock.now += DAY_S
    removed = await store.remove_expired(ids)
    assert {one.topic for one in removed.recorded} == {
        *("clip:viewed", "clip:unliked", "clip:left", "feed"),
        "person:anna-id",  # what she was told of them is gone from her unread notices
    }
    assert (await store.get_clip("liked")).expires_at is None
    assert "left.mp4" in removed.blobs


async def test_clips_of_a_person_are_counted(store: Store) -> None:
    for clip_id in ("a", "b", "c"):
        await store.add_clip(a_clip(clip_id))
    ended = a_clip("c", status="failed")
    await store.change_clip(ended, ClipFailed(ended))
    assert await store.count_clips_of(ANNA.id) == 2
    assert await store.count_clips_of("nobody") == 0
