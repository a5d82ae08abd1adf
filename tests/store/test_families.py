"""What was made of a clip that was taken away is held with it, and freed one by one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import Unprocessable
from phosphene.events import ClipFinished, ClipRemoved
from phosphene.model import recipe_digest
from phosphene.reports import Decider, NewDecision
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.earlier.make import a_recipe
from tests.store.making import ANNA, BEN, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio

TOKEN = Decider(None, "operator")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN):
            await opened.set_handle(person)
        await finished(opened, "a")
        await finished(opened, "b", "a")
        await finished(opened, "c", "b")
        yield opened


async def finished(store: SqliteStore, name: str, parent: str | None = None) -> None:
    clip = a_clip(name, author=BEN if parent else ANNA, parent=parent)
    clip = replace(clip, recipe=a_recipe(clip))
    await store.add_clip(clip)
    done = replace(clip, status="done", sha256=f"{name}-video")
    await store.change_clip(done, ClipFinished(done))


async def hide(store: SqliteStore, clip: str = "a") -> str:
    """Hidden, with all that was made of it."""
    new = NewDecision("clip", clip, "hide", "rights")
    decision = (await store.moderation.decide(new, TOKEN)).decision.id
    more = True
    while more:
        _, more = await store.moderation.hold_family(decision)
    return decision


async def hold_of(store: SqliteStore, clip: str) -> str:
    held = (await store.moderation.list_held()).decisions
    return next(one.id for one in held if one.subject == clip)


async def away(store: SqliteStore) -> dict[str, str | None]:
    return {name: (await store.get_clip(name)).withheld_for for name in "abc"}


async def test_what_was_made_of_it_is_held_and_its_author_told(store: SqliteStore) -> None:
    decision = await hide(store)
    assert await away(store) == {"a": "report", "b": "family", "c": "family"}
    held = (await store.moderation.list_held()).decisions
    assert {(one.subject, one.cause, one.reason) for one in held} == {
        ("b", decision, "rights"),
        ("c", decision, "rights"),
    }
    own = await store.moderation.list_own_decisions(BEN.id)
    assert {one.subject for one in own} == {"b", "c"}
    statement = own[0].statement
    assert statement is not None
    assert (statement.restriction, statement.decided_by_program) == ("hold", True)
    assert all(one.may_appeal for one in own)


async def test_each_is_freed_alone_and_all_with_the_first(store: SqliteStore) -> None:
    decision = await hide(store)
    await store.moderation.undo(await hold_of(store, "b"), TOKEN)
    assert await away(store) == {"a": "report", "b": None, "c": "family"}
    await store.moderation.undo(decision, TOKEN)
    assert await away(store) == {"a": None, "b": None, "c": None}
    assert (await store.moderation.list_held()).decisions == []


async def test_who_looks_and_hides_it_has_decided_of_it_alone(store: SqliteStore) -> None:
    decision = await hide(store)
    await hide(store, "b")
    await store.moderation.undo(decision, TOKEN)
    # What was made of the second is held by it now.
    assert await away(store) == {"a": None, "b": "report", "c": "family"}


async def test_one_that_its_author_removed_meanwhile_stops_nothing(store: SqliteStore) -> None:
    decision = await hide(store)
    await store.remove_clip("c")
    assert [one.subject for one in (await store.moderation.list_held()).decisions] == ["b"]
    await store.moderation.undo(decision, TOKEN)
    assert (await store.get_clip("b")).withheld_for is None


async def test_what_a_stop_interrupted_goes_on(store: SqliteStore) -> None:
    new = NewDecision("clip", "a", "hide")
    decided = await store.moderation.decide(new, TOKEN)
    assert await away(store) == {"a": "report", "b": None, "c": None}
    recorded = (await store.tidy_some(Ages())).recorded
    assert await away(store) == {"a": "report", "b": "family", "c": "family"}
    gone = {one.event.clip for one in recorded if isinstance(one.event, ClipRemoved)}
    assert gone == {"b", "c"}
    assert await store.moderation.hold_family(decided.decision.id) == ([], False)


async def test_the_same_recipe_is_not_drawn_again_until_that_is_undone(store: SqliteStore) -> None:
    recipe = (await store.get_clip("a")).recipe
    assert recipe is not None
    assert not await store.moderation.is_recipe_forbidden(recipe)
    decision = await hide(store)
    written = replace(recipe, text=f"  {recipe.text.upper()} ", seconds=9, model="another")
    assert recipe_digest(written) == recipe_digest(recipe)
    assert await store.moderation.is_recipe_forbidden(written)
    assert not await store.moderation.is_recipe_forbidden(replace(recipe, seed=8))
    await store.moderation.undo(decision, TOKEN)
    assert not await store.moderation.is_recipe_forbidden(recipe)


async def test_a_hold_cannot_be_undone_of_what_is_no_more(store: SqliteStore) -> None:
    await hide(store)
    hold = await hold_of(store, "c")
    await store.remove_clip("c")
    with pytest.raises(Unprocessable):
        await store.moderation.undo(hold, TOKEN)
