"""What is signed of a refusal, kept of an appeal, and changed by the answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.errors import (
    AlreadyTaken,
    Forbidden,
    JudgedBy,
    NotFound,
    Refusal,
    TooMany,
    Unprocessable,
    Unusable,
)
from phosphene.events import Recorded
from phosphene.model import Clip, Person
from phosphene.refusal_appeals import LiveDeskRules, NewRefusalAnswer, NewRefusalAppeal
from phosphene.reports import APPEAL_S, Decider
from phosphene.store.refusal_appeals import KEPT_S, OPEN_OF_ONE
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from phosphene.studio.desk_rules import DeskRulesLayer, rules_now
from phosphene.studio.dialogue import WholeText
from phosphene.studio.prompt_check import refuse_words
from phosphene.studio.refusal_desk import RefusalDesk, RefusalSigner
from phosphene.trust.phrase_trial import try_phrase
from phosphene.trust.refusal_ids import RefusalIds
from phosphene.trust.refusal_rules import load_rules
from tests.store.making import ANNA, BEN, EVE, Clock, a_clip, a_store
from tests.store.test_appeals import give_role

pytestmark = pytest.mark.asyncio

TOKEN = Decider(None, "operator")
ONCE, RIGHT = NewRefusalAnswer(outcome="once"), NewRefusalAnswer(outcome="right")
RULES = load_rules()
VIOLENCE = "categories/violence"


class Room:
    """A desk over a store; what it published."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self.store, self.clock = store, clock
        kept = store.refusals
        self.layer = DeskRulesLayer(RULES, kept.get_version, kept.list_live)
        self.signer = RefusalSigner(RefusalIds(b"k" * 32), kept.find_passes, clock)
        self.desk = RefusalDesk(
            keep=kept.add_appeal,
            keep_again=kept.ask_again,
            read_own=kept.get_own,
            get_appeal=kept.get_appeal,
            list_kept=kept.list_appeals,
            keep_answer=kept.answer_refusal_appeal,
            get_looks=kept.get_looks,
            ids=self.signer.ids,
            layer=self.layer,
            find_clip=self._find,
            get_clip=store.get_clip,
            publish=self._publish,
            try_words=try_phrase,
            clock=clock,
        )
        self.published: list[Recorded] = []

    async def _find(self, clip_id: str, person: Person) -> Clip:
        return await self.store.get_clip(clip_id)

    async def _publish(self, recorded: object) -> None:
        assert isinstance(recorded, list | tuple)
        self.published += recorded

    async def refuse(self, text: str, who: Person, before: tuple[str, ...] = ()) -> Refusal:
        now = await self.layer.get_rules()
        (refusal, *_) = refuse_words(WholeText(text), now, innocent=(), minor=False)
        return self.signer.sign_refusal(refusal, text, before, who.id)

    async def appeal(self, text: str, who: Person = ANNA) -> str:
        refusal = await self.refuse(text, who)
        new = NewRefusalAppeal(text=text, consent=True)
        return (await self.desk.add_appeal(refusal.id, new, who)).id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Room]:
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        await store.add_clip(a_clip("a"))
        yield Room(store, clock)


async def test_a_remix_is_appealed_with_what_it_goes_on_from(room: Room) -> None:
    before = ("a red ball rolls over the sea",)
    refusal = await room.refuse("a stabbing ball", ANNA, before)
    alone = NewRefusalAppeal(text="a stabbing ball", consent=True)
    with pytest.raises(Unusable):
        await room.desk.add_appeal(refusal.id, alone, ANNA)
    whole = NewRefusalAppeal(text="a stabbing ball", consent=True, parent="a")
    own = await room.desk.add_appeal(refusal.id, whole, ANNA)
    await room.desk.answer_refusal_appeal(own.id, NewRefusalAnswer(outcome="once", days=3), TOKEN)
    assert len(await room.signer.find_passes(ANNA.id, "a stabbing ball", before)) == 1
    assert await room.signer.find_passes(ANNA.id, "a stabbing ball", ()) == []
    room.clock.now += 3 * 86400
    assert await room.signer.find_passes(ANNA.id, "a stabbing ball", before) == []


async def test_an_id_is_good_for_six_months(room: Room) -> None:
    refusal = await room.refuse("a stabbing ball", ANNA)
    new = NewRefusalAppeal(text="a stabbing ball", consent=True)
    room.clock.now += APPEAL_S + 1
    with pytest.raises(Forbidden):
        await room.desk.add_appeal(refusal.id, new, ANNA)


@pytest.mark.slow
async def test_a_rule_that_is_overturned_too_often_asks_until_the_desk_undoes_it(
    room: Room,
) -> None:
    for number in range(10):
        who = Person(f"p{number % 5}", f"p{number % 5}")
        which = await room.appeal(f"a stabbing icicle, number {number}", who)
        await room.desk.answer_refusal_appeal(which, ONCE, TOKEN)
        now = await room.layer.get_rules()
        assert ((VIOLENCE, "words") in now.asks) == (number == 9)
    found = await room.refuse("a stabbing icicle of light", EVE)
    assert (found.ask, found.appeal) == (True, "")
    (severe,) = refuse_words(WholeText("a naked man"), now, innocent=(), minor=False)
    assert not severe.ask
    (change,) = await room.store.refusals.list_rules()
    deeds = (await room.store.moderation.list_deeds(99, 1)).deeds
    assert (deeds[0].deed, deeds[0].by, deeds[0].subject) == ("rule asks", None, VIOLENCE)
    assert deeds[0].said == "words: 10 of 10 looks found it wrong"
    await room.store.refusals.undo_rule(change.seq, TOKEN)
    assert not (await room.refuse("a stabbing icicle of light", EVE)).ask
    room.clock.now += 1
    await room.desk.answer_refusal_appeal(await room.appeal("a stabbing sun", EVE), ONCE, TOKEN)
    assert not (await room.layer.get_rules()).asks, "the count begins anew"


