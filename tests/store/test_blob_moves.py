"""Files whose audience changes are noted with the change, and only then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.blobs.blobs import Audience
from phosphene.events import ClipFinished, ClipStarted
from phosphene.model import Clip, Visibility
from phosphene.reports import Decider, NewDecision
from phosphene.store.library import ClipChange
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, a_clip, a_store

pytestmark = pytest.mark.asyncio
BY = Decider(None, "operator")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db") as opened:
        yield opened


async def draw(store: SqliteStore, clip_id: str, **files: str) -> Clip:
    """A public clip that is done."""
    live = a_clip(clip_id, status="live")
    await store.add_clip(live)
    return await finish(store, live, **files)


async def finish(store: SqliteStore, live: Clip, **files: str) -> Clip:
    await store.change_clip(live, ClipStarted(live))
    done = replace(live, status="done", sha256=live.id * 64, **files)
    await store.change_clip(done, ClipFinished(done))
    return done


async def noted(store: SqliteStore) -> dict[str, Audience | None]:
    """What is to be done; then it is."""
    moves = await store.blob_moves.list_moves(9)
    await store.blob_moves.finish_moves(moves)
    return {one.blob: one.audience for one in moves}


async def test_what_a_decision_hides_is_withheld_and_comes_back(store: SqliteStore) -> None:
    await draw(store, "a")
    assert await noted(store) == {}
    decided = await store.moderation.decide(NewDecision("clip", "a", "hide"), BY)
    assert await noted(store) == {"a" * 64 + ".mp4": "withheld"}
    assert await noted(store) == {}
    await store.moderation.undo(decided.decision.id, BY)
    assert await noted(store) == {"a" * 64 + ".mp4": "public"}


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_an_author_says_for_whom_the_files_are(
    store: SqliteStore, visibility: Visibility
) -> None:
    await draw(store, "a")
    await store.library.change_terms("a", ANNA.id, ClipChange(visibility=visibility))
    assert await noted(store) == {"a" * 64 + ".mp4": visibility}
    await store.library.change_terms("a", ANNA.id, ClipChange(remixing="nobody"))
    assert await noted(store) == {}


async def test_what_two_clips_need_is_for_whom_either_is_and_goes_with_the_last(
    store: SqliteStore,
) -> None:
    poster = "p" * 64 + ".jpg"
    for name in "ab":
        await draw(store, name, poster=poster)
    await store.library.change_terms("a", ANNA.id, ClipChange(visibility="private"))
    assert await noted(store) == {"a" * 64 + ".mp4": "private", poster: "public"}
    # Where the public one had it nobody finds it any more.
    assert (await store.remove_clip("b")).blobs == ("b" * 64 + ".mp4",)
    assert await noted(store) == {"b" * 64 + ".mp4": None, poster: "private"}
    await store.remove_clip("a")
    assert await noted(store) == {"a" * 64 + ".mp4": None, poster: None}


async def test_a_clip_that_was_hidden_while_it_was_drawn_is_put_away(store: SqliteStore) -> None:
    live = a_clip("a", status="live")
    await store.add_clip(live)
    await store.moderation.decide(NewDecision("clip", "a", "hide"), BY)
    await finish(store, live)
    assert await noted(store) == {"a" * 64 + ".mp4": "withheld"}


async def test_what_is_noted_once_more_while_it_is_done_stays(store: SqliteStore) -> None:
    await draw(store, "a")
    decided = await store.moderation.decide(NewDecision("clip", "a", "hide"), BY)
    begun = await store.blob_moves.list_moves(9)
    await store.moderation.undo(decided.decision.id, BY)
    await store.blob_moves.finish_moves(begun)
    assert await noted(store) == {"a" * 64 + ".mp4": "public"}
