"""Limits of one's own over HTTP: every route that shows clips says no while one rests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from phosphene.api.watch_limits import WATCHING
from tests.api.conftest import AddClip
from tests.support import instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.fixture(scope="module")
def server(data: Path) -> Any:
    with instance(data, workers=0) as running:
        yield running


def night() -> dict[str, str]:
    """Two hours around this moment."""
    now = datetime.now(UTC)
    begun, over = (f"{now + timedelta(hours=one):%H:%M}" for one in (-1, 1))
    return {"from": begun, "to": over, "zone": "UTC"}


async def test_who_rests_is_shown_nothing_on_any_route(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip(status="done")
    assert (await http.get("/v1/feed")).status_code == 200
    assert not (await http.get("/v1/me")).json().get("limited")
    limits = {"night": night(), "five_more": True}
    own = (await http.put("/v1/me/limits", json=limits)).json()
    assert (own["rest"]["reason"], own["rest"]["may_extend"]) == ("night", True)
    assert (await http.get("/v1/me")).json()["limited"]
    document = (await http.get("/v1/openapi.json")).json()["paths"]
    names = {"clip_id": clip.id, "session_id": "none", "name": "x"}
    for method, path in WATCHING:
        assert method.lower() in document[path], path
        assert "403" in document[path][method.lower()]["responses"], path
        refused = await http.request(method, path.format(**names))
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (403, "/problems/resting"), path
        assert problem["rest"]["until"] == own["rest"]["until"], path
        assert int(refused.headers["retry-after"]) > 60
    # What shows nothing new goes on, and others go on watching.
    for path in (f"/v1/clips/{clip.id}", f"/v1/clips/{clip.id}/comments", "/v1/me/inbox"):
        assert (await http.get(path)).status_code == 200
    async with httpx.AsyncClient(base_url=str(http.base_url)) as other:
        await other.get("/v1/me")
        assert (await other.get("/v1/feed")).status_code == 200
    assert (await http.post("/v1/me/limits/extension")).json()["rest"] is None
    assert (await http.get("/v1/feed")).status_code == 200
    assert (await http.post("/v1/me/limits/extension")).status_code == 403
    loose = (await http.put("/v1/me/limits", json={})).json()
    assert loose["limits"]["night"] == limits["night"]
    assert loose["later"]["night"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"minutes_a_day": 0}, 400),
        ({"pause_after": 501}, 400),
        ({"zone": "Mars/Base"}, 422),
        ({"night": {"from": "22:00", "to": "22:00", "zone": "UTC"}}, 400),
        ({"night": {"from": "22:00", "to": "07:00", "zone": "Mars/Base"}}, 422),
    ],
)
async def test_limits_that_cannot_be_set(
    http: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await http.put("/v1/me/limits", json=body)).status_code == status
