"""Why a clip is in a feed, at an instance that ranks by the pure function; a file of its own, since
what it ranks may be a second old."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from phosphene.api.feed_reasons import FeedReasons
from phosphene.api.feed_rules import FeedRuleReader
from phosphene.api.newest_clips import candidates_of
from phosphene.api.visitors import Visitors
from phosphene.bus.local import LocalBus
from phosphene.bus.local_counters import LocalCounters
from phosphene.feed.learner_messages import LearnerPlace, ScoreExplained, ScoreReason
from phosphene.feed.wishes.traits import ClipTraits
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.model import FeedWish, Person
from phosphene.people.connections import OpenConnections
from phosphene.people.login_sessions import LoginSessions
from phosphene.settings import Settings
from phosphene.store.sqlite import SqliteStore, open_store
from phosphene.trust.identity import Identities
from phosphene.trust.origins import Origins
from phosphene.trust.rate_limits import RateLimits
from tests.api.conftest import AddClip, quotas_of
from tests.api.somebody import Somebody
from tests.feed.wishes.made import prompt_words
from tests.store.making import ANNA, BEN, EVE, a_clip, a_store

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_why_a_clip_is_there_is_said_in_ones_language_and_rests_on_three_others(
    http: httpx.AsyncClient, anna: Somebody, add_clip: AddClip, data: Path
) -> None:
    liked = await add_clip("a harp in a hall", "done")
    spoon = (await add_clip("a spoon", "done")).id
    for _ in range(2):
        await add_clip("a spoon", "done")
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        for number in range(3):
            person = Person(f"fan{number}", f"fan{number}")
            await store.add_watched({person.id: 99.0}, {person.id: 9999.0})
            await store.set_like(liked.id, person, True)

    async def why(clip: str = liked.id, **headers: str) -> Any:
        asked = await anna.http.get(f"/v1/feed/explain?clip={clip}", headers=headers)
        assert asked.status_code == 200
        return asked.json()

    told = await why()
    assert {one["kind"] for one in told["reasons"]} >= {"others"}
    assert all(one["places"] > 0 for one in told["reasons"])
    assert "others enjoyed it" in told["sentence"]
    assert "d’autres l’ont aimé" in (await why(**{"Accept-Language": "fr"}))["sentence"]
    # One of them takes it back: what is left would tell of two.
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        await store.set_like(liked.id, Person("fan0", "fan0"), False)
    assert "others" not in {one["kind"] for one in (await why())["reasons"]}
    await anna.http.patch("/v1/feed/settings", json={"personal": False})
    assert "not personal" in (await why())["sentence"]
    await anna.http.post("/v1/feed/wishes", json={"text": "more spoons"})
    assert "you wished for more: spoons" in (await why(spoon))["sentence"]
    nobody = await http.get(f"/v1/feed/explain?clip={liked.id}")
    assert nobody.status_code == 401
    gone = (await anna.http.get("/v1/feed/explain?clip=nothing")).json()
    assert (gone["reasons"], gone["sentence"]) == ([], "")


async def learned(
    person_id: str, clip_id: str, wishes: Sequence[FeedWish], authors: Sequence[str]
) -> ScoreExplained:
    """What is learned of a clip of which one person made something."""
    place = LearnerPlace(clip_id, -0.2, {"taste": 0.1, "quality": -0.3})
    return ScoreExplained(1, (), place, (ScoreReason("together", 3, clip="other"),))


def reasons_of(store: SqliteStore) -> FeedReasons:
    key = b"k" * 32
    logins = LoginSessions(
        store.accounts, Identities(key), LocalBus(), OpenConnections(), time.time
    )
    limits = RateLimits(LocalCounters(), Settings(data="unused"))
    visitors = Visitors(logins, store, Origins([]), limits, quotas_of(store))
    rules = FeedRuleReader(store.wishes, ClipTraits(prompt_words(), load_vocabulary()))
    hidden_from = store.people.hidden_from
    return FeedReasons(
        store, store.reactions, learned, candidates_of(store), rules, visitors, hidden_from
    )


async def test_what_fewer_than_three_others_made_of_a_clip_is_in_no_term(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        await store.add_clip(a_clip("c1", status="done"))
        await store.reactions.add_reaction(EVE.id, "c1", "watch", 300)
        told = await reasons_of(store).explain_clip("c1", BEN)
        assert (told.score, told.terms) == (None, {"taste": 0.1})
        for number in range(3):
            await store.reactions.add_reaction(f"p{number}", "c1", "like")
        told = await reasons_of(store).explain_clip("c1", BEN)
        assert (told.score, told.terms) == (-0.2, {"taste": 0.1, "quality": -0.3})


async def test_nothing_is_told_of_clips_that_one_is_not_shown(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        await store.add_clip(replace(a_clip("mine", status="done"), visibility="private"))
        for clip_id, author in (("c1", ANNA), ("other", EVE)):
            await store.add_clip(a_clip(clip_id, status="done", author=author))
        for number in range(3):
            for clip_id in ("mine", "c1", "other"):
                await store.reactions.add_reaction(f"p{number}", clip_id, "like")
        why = reasons_of(store)
        told = await why.explain_clip("mine", BEN)
        assert (told.score, told.terms, told.reasons) == (None, {}, ())
        assert [one.kind for one in (await why.explain_clip("c1", BEN)).reasons] == ["together"]
        await store.people.set_relation(BEN, "block", EVE, True)
        # Its text would be that of who was blocked since.
        assert not (await why.explain_clip("c1", BEN)).reasons
        told = await why.explain_clip("other", BEN)
        assert (told.score, told.terms) == (None, {})
