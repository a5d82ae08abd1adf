"""The gate before prompts and lines that show somebody, on a real store."""

import time
from collections.abc import AsyncIterator
from functools import partial
from math import inf
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.consent.terms import LikenessTerms, UsageRules
from phosphene.errors import Forbidden, Refusal, Refused, Unprocessable
from phosphene.events import Noticed, Recorded
from phosphene.metrics import Metrics
from phosphene.model import Clip, Person
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.likenesses import LikenessAbility, Likenesses
from phosphene.studio.refusal_counter import RefusalCounter
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.use_words import read_use
from tests.soak.consent_attempts import CARD, a_clip, enrol
from tests.store.making import a_store

pytestmark = pytest.mark.asyncio

ADA, BOB, EVE = (Person(name, name) for name in ("ada", "bob", "eve"))
RULES = load_rules()
CARDS = LikenessAbility("card", 5)
ONE_PORTRAIT = LikenessAbility("portrait", 1)


class Place:
    """A store, its gate, and what people were told."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.told: list[tuple[str, str]] = []
        lent, withdrawals = store.likenesses, store.withdrawals
        refusals = RefusalCounter(store.refusal_counts, Metrics(), self.tell_refused)
        self.gate = Likenesses(
            review_use=lent.review_use,
            note_refusals=lent.note_refusals,
            open_asks=lent.open_asks,
            owners_in=lent.owners_in,
            record_steering=lent.add_steering,
            begin_withdrawal=withdrawals.begin_withdrawal,
            withdraw_some=withdrawals.withdraw_some,
            read_words=partial(read_use, rules=RULES),
            publish=self.publish,
            count_refusal=refusals.count_refusal,
        )

    async def tell_refused(self, refusal: Refusal) -> None:
        raise AssertionError("nobody is told of a likeness")

    async def publish(self, recorded: object) -> None:
        assert isinstance(recorded, list | tuple)
        for one in recorded:
            assert isinstance(one, Recorded)
            if isinstance(one.event, Noticed):
                self.told.append((one.topic, one.event.notice.kind))

    async def lend(self, owner: Person, **terms: object) -> None:
        await enrol(self.store, owner)
        allowed = LikenessTerms(**{"scope": "everyone"} | terms)  # type: ignore[arg-type]
        await self.store.likenesses.grant_terms(owner.id, CARD, allowed)

    async def agree(self, owner: Person, until: float = inf) -> None:
        """A verifier knows them, and a portrait is kept."""
        now = time.time()
        await self.store.likenesses.set_likeness_level(owner.id, "verified", "an office", now)
        await self.store.likeness_portraits.keep_portrait(owner.id, b"sealed", until)

    async def clip_of(self, by: Person, text: str, ability: LikenessAbility = CARDS) -> Clip:
        use = await self.gate.admit_use(text, by, "prompt", None, ability=ability)
        assert use is not None
        clip = replace(a_clip("c", by, use.looks), text=text)
        await self.store.add_clip(clip, use=use.request)
        return clip


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_store(tmp_path / "x.db", "one", time.time) as store:
        yield Place(store)


async def test_a_text_that_names_nobody_asks_nobody(place: Place) -> None:
    for ability in (CARDS, ONE_PORTRAIT, None):
        assert await place.gate.admit_use("a fox", BOB, "prompt", None, ability=ability) is None


async def test_a_model_that_draws_nobody_refuses_every_name_alike(place: Place) -> None:
    await place.lend(ADA)
    for name in ("ada", "zoe"):
        with pytest.raises(Unprocessable):
            await place.gate.admit_use(f"@{name}", BOB, "prompt", None, ability=None)


async def test_whoever_refuses_is_told_and_the_words_are_the_same(place: Place) -> None:
    await place.lend(ADA, scope="me")
    said = set[str]()
    for name in ("ada", "zoe"):
        with pytest.raises(Refused) as caught:
            await place.gate.admit_use(f"@{name} at sea", BOB, "prompt", None, ability=CARDS)
        said.add(str(caught.value).replace(name, "NAME"))
    assert len(said) == 1
    assert place.told == [("person:ada", "likeness_refused")]


async def test_a_card_that_is_lent_is_no_yes_to_a_portrait(place: Place) -> None:
    await place.lend(ADA)
    told = set[str]()
    for name in ("ada", "zoe"):
        with pytest.raises(Refused) as caught:
            await place.gate.admit_use(f"@{name}", BOB, "prompt", None, ability=ONE_PORTRAIT)
        told.add(str(caught.value).replace(name, "NAME"))
    assert len(told) == 1
    # Only to themselves is said what is missing.
    with pytest.raises(Unprocessable, match="portrait"):
        await place.gate.admit_use("@ada", ADA, "prompt", None, ability=ONE_PORTRAIT)
    await place.agree(ADA)
    clip = await place.clip_of(BOB, "@ada at sea", ONE_PORTRAIT)
    assert clip.recipe is not None
    (look,) = clip.recipe.looks
    ledger = await place.store.likenesses.read_ledger(ADA.id)
    agreed, used = ledger.entries[-2:]
    assert (look.portrait, ledger.broken) == (agreed.digest, None)
    assert f'"portrait":{agreed.seq}' in used.fact
    by_card = await place.gate.admit_use("@ada", BOB, "prompt", None, ability=CARDS)
    assert by_card is not None
    assert by_card.looks[0].portrait == ""


async def test_a_portrait_needs_a_verifier_also_after_it_was_kept(place: Place) -> None:
    await place.lend(ADA)
    with pytest.raises(Forbidden, match="verifier"):
        await place.store.likeness_portraits.keep_portrait(ADA.id, b"sealed", inf)
    await place.agree(ADA)
    clip = await place.clip_of(BOB, "@ada", ONE_PORTRAIT)
    await place.store.likenesses.set_likeness_level(ADA.id, "presence", "camera", time.time())
    (verdict,) = await place.store.likenesses.check_clip(clip.id)
    assert (verdict.answer, verdict.why) == ("no", "no_portrait")
    with pytest.raises(Refused):
        await place.store.likeness_portraits.lend_portraits(clip.id)


async def test_a_model_that_draws_one_person_from_a_portrait_draws_no_second(place: Place) -> None:
    for one in (ADA, EVE):
        await place.lend(one)
        await place.agree(one)
    with pytest.raises(Unprocessable, match="fewer"):
        await place.gate.admit_use("@ada and @eve", BOB, "prompt", None, ability=ONE_PORTRAIT)


async def test_who_takes_the_portrait_back_has_its_clips_and_no_others_withheld(
    place: Place,
) -> None:
    await place.lend(ADA)
    await place.agree(ADA)
    by_portrait = await place.clip_of(BOB, "@ada", ONE_PORTRAIT)
    use = await place.gate.admit_use("@ada", BOB, "prompt", None, ability=CARDS)
    assert use is not None
    await place.store.add_clip(a_clip("card", BOB, use.looks), use=use.request)
    assert await place.gate.withdraw_likeness(ADA.id, "portrait") == [by_portrait.id]
    assert (await place.store.get_clip(by_portrait.id)).withheld_for == "consent"
    assert (await place.store.get_clip("card")).withheld_for is None
    assert await place.store.likeness_portraits.get_portrait(ADA.id) is None
    with pytest.raises(Refused):
        await place.store.likeness_portraits.lend_portraits(by_portrait.id)
    assert (
        '"what":"portrait"' in (await place.store.likenesses.read_ledger(ADA.id)).entries[-1].fact
    )
    (verdict,) = await place.store.likenesses.check_clip("card")
    assert verdict.answer == "yes"


async def test_a_yes_to_one_use_by_the_card_is_none_to_the_portrait(place: Place) -> None:
    await place.lend(ADA, ask_each=True)
    await place.agree(ADA)
    with pytest.raises(Refused):
        await place.clip_of(BOB, "@ada at sea", CARDS)
    (ask,) = await place.store.likenesses.list_asks(ADA.id)
    await place.store.likenesses.answer_ask(ADA.id, ask.id, True)
    with pytest.raises(Refused, match="asked first"):
        await place.clip_of(BOB, "@ada at sea", ONE_PORTRAIT)
    assert (await place.clip_of(BOB, "@ada at sea", CARDS)).recipe is not None


async def test_a_line_for_a_clip_of_a_portrait_asks_for_the_portrait(place: Place) -> None:
    await place.lend(ADA)
    await place.agree(ADA)
    clip = await place.clip_of(BOB, "@ada at sea", ONE_PORTRAIT)
    request = await place.gate.admit_line("then it rains", EVE, clip)
    assert request is not None
    await place.gate.add_steering(clip.id, request)
    verdicts = await place.store.likenesses.check_clip(clip.id)
    assert [one.portrait > 0 for one in verdicts] == [True, True]
    await place.gate.withdraw_likeness(ADA.id, "portrait")
    with pytest.raises(Refused):
        await place.gate.admit_line("then it snows", EVE, clip)


async def test_a_line_is_asked_of_who_steers_and_brings_nobody_in(place: Place) -> None:
    await place.lend(ADA, rules=UsageRules(words=("storm",)))
    await place.lend(EVE)
    clip = await place.clip_of(BOB, "@ada at sea")
    admit = place.gate.admit_line
    request = await admit("then it rains", EVE, clip)
    assert request is not None
    await place.gate.add_steering(clip.id, request)
    assert place.told[-1] == ("person:ada", "likeness_used")
    with pytest.raises(Refused):
        await admit("a storm comes", EVE, clip)
    # Eve lends hers to everybody, and is not in this clip.
    with pytest.raises(Refused):
        await admit("and @eve", BOB, clip)
    # Whose line is followed may have been shut out meanwhile, with what they steered.
    assert list(await place.gate.withdraw_likeness(ADA.id, "person", EVE.id)) == [clip.id]
    with pytest.raises(Refused):
        await admit("then it rains", EVE, clip)
    assert await admit("anything", BOB, a_clip("other", BOB, ())) is None
