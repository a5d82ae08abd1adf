"""Likenesses in the store: lent, asked for, used, refused, and taken back."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from phosphene.consent.card import Card
from phosphene.consent.ledger import person_digest, read_fact
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import ASK_S, LikenessTerms, UsageRules, UseWords, Via
from phosphene.consent.uses import UseReview
from phosphene.errors import AlreadyTaken, NotFound, Refused, TooMany, Unprocessable, Unusable
from phosphene.events import ClipFinished, ClipQueued, ClipRemoved, Noticed, Recorded
from phosphene.model import FEED_TOPIC, Clip, Person, clip_topic, person_topic
from phosphene.reports import Decider, NewDecision
from phosphene.store import likeness_ledger
from phosphene.store.accounts import Passkey
from phosphene.store.library import ClipChange
from phosphene.store.likeness_asks import WAITING
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio

CARD = Card(skin="tan", hair="red", length="long", figure="woman", clothes="dress", colour="green")
EVERYONE = LikenessTerms(scope="everyone")
NO_WORDS = UseWords()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "phosphene.db"


@pytest_asyncio.fixture
async def store(path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(path, "one", clock) as opened:
        for person in (ANNA, BEN, EVE):
            await keep_name(opened, person)
        yield opened


async def keep_name(store: SqliteStore, person: Person) -> None:
    key = Passkey(
        id=f"key-{person.id}",
        person=person.id,
        domain="d",
        key="",
        count=0,
        name="",
        created_at=NOON,
        used_at=NOON,
    )
    await store.accounts.keep_passkey(person, key, [], 5)


async def lend(store: SqliteStore, owner: Person = ANNA, terms: LikenessTerms = EVERYONE) -> None:
    await store.likenesses.set_likeness_level(owner.id, "presence", "camera", NOON)
    await store.likenesses.grant_terms(owner.id, CARD, terms)


def a_use(
    by: Person = BEN,
    *handles: str,
    parent: str = "",
    via: Via = "prompt",
    reading: UseWords = NO_WORDS,
    purpose: str = "p",
) -> UseRequest:
    return UseRequest(
        by=by, via=via, handles=handles, parent=parent, reading=reading, purpose=purpose, text="w"
    )


async def review(store: SqliteStore, *of: str, by: Person = BEN) -> UseReview:
    return await store.likenesses.review_use(a_use(by, *(of or ("anna",))))


async def add(
    store: SqliteStore, clip: Clip, use: UseRequest | None, parent: str | None = None
) -> list[Recorded]:
    return list(await store.add_clip(clip, parent=parent, use=use))


async def finish(store: SqliteStore, clip: Clip) -> None:
    done = msgspec.structs.replace(clip, status="done", latents=f"{clip.id}.safetensors")
    await store.change_clip(done, ClipFinished(done))


async def kinds(store: SqliteStore, person: Person) -> list[tuple[str, str, str, int]]:
    page = await store.people.read_inbox(person.id, limit=50, cursor=None)
    return [(one.kind, one.actor.handle, one.clip, one.count) for one in page.notices]


async def facts(store: SqliteStore, person: Person) -> list[str]:
    ledger = await store.likenesses.read_ledger(person.id)
    assert ledger.broken is None
    return [type(read_fact(one.fact)).__struct_config__.tag for one in ledger.entries]  # type: ignore[misc]


async def test_nothing_is_lent_before_a_check_and_an_account(store: SqliteStore) -> None:
    likenesses = store.likenesses
    with pytest.raises(Unprocessable, match="enrol"):
        await likenesses.grant_terms(ANNA.id, CARD, EVERYONE)
    with pytest.raises(Unprocessable, match="keep your name"):
        await likenesses.set_likeness_level("guest", "presence", "camera", NOON)
    await likenesses.set_likeness_level(ANNA.id, "presence", "camera", NOON)
    assert (await review(store)).answer == "no"
    assert (await likenesses.grant_terms(ANNA.id, CARD, EVERYONE)).grant == 2
    assert (await review(store)).answer == "yes"
    # The same once more is no new grant.
    assert (await likenesses.grant_terms(ANNA.id, CARD, EVERYONE)).grant == 2
    await likenesses.set_likeness_level(ANNA.id, "none", "operator", NOON)
    assert (await review(store)).answer == "no"
    assert await facts(store, ANNA) == ["checked", "granted", "checked"]


async def test_a_minor_neither_lends_nor_uses(store: SqliteStore) -> None:
    await lend(store)
    await store.minors.mark_minor(BEN.id, "self")
    assert (await review(store)).answer == "no"
    assert (await review(store, by=EVE)).answer == "yes"
    await store.minors.mark_minor(ANNA.id, "self")
    assert (await review(store, by=EVE)).answer == "no"
    with pytest.raises(Unprocessable, match="minor"):
        await store.likenesses.set_likeness_level(BEN.id, "presence", "camera", NOON)


async def test_terms_are_as_they_are_said(store: SqliteStore, clock: Clock) -> None:
    await lend(store, terms=LikenessTerms())
    assert (await review(store)).answer == "no"
    assert (await review(store, by=ANNA)).answer == "yes"
    await store.likenesses.set_person(ANNA.id, BEN.id, True)
    assert (await review(store)).answer == "no"
    await lend(store, terms=LikenessTerms(scope="approved", until=NOON + 60))
    assert (await review(store)).answer == "yes"
    assert (await review(store, by=EVE)).answer == "no"
    clock.now += 60
    assert (await review(store)).answer == "no"
    with pytest.raises(Unusable, match="until"):
        await store.likenesses.grant_terms(ANNA.id, CARD, LikenessTerms(until=NOON))
    await lend(store, terms=LikenessTerms(scope="mutuals"))
    await store.likenesses.set_person(ANNA.id, BEN.id, None)
    assert (await review(store)).answer == "no"
    for one, other in ((ANNA, BEN), (BEN, ANNA)):
        assert (await review(store)).answer == "no"
        await store.people.set_relation(one, "follow", other, True)
    assert (await review(store)).answer == "yes"
    with pytest.raises(Unusable):
        await store.likenesses.set_person(ANNA.id, ANNA.id, True)


async def test_of_several_people_each_decides(store: SqliteStore) -> None:
    await lend(store, ANNA)
    assert (await review(store, "anna", "eve")).answer == "no"
    await lend(store, EVE, LikenessTerms(scope="everyone", ask_each=True))
    assert (await review(store, "anna", "eve")).answer == "ask"
    await lend(store, EVE)
    found = await review(store, "anna", "eve")
    assert found.answer == "yes"
    assert [one.owner for one in found.allowed_looks] == ["anna", "eve"]
    assert (await review(store, "anna", "nobody")).answer == "no"


async def test_a_use_is_written_down_and_told_before_the_clip_is(store: SqliteStore) -> None:
    await lend(store)
    recorded = await add(store, a_clip("c", author=BEN), a_use(BEN, "anna"))
    told, queued, feed = recorded
    assert isinstance(told.event, Noticed)
    assert (told.topic, told.event.notice.kind) == (person_topic(ANNA.id), "likeness_used")
    assert [one.topic for one in (queued, feed)] == [clip_topic("c"), FEED_TOPIC]
    assert isinstance(queued.event, ClipQueued)
    (use,) = await store.likenesses.list_uses(ANNA.id, NOON + 1)
    assert (use.clip, use.by, use.via, use.status) == ("c", BEN, "prompt", "queued")
    assert await store.likenesses.is_owner_in("c", ANNA.id)
    assert [one.answer for one in await store.likenesses.check_clip("c")] == ["yes"]
    ledger = await store.likenesses.read_ledger(ANNA.id)
    assert (ledger.entries[-1].person, ledger.owner) == (BEN, person_digest(ANNA.id))
    # One's own use is in the ledger, and nobody is told of it.
    await add(store, a_clip("own"), a_use(ANNA, "anna"))
    assert await facts(store, ANNA) == ["checked", "granted", "used", "used"]
    assert await kinds(store, ANNA) == [("likeness_used", "ben", "c", 1)]


async def test_what_is_said_between_the_look_and_the_clip_counts(store: SqliteStore) -> None:
    await lend(store)
    use = a_use(BEN, "anna")
    assert (await store.likenesses.review_use(use)).answer == "yes"
    await store.withdrawals.begin_withdrawal(ANNA.id, "everything")
    with pytest.raises(Refused):
        await add(store, a_clip("c", author=BEN), use)
    with pytest.raises(NotFound):
        await store.get_clip("c")
    assert await store.likenesses.owners_in("c") == []


async def test_refused_attempts_are_told_by_person_and_hour_without_words(
    store: SqliteStore, clock: Clock
) -> None:
    await lend(store, terms=LikenessTerms(scope="me"))
    for by, seconds in ((BEN, 0), (BEN, 60), (EVE, 60), (BEN, 3600)):
        clock.now = NOON + seconds
        await store.likenesses.note_refusals(a_use(by, "anna"))
    assert sorted(await kinds(store, ANNA)) == [
        ("likeness_refused", "ben", "", 1),
        ("likeness_refused", "ben", "", 2),
        ("likeness_refused", "eve", "", 1),
    ]
    page = await store.people.read_inbox(ANNA.id, limit=50, cursor=None)
    assert {one.text for one in page.notices} == {""}
    # Nor is the ledger one: an entry for a person and an hour, and the chain holds.
    assert (await facts(store, ANNA))[2:] == ["refused"] * 3
    ledger = await store.likenesses.read_ledger(ANNA.id)
    told = [(one.person and one.person.handle, one.attempts) for one in ledger.entries[2:]]
    assert told == [("ben", 2), ("eve", 1), ("ben", 1)]
    # Who lends nothing is not told of their name.
    assert not await store.likenesses.note_refusals(a_use(BEN, "eve"))
    assert await kinds(store, EVE) == []


async def test_whom_one_mutes_or_blocks_is_told_of_too(store: SqliteStore) -> None:
    await lend(store)
    await store.people.set_relation(ANNA, "mute", BEN, True)
    await add(store, a_clip("c", author=BEN), a_use(BEN, "anna"))
    await store.people.set_relation(ANNA, "block", BEN, True)
    assert (await review(store)).answer == "no"
    await store.likenesses.note_refusals(a_use(BEN, "anna"))
    assert {kind for kind, *_ in await kinds(store, ANNA)} == {"likeness_used", "likeness_refused"}


async def test_one_person_asks_an_owner_only_so_much(store: SqliteStore, clock: Clock) -> None:
    await lend(store, terms=LikenessTerms(scope="everyone", ask_each=True))
    open_asks = store.likenesses.open_asks
    for n in range(WAITING):
        assert await open_asks(a_use(BEN, "anna", purpose=f"p{n}"))
    with pytest.raises(TooMany) as caught:
        await open_asks(a_use(BEN, "anna", purpose="one more"))
    assert caught.value.retry_after_s == ASK_S
    assert len(await store.likenesses.list_asks(ANNA.id)) == WAITING
    assert await open_asks(a_use(EVE, "anna"))
    clock.now += ASK_S
    assert await open_asks(a_use(BEN, "anna", purpose="one more"))


async def test_a_long_ledger_shows_its_newest_entries(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness_ledger, "MOST", 3)
    await lend(store)
    for person in (BEN, EVE):
        await store.likenesses.set_person(ANNA.id, person.id, True)
    ledger = await store.likenesses.read_ledger(ANNA.id)
    assert [one.seq for one in ledger.entries] == [2, 3, 4]
    assert ledger.broken is None


async def test_an_ask_is_for_one_use_and_for_a_day(store: SqliteStore, clock: Clock) -> None:
    await lend(store, terms=LikenessTerms(scope="everyone", ask_each=True))
    use, likenesses = a_use(BEN, "anna"), store.likenesses
    assert len(await likenesses.open_asks(use)) == 1
    # Who asks twice asks once.
    assert not await likenesses.open_asks(use)
    (ask,) = await likenesses.list_asks(ANNA.id)
    assert (ask.by, ask.text, ask.state, ask.expires_at) == (BEN, "w", "open", NOON + ASK_S)
    with pytest.raises(NotFound):
        await likenesses.answer_ask(EVE.id, ask.id, True)
    answered, told = await likenesses.answer_ask(ANNA.id, ask.id, True)
    assert answered.state == "yes"
    assert await kinds(store, BEN) == [("likeness_answered", "anna", "", 1)]
    assert told
    with pytest.raises(AlreadyTaken):
        await likenesses.answer_ask(ANNA.id, ask.id, False)
    # Not for other words, nor for somebody else.
    other = msgspec.structs.replace(use, purpose="q")
    assert (await likenesses.review_use(other)).answer == "ask"
    assert (await likenesses.review_use(a_use(EVE, "anna"))).answer == "ask"
    await add(store, a_clip("c", author=BEN), use)
    assert [one.answer for one in await likenesses.check_clip("c")] == ["yes"]
    assert (await likenesses.review_use(use)).answer == "ask"
    # A day later nobody answers any more.
    await likenesses.open_asks(other)
    (newest, _) = await likenesses.list_asks(ANNA.id)
    clock.now += ASK_S
    with pytest.raises(AlreadyTaken):
        await likenesses.answer_ask(ANNA.id, newest.id, True)
    assert await facts(store, ANNA) == [
        *("checked", "granted", "asked", "answered", "used"),
        "asked",
    ]


async def test_a_no_is_a_no(store: SqliteStore) -> None:
    await lend(store, terms=LikenessTerms(scope="everyone", ask_each=True))
    await store.likenesses.open_asks(a_use(BEN, "anna"))
    (ask,) = await store.likenesses.list_asks(ANNA.id)
    await store.likenesses.answer_ask(ANNA.id, ask.id, False)
    assert (await review(store)).answer == "no"


async def test_a_remix_shows_whom_its_parent_shows(store: SqliteStore) -> None:
    await lend(store, terms=LikenessTerms(scope="approved"))
    await store.likenesses.set_person(ANNA.id, BEN.id, True)
    clip = a_clip("c", author=BEN)
    await add(store, clip, a_use(BEN, "anna"))
    await finish(store, clip)
    remix = a_clip("r", author=EVE, parent="c")
    # The scope is asked of who remixes.
    for use in (None, a_use(EVE, parent="c", via="remix")):
        with pytest.raises(Refused):
            await add(store, remix, use, parent="c")
    await store.likenesses.set_person(ANNA.id, EVE.id, True)
    await add(store, remix, a_use(EVE, parent="c", via="remix"), parent="c")
    assert await store.likenesses.owners_in("r") == [ANNA.id]


async def test_what_is_withheld_for_consent_is_withheld_with_all_that_was_made_of_it(
    store: SqliteStore,
) -> None:
    await lend(store)
    await a_family(store)
    taken = await store.withdrawals.begin_withdrawal(ANNA.id, "clip", "c")
    assert (set(taken.clips), taken.left) == ({"c", "r", "rr"}, ())
    for name in ("c", "r", "rr"):
        clip = await store.get_clip(name)
        assert (clip.withheld, clip.withheld_for, clip.visibility) == (True, "consent", "private")
        assert [one.why for one in await store.likenesses.check_clip(name)] == ["withdrawn"]
    assert not (await store.get_clip("other")).withheld
    gone = {one.topic for one in taken.recorded if isinstance(one.event, ClipRemoved)}
    assert {clip_topic("c"), clip_topic("r"), clip_topic("rr"), FEED_TOPIC} <= gone
    assert ("likeness_withdrawn", "anna", "", 1) in await kinds(store, BEN)
    page = await store.list_clips(limit=50, person_id=EVE.id)
    assert {clip.id for clip in page.clips} == {"other", "r"}  # one's own, to know of it
    with pytest.raises(NotFound):
        await store.withdrawals.begin_withdrawal(EVE.id, "clip", "c")


async def a_family(store: SqliteStore) -> None:
    """A clip of Ben's, its remix by Eve, a remix of that, and another by Eve."""
    for name, author, parent in (
        ("c", BEN, ""),
        ("r", EVE, "c"),
        ("rr", BEN, "r"),
        ("other", EVE, ""),
    ):
        clip = a_clip(name, author=author, parent=parent or None)
        use = a_use(author, *(() if parent else ("anna",)), parent=parent)
        await add(store, clip, use, parent or None)
        await finish(store, clip)


