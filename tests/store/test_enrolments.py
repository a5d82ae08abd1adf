from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, TooMany
from phosphene.reports import Decider, NewDecision
from phosphene.store.accounts import Passkey
from phosphene.store.enrolments import FaceTemplate, VerifiedIdentity
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_store

pytestmark = pytest.mark.asyncio
DAY = 86400.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    """ANNA and BEN have accounts, EVE is a guest."""
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN, EVE):
            await opened.set_handle(person)
        for person in (ANNA, BEN):
            key = Passkey(
                id=f"key of {person.id}",
                person=person.id,
                domain="d",
                key="",
                count=0,
                name="",
                created_at=NOON,
                used_at=NOON,
            )
            await opened.accounts.keep_passkey(person, key, ["a digest"], 9)
        yield opened


def a_face(person: str, *purposes: str, until: float = NOON + DAY) -> FaceTemplate:
    return FaceTemplate(
        person=person,
        purposes=purposes,  # type: ignore[arg-type]
        sealed=b"noise",
        at=NOON,
        until=until,
    )


async def test_three_tries_in_a_day_are_a_persons(store: SqliteStore, clock: Clock) -> None:
    enrolments = store.enrolments
    for hour in range(3):
        clock.now = NOON + hour * 3600
        await enrolments.take_try(ANNA.id)
    with pytest.raises(TooMany) as refused:
        await enrolments.take_try(ANNA.id)
    assert refused.value.retry_after_s == DAY - 2 * 3600
    await enrolments.take_try(BEN.id)
    # One that came to nothing by our fault is as if it had not been.
    await enrolments.return_try(ANNA.id)
    await enrolments.take_try(ANNA.id)
    clock.now = NOON + DAY
    assert (await enrolments.get_standing(ANNA.id)).tries_left == 1
    await enrolments.take_try(ANNA.id)


async def test_guests_and_minors_begin_none(store: SqliteStore) -> None:
    with pytest.raises(NotFound):
        await store.enrolments.take_try(EVE.id)
    await store.minors.mark_minor(ANNA.id, "self")
    with pytest.raises(Forbidden):
        await store.enrolments.take_try(ANNA.id)
    assert (await store.enrolments.get_standing(ANNA.id)).tries_left == 3


async def test_a_face_is_kept_for_what_was_ticked_until_its_date(
    store: SqliteStore, clock: Clock
) -> None:
    enrolments = store.enrolments
    await enrolments.keep_template(a_face(ANNA.id, "find"))
    await enrolments.keep_template(a_face(BEN.id, "find", "guard", until=NOON + 2 * DAY))
    assert await enrolments.guarded_templates(EVE.id) == [
        a_face(BEN.id, "find", "guard", until=NOON + 2 * DAY)
    ]
    assert await enrolments.guarded_templates(BEN.id) == []
    await enrolments.keep_template(a_face(ANNA.id, "guard"))
    assert len(await enrolments.guarded_templates(EVE.id)) == 2
    # A face that may be another's guards none.
    await store.matches.add_face(ANNA.id, BEN.id)
    assert [one.person for one in await enrolments.guarded_templates(EVE.id)] == [BEN.id]
    await enrolments.drop_match(ANNA.id)
    clock.now = NOON + DAY
    assert await enrolments.get_template(ANNA.id) is None
    assert [one.person for one in await enrolments.guarded_templates(EVE.id)] == [BEN.id]
    assert await enrolments.drop_ended() == [ANNA.id]
    assert await enrolments.drop_ended() == []
    await enrolments.drop_template(BEN.id)
    assert await enrolments.get_template(BEN.id) is None


async def test_an_identity_is_one_persons_also_after_they_were_shut_out(
    store: SqliteStore,
) -> None:
    enrolments = store.enrolments
    with pytest.raises(NotFound):
        await enrolments.note_verified(EVE.id, "eves", "The Office", NOON)
    await enrolments.note_verified(ANNA.id, "annas", "The Office", NOON)
    await enrolments.note_verified(ANNA.id, "annas", "The Office", NOON + 1)
    told = await enrolments.get_verified(ANNA.id)
    assert told == VerifiedIdentity("The Office", NOON + 1)
    with pytest.raises(AlreadyTaken, match="another account"):
        await enrolments.note_verified(BEN.id, "annas", "The Office", NOON)
    # Else the first one would be free again.
    with pytest.raises(AlreadyTaken, match="under this account"):
        await enrolments.note_verified(ANNA.id, "a friends", "The Office", NOON)
    assert await enrolments.get_verified(BEN.id) is None
    decision = NewDecision("person", ANNA.id, "suspend")
    await store.moderation.decide(decision, Decider(None, "operator"))
    await leave(store, ANNA.id)
    with pytest.raises(AlreadyTaken):
        await enrolments.note_verified(BEN.id, "annas", "The Office", NOON)
    # Who was not shut out may come again.
    await enrolments.note_verified(BEN.id, "bens", "The Office", NOON)
    await leave(store, BEN.id)
    assert await enrolments.get_verified(BEN.id) is None


async def leave(store: SqliteStore, person_id: str) -> None:
    await store.leaving.begin(person_id)
    while (await store.leaving.leave_some(person_id)).more:
        pass


async def test_a_face_like_anothers_waits_until_somebody_has_looked(store: SqliteStore) -> None:
    enrolments = store.enrolments
    await store.matches.add_face(BEN.id, ANNA.id)
    await store.matches.add_face(BEN.id, ANNA.id)
    (match,) = await enrolments.list_matches()
    assert (match.person, match.other, match.at) == (BEN, ANNA, NOON)
    assert (await enrolments.get_standing(BEN.id)).waiting
    assert not (await enrolments.get_standing(ANNA.id)).waiting
    assert await enrolments.settle_match(BEN.id) == NOON
    with pytest.raises(NotFound):
        await enrolments.settle_match(BEN.id)
    await store.matches.add_face(BEN.id, ANNA.id)
    await enrolments.drop_match(BEN.id)
    assert await enrolments.list_matches() == []
