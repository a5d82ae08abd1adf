from typing import Any

import httpx
import pytest

from phosphene.model import Person
from tests.api.conftest import AddClip

UNKNOWN = "01m83w6xsa2cqynf7000"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   "}, ""),
        ({"text": "x" * 10_000}, "text"),
        ({"text": "a\u0000b"}, ""),
        ({"text": 7}, "text"),
        ({"text": "a fox", "seconds": 11}, "seconds"),
        ({"text": "a fox", "seconds": 0}, "seconds"),
        ({"text": "a fox", "seconds": 2.5}, "seconds"),
        ({"text": "a fox", "seed": -1}, "seed"),
        ({"text": "a fox", "seed": 2**32}, "seed"),
        ({"text": "a fox", "seed": "NaN"}, "seed"),
        ({"text": "a fox", "strength": 0}, "strength"),
        ({"text": "a fox", "strength": 1.5}, "strength"),
        ([], ""),
    ],
)
async def test_a_prompt_out_of_range_is_refused_with_a_reason(
    http: httpx.AsyncClient, body: Any, said: str
) -> None:
    response = await http.post("/v1/clips", json=body)
    # What a schema cannot say is 422.
    assert response.status_code == (422 if body and not said else 400)
    assert said in response.json()["detail"]


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", ["NaN", "Infinity", "1e999", "12.5"])
async def test_numbers_that_json_has_not_are_refused(http: httpx.AsyncClient, seed: str) -> None:
    response = await http.post(
        "/v1/clips",
        content=f'{{"text": "a fox", "seed": {seed}}}',
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 400


@pytest.mark.asyncio
async def test_a_protected_name_is_refused_and_another_prompt_offered(
    http: httpx.AsyncClient,
) -> None:
    response = await http.post("/v1/clips", json={"text": "Mickey Mouse on the moon"})
    refusal = response.json()["refusal"]
    assert response.status_code == 403
    assert refusal["matched"] == ["Mickey Mouse"]
    assert refusal["allowed"]
    assert refusal["rules_version"]


@pytest.mark.asyncio
async def test_an_unknown_parent_and_one_still_being_drawn(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip()
    missing = await http.post("/v1/clips", json={"text": "a fox", "parent": UNKNOWN})
    early = await http.post("/v1/clips", json={"text": "a fox", "parent": clip.id})
    assert missing.status_code == 404
    assert (early.status_code, early.json()["type"]) == (409, "/problems/remix-too-early")
    assert int(early.headers["retry-after"]) > 0


@pytest.mark.asyncio
async def test_an_instance_without_workers_says_so(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/clips", json={"text": "a fox"})
    assert response.status_code == 503
    assert response.headers["retry-after"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("PUT", "/like"),
        ("DELETE", "/like"),
        ("GET", "/comments"),
        ("GET", "/lineage"),
        ("POST", "/view"),
        ("GET", "/video.mp4"),
        ("GET", "/whep"),
    ],
)
async def test_an_unknown_clip_is_not_found(
    http: httpx.AsyncClient, method: str, path: str
) -> None:
    response = await http.request(method, f"/v1/clips/{UNKNOWN}{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_latest_pages_are_stable_while_clips_arrive(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    made = [(await add_clip()).id for _ in range(5)]
    first = (await http.get("/v1/clips", params={"limit": 3})).json()
    await add_clip()
    second = (await http.get("/v1/clips", params={"limit": 2, "cursor": first["cursor"]})).json()
    ids = [clip["id"] for clip in first["clips"] + second["clips"]]
    assert ids == made[::-1]
    for limit in ("0", "101", "many"):
        assert (await http.get("/v1/clips", params={"limit": limit})).status_code == 400


@pytest.mark.asyncio
async def test_the_family_of_a_clip_is_the_whole_tree(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    parent = await add_clip()
    children = [await add_clip(parent=parent.id) for _ in range(2)]
    family = (await http.get(f"/v1/clips/{children[0].id}/lineage")).json()["clips"]
    assert [clip["id"] for clip in family] == [parent.id, *(child.id for child in children)]
    assert (await http.get(f"/v1/clips/{parent.id}")).json()["clip"]["counts"]["remixes"] == 2


@pytest.mark.asyncio
async def test_an_author_removes_a_clip_that_has_ended(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    me = Person(**(await http.get("/v1/me")).json()["person"])
    mine = await add_clip(status="failed", author=me)
    removed = await http.delete(f"/v1/clips/{mine.id}")
    assert (removed.status_code, removed.json()["id"]) == (202, mine.id)
    for path in ("", "/comments", "/lineage", "/video.mp4", "/whep"):
        assert (await http.get(f"/v1/clips/{mine.id}{path}")).status_code == 404
    assert (await http.delete(f"/v1/clips/{mine.id}")).status_code == 404
    feed = (await http.get("/v1/feed", params={"liked": mine.id})).json()["clips"]
    assert mine.id not in [clip["id"] for clip in feed]


@pytest.mark.asyncio
async def test_only_the_author_may_cancel(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    assert (await http.delete(f"/v1/clips/{(await add_clip()).id}")).status_code == 404