async def test_one_person_may_use_it_no_more_and_everything_is_all(store: SqliteStore) -> None:
    await lend(store)
    await a_family(store)
    taken = await store.withdrawals.begin_withdrawal(ANNA.id, "person", EVE.id)
    assert set(taken.clips) == {"r", "rr", "other"}
    assert (await review(store, by=EVE)).answer == "no"
    assert (await review(store, by=BEN)).answer == "yes"
    taken = await store.withdrawals.begin_withdrawal(ANNA.id, "everything")
    assert set(taken.clips) == {"c"}
    assert (await review(store, by=BEN)).answer == "no"
    assert (await review(store, by=ANNA)).answer == "no"
    # What was checked stays: it can be lent anew.
    await store.likenesses.grant_terms(ANNA.id, CARD, EVERYONE)
    assert (await review(store, by=BEN)).answer == "yes"
    assert (await review(store, by=EVE)).answer == "no"
    assert [one.why for one in await store.likenesses.check_clip("c")] == ["withdrawn"]


async def test_each_reason_is_lifted_by_itself(store: SqliteStore) -> None:
    await lend(store)
    await a_family(store)
    operator = await decide(store, "c")
    await store.withdrawals.begin_withdrawal(ANNA.id, "clip", "c")
    assert (await store.get_clip("c")).withheld_for == "consent"
    await undo(store, operator)
    assert (await store.get_clip("c")).withheld_for == "consent"
    operator = await decide(store, "other")
    assert (await store.get_clip("other")).withheld_for == "report"
    await undo(store, operator)
    assert (await store.get_clip("other")).withheld_for is None
    assert (await store.get_clip("other")).visibility == "public"


