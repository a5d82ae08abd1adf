"""Why a clip is in a feed, at an instance that ranks by the pure function; a file of its own, since
what it ranks may be a second old."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from phosphene.model import Person
from phosphene.store.sqlite import open_store
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody

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