async def test_no_phrase_and_no_asking_touches_severe_rules() -> None:
    asks = frozenset[tuple[str, JudgedBy]]({("categories/sexual", "words")})
    live = rules_now(RULES, LiveDeskRules(1, ("naked man", "stabbing"), asks))
    (found,) = refuse_words(WholeText("a naked man"), live, innocent=(), minor=False)
    assert (found.code, found.ask, found.appeal_keeps) == ("sexual", False, "hash")
    assert not list(refuse_words(WholeText("a stabbing ray"), live, innocent=(), minor=False))
    # Behind another rule as well.
    (found,) = refuse_words(WholeText("a stabbing naked man"), live, innocent=(), minor=False)
    assert found.code == "sexual"


async def test_who_passes_one_rule_meets_the_others() -> None:
    live = rules_now(RULES, LiveDeskRules(0))

    def rules_of(text: str, before: str = "") -> list[str]:
        said = WholeText(text, before, f"{before} {text}" if before else "")
        return [one.rule for one in refuse_words(said, live, innocent=(), minor=False)]

    names = ["names/character/shrek", "names/person/taylor-swift"]
    assert sorted(rules_of("Taylor Swift and Shrek, a stabbing")) == [VIOLENCE, *names]
    assert rules_of("a stabbing naked man") == ["categories/sexual"], "behind which there is none"
    # What was drawn by a pass for one rule frees nothing else of what goes on from it.
    assert rules_of("and Swift sings", "a stabbing icicle and Taylor") == []
    assert rules_of("Swift sings", "a stabbing icicle, Taylor") == names[1:]
    assert rules_of("a red sun", "a stabbing icicle") == []


async def test_few_wait_of_one_person_and_rows_have_an_age(room: Room) -> None:
    for number in range(OPEN_OF_ONE):
        await room.appeal(f"a stabbing icicle, number {number}")
    with pytest.raises(TooMany):
        await room.appeal("a stabbing icicle, one more")
    room.clock.now += 1
    await room.appeal("a stabbing icicle, number 1", BEN)
    turns = [one.person.id for one in (await room.desk.list_appeals(answered=False)).appeals]
    assert turns[:2] == [ANNA.id, BEN.id], "each person's first before anybody's second"
    with pytest.raises(AlreadyTaken):
        await room.appeal("a stabbing icicle, number 1", BEN)
    room.clock.now += KEPT_S + 1
    while (await room.store.tidy_some(Ages())).more:
        pass
    assert (await room.desk.list_appeals(answered=False)).open == 0


async def test_what_waits_once_more_has_taken_no_time_yet(room: Room) -> None:
    which = await room.appeal("a stabbing icicle")
    await room.desk.answer_refusal_appeal(which, RIGHT, TOKEN)
    room.clock.now += 9
    await room.store.refusals.ask_again(which, ANNA, "it melts")
    (total,) = await room.store.refusals.list_totals()
    assert (total.state, total.mean_s) == ("open", None)


async def test_a_second_look_is_offered_for_six_months(room: Room) -> None:
    which = await room.appeal("a stabbing icicle")
    assert (await room.desk.answer_refusal_appeal(which, RIGHT, TOKEN)).may_ask_again
    room.clock.now += APPEAL_S
    assert (await room.desk.get_own(which, ANNA)).may_ask_again
    room.clock.now += 1
    assert not (await room.desk.get_own(which, ANNA)).may_ask_again
    with pytest.raises(Unprocessable):
        await room.store.refusals.ask_again(which, ANNA, "it melts")


async def test_of_a_moderators_appeal_the_only_operator_may_answer_again(room: Room) -> None:
    for who in (ANNA, BEN):
        await room.store.set_handle(who)
        await give_role(room.store, who)
    which, operator = await room.appeal("a stabbing icicle"), Decider(EVE, "operator")
    with pytest.raises(Forbidden):
        await room.desk.answer_refusal_appeal(which, RIGHT, Decider(BEN, "moderator"))
    await room.desk.answer_refusal_appeal(which, RIGHT, operator)
    await room.store.refusals.ask_again(which, ANNA, "it melts")
    # Another moderator is there, who may not decide of a moderator's.
    assert (await room.desk.answer_refusal_appeal(which, ONCE, operator)).state == "once"


async def test_who_leaves_takes_their_appeals_along(room: Room) -> None:
    which = await room.appeal("a stabbing icicle")
    assert [one.id for one in await room.store.refusals.list_own(ANNA.id)] == [which]
    (total,) = await room.store.refusals.list_totals()
    assert (total.layer, total.language, total.state, total.count) == ("words", "en", "open", 1)
    await room.store.leaving.begin(ANNA.id)
    while (await room.store.leaving.leave_some(ANNA.id)).more:
        pass
    with pytest.raises(NotFound):
        await room.desk.answer_refusal_appeal(which, RIGHT, TOKEN)