async def decide(store: SqliteStore, clip: str) -> str:
    decided = await store.moderation.decide(
        NewDecision("clip", clip, "hide"), Decider(None, "operator")
    )
    return decided.decision.id


async def undo(store: SqliteStore, decision: str) -> None:
    await store.moderation.undo(decision, Decider(None, "operator"))


@pytest.mark.slow
async def test_many_clips_are_taken_back_in_parts_and_after_a_stop(
    store: SqliteStore, clock: Clock
) -> None:
    await lend(store)
    for number in range(45):
        clip = a_clip(f"c{number:02}", author=BEN)
        await add(store, clip, a_use(BEN, "anna"))
        if number != 44:
            await finish(store, clip)
    taken = await store.withdrawals.begin_withdrawal(ANNA.id, "everything")
    # What is on air goes first.
    assert (taken.clips[0], len(taken.clips), len(taken.left)) == ("c44", 20, 25)
    # The rest is no already, and is withheld by whoever tidies.
    assert [one.answer for one in await store.likenesses.check_clip("c00")] == ["no"]
    while (await store.tidy_some(Ages())).more:
        pass
    uses = await store.likenesses.list_uses(ANNA.id, NOON + 1)
    assert len(uses) == 45
    assert all(one.withheld for one in uses)
    clock.now += 7 * 86400
    while (await store.tidy_some(Ages())).more:
        pass
    # Their files are gone, but of the one whose drawing has not been ended.
    assert [one.clip for one in await store.likenesses.list_uses(ANNA.id, NOON + 1)] == ["c44"]


