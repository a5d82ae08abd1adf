"""What is reported, decided and taken back, on a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, Unprocessable, Unusable
from phosphene.events import ClipFinished, ClipRemoved, Commented, InboxSeen, Recorded, Remixed
from phosphene.model import Person
from phosphene.reports import (
    Action,
    Decider,
    Decision,
    NewDecision,
    NewReport,
    Receipt,
    SubjectKind,
)
from phosphene.store.accounts import Passkey
from phosphene.store.decisions import GRACE_S, KEPT_S
from phosphene.store.search_store import Wanted
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio

MONA = Person("mona-id", "mona")
TOKEN = Decider(None, "operator")
MODERATOR = Decider(MONA, "moderator")


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN, EVE, MONA):
            await opened.set_handle(person)
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def finished(store: SqliteStore, name: str, parent: str | None = None) -> None:
    clip = a_clip(name, parent=parent)
    await store.add_clip(clip)
    done = replace(clip, status="done", sha256=f"{name}-video", video_url=f"/{name}.mp4")
    await store.change_clip(done, ClipFinished(done))


async def decide(
    store: SqliteStore,
    action: Action,
    kind: SubjectKind = "clip",
    subject: str = "a",
    by: Decider = MODERATOR,
) -> tuple[Decision, list[Recorded]]:
    decided = await store.moderation.decide(NewDecision(kind, subject, action), by)
    return decided.decision, list(decided.recorded)


async def add_report(store: SqliteStore, new: NewReport, reporter: Person) -> Receipt:
    return (await store.moderation.add_report(new, reporter))[0]


async def told(store: SqliteStore, person: Person) -> list[tuple[str, str]]:
    page = await store.people.read_inbox(person.id, limit=50, cursor=None)
    return [(one.kind, one.outcome) for one in page.notices if one.outcome]


async def public_clips(store: SqliteStore) -> list[str]:
    return [one.id for one in (await store.list_clips(limit=50)).clips]


async def open_cases(store: SqliteStore) -> list[str]:
    found = await store.moderation.list_cases()
    assert found.open == sum(len(case.reports) for case in found.cases)
    return [case.subject for case in found.cases]


async def tidy(store: SqliteStore) -> None:
    while (await store.tidy_some(Ages())).more:
        pass


async def test_of_one_person_and_thing_one_report_is_open(store: SqliteStore, clock: Clock) -> None:
    await finished(store, "a")
    first = await add_report(store, NewReport("clip", "a", "spam"), BEN)
    again = NewReport("clip", "a", "hate", "look at the end")
    assert (await add_report(store, again, BEN)).id == first.id
    clock.now += 1
    await add_report(store, NewReport("clip", "a", "spam"), EVE)
    found = await store.moderation.list_cases()
    (case,) = found.cases
    assert (found.open, case.text, case.author) == (2, "a red ball rolls over the sea", ANNA)
    said = [(one.reporter, one.reason, one.words) for one in case.reports]
    assert said == [(BEN, "hate", "look at the end"), (EVE, "spam", "")]


async def test_one_reports_what_one_sees_and_not_what_is_ones_own(store: SqliteStore) -> None:
    await store.add_clip(replace(a_clip("secret"), visibility="private"))
    await finished(store, "a")
    await store.add_comment(a_comment("held", "a", author=BEN), "hate")
    for kind, subject in (("clip", "secret"), ("clip", "none"), ("comment", "held")):
        with pytest.raises(NotFound):
            await add_report(store, NewReport(kind, subject, "spam"), EVE)  # type: ignore[arg-type]
    for kind, subject in (("clip", "a"), ("person", "anna")):
        with pytest.raises(Unusable):
            await add_report(store, NewReport(kind, subject, "spam"), ANNA)  # type: ignore[arg-type]
    mine = await add_report(store, NewReport("person", "@anna", "spam"), BEN)
    assert mine.subject == "anna"
    with pytest.raises(NotFound):
        await store.moderation.get_receipt(mine.id, EVE.id)


async def test_a_hidden_clip_is_its_authors_alone_until_that_is_undone(store: SqliteStore) -> None:
    await finished(store, "a")
    await finished(store, "b", parent="a")
    mine = await add_report(store, NewReport("clip", "b", "violence"), BEN)
    decision, recorded = await decide(store, "hide", subject="b")
    assert (decision.by, decision.reason, decision.final) == (MONA, "violence", False)
    assert {one.topic for one in recorded if isinstance(one.event, ClipRemoved)} == {
        *("clip:b", "feed", "clip:a")
    }
    clip = await store.get_clip("b")
    assert (clip.visibility, clip.withheld) == ("private", True)
    assert await public_clips(store) == ["a"]
    assert await found(store) == ["a"]
    assert (await store.get_clip("a")).counts.remixes == 0
    feed = await store.list_events("feed", after=0, limit=99)
    assert not [
        one for one in feed if isinstance(one.event, ClipFinished) and one.event.clip.id == "b"
    ]
    receipt = await store.moderation.get_receipt(mine.id, BEN.id)
    assert (receipt.state, receipt.action, receipt.decided_at) == ("decided", "hide", NOON)
    assert await told(store, BEN) == [("decided", "hide")]
    assert await told(store, ANNA) == [("moderated", "hide")]
    with pytest.raises(AlreadyTaken):
        await decide(store, "hide", subject="b")
    undone = await store.moderation.undo(decision.id, TOKEN)
    assert (undone.decision.undone_at, undone.decision.undone_by) == (NOON, None)
    kinds = {type(one.event) for one in undone.recorded}
    assert {ClipFinished, Remixed} <= kinds
    assert not (await store.get_clip("b")).withheld
    assert sorted(await public_clips(store)) == ["a", "b"]
    assert sorted(await found(store)) == ["a", "b"]
    assert (await store.get_clip("a")).counts.remixes == 1
    assert (await store.moderation.get_receipt(mine.id, BEN.id)).state == "open"
    assert ("moderated", "restore") in await told(store, ANNA)
    with pytest.raises(AlreadyTaken):
        await store.moderation.undo(decision.id, TOKEN)


async def test_nobody_is_told_the_words_of_a_clip_that_is_hidden_or_gone(
    store: SqliteStore,
) -> None:
    await finished(store, "a")
    for name in ("b", "c"):
        await store.add_clip(replace(a_clip(name, author=BEN, parent="a"), text=f"secret {name}"))
        done = replace(await store.get_clip(name), status="done")
        await store.change_clip(done, ClipFinished(done))
    _, recorded = await decide(store, "hide", subject="b")
    unread = [one.event.unread for one in recorded if isinstance(one.event, InboxSeen)]
    inbox = await store.people.read_inbox(ANNA.id, limit=9, cursor=None)
    assert "secret b" not in repr(inbox)
    assert unread == [inbox.unread]
    removed = await store.remove_clip("c")
    seen = [one for one in removed.recorded if isinstance(one.event, InboxSeen)]
    bens = await store.people.read_inbox(BEN.id, limit=9, cursor=None)
    assert [(one.topic, one.event) for one in seen] == [
        (f"person:{BEN.id}", InboxSeen(bens.unread))
    ]


async def test_a_removed_clip_goes_for_good_after_a_week(store: SqliteStore, clock: Clock) -> None:
    await finished(store, "a")
    decision, _ = await decide(store, "remove")
    clock.now += GRACE_S - 1
    await tidy(store)
    assert (await store.get_clip("a")).withheld
    clock.now += 1
    await tidy(store)
    with pytest.raises(NotFound):
        await store.get_clip("a")
    with pytest.raises(Unprocessable):
        await store.moderation.undo(decision.id, TOKEN)


async def test_a_comment_is_hidden_with_its_answers_and_comes_back_with_them(
    store: SqliteStore,
) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("first", "a", "an insult", author=BEN))
    await store.add_comment(replace(a_comment("answer", "a", "indeed", author=EVE), parent="first"))
    await store.comments.like("a", "first", EVE, True)
    decision, _ = await decide(store, "remove", "comment", "first")
    assert not (await store.list_comments("a", limit=9)).comments
    assert (await store.get_clip("a")).counts.comments == 0
    events = await store.list_events("clip:a", after=0, limit=99)
    assert not [one for one in events if isinstance(one.event, Commented)]
    with pytest.raises(NotFound):
        await store.add_comment(a_comment("first", "a", "an insult", author=BEN))
    await store.moderation.undo(decision.id, TOKEN)
    page = await store.list_comments("a", limit=9)
    assert [(one.text, one.likes, one.replies) for one in page.comments] == [("an insult", 1, 1)]
    answers = (await store.list_comments("a", limit=9, parent="first")).comments
    assert [one.text for one in answers] == ["indeed"]
    assert (await store.get_clip("a")).counts.comments == 2


async def test_a_hidden_answer_comes_back_below_its_comment(store: SqliteStore) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("first", "a", author=BEN))
    await store.add_comment(replace(a_comment("answer", "a", author=EVE), parent="first"))
    decision, _ = await decide(store, "hide", "comment", "answer")
    assert (await store.get_comment("first")).replies == 0
    await store.moderation.undo(decision.id, TOKEN)
    assert (await store.get_comment("first")).replies == 1


async def test_its_author_lets_go_of_a_hidden_comment(store: SqliteStore) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("first", "a", author=BEN))
    decision, _ = await decide(store, "hide", "comment", "first")
    await store.comments.remove("a", "first", BEN.id)
    with pytest.raises(NotFound):
        await store.moderation.undo(decision.id, TOKEN)


async def test_what_comes_back_counts_what_is_left_of_it(store: SqliteStore) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("k", "a", author=BEN))
    await store.add_comment(replace(a_comment("l", "a", author=EVE), parent="k"))
    await store.add_comment(replace(a_comment("m", "a", author=ANNA), parent="k"))
    await store.comments.like("a", "k", EVE, True)
    await store.comments.like("a", "k", ANNA, True)
    decision, _ = await decide(store, "hide", "comment", "k")
    await store.leaving.begin(EVE.id)
    while (await store.leaving.leave_some(EVE.id)).more:
        pass
    await store.moderation.undo(decision.id, MODERATOR)
    (shown,) = (await store.list_comments("a", limit=9)).comments
    assert (shown.likes, shown.replies) == (1, 1)
    assert (await store.get_clip("a")).counts.comments == 2


async def test_reports_of_answers_are_decided_with_their_comment(store: SqliteStore) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("k", "a", author=BEN))
    for name in ("l", "m"):
        await store.add_comment(replace(a_comment(name, "a", author=EVE), parent="k"))
        await add_report(store, NewReport("comment", name, "hate"), ANNA)
    decision, _ = await decide(store, "hide", "comment", "k")
    assert await open_cases(store) == []
    assert [one.state for one in await store.moderation.list_receipts(ANNA.id)] == ["decided"] * 2
    await store.comments.remove("a", "m", EVE.id)
    await store.moderation.undo(decision.id, MODERATOR)
    assert await open_cases(store) == ["l"]
    assert {one.state for one in await store.moderation.list_receipts(ANNA.id)} == {"open", "gone"}


async def test_nobody_is_asked_again_of_what_was_removed_since(store: SqliteStore) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("k", "a", author=BEN))
    await add_report(store, NewReport("comment", "k", "hate"), EVE)
    decision, _ = await decide(store, "dismiss", "comment", "k")
    await store.comments.remove("a", "k", BEN.id)
    with pytest.raises(NotFound):
        await store.moderation.undo(decision.id, MODERATOR)
    assert await open_cases(store) == []


async def test_a_removed_comment_goes_for_good_after_a_week(
    store: SqliteStore, clock: Clock
) -> None:
    await finished(store, "a")
    await store.add_comment(a_comment("first", "a", "an insult", author=BEN))
    decision, _ = await decide(store, "remove", "comment", "first")
    clock.now += GRACE_S
    await tidy(store)
    with pytest.raises(Unprocessable):
        await store.moderation.undo(decision.id, TOKEN)


async def test_who_is_suspended_is_known_by_each_login(store: SqliteStore) -> None:
    decision, _ = await decide(store, "suspend", "person", ANNA.id)
    assert await store.accounts.is_suspended(ANNA.id)
    with pytest.raises(AlreadyTaken):
        await decide(store, "suspend", "person", ANNA.id)
    await store.moderation.undo(decision.id, MODERATOR)
    assert not await store.accounts.is_suspended(ANNA.id)


async def test_who_is_suspended_writes_nothing_and_takes_back(store: SqliteStore) -> None:
    await store.add_clip(a_clip("s", author=BEN))
    await store.set_like("s", ANNA, True)
    await decide(store, "suspend", "person", ANNA.id)
    assert (await store.set_like("s", ANNA, False))[0].likes == 0
    with pytest.raises(Forbidden):
        await store.set_like("s", ANNA, True)
    with pytest.raises(Forbidden):
        await store.add_comment(a_comment("k-s", "s", author=ANNA))


async def test_nobody_decides_of_their_own_and_moderators_not_of_their_like(
    store: SqliteStore,
) -> None:
    await finished(store, "a")
    await keep_name(store, ANNA)
    with pytest.raises(Forbidden):
        await decide(store, "hide", by=Decider(ANNA, "operator"))
    await store.moderation.give_role(ANNA, "moderator", TOKEN)
    with pytest.raises(Forbidden):
        await decide(store, "hide")
    decision, _ = await decide(store, "hide", by=TOKEN)
    with pytest.raises(Forbidden):
        await store.moderation.undo(decision.id, Decider(ANNA, "operator"))
    assert decision.by is None


async def test_there_has_to_be_something_to_dismiss(store: SqliteStore) -> None:
    await finished(store, "a")
    with pytest.raises(NotFound):
        await decide(store, "dismiss")
    with pytest.raises(Unusable):
        await decide(store, "suspend")
    mine = await add_report(store, NewReport("clip", "a", "spam"), BEN)
    await decide(store, "dismiss")
    assert await told(store, BEN) == [("decided", "dismiss")]
    assert await told(store, ANNA) == []
    assert (await store.moderation.get_receipt(mine.id, BEN.id)).action == "dismiss"
    assert await public_clips(store) == ["a"]


async def test_what_its_author_removes_need_not_be_decided(store: SqliteStore) -> None:
    await finished(store, "a")
    await finished(store, "b")
    await store.add_comment(a_comment("k", "b", author=BEN))
    ids = [
        (await add_report(store, NewReport(kind, subject, "spam", "see"), EVE)).id  # type: ignore[arg-type]
        for kind, subject in (("clip", "a"), ("comment", "k"))
    ]
    await store.remove_clip("a")
    await store.comments.remove("b", "k", BEN.id)
    for one in ids:
        receipt = await store.moderation.get_receipt(one, EVE.id)
        assert (receipt.state, receipt.words) == ("gone", "")
    assert (await store.moderation.list_cases()).open == 0


async def test_a_role_needs_an_account_and_says_who_gave_it(store: SqliteStore) -> None:
    with pytest.raises(Unprocessable):
        await store.moderation.give_role(BEN, "moderator", TOKEN)
    await keep_name(store, BEN)
    await keep_name(store, EVE)
    await store.moderation.give_role(EVE, "operator", TOKEN)
    await store.moderation.give_role(BEN, "moderator", Decider(EVE, "operator"))
    held = [(one.person, one.role, one.given_by) for one in await store.moderation.list_roles()]
    assert held == [(EVE, "operator", None), (BEN, "moderator", EVE)]
    await store.moderation.take_role(BEN.id, TOKEN)
    assert await store.moderation.get_role(BEN.id) is None


async def test_what_was_closed_a_year_ago_is_forgotten_and_what_holds_is_not(
    store: SqliteStore, clock: Clock
) -> None:
    for name in "abc":
        await finished(store, name)
        await add_report(store, NewReport("clip", name, "spam"), BEN)
    await decide(store, "dismiss", subject="a")
    await decide(store, "hide", subject="b")
    clock.now += KEPT_S
    await tidy(store)
    page = await store.moderation.list_decisions(limit=9, cursor=None)
    assert [one.subject for one in page.decisions] == ["b"]
    assert [one.subject for one in await store.moderation.list_receipts(BEN.id)] == ["c"]


async def test_decisions_come_in_pages(store: SqliteStore, clock: Clock) -> None:
    for name in "abc":
        await finished(store, name)
        await decide(store, "hide", subject=name)
        clock.now += 1
    page = await store.moderation.list_decisions(limit=2, cursor=None)
    assert [one.subject for one in page.decisions] == ["c", "b"]
    rest = await store.moderation.list_decisions(limit=2, cursor=page.cursor)
    assert ([one.subject for one in rest.decisions], rest.cursor) == (["a"], None)


async def keep_name(store: SqliteStore, person: Person) -> None:
    passkey = Passkey(
        id=f"key of {person.id}",
        person=person.id,
        domain="localhost",
        key="",
        count=0,
        name="",
        created_at=NOON,
        used_at=NOON,
    )
    await store.accounts.keep_passkey(person, passkey, [], 9)


async def found(store: SqliteStore) -> list[str]:
    page = await store.search.find_clips(Wanted("ball"), [], limit=9, cursor=None)
    return [one.id for one in page.clips]
