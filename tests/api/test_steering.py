import httpx
import pytest

from tests.api.conftest import AddClip

pytestmark = pytest.mark.asyncio
UNKNOWN = "01m83w6xsa2cqynf7000"


async def test_what_is_not_drawn_here_cannot_be_steered(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    for clip in (await add_clip(), await add_clip(status="done")):
        path = f"/v1/clips/{clip.id}/proposals"
        said = [
            await http.post(path, json={"text": "at night"}),
            await http.put(f"{path}/{UNKNOWN}/vote"),
        ]
        assert [one.status_code for one in said] == [409, 409]
        assert {one.json()["type"] for one in said} == {"/problems/not-live"}


async def test_a_line_for_no_clip_for_a_private_one_or_of_no_words(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    private = await add_clip(visibility="private")
    missing = await http.post(f"/v1/clips/{UNKNOWN}/proposals", json={"text": "at night"})
    hidden = await http.post(f"/v1/clips/{private.id}/proposals", json={"text": "at night"})
    empty = await http.post(f"/v1/clips/{private.id}/proposals", json={"text": ""})
    assert [one.status_code for one in (missing, hidden, empty)] == [404, 401, 400]
