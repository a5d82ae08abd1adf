import httpx
import pytest

from tests.api.conftest import AddClip

UNKNOWN = "01m83w6xsa2cqynf7000"


@pytest.mark.asyncio
async def test_likes_are_idempotent_and_exact(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    path = f"/v1/clips/{(await add_clip()).id}"
    for _ in range(2):
        liked = await http.put(path + "/like")
        assert liked.json() == {"counts": counts(likes=1), "liked": True}
    async with httpx.AsyncClient(base_url=http.base_url) as other:
        assert (await other.put(path + "/like")).json()["counts"]["likes"] == 2
        assert (await other.delete(path + "/like")).json()["counts"]["likes"] == 1
        assert (await other.get(path)).json()["liked"] is False
    seen = (await http.get(path)).json()
    assert (seen["liked"], seen["clip"]["counts"]["likes"]) == (True, 1)


@pytest.mark.asyncio
async def test_a_view_counts_once_per_person(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    path = f"/v1/clips/{(await add_clip()).id}"
    for _ in range(2):
        assert (await http.post(path + "/view")).status_code == 204
    assert (await http.get(path)).json()["clip"]["counts"]["views"] == 1


def counts(**given: int) -> dict[str, int]:
    return {"likes": 0, "comments": 0, "remixes": 0, "views": 0} | given
