"""A clip that shows somebody goes on while all in it say yes, and ends when nobody can say."""

import asyncio
from collections.abc import Sequence

import pytest

from phosphene.consent.terms import UseVerdict
from phosphene.errors import Busy, Withheld
from phosphene.model import Clip, Look, Person, Recipe
from phosphene.studio.clip_consent import UNSURE_S, ClipConsent

pytestmark = pytest.mark.asyncio

YES = (UseVerdict("yes", "granted", 1),)
NO = (UseVerdict("yes", "granted", 1), UseVerdict("no", "withdrawn", 1))
LOOK = Look(owner="ada", card={}, grant="g", level="presence", checked_by="c", checked_at=0.0)


def a_clip(*looks: Look) -> Clip:
    recipe = Recipe(
        model="m",
        fingerprint="f",
        text="t",
        seed=1,
        seconds=1,
        width=8,
        height=8,
        fps=24,
        steps=1,
        looks=looks,
    )
    author = Person("a", "a")
    return Clip(
        id="c",
        author=author,
        text="t",
        seconds=1,
        status="live",
        created_at=0.0,
        recipe=recipe,
    )


class Owners:
    """What owners, the bus and the clock say; a test changes it."""

    def __init__(self) -> None:
        self.said: Sequence[UseVerdict] | None = YES
        self.told = False
        self.now = 0.0
        self.asked = 0
        self.ended = asyncio.Event()
        self.looked = asyncio.Event()
        self.consent = ClipConsent(
            self.check, lambda: self.told, lambda _: self.ended.set(), lambda: self.now
        )

    async def check(self, clip_id: str) -> Sequence[UseVerdict]:
        self.asked += 1
        self.looked.set()
        # Each look takes a second of the clock while the store does not answer.
        if self.said is None:
            self.now += UNSURE_S
            raise Busy("locked", 1.0)
        return self.said


async def test_nobody_is_asked_for_a_clip_that_shows_nobody() -> None:
    owners = Owners()
    await owners.consent.confirm_clip(a_clip())
    async with owners.consent.watching_clip(a_clip()):
        pass
    assert owners.asked == 0


@pytest.mark.parametrize("said", [NO, (), (UseVerdict("ask", "asked", 1),)])
async def test_anything_but_a_yes_of_all_is_a_no(said: Sequence[UseVerdict]) -> None:
    owners = Owners()
    await owners.consent.confirm_clip(a_clip(LOOK))
    owners.said = said
    with pytest.raises(Withheld):
        await owners.consent.confirm_clip(a_clip(LOOK))
    async with owners.consent.watching_clip(a_clip(LOOK)):
        await owners.ended.wait()


async def test_what_nobody_can_say_is_a_no_unless_a_word_would_come() -> None:
    owners = Owners()
    owners.said = None
    with pytest.raises(Withheld, match="cannot be known"):
        await owners.consent.confirm_clip(a_clip(LOOK))
    owners.told = True
    await owners.consent.confirm_clip(a_clip(LOOK))


@pytest.mark.slow
async def test_a_clip_ends_when_neither_store_nor_bus_answers_for_a_second() -> None:
    owners = Owners()
    async with owners.consent.watching_clip(a_clip(LOOK)):
        owners.told, owners.said = True, None
        asked = owners.asked
        # With the bus it goes on, however long the store is away.
        while owners.asked < asked + 3:
            await owners.looked.wait()
            owners.looked.clear()
        assert not owners.ended.is_set()
        owners.told = False
        await owners.ended.wait()
