"""Portraits of people who agreed: sealed, opened for a clip with a yes, and taken back for good."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.consent.request import UseRequest
from phosphene.consent.terms import LikenessTerms
from phosphene.errors import BadInput, Forbidden, Withheld
from phosphene.model import MOST_PORTRAIT, Clip, Person, Portrait
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.soak.consent_attempts import CARD, a_clip, enrol
from tests.store.making import NOON, Clock, a_store

pytestmark = pytest.mark.asyncio

ADA, BOB, EVE = (Person(name, name) for name in ("ada", "bob", "eve"))
FACE, LATER = b"\xff\xd8a face", NOON + 1000


class Room:
    """A store, its keys, and what keeps portraits; ``taken_back``: whose."""

    def __init__(self, store: SqliteStore, keys: LikenessKeys, clock: Clock) -> None:
        self.store = store
        self.keys = keys
        self.clock = clock
        self.taken_back: list[str] = []
        self.portraits = LikenessPortraits(
            store.likeness_portraits, keys, self.take_back, offered=True
        )

    def keeper(self, keys: LikenessKeys, *, offered: bool = True) -> LikenessPortraits:
        return LikenessPortraits(
            self.store.likeness_portraits, keys, self.take_back, offered=offered
        )

    async def take_back(self, owner: str, what: Literal["portrait"]) -> Sequence[str]:
        self.taken_back.append(owner)
        return (await self.store.withdrawals.begin_withdrawal(owner, what)).clips

    async def verify(self, owner: Person) -> None:
        await self.store.likenesses.set_likeness_level(owner.id, "verified", "an office", NOON)

    async def lend(self, owner: Person) -> None:
        """Everybody may show them; a verifier knows them."""
        await enrol(self.store, owner)
        await self.verify(owner)
        terms = LikenessTerms(scope="everyone")
        await self.store.likenesses.grant_terms(owner.id, CARD, terms)

    async def clip_of(self, *owners: Person, name: str = "c") -> Clip:
        handles = tuple(one.handle for one in owners)
        request = UseRequest(by=BOB, via="prompt", handles=handles, drawn_from="portrait")
        review = await self.store.likenesses.review_use(request)
        clip = replace(a_clip(name, BOB, review.allowed_looks), created_at=self.clock.now)
        await self.store.add_clip(clip, use=request)
        return clip


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        yield Room(store, LikenessKeys(tmp_path / FOLDER), clock)


async def test_a_clip_with_a_yes_is_given_the_portraits_of_those_in_it(room: Room) -> None:
    for one in (ADA, EVE):
        await room.lend(one)
        await room.portraits.keep_portrait(one.id, FACE + one.id.encode(), LATER)
    clip = await room.clip_of(EVE, ADA)
    found = await room.portraits.open_portraits(clip)
    assert found == (Portrait("eve", FACE + b"eve"), Portrait("ada", FACE + b"ada"))
    assert await room.portraits.open_portraits(a_clip("other", BOB, ())) == ()


async def test_nothing_is_stored_in_the_clear(room: Room) -> None:
    await room.lend(ADA)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    kept = await room.store.likeness_portraits.get_portrait(ADA.id)
    assert kept is not None
    assert FACE not in kept.sealed
    assert await room.portraits.read_own(ADA.id) == FACE
    # Of another kind, or another person, it is nothing.
    assert room.keys.open_template(ADA.id, kept.sealed) is None
    assert room.keys.open_portrait(EVE.id, kept.sealed) is None


async def test_none_is_kept_of_whom_no_verifier_knows_or_where_it_is_off(room: Room) -> None:
    await enrol(room.store, ADA)
    with pytest.raises(Forbidden):
        await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    await room.verify(ADA)
    off = room.keeper(room.keys, offered=False)
    with pytest.raises(Forbidden):
        await off.keep_portrait(ADA.id, FACE, LATER)
    await room.store.minors.mark_minor(ADA.id, "operator")
    with pytest.raises(Forbidden):
        await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    assert await room.portraits.read_own(ADA.id) is None


@pytest.mark.parametrize("data", [b"", bytes(MOST_PORTRAIT + 1)])
async def test_what_is_no_portrait_is_not_kept(data: bytes, room: Room) -> None:
    await room.lend(ADA)
    with pytest.raises(BadInput):
        await room.portraits.keep_portrait(ADA.id, data, LATER)


async def test_what_is_taken_back_opens_in_no_copy_and_no_clip_is_given_it(room: Room) -> None:
    await room.lend(ADA)
    template = room.keys.seal_template(ADA.id, b"a template")
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    copy = await room.store.likeness_portraits.get_portrait(ADA.id)
    assert copy is not None
    clip = await room.clip_of(ADA)
    await room.portraits.forget_portrait(ADA.id)
    with pytest.raises(Withheld):
        await room.portraits.open_portraits(clip)
    assert room.keys.open_portrait(ADA.id, copy.sealed) is None
    assert (await room.store.get_clip(clip.id)).withheld_for == "consent"
    # What recognises them has a key of its own.
    assert room.keys.open_template(ADA.id, template) == b"a template"
    await room.portraits.forget_portrait(ADA.id)
    assert room.taken_back == [ADA.id]


async def test_who_lends_nothing_any_more_can_still_take_it_back(room: Room) -> None:
    await room.lend(ADA)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    await room.store.likenesses.set_likeness_level(ADA.id, "none", "an operator", NOON)
    await room.portraits.forget_portrait(ADA.id)
    assert not await room.store.likeness_portraits.has_portrait(ADA.id)


async def test_it_ends_at_its_date(room: Room) -> None:
    for one in (ADA, EVE):
        await room.lend(one)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    await room.portraits.keep_portrait(EVE.id, FACE, LATER + 1)
    both = await room.clip_of(ADA, EVE)
    eves = await room.clip_of(EVE, name="d")
    room.clock.now = LATER
    with pytest.raises(Withheld):
        await room.portraits.open_portraits(both)
    kept = await room.store.likeness_portraits.has_portrait(ADA.id)
    await room.portraits.drop_ended()
    assert (kept, await room.store.likeness_portraits.has_portrait(ADA.id)) == (True, False)
    assert await room.portraits.open_portraits(eves) == (Portrait("eve", FACE),)


async def test_a_portrait_made_anew_goes_on_for_clips_that_were_begun(room: Room) -> None:
    await room.lend(ADA)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    clip = await room.clip_of(ADA)
    await room.portraits.keep_portrait(ADA.id, b"another", LATER)
    assert await room.portraits.open_portraits(clip) == (Portrait("ada", b"another"),)


async def test_where_the_key_is_not_nobody_is_drawn_instead(room: Room, tmp_path: Path) -> None:
    await room.lend(ADA)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    clip = await room.clip_of(ADA)
    elsewhere = LikenessKeys(tmp_path / "elsewhere")
    other = LikenessPortraits(
        room.store.likeness_portraits, elsewhere, room.take_back, offered=True
    )
    with pytest.raises(Withheld, match="cannot be opened"):
        await other.open_portraits(clip)
    off = room.keeper(room.keys, offered=False)
    with pytest.raises(Withheld, match="nobody is drawn"):
        await off.open_portraits(clip)


async def test_a_look_that_nobody_agreed_to_is_given_nothing(room: Room) -> None:
    await room.lend(ADA)
    await room.portraits.keep_portrait(ADA.id, FACE, LATER)
    clip = await room.clip_of(ADA)
    assert clip.recipe is not None
    (look,) = clip.recipe.looks
    forged = replace(clip.recipe, looks=(replace(look, portrait="0" * 64),))
    with pytest.raises(Withheld):
        await room.portraits.open_portraits(replace(clip, recipe=forged))
