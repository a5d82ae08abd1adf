"""What people write of clips: answers, other words, likes, pins, and what is left of what goes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from phosphene.errors import AlreadyTaken, BadInput, Forbidden, NotFound
from phosphene.events import (
    CommentChanged,
    Commented,
    CommentLiked,
    CommentPinned,
    CommentRemoved,
    InboxSeen,
    Noticed,
)
from phosphene.model import Person
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db") as opened:
        assert isinstance(opened, SqliteStore)
        for person in (ANNA, BEN, EVE):
            await opened.set_handle(person)
        await opened.add_clip(a_clip("a"))
        yield opened


async def answer(store: SqliteStore, id_: str, parent: str, author: Person = EVE) -> Commented:
    """An answer to a comment, and what was told of it."""
    comment = a_comment(id_, "a", f"words of {id_}", author=author)
    recorded = await store.add_comment(msgspec.structs.replace(comment, parent=parent))
    event = recorded[0].event
    assert isinstance(event, Commented)
    return event


async def ids(store: SqliteStore, parent: str | None = None, person: str = "") -> list[str]:
    page = await store.list_comments("a", limit=9, parent=parent, person_id=person)
    return [one.id for one in page.comments]


async def kinds(store: SqliteStore, person: Person) -> list[tuple[str, str, int]]:
    page = await store.people.read_inbox(person.id, limit=50, cursor=None)
    return [(one.kind, one.comment, one.count) for one in page.notices]


async def test_answers_stand_one_level_deep_below_their_comment(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    told = await answer(store, "r1", "k")
    assert (told.comments, told.replies, told.comment.parent) == (2, 1, "k")
    told = await answer(store, "r2", "r1", BEN)
    assert (told.comments, told.replies, told.comment.parent) == (3, 2, "k")
    assert await ids(store) == ["k"]
    assert await ids(store, "k") == ["r1", "r2"]
    assert (await store.get_comment("k")).replies == 2
    first = await store.list_comments("a", limit=1, parent="k")
    rest = await store.list_comments("a", limit=1, parent="k", cursor=first.cursor)
    assert [one.id for one in (*first.comments, *rest.comments)] == ["r1", "r2"]
    assert rest.cursor is None
    with pytest.raises(NotFound):
        await answer(store, "r3", "none")


async def test_who_is_answered_hears_of_it_and_everybody_once(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    await answer(store, "r1", "k")
    assert await kinds(store, BEN) == [("replied", "r1", 1)]
    assert {*await kinds(store, ANNA)} == {("commented", "r1", 1), ("commented", "k", 1)}
    called = a_comment("r2", "a", "@eve oh", author=ANNA)
    await store.add_comment(msgspec.structs.replace(called, parent="r1"))
    assert await kinds(store, EVE) == [("replied", "r2", 1)]


async def test_who_is_blocked_answers_and_likes_nothing_of_the_other(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    await store.people.set_relation(BEN, "block", EVE, True)
    with pytest.raises(Forbidden):
        await answer(store, "r1", "k")
    with pytest.raises(Forbidden):
        await store.comments.like("a", "k", EVE, True)
    await store.people.set_relation(BEN, "block", EVE, False)
    await store.people.set_relation(BEN, "mute", EVE, True)
    await answer(store, "r1", "k")
    assert await kinds(store, BEN) == []


async def test_other_words_stand_everywhere_where_the_first_stood(
    store: SqliteStore, tmp_path: Path
) -> None:
    await store.add_comment(a_comment("k", "a", "hasty words"))
    await store.comments.pin("a", "k", ANNA.id, True)
    await store.keep_answer(f"{BEN.id}:key", b'{"id":"k","text":"hasty words"}')
    with pytest.raises(NotFound):
        await store.comments.edit("a", "k", ANNA, "mine")
    (told,) = await store.comments.edit("a", "k", BEN, "better ones")
    assert isinstance(told.event, CommentChanged)
    comment = await store.get_comment("k")
    assert told.event.comment == comment
    assert (comment.text, comment.edited_at) == ("better ones", NOON)
    assert not await store.comments.edit("a", "k", BEN, "better ones")
    assert (await store.people.read_inbox(ANNA.id, limit=9, cursor=None)).notices[
        0
    ].text == "better ones"
    await store.empty_log()
    assert not any(b"hasty" in one for one in await asyncio.to_thread(everything, tmp_path))


async def test_a_removed_comment_leaves_no_words_and_takes_its_answers_along(
    store: SqliteStore, tmp_path: Path
) -> None:
    await store.add_comment(a_comment("k", "a", "secret words"))
    await store.add_comment(a_comment("l", "a", "these stay"))
    secret = a_comment("r1", "a", "a secret answer", author=EVE)
    await store.add_comment(msgspec.structs.replace(secret, parent="k"))
    held = a_comment("h", "a", "secret thing", author=EVE)
    await store.add_comment(msgspec.structs.replace(held, parent="k"), "hate")
    await store.comments.like("a", "k", EVE, True)
    await store.comments.pin("a", "k", ANNA.id, True)
    for person in (BEN, EVE):
        await store.keep_answer(f"{person.id}:key", b"k r1: secret words")
    before = await store.list_events("clip:a", after=0, limit=99)
    with pytest.raises(NotFound):
        await store.comments.remove("a", "k", EVE.id)
    gone, unpinned, *unread = await store.comments.remove("a", "k", ANNA.id)
    assert gone.event == CommentRemoved("a", "k", None, 1, None)
    assert unpinned.event == CommentPinned("a", None)
    assert (f"person:{BEN.id}", InboxSeen(0)) in [(one.topic, one.event) for one in unread]
    assert await ids(store) == ["l"]
    assert (await store.get_clip("a")).counts.comments == 1
    events = await store.list_events("clip:a", after=0, limit=99)
    assert [one.seq for one in events] == list(range(1, len(before) + 3))
    files = await asyncio.to_thread(everything, tmp_path)
    assert not any(b"secret" in one for one in files)
    assert any(b"these stay" in one for one in files)
    with pytest.raises(NotFound, match="removed"):
        await store.add_comment(a_comment("k", "a", "secret words"))


async def test_an_answer_that_is_removed_is_one_less(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    await answer(store, "r1", "k")
    await answer(store, "r2", "k")
    gone, *_ = await store.comments.remove("a", "r1", EVE.id)
    assert gone.event == CommentRemoved("a", "r1", "k", 2, 1)
    gone, *_ = await store.comments.remove("a", "r2", None)
    assert gone.event == CommentRemoved("a", "r2", "k", 1, 0)


async def test_notices_that_are_told_together_keep_their_number(store: SqliteStore) -> None:
    for id_ in ("k", "l"):
        await store.add_comment(a_comment(id_, "a"))
    assert await kinds(store, ANNA) == [("commented", "k", 2)]
    await store.comments.remove("a", "k", BEN.id)
    assert await kinds(store, ANNA) == [("commented", "", 1)]


async def test_a_like_of_a_comment_counts_once(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    likes, (told,) = await store.comments.like("a", "k", EVE, True)
    assert (likes, told.event) == (1, CommentLiked("a", "k", 1))
    assert await store.comments.like("a", "k", EVE, True) == (1, [])
    page = await store.list_comments("a", limit=9, person_id=EVE.id)
    assert (page.liked, page.comments[0].likes) == (("k",), 1)
    assert (await store.list_comments("a", limit=9, person_id=BEN.id)).liked == ()
    state = await store.topic_state("clip:a", EVE.id, comments=9)
    assert state.liked_comments == ("k",)
    assert (await store.comments.like("a", "k", EVE, False))[0] == 0


async def test_one_comment_of_a_clip_is_pinned_by_its_author(store: SqliteStore) -> None:
    for id_ in ("k", "l"):
        await store.add_comment(a_comment(id_, "a"))
    await answer(store, "r1", "k")
    with pytest.raises(NotFound):
        await store.comments.pin("a", "k", BEN.id, True)
    with pytest.raises(BadInput):
        await store.comments.pin("a", "r1", ANNA.id, True)
    await store.comments.pin("a", "k", ANNA.id, True)
    (told,) = await store.comments.pin("a", "l", ANNA.id, True)
    assert told.event == CommentPinned("a", await store.get_comment("l"))
    assert not await store.comments.pin("a", "l", ANNA.id, True)
    pinned = (await store.list_comments("a", limit=1)).pinned
    assert pinned is not None
    assert pinned.id == "l"
    (told,) = await store.comments.pin("a", "l", ANNA.id, False)
    assert told.event == CommentPinned("a", None)


async def test_what_waits_is_seen_by_its_author_and_operators_only(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a"))
    assert not await store.add_comment(a_comment("h", "a", "doubtful", author=EVE), "hate")
    assert not await store.add_comment(a_comment("h", "a", "doubtful", author=EVE), "hate")
    assert (await store.get_comment("h")).held
    assert (await store.get_clip("a")).counts.comments == 1
    assert (await ids(store), await ids(store, person=EVE.id)) == (["k"], ["k", "h"])
    with pytest.raises(AlreadyTaken):
        await store.add_comment(a_comment("h", "a", author=BEN))
    for deed in (
        store.comments.edit("a", "h", EVE, "other"),
        store.comments.like("a", "h", BEN, True),
        store.comments.pin("a", "h", ANNA.id, True),
        store.comments.remove("a", "h", ANNA.id),
        answer(store, "r", "h", BEN),
    ):
        with pytest.raises(NotFound):
            await deed
    assert [(one.id, code) for one, code in await store.comments.list_held()] == [("h", "hate")]
    told = await store.comments.decide_held("h", True)
    assert isinstance(told[0].event, Commented)
    assert told[0].event.comments == 2
    assert isinstance(told[1].event, Noticed)
    assert await ids(store) == ["k", "h"]
    with pytest.raises(NotFound):
        await store.comments.decide_held("h", True)


async def test_what_an_operator_refuses_is_gone(store: SqliteStore, tmp_path: Path) -> None:
    for id_ in ("h", "i"):
        await store.add_comment(a_comment(id_, "a", "doubtful"), "hate")
    assert not await store.comments.decide_held("h", False)
    assert not await store.comments.remove("a", "i", BEN.id)
    assert await ids(store, person=BEN.id) == []
    assert not any(b"doubtful" in one for one in await asyncio.to_thread(everything, tmp_path))
    with pytest.raises(NotFound):
        await store.add_comment(a_comment("h", "a"))


async def test_a_comment_that_waited_too_long_for_its_clip_waits_no_more(
    store: SqliteStore,
) -> None:
    await store.add_comment(a_comment("h", "a", author=BEN), "hate")
    await store.people.set_relation(ANNA, "block", BEN, True)
    assert not await store.comments.decide_held("h", True)
    assert await store.comments.list_held() == []


def everything(folder: Path) -> list[bytes]:
    """The bytes of the database and its log, free pages and all."""
    return [file.read_bytes() for file in folder.iterdir() if file.is_file()]