async def test_more_people_see_a_clip_only_with_a_yes(store: SqliteStore) -> None:
    await lend(store)
    clip = msgspec.structs.replace(a_clip("c", author=BEN), visibility="private")
    await add(store, clip, a_use(BEN, "anna"))
    await finish(store, clip)
    await lend(store, terms=LikenessTerms(scope="me"))
    with pytest.raises(Refused):
        await store.library.change_terms("c", BEN.id, ClipChange(visibility="public"))
    await lend(store)
    await store.library.change_terms("c", BEN.id, ClipChange(visibility="public"))
    await lend(store, terms=LikenessTerms(scope="me"))
    await store.library.change_terms("c", BEN.id, ClipChange(visibility="private"))


async def test_rules_are_asked_of_the_words_that_a_clip_was_drawn_from(store: SqliteStore) -> None:
    reading = UseWords(("politics",), (" at the election ",))
    await lend(store)
    await add(store, a_clip("c", author=BEN), a_use(BEN, "anna", reading=reading))
    rules = UsageRules(categories=("politics",))
    await lend(store, terms=LikenessTerms(scope="everyone", rules=rules))
    assert [one.why for one in await store.likenesses.check_clip("c")] == ["rule"]


async def test_rules_are_asked_of_the_prompt_and_of_every_line(store: SqliteStore) -> None:
    """Also where who asked for the clip steers it: the line does not take the prompt's place."""
    await lend(store)
    first, line = UseWords((), (" in a storm ",)), UseWords((), (" by night ",))
    await add(store, a_clip("c", author=BEN), a_use(BEN, "anna", reading=first))
    steer = a_use(BEN, parent="c", via="steer", reading=line)
    await store.likenesses.add_steering("c", steer)
    for word in ("storm", "night"):
        rules = UsageRules(words=(word,))
        await lend(store, terms=LikenessTerms(scope="everyone", rules=rules))
        assert [one.why for one in await store.likenesses.check_clip("c")] == ["rule"]


