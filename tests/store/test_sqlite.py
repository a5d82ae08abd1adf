import asyncio
import os
from pathlib import Path

import pytest

from phosphene.errors import AlreadyTaken, BadInput, Busy, NotFound
from phosphene.events import (
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipStarted,
    Commented,
    Liked,
    Remixed,
)
from phosphene.model import Counts, Person
from phosphene.store.schema import connect, connect_reader
from phosphene.store.sqlite import open_store
from phosphene.store.store import Repeated, Reservation, Store
from tests.store.making import ANNA, BEN, NOON, Clock, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio


async def test_a_new_clip_is_recorded_on_its_topic_and_the_feed(store: Store) -> None:
    recorded = await store.add_clip(a_clip("a"))
    assert [(one.topic, one.seq, type(one.event)) for one in recorded] == [
        ("clip:a", 1, ClipQueued),
        ("feed", 1, ClipQueued),
    ]
    clip = await store.get_clip("a")
    assert clip.root == "a"
    assert isinstance(recorded[0].event, ClipQueued)
    assert recorded[0].event.clip == clip
    assert list(await store.list_events("clip:a", after=0, limit=9)) == [recorded[0]]


async def test_a_remix_counts_on_its_parent_and_shares_its_root(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_clip(a_clip("b", parent="a", created_at=NOON + 1))
    recorded = await store.add_clip(a_clip("c", parent="b", created_at=NOON + 2))
    assert recorded[-1].topic == "clip:b"
    assert recorded[-1].event == Remixed("b", await store.get_clip("c"), 1)
    assert (await store.get_clip("a")).counts.remixes == 1
    for member in "abc":
        assert [clip.id for clip in await store.list_lineage(member)] == ["a", "b", "c"]
    await store.add_clip(a_clip("z"))
    assert [clip.id for clip in await store.list_lineage("z")] == ["z"]


async def test_a_clip_that_cannot_be_added_leaves_nothing(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.add_clip(a_clip("b", parent="missing"))
    await store.add_clip(a_clip("a"))
    with pytest.raises(BadInput):
        await store.add_clip(a_clip("a", author=BEN))
    assert (await store.get_clip("a")).author == ANNA
    assert (await store.topic_end("feed")).seq == 1
    with pytest.raises(NotFound):
        await store.get_clip("b")


async def test_a_change_never_touches_counts_and_its_event_carries_them(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.set_like("a", BEN, True)
    live = a_clip("a", status="live")
    recorded = await store.change_clip(live, ClipStarted(live))
    assert [(one.topic, one.seq) for one in recorded] == [("clip:a", 3), ("feed", 2)]
    clip = await store.get_clip("a")
    assert clip.status == "live"
    assert clip.counts == Counts(likes=1)
    assert recorded[0].event == ClipStarted(clip)
    with pytest.raises(NotFound):
        await store.change_clip(a_clip("x"), ClipStarted(a_clip("x")))


async def test_likes_are_exact_and_idempotent(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    people = [Person(f"p{number}", f"h{number}") for number in range(40)]
    answers = await asyncio.gather(*(store.set_like("a", person, True) for person in people * 5))
    assert sum(len(recorded) for _, recorded in answers) == 41  # one of them tells the author
    assert (await store.get_clip("a")).counts.likes == 40
    events = await store.list_events("clip:a", after=1, limit=1000)
    assert [one.seq for one in events] == list(range(2, 42))
    assert [one.event.likes for one in events if isinstance(one.event, Liked)] == [*range(1, 41)]


async def test_a_like_can_be_taken_back_once(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    assert await store.set_like("a", BEN, False) == (Counts(), [])
    await store.set_like("a", BEN, True)
    assert await store.liked_by("ben-id", ["a", "x"]) == {"a"}
    counts, (recorded, *_) = await store.set_like("a", BEN, False)
    assert counts.likes == 0
    assert recorded.event == Liked("a", BEN, False, 0)
    assert await store.set_like("a", BEN, False) == (Counts(), [])
    assert await store.liked_by("ben-id", ["a"]) == frozenset()


async def test_a_like_of_no_clip_does_not_count_later(store: Store) -> None:
    for on in (True, False):
        with pytest.raises(NotFound):
            await store.set_like("a", BEN, on)
    await store.add_clip(a_clip("a"))
    counts, recorded = await store.set_like("a", BEN, True)
    assert (counts.likes, [one.topic for one in recorded]) == (1, ["clip:a", "person:anna-id"])


async def test_one_failing_caller_does_not_spoil_the_others_of_its_commit(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    people = [Person(f"p{number}", f"h{number}") for number in range(30)]
    answers = await asyncio.gather(
        *(
            store.set_like("a" if i % 3 else "missing", person, True)
            for i, person in enumerate(people)
        ),
        return_exceptions=True,
    )
    for number, answer in enumerate(answers):
        assert isinstance(answer, tuple if number % 3 else NotFound)
    assert (await store.get_clip("a")).counts.likes == 20
    assert (await store.topic_end("clip:a")).seq == 21


async def test_a_cancelled_caller_does_not_spoil_the_others(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    async with asyncio.TaskGroup() as tasks:
        leaving = tasks.create_task(_like(store, ANNA))
        staying = tasks.create_task(_like(store, BEN))
        tasks.create_task(_cancel(leaving))
    assert staying.done()
    assert leaving.cancelled()
    assert "ben-id" in await _likers(store)


async def _like(store: Store, person: Person) -> None:
    await store.set_like("a", person, True)


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()


async def _likers(store: Store) -> set[str]:
    events = await store.list_events("clip:a", after=0, limit=100)
    return {one.event.by.id for one in events if isinstance(one.event, Liked)}


async def test_a_comment_is_added_once(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_clip(a_clip("b"))
    comment = a_comment("k", "a", "it's \"odd\"; -- 🎈 'x")
    recorded, told = await store.add_comment(comment)
    assert told.topic == "person:anna-id"
    assert recorded.event == Commented(comment, 1)
    assert await store.add_comment(a_comment("k", "a", "again")) == []
    assert await store.get_comment("k") == comment
    with pytest.raises(AlreadyTaken, match="taken"):
        await store.add_comment(a_comment("k", "a", author=ANNA))
    with pytest.raises(AlreadyTaken, match="taken"):
        await store.add_comment(a_comment("k", "b"))
    with pytest.raises(NotFound):
        await store.add_comment(a_comment("l", "missing"))
    with pytest.raises(NotFound):
        await store.get_comment("l")
    assert await store.get_counts(["a", "b"]) == {"a": Counts(comments=1), "b": Counts()}


async def test_pages_of_comments_stay_stable_under_new_ones(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    for number in range(7):
        # Several within the same instant: the id decides.
        await store.add_comment(a_comment(f"k{number}", "a", created_at=NOON + number // 3))
    seen, cursor = [], None
    for _ in range(3):
        page = await store.list_comments("a", limit=3, cursor=cursor)
        seen += [comment.id for comment in page.comments]
        cursor = page.cursor
        await store.add_comment(a_comment(f"new{len(seen)}", "a", created_at=NOON + 100))
    assert seen == [f"k{number}" for number in reversed(range(7))]
    assert cursor is None
    with pytest.raises(NotFound):
        await store.list_comments("missing", limit=3)


async def test_pages_of_clips_hold_what_may_be_shown(store: Store) -> None:
    for number in range(6):
        await store.add_clip(a_clip(f"c{number}", created_at=NOON + number // 2))
    for clip_id, status in (("c1", "failed"), ("c4", "cancelled")):
        ended = a_clip(clip_id, status=status)  # type: ignore[arg-type]
        await store.change_clip(ended, ClipFailed(ended))
    first = await store.list_clips(limit=2)
    await store.add_clip(a_clip("late", created_at=NOON + 50))
    second = await store.list_clips(limit=2, cursor=first.cursor)
    shown = [clip.id for page in (first, second) for clip in page.clips]
    assert shown == ["c5", "c3", "c2", "c0"]
    assert second.cursor is None


@pytest.mark.slow
@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "ü", "a" * 5000, "////", "=", "\0", "\ud800"])
async def test_a_cursor_not_made_here_is_refused(store: Store, cursor: str) -> None:
    await store.add_clip(a_clip("a"))
    with pytest.raises(BadInput, match="cursor"):
        await store.list_clips(limit=2, cursor=cursor)
    with pytest.raises(BadInput, match="cursor"):
        await store.list_comments("a", limit=2, cursor=cursor)


async def test_a_cursor_belongs_to_its_listing(store: Store, tmp_path: Path) -> None:
    for number in range(3):
        await store.add_clip(a_clip(f"c{number}"))
    cursor = (await store.list_clips(limit=1)).cursor
    with pytest.raises(BadInput, match="cursor"):
        await store.list_comments("c0", limit=1, cursor=cursor)
    async with a_store(tmp_path / "other.db") as other:
        with pytest.raises(BadInput, match="cursor"):
            await other.list_clips(limit=1, cursor=cursor)


@pytest.mark.parametrize("limit", [-1, 0, 10**9])
async def test_odd_limits_are_bounded(store: Store, limit: int) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_clip(a_clip("b"))
    assert 1 <= len((await store.list_clips(limit=limit)).clips) <= 2


async def test_candidates_are_live_and_queued_ones_then_the_freshest(store: Store) -> None:
    for number, status in enumerate(["done", "live", "queued", "done", "failed", "done"]):
        clip = a_clip(f"c{number}", created_at=NOON + number)
        await store.add_clip(clip)
        if status != "queued":
            clip = a_clip(clip.id, created_at=clip.created_at, status=status)  # type: ignore[arg-type]
            await store.change_clip(clip, ClipFinished(clip))
    assert [clip.id for clip in await store.list_candidates(limit=4)] == ["c1", "c2", "c5", "c3"]
    assert [clip.id for clip in await store.list_candidates(limit=1)] == ["c1"]


async def test_a_view_counts_once_per_person(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    for person in (ANNA, BEN, ANNA):
        await store.add_view("a", person.id)
    assert (await store.get_clip("a")).counts.views == 2
    with pytest.raises(NotFound):
        await store.add_view("missing", ANNA.id)
    assert await store.get_counts(["missing"]) == {}


async def test_a_handle_has_one_owner(store: Store) -> None:
    answers = await asyncio.gather(
        *(store.set_handle(Person(f"p{number}", "star")) for number in range(8)),
        return_exceptions=True,
    )
    owners = [answer for answer in answers if isinstance(answer, Person)]
    assert len(owners) == 1
    assert sum(isinstance(answer, AlreadyTaken) for answer in answers) == 7
    assert await store.set_handle(owners[0]) == owners[0]
    assert await store.get_person(owners[0].id) == owners[0]
    assert await store.get_person("nobody") is None


async def test_a_new_handle_shows_on_what_was_made_before(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_comment(a_comment("k", "a", author=ANNA))
    renamed = await store.set_handle(Person(ANNA.id, "anna_two"))
    assert (await store.get_clip("a")).author == renamed
    assert (await store.list_clips(limit=1)).clips[0].author == renamed
    assert (await store.list_comments("a", limit=1)).comments[0].author == renamed
    # A socket opened before still says the old one.
    _, (recorded,) = await store.set_like("a", ANNA, True)
    assert recorded.event == Liked("a", renamed, True, 1)


async def test_an_idempotency_key_lasts_a_day(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", clock=clock) as store:
        answers = await asyncio.gather(*(store.keep_answer("k", b"%d" % i) for i in range(5)))
        assert answers.count(None) == 1
        kept = await store.recall_answer("k")
        assert set(answers) == {None, kept}
        assert await store.recall_answer("other") is None
        clock.now += 24 * 3600
        assert await store.recall_answer("k") is None
        assert await store.keep_answer("k", b"new") is None
        assert await store.recall_answer("k") == b"new"


async def test_the_epoch_belongs_to_the_database(tmp_path: Path) -> None:
    epochs = []
    for name in ("a.db", "a.db", "b.db"):
        async with a_store(tmp_path / name) as store:
            epochs.append((await store.topic_end("feed")).epoch)
            assert (await store.topic_end("feed")).seq == 0
    assert epochs[0] == epochs[1] != epochs[2]
    assert len(epochs[0]) >= 16


async def test_events_everywhere_come_in_the_order_of_commits(store: Store) -> None:
    assert await store.last_event_id() == 0
    await store.add_clip(a_clip("a"))
    await store.set_like("a", BEN, True)
    found = await store.events_everywhere(after=0, limit=10)
    assert [(at, one.topic, one.seq) for at, one in found] == [
        (1, "clip:a", 1),
        (2, "feed", 1),
        (3, "clip:a", 2),
        (4, "person:anna-id", 1),
    ]
    assert await store.last_event_id() == 4
    assert await store.events_everywhere(after=2, limit=10) == found[2:]
    assert await store.events_everywhere(after=0, limit=1) == found[:1]
    assert await store.list_events("clip:a", after=2, limit=10) == []


async def test_the_state_of_a_topic_is_of_one_moment(store: Store) -> None:
    await store.add_clip(a_clip("a"))
    await store.set_like("a", BEN, True)
    for number in range(4):
        await store.add_comment(a_comment(f"k{number}", "a", created_at=NOON + number))
    state = await store.topic_state("clip:a", BEN.id, comments=3)
    assert state.at == await store.topic_end("clip:a")
    assert state.clip == await store.get_clip("a")
    assert [comment.id for comment in state.comments] == ["k3", "k2", "k1"]
    assert state.liked
    assert not (await store.topic_state("clip:a", ANNA.id, comments=3)).liked
    feed = await store.topic_state("feed", BEN.id, comments=3)
    assert (feed.at.seq, feed.clip, feed.comments) == (1, None, ())


@pytest.mark.parametrize("topic", ["clip:x", "clip:", "a", "", "Feed", "clip:a' --"])
async def test_other_topics_are_not_found(store: Store, topic: str) -> None:
    await store.add_clip(a_clip("b"))
    with pytest.raises(NotFound):
        await store.topic_state(topic, BEN.id, comments=3)


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        assert await store.is_ready()
        waiting = asyncio.gather(*(store.set_handle(Person(f"p{i}", f"h{i}")) for i in range(50)))
        await asyncio.wait([waiting], timeout=0)
    # What was asked before is finished, what comes after is refused.
    assert len(await waiting) == 50
    assert not await store.is_ready()
    with pytest.raises(Busy):
        await store.add_clip(a_clip("a"))
    with pytest.raises(Busy):
        await store.get_clip("a")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"hello" * 1000)
    for path in (tmp_path / "x.db", tmp_path, tmp_path / "no" / "folder.db"):
        with pytest.raises(Busy, match="database"):
            async with open_store(path, "one", lambda: NOON):
                pass


async def test_of_two_clips_under_one_key_one_is_made(store: Store) -> None:
    made = [(a_clip(name), Reservation("k", name.encode())) for name in "abcd"]
    results = await asyncio.gather(*(store.add_clip(*one) for one in made), return_exceptions=True)
    assert isinstance(results[0], list)
    assert [one.answer for one in results[1:] if isinstance(one, Repeated)] == [b"a"] * 3
    assert [clip.id for clip in (await store.list_clips(limit=10)).clips] == ["a"]
    assert (await store.topic_end("feed")).seq == 1


async def test_what_could_not_be_made_keeps_no_answer(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.add_clip(a_clip("b", parent="none"), Reservation("k", b"b"))
    assert await store.recall_answer("k") is None


async def test_handles_that_look_alike_belong_to_one_person(store: Store) -> None:
    await store.set_handle(Person("a-id", "modern_lamp1"))
    for name in ("modern_lampl", "rnodern_larnp1", "modern__lamp1", "m0dern_lamp1_"):
        with pytest.raises(AlreadyTaken):
            await store.set_handle(Person("b-id", name))
    assert (await store.set_handle(Person("a-id", "m0dern_lamp1"))).handle == "m0dern_lamp1"
    await store.set_handle(Person("b-id", "modern_lamp"))


async def test_nobody_else_can_read_the_database(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        (tmp_path / "x.db").touch()  # as an older release left it
        for name in ("x.db", "new.db"):
            async with open_store(tmp_path / name, "one", lambda: NOON) as store:
                await store.is_ready()
                modes = {
                    file: os.stat(tmp_path / file).st_mode & 0o777 for file in os.listdir(tmp_path)
                }
            assert {mode for file, mode in modes.items() if file.startswith(name)} == {0o600}
            assert f"{name}-wal" in modes
    finally:
        os.umask(old)


async def test_nothing_is_written_into_the_temporary_folder(tmp_path: Path) -> None:
    """In a container there may be none."""
    for opened in (connect(tmp_path / "x.db"), connect_reader(tmp_path / "x.db")):
        assert opened.execute("PRAGMA temp_store").fetchone() == (2,)
        opened.close()
