import httpx
import pytest

from tests.api.conftest import AddClip

UNKNOWN = "01m83w6xsa2cqynf7000"


@pytest.mark.asyncio
async def test_comments_come_newest_first_by_pages_and_once(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    for number in range(5):
        body = {"text": f"number {number}", "id": f"comment-{number:04}-{path[-24:-9]}"}
        assert (await http.post(path, json=body)).status_code == 201
        assert (await http.post(path, json=body)).status_code == 201
    first = (await http.get(path, params={"limit": 3})).json()
    rest = (await http.get(path, params={"limit": 3, "cursor": first["cursor"]})).json()
    texts = [comment["text"] for comment in first["comments"] + rest["comments"]]
    assert texts == [f"number {number}" for number in (4, 3, 2, 1, 0)]
    assert rest["cursor"] is None
    bad = await http.get(path, params={"cursor": "made up"})
    assert bad.status_code == 422


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501, "\u200b"])
async def test_an_empty_or_endless_comment_is_refused(
    http: httpx.AsyncClient, add_clip: AddClip, text: str
) -> None:
    clip = await add_clip()
    response = await http.post(f"/v1/clips/{clip.id}/comments", json={"text": text})
    assert response.status_code == (422 if text else 400)