async def test_who_leaves_leaves_hashes_only_and_nobody_shows_them(
    path: Path, store: SqliteStore
) -> None:
    await lend(store)
    await a_family(store)
    before = await store.likenesses.read_ledger(ANNA.id)
    await store.leaving.begin(ANNA.id)
    assert [one.answer for one in await store.likenesses.check_clip("c")] == ["no"]
    while (await store.leaving.leave_some(ANNA.id)).more:
        pass
    assert (await store.get_clip("c")).withheld_for == "consent"
    with closing(sqlite3.connect(path)) as cx:
        rows = cx.execute("SELECT owner, fact, person, at, digest FROM likeness_ledger").fetchall()
        assert {(row[1], row[2], row[3]) for row in rows} == {("", "", 0.0)}
        assert {row[4] for row in rows} == {one.digest for one in before.entries}
        assert not any(ANNA.id in row[0] for row in rows)
        for table in ("likenesses", "likeness_people", "likeness_asks", "likeness_uses"):
            assert cx.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_a_ledger_forgets_who_left_and_its_hashes_stay_right(store: SqliteStore) -> None:
    await lend(store)
    await a_family(store)
    await store.leaving.begin(EVE.id)
    while (await store.leaving.leave_some(EVE.id)).more:
        pass
    ledger = await store.likenesses.read_ledger(ANNA.id)
    assert ledger.broken is None
    assert {one.person for one in ledger.entries} == {None, BEN}


