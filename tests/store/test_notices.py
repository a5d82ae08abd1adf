"""What is looked at first, hidden until then, counted, and written down."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import NotFound, Unprocessable, Unusable
from phosphene.events import ClipFinished, ClipRemoved
from phosphene.model import Person
from phosphene.reports import (
    APPEAL_S,
    AppealAnswer,
    Decider,
    NewDecision,
    NewReport,
    check_decision,
    check_report,
)
from phosphene.store.accounts import Passkey
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio

TOKEN = Decider(None, "operator")
INTIMATE = NewReport("clip", "a", "intimate", "this is me", good_faith=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN, EVE):
            await opened.set_handle(person)
        for name in "abcd":
            await opened.add_clip(a_clip(name))
            done = replace(a_clip(name), status="done", sha256=f"{name}-video")
            await opened.change_clip(done, ClipFinished(done))
        yield opened


async def decide(store: SqliteStore, clip: str, action: str) -> str:
    new = NewDecision("clip", clip, action)  # type: ignore[arg-type]
    return (await store.moderation.decide(new, TOKEN)).decision.id


async def test_an_intimate_picture_is_hidden_at_once_until_somebody_looks(
    store: SqliteStore,
) -> None:
    await store.moderation.add_report(NewReport("clip", "b", "spam"), EVE)
    _, recorded = await store.moderation.add_report(INTIMATE, BEN)
    assert {one.topic for one in recorded if isinstance(one.event, ClipRemoved)} >= {"clip:a"}
    assert (await store.get_clip("a")).withheld_for == "notice"
    cases = (await store.moderation.list_cases()).cases
    assert [(one.subject, one.hidden) for one in cases] == [("a", True), ("b", False)]
    await decide(store, "a", "dismiss")
    assert (await store.get_clip("a")).withheld_for is None
    # Somebody has looked: who says it once more is heard, and hides nothing.
    await store.moderation.add_report(INTIMATE, EVE)
    assert (await store.get_clip("a")).withheld_for is None


async def test_who_was_wrong_twice_hides_nothing_at_once(store: SqliteStore) -> None:
    for name in "ab":
        await store.moderation.add_report(replace(INTIMATE, subject=name), BEN)
        await decide(store, name, "dismiss")
    await store.moderation.add_report(replace(INTIMATE, subject="c"), BEN)
    assert (await store.get_clip("c")).withheld_for is None
    await store.moderation.add_report(replace(INTIMATE, subject="c"), EVE)
    assert (await store.get_clip("c")).withheld_for == "notice"
    (case,) = (await store.moderation.list_cases()).cases
    assert {one.reporter.id: one.unfounded for one in case.reports} == {BEN.id: 2, EVE.id: 0}


async def test_who_has_three_waiting_hides_no_more_at_once(store: SqliteStore) -> None:
    for name in "abcd":
        await store.moderation.add_report(replace(INTIMATE, subject=name), BEN)
    assert [(await store.get_clip(name)).withheld for name in "abcd"] == [True] * 3 + [False]
    # It is looked at all the same, and others are heard.
    await store.moderation.add_report(replace(INTIMATE, subject="d"), EVE)
    assert (await store.get_clip("d")).withheld_for == "notice"


async def test_what_somebody_hid_who_left_is_still_on_the_desk(store: SqliteStore) -> None:
    await store.moderation.add_report(INTIMATE, BEN)
    await store.leaving.begin(BEN.id)
    while (await store.leaving.leave_some(BEN.id)).more:
        pass
    (case,) = (await store.moderation.list_cases()).cases
    assert (case.subject, case.hidden) == ("a", True)
    assert [(one.reporter.id, one.words) for one in case.reports] == [("house", "")]
    await decide(store, "a", "dismiss")
    assert (await store.get_clip("a")).withheld_for is None


async def test_without_good_faith_nothing_is_hidden_at_once(store: SqliteStore) -> None:
    await store.moderation.add_report(replace(INTIMATE, good_faith=False), BEN)
    assert (await store.get_clip("a")).withheld_for is None


async def test_what_is_hidden_at_once_stays_hidden_by_the_decision(store: SqliteStore) -> None:
    await store.moderation.add_report(INTIMATE, BEN)
    decision = await decide(store, "a", "hide")
    assert (await store.get_clip("a")).withheld_for == "report"
    await store.moderation.undo(decision, TOKEN)
    assert (await store.get_clip("a")).withheld_for is None


async def test_what_a_flagger_reports_comes_before_what_is_older(store: SqliteStore) -> None:
    at = {"created_at": NOON, "used_at": NOON}
    key = Passkey(id="k", person=EVE.id, domain="d", key="", count=0, name="", **at)
    await store.accounts.keep_passkey(EVE, key, [], 9)
    await store.moderation.give_role(EVE, "flagger", TOKEN)
    assert await store.moderation.get_role(EVE.id) is None, "they decide of nothing"
    await store.moderation.add_report(NewReport("clip", "a", "spam"), BEN)
    await store.moderation.add_report(NewReport("clip", "b", "spam"), EVE)
    cases = (await store.moderation.list_cases()).cases
    assert [one.subject for one in cases] == ["b", "a"]
    assert [one.flagger for one in cases[0].reports] == [True]


async def test_who_is_decided_against_again_is_seen_on_the_desk(store: SqliteStore) -> None:
    await decide(store, "a", "hide")
    undone = await decide(store, "b", "hide")
    await store.moderation.undo(undone, TOKEN)
    await store.moderation.decide(NewDecision("person", ANNA.id, "warn", "spam"), TOKEN)
    await store.moderation.add_report(NewReport("clip", "c", "spam"), BEN)
    (case,) = (await store.moderation.list_cases()).cases
    assert case.earlier == 2


async def test_a_suspension_ends_by_itself_and_says_when(store: SqliteStore, clock: Clock) -> None:
    new = NewDecision("person", BEN.id, "suspend", "spam", days=2)
    decided = await store.moderation.decide(new, TOKEN)
    assert decided.decision.until == NOON + 2 * 86400
    (own,) = await store.moderation.list_own_decisions(BEN.id)
    assert own.statement is not None
    assert own.statement.until == NOON + 2 * 86400
    clock.now += 86400
    await store.tidy_some(Ages())
    assert await store.accounts.is_suspended(BEN.id)
    clock.now += 86401
    await store.tidy_some(Ages())
    assert not await store.accounts.is_suspended(BEN.id)


async def test_who_reported_may_ask_for_another_look_at_what_was_left(store: SqliteStore) -> None:
    receipt, _ = await store.moderation.add_report(NewReport("clip", "a", "spam"), BEN)
    decision = await decide(store, "a", "dismiss")
    assert (await store.moderation.get_receipt(receipt.id, BEN.id)).decision == decision
    with pytest.raises(NotFound):
        await store.moderation.add_appeal(decision, EVE, "I did not report it")
    await store.moderation.add_appeal(decision, BEN, "look again")
    (appeal,) = await store.moderation.list_appeals(answered=False)
    assert appeal.answer_by > appeal.at
    await store.moderation.answer_appeal(decision, AppealAnswer("overturned"), TOKEN)
    assert (await store.moderation.list_cases()).open == 1
    assert (await store.moderation.get_receipt(receipt.id, BEN.id)).state == "open"


async def test_after_six_months_it_is_too_late(store: SqliteStore, clock: Clock) -> None:
    decision = await decide(store, "a", "hide")
    (own,) = await store.moderation.list_own_decisions(ANNA.id)
    assert own.statement is not None
    clock.now = own.statement.appeal_until + 1
    assert own.statement.appeal_until == NOON + APPEAL_S
    with pytest.raises(Unprocessable):
        await store.moderation.add_appeal(decision, ANNA, "too late")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"words": ""}, "words"),
        ({"good_faith": False}, "good_faith"),
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
    ],
)
async def test_a_notice_says_what_the_law_asks(change: dict[str, object], wanted: str) -> None:
    whole = NewReport("clip", "a", "rights", "mine", True, "Ada", "ada@example.org", True)
    check_report(whole)
    with pytest.raises(Unusable, match=wanted):
        check_report(replace(whole, **change))


async def test_of_children_and_of_oneself_no_name_is_asked() -> None:
    for reason in ("child_safety", "intimate"):
        check_report(NewReport("clip", "a", reason, "so", True, good_faith=True))


async def test_a_decision_by_the_law_names_it_and_only_suspensions_end() -> None:
    with pytest.raises(Unusable, match="reference"):
        check_decision(NewDecision("clip", "a", "hide", ground="law"))
    with pytest.raises(Unusable, match="days"):
        check_decision(NewDecision("clip", "a", "hide", days=3))


async def test_deeds_are_written_down_in_order_and_a_changed_one_is_found(
    store: SqliteStore, tmp_path: Path
) -> None:
    decision = await decide(store, "a", "hide")
    await store.moderation.undo(decision, TOKEN)
    mona = Decider(Person("mona-id", "mona"), "operator")
    await store.moderation.note_deed(mona, "clear house", "house")
    found = await store.moderation.list_deeds(2**50, 2)
    assert [(one.deed, one.subject) for one in found.deeds] == [
        ("clear house", "house"),
        ("undo", "clip a"),
    ]
    assert found.deeds[0].by is not None
    assert (found.before, found.broken) == (2, None)
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        cx.execute("UPDATE operator_deeds SET subject = 'clip b' WHERE seq = 2")
        cx.commit()
    assert (await store.moderation.list_deeds(2**50, 9)).broken == 2
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        cx.execute("DELETE FROM operator_deeds WHERE seq = 2")
        cx.commit()
    assert (await store.moderation.list_deeds(2**50, 9)).broken == 3
