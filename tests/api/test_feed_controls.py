"""What people say of their feed, at an instance that ranks by the pure function."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody

pytestmark = [pytest.mark.asyncio, pytest.mark.process]

FRENCH = {"Accept-Language": "fr"}


async def listed(http: httpx.AsyncClient, **asked: Any) -> list[str]:
    page = await http.post("/v1/feed", json={"limit": 50} | asked)
    assert page.status_code == 200, page.text
    return [clip["id"] for clip in page.json()["clips"]]


async def wish(http: httpx.AsyncClient, text: str) -> Any:
    made = await http.post("/v1/feed/wishes", json={"text": text})
    assert made.status_code == 201
    return made.json()


async def test_what_is_wished_is_told_back_obeyed_everywhere_and_undone(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    zombie = (await add_clip("a zombie in a dark corridor", "done")).id
    whale = (await add_clip("a whale under the sea", "done")).id
    others = [(await add_clip(f"a lamp with {n} bulbs", "done")).id for n in range(9)]
    await http.get("/v1/me")
    assert zombie in await listed(http)
    made = await wish(http, "More underwater, nothing scary for a week, no quux please frobnicated")
    assert [(one["polarity"], one["means"]) for one in made["wishes"][:2]] == [
        ("more", ["underwater"]),
        ("none", ["what is scary"]),
    ]
    assert made["wishes"][2]["by_word"]
    assert made["wishes"][0]["until"] == pytest.approx(made["wishes"][1]["until"])
    for order in ("foryou", "latest"):
        found = await listed(http, order=order)
        assert zombie not in found
        assert {whale, *others} <= set(found)
    assert (await listed(http, order="foryou"))[0] == whale
    assert zombie not in await listed(http, seen=[whale, *others])
    told = (await http.get("/v1/feed/wishes", headers=FRENCH)).json()["wishes"]
    assert [one["means"] for one in told[:2]] == [["sous l’eau"], ["ce qui fait peur"]]
    scary = next(one["id"] for one in told if one["polarity"] == "none")
    assert (await http.delete(f"/v1/feed/wishes/{scary}")).status_code == 204
    assert (await http.delete(f"/v1/feed/wishes/{scary}")).status_code == 404
    assert zombie in await listed(http)


async def test_a_wish_is_the_same_on_another_device_and_of_nobody_else(
    http: httpx.AsyncClient, anna: Somebody, add_clip: AddClip
) -> None:
    spider = (await add_clip("une araignée sur sa toile", "done")).id
    await wish(anna.http, "sans araignées")
    other = {"Authorization": f"Bearer {anna.http.cookies['phosphene_identity']}"}
    told = (await http.get("/v1/feed/wishes", headers=other)).json()["wishes"]
    assert [one["said"] for one in told] == ["araignées"]
    assert not (await http.get("/v1/feed/wishes")).json()["wishes"]
    # What For You ranks may be a second old.
    assert spider not in await listed(anna.http, order="latest")
    assert spider in await listed(http, order="latest")


async def test_nothing_that_means_nothing_is_wished(http: httpx.AsyncClient) -> None:
    made = await wish(http, "more of the")
    assert made == {"wishes": [], "not_understood": []}
    assert (await http.post("/v1/feed/wishes", json={"text": "x" * 301})).status_code == 400


async def test_a_clip_that_is_not_for_one_goes_and_comes_back(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip, other = [(await add_clip(f"a kite of {n} colours", "done")).id for n in range(2)]
    await http.get("/v1/me")
    for _ in range(2):
        assert (await http.put(f"/v1/clips/{clip}/not-for-me")).status_code == 204
    found = await listed(http, order="latest")
    assert clip not in found + await listed(http)
    assert other in found
    # A page that hears of it elsewhere is told that it is not to show whatever is drawn.
    assert (await http.get("/v1/feed")).json()["filtered"]
    assert (await http.delete(f"/v1/clips/{clip}/not-for-me")).status_code == 204
    assert clip in await listed(http, order="latest")
    assert (await http.put("/v1/clips/nothing/not-for-me")).status_code == 404


async def test_a_clip_that_one_reported_does_not_come_back(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = (await add_clip("a kite", "done", author=ben.person)).id
    assert clip in await listed(anna.http, order="latest")
    report = {"kind": "clip", "subject": clip, "reason": "spam"}
    assert (await anna.http.post("/v1/reports", json=report)).is_success
    assert (await anna.http.delete("/v1/me/history")).is_success
    assert clip not in await listed(anna.http, order="latest") + await listed(anna.http)


async def test_the_order_that_one_chose_is_kept_and_told(
    http: httpx.AsyncClient, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    live = (await add_clip("a candle", "live", author=ben.person)).id
    done = (await add_clip("a fan", "done", author=ben.person)).id
    await anna.http.put(ben.url + "/follow")
    assert (await anna.http.get("/v1/feed/settings")).json() == {
        "order": "foryou",
        "personal": True,
    }
    for order, has, has_not in (("following", live, None), ("latest", done, None)):
        changed = await anna.http.patch("/v1/feed/settings", json={"order": order})
        assert changed.json() == {"order": order, "personal": True}
        page = (await anna.http.post("/v1/feed", json={})).json()
        assert page["order"] == order
        found = {clip["id"] for clip in page["clips"]}
        assert has in found
        assert has_not not in found
    assert done not in await listed(anna.http, order="live")
    assert await listed(anna.http, order="latest", limit=1) == [done]
    assert not await listed(http, order="following")
    asked = await http.patch("/v1/feed/settings", json={"order": "sideways"})
    assert asked.status_code == 400


async def test_who_wants_nothing_personal_gets_what_everybody_gets(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clips = [(await add_clip(f"a {noun}", "done")).id for noun in ("boat", "tower", "violin")]
    one = {"liked": [clips[0]], "seen": clips[:1]}
    for somebody in (anna, ben):
        await somebody.http.patch("/v1/feed/settings", json={"personal": False})
    while clips[-1] not in await listed(ben.http):
        pass  # what For You ranks may be a second old
    assert await listed(anna.http, **one) == await listed(ben.http, seen=clips[:1])
