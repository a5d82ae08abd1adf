"""Who may see and use a clip, and what follows when its author changes that."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import BadInput, Forbidden, NotFound, Unusable
from phosphene.events import ClipChanged, ClipFinished, ClipHidden, ClipRemoved, InboxSeen, Remixed
from phosphene.model import Clip, Person, Remixing
from phosphene.reports import Decider, NewDecision
from phosphene.store.library import ClipChange, Kept
from phosphene.store.profiles import ProfileWords
from phosphene.store.search_store import Wanted
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment, a_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        yield opened


async def draw(store: SqliteStore, clip: Clip) -> Clip:
    """A finished clip."""
    await store.add_clip(clip)
    done = replace(clip, status="done", latents="l.safetensors", sha256=f"{clip.id}-video")
    await store.change_clip(done, ClipFinished(done))
    return done


async def found(store: SqliteStore) -> list[str]:
    page = await store.search.find_clips(Wanted("red ball"), (), limit=9, cursor=None)
    return [clip.id for clip in page.clips]


async def told(store: SqliteStore, topic: str) -> list[object]:
    return [one.event for one in await store.list_events(topic, after=0, limit=99)]


@pytest.mark.asyncio
async def test_what_is_hidden_is_in_no_list_and_no_event_any_more(store: SqliteStore) -> None:
    parent = await draw(store, a_clip("p", author=BEN))
    await draw(store, a_clip("c", parent="p"))
    await draw(store, a_clip("child", author=EVE, parent="c"))
    await store.people.set_words(ANNA.id, ProfileWords("me", "c"))
    await store.library.set_saved("c", EVE.id, True)
    recorded = await store.library.change_terms("c", ANNA.id, ClipChange(visibility="private"))
    assert {(one.topic, type(one.event)) for one in recorded} == {
        ("clip:c", ClipHidden),
        ("feed", ClipHidden),
        ("clip:p", ClipRemoved),
        (f"person:{BEN.id}", InboxSeen),
    }
    assert (await store.get_clip("p")).counts.remixes == parent.counts.remixes == 0
    for topic in ("feed", "clip:p", f"person:{BEN.id}"):
        for event in await told(store, topic):
            names_it = isinstance(event, ClipHidden | ClipRemoved)
            assert names_it or "id='c'" not in repr(event), topic
    assert sorted(await found(store)) == ["child", "p"]
    public = await store.list_clips(limit=9)
    assert "c" not in [clip.id for clip in public.clips]
    assert "c" not in [clip.id for clip in await store.list_candidates(limit=9)]
    assert await store.get_counts(["c"], public=True) == {}
    assert (await store.people.get_words(ANNA.id)).portrait is None
    inbox = await store.people.read_inbox(BEN.id, limit=9, cursor=None)
    assert "c" not in [notice.clip for notice in inbox.notices]
    # Its child's file holds its manifest.
    assert await store.next_redaction() == "child"
    kinds: tuple[Kept, ...] = ("saved", "liked", "history")
    for which in kinds:
        assert not (await store.library.list_kept(EVE.id, which, limit=9, cursor=None)).clips
    drafts = await store.library.list_kept(ANNA.id, "drafts", limit=9, cursor=None)
    assert [clip.id for clip in drafts.clips] == ["c"]


@pytest.mark.asyncio
async def test_nobody_reads_what_was_said_below_a_link_that_is_closed(store: SqliteStore) -> None:
    await draw(store, replace(a_clip("c"), visibility="unlisted"))
    await store.add_comment(a_comment("k", "c", author=BEN))
    answer = a_comment("l", "c", "secret words", author=EVE)
    await store.add_comment(replace(answer, parent="k"))
    assert "secret words" in repr(await told(store, f"person:{BEN.id}"))
    await store.library.change_terms("c", ANNA.id, ClipChange(visibility="private"))
    said = await told(store, f"person:{BEN.id}")
    assert "secret words" not in repr(said)
    assert said[-1] == InboxSeen(0)


@pytest.mark.asyncio
async def test_a_draft_is_told_when_it_is_published(store: SqliteStore, clock: Clock) -> None:
    await draw(store, a_clip("p", author=BEN, created_at=NOON - 9))
    old = replace(a_clip("c", parent="p", created_at=NOON - 9e5), visibility="private")
    await draw(store, old)
    assert (await store.get_clip("p")).counts.remixes == 0
    recorded = await store.library.change_terms("c", ANNA.id, ClipChange(visibility="public"))
    kinds = {(one.topic, type(one.event)) for one in recorded}
    assert {("feed", ClipChanged), ("clip:c", ClipChanged), ("clip:p", Remixed)} <= kinds
    assert (await store.get_clip("p")).counts.remixes == 1
    assert sorted(await found(store)) == ["c", "p"]
    inbox = await store.people.read_inbox(BEN.id, limit=9, cursor=None)
    assert ("remixed", "c") in {(notice.kind, notice.clip) for notice in inbox.notices}
    remixes = await store.library.list_remixes("p", "", limit=9, cursor=None)
    assert [clip.id for clip in remixes.clips] == ["c"]
    # It is new from now on, and only the first time.
    assert (await store.get_clip("c")).created_at == NOON
    clock.now = NOON + 50
    await store.library.change_terms("c", ANNA.id, ClipChange(visibility="private"))
    await store.library.change_terms("c", ANNA.id, ClipChange(visibility="public"))
    assert (await store.get_clip("c")).created_at == NOON
    assert (await store.list_clips(limit=1)).clips[0].id == "c"
    # Once more changes nothing, and is told to nobody.
    again = ClipChange(visibility="public")
    assert not await store.library.change_terms("c", ANNA.id, again)


@pytest.mark.asyncio
async def test_only_its_author_changes_a_clip_and_only_when_it_is_drawn(store: SqliteStore) -> None:
    await store.add_clip(a_clip("on-its-way"))
    await draw(store, a_clip("c"))
    with pytest.raises(NotFound):
        await store.library.change_terms("c", BEN.id, ClipChange(visibility="private"))
    with pytest.raises(BadInput):
        await store.library.change_terms("on-its-way", ANNA.id, ClipChange(license="CC0-1.0"))


@pytest.mark.asyncio
async def test_a_clip_that_a_moderator_hid_is_not_published(store: SqliteStore) -> None:
    await draw(store, a_clip("c"))
    hide = NewDecision(kind="clip", subject="c", action="hide", reason="violence")
    await store.moderation.decide(hide, Decider(None, "operator"))
    with pytest.raises(Forbidden):
        await store.library.change_terms("c", ANNA.id, ClipChange(visibility="public"))
    await store.library.change_terms("c", ANNA.id, ClipChange(license="CC0-1.0"))
    clip = await store.get_clip("c")
    assert (clip.visibility, clip.withheld, clip.license) == ("private", True, "CC0-1.0")
    assert await found(store) == []


@pytest.mark.asyncio
async def test_other_terms_are_signed_into_the_files(store: SqliteStore) -> None:
    await draw(store, a_clip("c"))
    (own, feed) = await store.library.change_terms("c", ANNA.id, ClipChange(license="CC-BY-4.0"))
    assert isinstance(own.event, ClipChanged)
    assert own.event.clip.license == "CC-BY-4.0"
    assert feed.topic == "feed"
    assert await store.next_redaction() == "c"
    before = await store.get_clip("c")
    # Changed while its files are being signed: they are signed once more.
    await store.library.change_terms("c", ANNA.id, ClipChange(license="CC0-1.0"))
    await store.finish_redaction(before, replace(before, sha256="signed"))
    assert await store.next_redaction() == "c"
    now = await store.get_clip("c")
    assert (now.license, now.sha256) == ("CC0-1.0", "signed")
    await store.finish_redaction(now, replace(now, sha256="again"))
    assert await store.next_redaction() is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("remixing", "stranger", "mutual"),
    [("everyone", True, True), ("mutuals", False, True), ("nobody", False, False)],
)
async def test_who_may_remix_a_clip(
    store: SqliteStore, remixing: Remixing, stranger: bool, mutual: bool
) -> None:
    await draw(store, a_clip("c"))
    await store.library.change_terms("c", ANNA.id, ClipChange(remixing=remixing))
    await store.people.set_relation(ANNA, "follow", BEN, True)
    for person, clip_id, allowed in ((BEN, "one-way", stranger), (EVE, "stranger", stranger)):
        await remix(store, person, clip_id, allowed)
    await store.people.set_relation(BEN, "follow", ANNA, True)
    await remix(store, BEN, "mutual", mutual)
    await remix(store, ANNA, "own", True)


async def remix(store: SqliteStore, person: Person, clip_id: str, allowed: bool) -> None:
    clip = a_clip(clip_id, author=person, parent="c")
    if allowed:
        await store.add_clip(clip)
        return
    with pytest.raises(Forbidden):
        await store.add_clip(clip)
    with pytest.raises(NotFound):
        await store.get_clip(clip_id)


@pytest.mark.asyncio
async def test_clips_that_one_keeps_come_in_pages_the_latest_first(
    store: SqliteStore, clock: Clock
) -> None:
    for number in range(5):
        await draw(store, a_clip(f"c{number}", created_at=NOON + number))
        clock.now = NOON + 100 - number
        await store.library.set_saved(f"c{number}", BEN.id, True)
        await store.add_view(f"c{number}", BEN.id)
        await store.set_like(f"c{number}", BEN, True)
    clock.now = NOON + 200
    await store.add_view("c4", BEN.id)  # seen once more
    await store.library.set_saved("c1", BEN.id, False)
    expected: dict[Kept, list[str]] = {
        "saved": ["c0", "c2", "c3", "c4"],
        "liked": ["c4", "c3", "c2", "c1", "c0"],
        "history": ["c4", "c0", "c1", "c2", "c3"],
        "own": [],
    }
    for which, ids in expected.items():
        seen, cursor = list[str](), None
        while True:
            page = await store.library.list_kept(BEN.id, which, limit=2, cursor=cursor)
            seen += [clip.id for clip in page.clips]
            if (cursor := page.cursor) is None:
                break
        assert seen == ids, which
    assert await store.library.is_saved("c0", BEN.id)
    assert (await store.get_clip("c4")).counts.views == 1
    with pytest.raises(Unusable):
        await store.library.list_kept(BEN.id, "own", limit=2, cursor="made-up")
    with pytest.raises(NotFound):
        await store.library.set_saved("missing", BEN.id, True)
    await store.add_comment(a_comment("k", "c0"))
    await store.remove_clip("c0")
    assert not await store.library.is_saved("c0", BEN.id)
