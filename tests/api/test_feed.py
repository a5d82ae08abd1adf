import httpx
import pytest

from tests.api.conftest import AddClip


@pytest.mark.asyncio
async def test_for_you_offers_what_was_not_seen_and_more_of_what_was_liked(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    whale = await add_clip("a blue whale under the sea", "done")
    fox = await add_clip("a red fox in the forest", "done")
    liked = await add_clip("a whale that sings", "done")
    page = await http.get("/v1/feed", params={"liked": liked.id, "seen": liked.id, "limit": 50})
    ids = [clip["id"] for clip in page.json()["clips"]]
    assert liked.id not in ids
    assert ids.index(whale.id) < ids.index(fox.id)


@pytest.mark.asyncio
async def test_ids_that_no_clip_has_are_passed_over(http: httpx.AsyncClient) -> None:
    page = await http.get("/v1/feed", params={"liked": "no,such,,ids", "skipped": "\x00"})
    assert page.status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("limit", ["0", "51", "-1", "x"])
async def test_a_limit_out_of_range_is_refused(http: httpx.AsyncClient, limit: str) -> None:
    assert (await http.get("/v1/feed", params={"limit": limit})).status_code == 400


@pytest.mark.asyncio
async def test_lists_come_in_a_body(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    seen = [(await add_clip(f"a bird that counts to {n}", "done")).id for n in range(3)]
    lists = {"seen": seen, "liked": ["no-such-clip"] * 300, "skipped": [], "limit": 50}
    page = await http.post("/v1/feed", json=lists)
    assert page.status_code == 200
    assert not {clip["id"] for clip in page.json()["clips"]} & set(seen)


@pytest.mark.asyncio
async def test_lists_without_end_are_refused(http: httpx.AsyncClient) -> None:
    page = await http.post("/v1/feed", json={"seen": [str(number) for number in range(1001)]})
    assert page.status_code == 400
