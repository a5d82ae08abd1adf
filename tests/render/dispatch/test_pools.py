"""Which of several models draws."""

import asyncio
from typing import Literal

import pytest
from msgspec.structs import replace

from phosphene.errors import Busy, PhospheneError, RenderFailed, Unprocessable, Unusable
from phosphene.model import Clip
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.pool_state import LOADING
from phosphene.render.dispatch.pools import ready_model
from phosphene.settings import Settings
from tests.render.easel import READY, named
from tests.store.making import a_clip
from tests.trust.test_signing import RECIPE

WAN = named("Wan-AI/Wan2.1")


class WatchedEvent(asyncio.Event):
    """Puts into ``waits`` that somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = asyncio.Queue[None]()

    async def wait(self) -> Literal[True]:
        self.waits.put_nowait(None)
        return await super().wait()


def pools(
    *,
    first: bool = True,
    second: bool = True,
    workers: int = 1,
    news: asyncio.Event | None = None,
) -> ModelPools:
    """The painter by the name of the embedded model, and another; loaded or not."""
    news = news or asyncio.Event()
    made = Pool(Settings(workers=workers), news), Pool(Settings(model=WAN.model), news)
    made[0].info = READY if first else None
    made[1].info = WAN if second else None
    return ModelPools(made)


def drawn_by(model: str, fingerprint: str = "f") -> Clip:
    return replace(a_clip("a"), recipe=replace(RECIPE, model=model, fingerprint=fingerprint))


def test_who_names_none_gets_the_first_that_draws_or_will_soon() -> None:
    assert pools().usual.name == "painter"
    assert pools(first=False).usual.model == "embedded", "it is loading"
    nobody = pools(first=False, workers=0)
    assert nobody.usual.name == WAN.model
    assert [one.name for one in nobody.offered] == [WAN.model]
    assert [one.name for one in pools().offered] == ["painter", WAN.model]
    assert [one.name for one in pools(second=False).offered] == ["painter"]


def test_a_model_is_found_by_both_its_names_and_an_unknown_one_is_said_to_be_so() -> None:
    both = pools()
    first, second = both
    assert both.find_pool("painter") is both.find_pool("embedded") is first
    assert both.find_pool(WAN.model) is second
    with pytest.raises(Unusable, match="GET /v1/models"):
        both.find_pool("ltx")
    with pytest.raises(Busy, match=LOADING):
        pools(first=False).find_pool("painter")


@pytest.mark.parametrize(
    ("model", "parent", "found"),
    [
        (None, None, "painter"),
        (WAN.model, None, WAN.model),
        (None, drawn_by("x", READY.fingerprint), "painter"),
        (None, drawn_by("x", WAN.fingerprint), WAN.model),
        (None, drawn_by(WAN.model), WAN.model),
        (WAN.model, drawn_by(WAN.model), WAN.model),
        (WAN.model, a_clip("a"), WAN.model),
        (None, drawn_by("ltx"), Unprocessable("not offered here")),
        ("painter", drawn_by(WAN.model), Unprocessable("another model drew that clip")),
        ("ltx", drawn_by(WAN.model), Unusable("no such model")),
    ],
)
def test_a_remix_is_drawn_by_the_model_of_its_parent(
    model: str | None, parent: Clip | None, found: str | PhospheneError
) -> None:
    if isinstance(found, str):
        assert pools().choose_pool(model, parent).name == found
        return
    with pytest.raises(type(found), match=str(found)):
        pools().choose_pool(model, parent)


def test_a_model_that_is_not_ready_says_when_to_come_back() -> None:
    loading, nobody = pools(first=False).usual, next(iter(pools(first=False, workers=0)))
    for pool, after_s in ((loading, 2.0), (nobody, 30.0)):
        with pytest.raises(Busy) as told:
            ready_model(pool)
        assert told.value.retry_after_s == after_s


@pytest.mark.asyncio
async def test_what_was_begun_waits_until_its_model_is_known_and_fails_if_it_is_not_there() -> None:
    news = WatchedEvent()
    both = pools(first=False, second=False, news=news)
    first, second = both
    begun = drawn_by("theatre", WAN.fingerprint).recipe
    waiting = asyncio.ensure_future(both.wait_pool_with(begun))
    await news.waits.get()
    second.note_lost_worker("it is ill", 3)
    again = asyncio.ensure_future(news.waits.get())
    await asyncio.wait((waiting, again), return_when=asyncio.FIRST_COMPLETED)
    assert not waiting.done(), "the first may be it"
    first.note_lost_worker("it is ill, too", 3)
    with pytest.raises(RenderFailed, match="it is ill"):
        await waiting
