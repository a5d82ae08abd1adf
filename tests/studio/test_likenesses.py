"""The gate before prompts and lines that show somebody, on a real store."""

import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.consent.terms import LikenessTerms, UsageRules
from phosphene.errors import Refused, Unprocessable
from phosphene.events import Noticed, Recorded
from phosphene.metrics import Metrics
from phosphene.model import Clip, Person
from phosphene.store.sqlite import SqliteStore, open_store
from phosphene.studio.likenesses import Likenesses
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.use_words import read_use
from tests.soak.consent_attempts import CARD, a_clip, enrol

pytestmark = pytest.mark.asyncio

ADA, BOB, EVE = (Person(name, name) for name in ("ada", "bob", "eve"))
RULES = load_rules()


class Place:
    """A store, its gate, and what people were told."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.told: list[tuple[str, str]] = []
        lent, withdrawals = store.likenesses, store.withdrawals
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
            metrics=Metrics(),
        )

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

    async def clip_of(self, by: Person, text: str) -> Clip:
        use = await self.gate.admit_use(text, by, "prompt", None, drawn=True)
        assert use is not None
        clip = replace(a_clip("c", by, use.looks), text=text)
        await self.store.add_clip(clip, use=use.request)
        return clip


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_store(tmp_path / "x.db", "one", time.time) as store:
        yield Place(store)


async def test_a_text_that_names_nobody_asks_nobody(place: Place) -> None:
    for drawn in (True, False):
        assert await place.gate.admit_use("a fox", BOB, "prompt", None, drawn=drawn) is None


async def test_a_model_that_draws_nobody_refuses_every_name_alike(place: Place) -> None:
    await place.lend(ADA)
    for name in ("ada", "zoe"):
        with pytest.raises(Unprocessable):
            await place.gate.admit_use(f"@{name}", BOB, "prompt", None, drawn=False)


async def test_whoever_refuses_is_told_and_the_words_are_the_same(place: Place) -> None:
    await place.lend(ADA, scope="me")
    said = set[str]()
    for name in ("ada", "zoe"):
        with pytest.raises(Refused) as caught:
            await place.gate.admit_use(f"@{name} at sea", BOB, "prompt", None, drawn=True)
        said.add(str(caught.value).replace(name, "NAME"))
    assert len(said) == 1
    assert place.told == [("person:ada", "likeness_refused")]


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