async def test_what_is_done_is_counted_by_month_and_names_nobody(
    store: SqliteStore, clock: Clock
) -> None:
    await lend(store, terms=LikenessTerms(scope="everyone", ask_each=True))
    await store.likenesses.open_asks(a_use(BEN, "anna"))
    await store.likenesses.open_asks(a_use(EVE, "anna"))
    clock.now += 30
    for ask, yes in zip(await store.likenesses.list_asks(ANNA.id), (True, False), strict=True):
        await store.likenesses.answer_ask(ANNA.id, ask.id, yes)
    await lend(store)
    for name in "cd":
        await add(store, a_clip(name, author=BEN), a_use(BEN, "anna"))
    await lend(store, terms=LikenessTerms(scope="me"))
    for _ in range(3):
        await store.likenesses.note_refusals(a_use(BEN, "anna"))
    await store.withdrawals.begin_withdrawal(ANNA.id, "everything")
    totals = {one.deed: (one.count, one.mean_s) for one in await store.likenesses.list_totals()}
    assert totals == {
        "asked": (2, None),
        "agreed": (1, 30.0),
        "declined": (1, 30.0),
        "used": (2, None),
        "refused": (3, None),
        "withdrawn": (1, 0.0),
        "withheld": (2, None),
    }
    assert {one.month for one in await store.likenesses.list_totals()} == {"2026-09"}


async def test_what_was_taken_back_when_no_time_was_kept_is_no_part_of_the_mean(
    store: SqliteStore, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as cx:
        cx.execute(
            "INSERT INTO likeness_withdrawals (owner, what, subject) VALUES (?, 'everything', '')",
            (ANNA.id,),
        )
        cx.commit()
    while (await store.tidy_some(Ages())).more:
        pass
    with closing(sqlite3.connect(path)) as cx:
        assert cx.execute("SELECT count(*) FROM likeness_withdrawals").fetchone() == (0,)
    assert await store.likenesses.list_totals() == []
