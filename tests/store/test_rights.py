"""What the registry of rights keeps of holders and their entries."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.errors import Unprocessable
from phosphene.reports import Decider
from phosphene.rights import NewHolder, NewRight, RightDecision
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, Clock, a_store

pytestmark = pytest.mark.asyncio
ZORB = NewRight("character", "Zorbleflux")
TOKEN = Decider(None, "operator")
SHOWN = NewHolder("Zorb", "zorb.example")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", Clock()) as opened:
        await opened.rights.keep_holder(ANNA.id, SHOWN, "token")
        await opened.rights.prove_holder(ANNA.id, "token", "file")
        yield opened


async def register(store: SqliteStore) -> str:
    (right_id,) = await store.rights.add_rights(ANNA.id, [(ZORB, (), frozenset({"zorbleflux"}))])
    return right_id


async def test_entries_stay_those_of_the_name_and_domain_that_were_shown(
    store: SqliteStore,
) -> None:
    right_id = await register(store)
    for other in (NewHolder("A Great Studio", "zorb.example"), NewHolder("Zorb", "great.example")):
        with pytest.raises(Unprocessable):
            await store.rights.keep_holder(ANNA.id, other, "another")
    right = await store.rights.get_right(right_id)
    assert (right.holder, right.domain) == (SHOWN.name, SHOWN.domain)
    await store.rights.withdraw_right(right_id, ANNA.id)
    await store.rights.keep_holder(ANNA.id, NewHolder("Zorb", "great.example"), "another")


async def test_what_somebody_else_registered_waits(store: SqliteStore) -> None:
    await register(store)
    await store.rights.keep_holder(BEN.id, NewHolder("Ben", "ben.example"), "token")
    await store.rights.prove_holder(BEN.id, "token", "file")
    made = await store.rights.add_rights(BEN.id, [(ZORB, (), frozenset({"other", "zorbleflux"}))])
    assert (await store.rights.get_right(made[0])).conflicts == ("somebody else's entry",)


async def test_what_was_rejected_waits_when_it_is_registered_once_more(store: SqliteStore) -> None:
    await store.rights.decide_right(await register(store), RightDecision("rejected"), TOKEN)
    again = await store.rights.get_right(await register(store))
    assert (again.state, again.conflicts) == ("waits", ("contested",))


async def test_the_entries_of_who_leaves_go_by_the_log(store: SqliteStore) -> None:
    right_id = await register(store)
    before, live = await store.rights.list_live()
    assert [one.id for one in live] == [right_id]
    await store.leaving.begin(ANNA.id)
    while (await store.leaving.leave_some(ANNA.id)).more:
        pass
    after, live = await store.rights.list_live()
    assert (after, live) == (before + 1, [])
