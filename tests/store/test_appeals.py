"""Who decides is told of what waits; whose it is may ask once for another look."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, Unprocessable
from phosphene.events import ClipFinished, Noticed
from phosphene.model import Person
from phosphene.reports import APPEAL_S, AppealAnswer, Decider, NewDecision, NewReport
from phosphene.store.accounts import Passkey
from phosphene.store.decisions import GRACE_S, KEPT_S
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio

MONA, OTTO = Person("mona-id", "mona"), Person("otto-id", "otto")
TOKEN = Decider(None, "operator")
FIRST, SECOND = Decider(MONA, "moderator"), Decider(OTTO, "moderator")
STAYS, BACK = AppealAnswer("upheld", "it shows blood"), AppealAnswer("overturned", "we were wrong")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN, EVE, MONA, OTTO):
            await opened.set_handle(person)
        await give_role(opened, MONA)
        await opened.add_clip(a_clip("a"))
        done = replace(a_clip("a"), status="done", sha256="a-video")
        await opened.change_clip(done, ClipFinished(done))
        yield opened


async def give_role(store: SqliteStore, person: Person) -> None:
    at = {"created_at": NOON, "used_at": NOON}
    key = Passkey(id=person.id, person=person.id, domain="d", key="", count=0, name="", **at)
    await store.accounts.keep_passkey(person, key, [], 9)
    await store.moderation.give_role(person, "moderator", TOKEN)


async def told(store: SqliteStore, person: Person) -> list[tuple[str, str, int]]:
    page = await store.people.read_inbox(person.id, limit=50, cursor=None)
    return [(one.kind, one.outcome, one.count) for one in page.notices]


async def hide(store: SqliteStore, by: Decider = FIRST, kind: str = "clip", of: str = "a") -> str:
    new = NewDecision(kind, of, "hide" if kind != "person" else "suspend")  # type: ignore[arg-type]
    return (await store.moderation.decide(new, by)).decision.id


async def test_those_who_decide_are_told_of_new_reports_together(store: SqliteStore) -> None:
    await give_role(store, OTTO)
    new = NewReport("clip", "a", "spam")
    _, recorded = await store.moderation.add_report(new, BEN)
    live = {one.topic: one.event for one in recorded}
    assert set(live) == {"person:mona-id", "person:otto-id"}
    assert isinstance(live["person:mona-id"], Noticed)
    assert BEN.id not in repr(live), "nobody is told who reported"
    # Said once more it is the same report; who has a role and reports is not told of it.
    assert (await store.moderation.add_report(new, BEN))[1] == []
    await store.moderation.add_report(new, EVE)
    await store.moderation.add_report(new, OTTO)
    assert await told(store, MONA) == [("reported", "", 3)]
    assert await told(store, OTTO) == [("reported", "", 2)]
    await store.people.set_kinds_off(MONA.id, ["reported"])
    await store.people.mark_seen(MONA.id, NOON)
    await store.moderation.add_report(NewReport("person", "anna", "spam"), EVE)
    assert await told(store, MONA) == [("reported", "", 3)]


async def test_whose_it_is_asks_once_and_another_moderator_answers(store: SqliteStore) -> None:
    await store.moderation.add_report(NewReport("clip", "a", "violence"), BEN)
    decision = await hide(store)
    (own,) = await store.moderation.list_own_decisions(ANNA.id)
    assert (own.may_appeal, own.appeal, own.reason) == (True, None, "violence")
    for person in (BEN, MONA):
        with pytest.raises(NotFound):
            await store.moderation.add_appeal(decision, person, "why")
    own, recorded = await store.moderation.add_appeal(decision, ANNA, "it is ketchup")
    assert [one.topic for one in recorded] == ["person:mona-id"]
    assert own.may_appeal is False
    with pytest.raises(AlreadyTaken):
        await store.moderation.add_appeal(decision, ANNA, "and again")
    (appeal,) = await store.moderation.list_appeals(answered=False)
    assert (appeal.words, appeal.text, appeal.decision.by) == (
        *("it is ketchup", "a red ball rolls over the sea"),
        MONA,
    )
    await give_role(store, OTTO)
    with pytest.raises(Forbidden):
        await store.moderation.answer_appeal(decision, STAYS, FIRST)
    answered = await store.moderation.answer_appeal(decision, BACK, SECOND)
    assert (answered.appeal.state, answered.appeal.answered_by) == ("overturned", OTTO)
    assert not (await store.get_clip("a")).withheld
    assert ("moderated", "restore", 1) in await told(store, ANNA)
    (own,) = await store.moderation.list_own_decisions(ANNA.id)
    assert own.appeal is not None
    assert (own.appeal.note, own.undone_at) == ("we were wrong", NOON)
    # Its reports were looked at twice, and their reporter is told.
    assert (await store.moderation.list_cases()).open == 0
    assert ("decided", "dismiss", 1) in await told(store, BEN)
    with pytest.raises(AlreadyTaken):
        await store.moderation.answer_appeal(decision, STAYS, SECOND)
    assert [one.state for one in await store.moderation.list_appeals(answered=True)] == [
        "overturned"
    ]


async def test_another_look_is_offered_for_six_months(store: SqliteStore, clock: Clock) -> None:
    decision = await hide(store)
    clock.now += APPEAL_S
    (own,) = await store.moderation.list_own_decisions(ANNA.id)
    assert own.may_appeal
    clock.now += 1
    (own,) = await store.moderation.list_own_decisions(ANNA.id)
    assert not own.may_appeal
    with pytest.raises(Unprocessable):
        await store.moderation.add_appeal(decision, ANNA, "why")


async def test_where_there_is_nobody_else_the_first_answers(store: SqliteStore) -> None:
    decision = await hide(store)
    await store.moderation.add_appeal(decision, ANNA, "why")
    answered = await store.moderation.answer_appeal(decision, STAYS, FIRST)
    assert (await store.get_clip("a")).withheld
    assert answered.appeal.note == "it shows blood"
    assert ("moderated", "upheld", 1) in await told(store, ANNA)
    with pytest.raises(AlreadyTaken):
        await store.moderation.add_appeal(decision, ANNA, "once more")


async def test_a_hidden_comment_and_a_suspension_can_be_appealed(store: SqliteStore) -> None:
    await store.add_comment(a_comment("k", "a", "you goose"))
    for kind, subject in (("comment", "k"), ("person", BEN.id)):
        decision = await hide(store, kind=kind, of=subject)
        own, _ = await store.moderation.add_appeal(decision, BEN, "a joke")
        assert own.text == ("you goose" if kind == "comment" else "")
        await store.moderation.answer_appeal(decision, BACK, TOKEN)
    assert (await store.get_comment("k")).text == "you goose"
    assert not await store.accounts.is_suspended(BEN.id)


async def test_what_is_gone_or_taken_back_needs_no_answer(store: SqliteStore, clock: Clock) -> None:
    await store.add_comment(a_comment("k", "a", "you goose"))
    comment = await hide(store, kind="comment", of="k")
    await store.moderation.add_appeal(comment, BEN, "a joke")
    await store.comments.remove("a", "k", BEN.id)
    clip = await hide(store)
    await store.moderation.add_appeal(clip, ANNA, "why")
    await store.moderation.undo(clip, TOKEN)
    assert await store.moderation.list_appeals(answered=False) == []
    states = {
        one.decision.kind: one.state for one in await store.moderation.list_appeals(answered=True)
    }
    assert states == {"comment": "gone", "clip": "overturned"}
    with pytest.raises(AlreadyTaken):
        await store.moderation.answer_appeal(comment, STAYS, TOKEN)
    again = await hide(store)
    await store.moderation.add_appeal(again, ANNA, "why")
    await store.remove_clip("a")
    assert await store.moderation.list_appeals(answered=False) == []
    clock.now += KEPT_S + 1
    while (await store.tidy_some(Ages())).more:
        pass
    assert await store.moderation.list_appeals(answered=True) == []


async def test_nothing_goes_for_good_while_somebody_asks_for_another_look(
    store: SqliteStore, clock: Clock
) -> None:
    new = NewDecision("clip", "a", "remove")
    decision = (await store.moderation.decide(new, FIRST)).decision.id
    await store.moderation.add_appeal(decision, ANNA, "why")
    clock.now += GRACE_S + 1
    while (await store.tidy_some(Ages())).more:
        pass
    assert (await store.get_clip("a")).withheld
    await store.moderation.answer_appeal(decision, STAYS, TOKEN)
    while (await store.tidy_some(Ages())).more:
        pass
    with pytest.raises(NotFound):
        await store.get_clip("a")
    with pytest.raises((AlreadyTaken, Unprocessable)):
        await store.moderation.add_appeal(decision, ANNA, "why")
