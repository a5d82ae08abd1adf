"""Minors over HTTP: every route that writes is walked by a stranger, and none reaches them."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody
from tests.api.test_operating import bearer
from tests.support import instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
VERIFIER = {"Authorization": "Bearer the-verifiers-token"}


@pytest.fixture(scope="module")
def server(data: Path) -> Any:
    with instance(
        data,
        workers=0,
        sign_ins_per_minute=100,
        reports_per_minute=100,
        age_verifier_token="the-verifiers-token",
    ) as running:
        yield running


async def test_no_route_brings_a_stranger_to_a_minor(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person, status="done")
    said = await anna.http.post(f"/v1/clips/{clip.id}/comments", json={"text": "mine"})
    assert (await anna.http.put("/v1/me/minor")).status_code == 204
    assert (await anna.http.get("/v1/me")).json()["minor"]
    document = (await ben.http.get("/v1/openapi.json")).json()["paths"]
    names = {
        **{"clip": clip.id, "clip_id": clip.id, "comment": said.json()["id"]},
        **{"handle": anna.person.handle, "person": anna.person.handle, "relation": "follow"},
    }
    words = f"@{anna.person.handle} come here"
    body = {"text": words, "parent": clip.id, "words": words, "kind": "clip", "reason": "spam"}
    walked = 0
    for path, operations in document.items():
        for method in {"post", "put", "patch"} & set(operations):
            if path.startswith(("/v1/me", "/v1/sign-in", "/v1/operator")):
                continue
            for relation in ("follow", "mute") if "{relation}" in path else ("",):
                filled = path.format_map(Names(names | {"relation": relation}))
                sent = body | {"subject": clip.id, "clip": clip.id}
                await ben.http.request(method, filled, json=sent)
                walked += 1
    assert walked > 15
    inbox = (await anna.http.get("/v1/me/inbox")).json()
    assert (inbox["unread"], inbox["notices"]) == (0, [])
    comments = (await anna.http.get(f"/v1/clips/{clip.id}/comments")).json()["comments"]
    assert [one["text"] for one in comments] == ["mine"]
    assert (await anna.profile(anna))["followers"] == 0
    for path in ("/v1/search", "/v1/search/suggestions"):
        found = (await ben.http.get(path, params={"q": anna.person.handle})).json()
        assert found["people"] == [], path


class Names(dict[str, str]):
    """Of what a path needs and nobody gave."""

    def __missing__(self, name: str) -> str:
        return "none"


async def test_only_operators_and_verifiers_end_it(
    http: httpx.AsyncClient, data: Path, anna: Somebody, ben: Somebody
) -> None:
    path = f"/v1/operator/minors/{anna.person.handle}"
    for one in (anna, ben):
        for method in ("PUT", "DELETE"):
            assert (await one.http.request(method, path)).status_code == 403
    assert (await http.put(path)).status_code == 401
    for headers in (VERIFIER, bearer(data)):
        assert (await http.put(path, headers=headers)).status_code == 204
        assert (await anna.http.get("/v1/me")).json()["minor"]
        # Nothing that the account itself can do takes it back.
        assert (await anna.http.delete("/v1/me/minor")).status_code == 405
        assert (await http.delete(path, headers=headers)).status_code == 204
        assert not (await anna.http.get("/v1/me")).json().get("minor")
    # The verifier's token opens nothing else.
    for other in ("/v1/operator/roles", "/v1/moderation/cases", "/v1/status"):
        assert (await http.get(other, headers=VERIFIER)).status_code == 401
    assert (await http.put("/v1/operator/minors/nobody_here", headers=VERIFIER)).status_code == 404


async def test_more_is_refused_of_a_minor(anna: Somebody, ben: Somebody, add_clip: AddClip) -> None:
    clip = await add_clip(author=ben.person, status="done")
    path = f"/v1/clips/{clip.id}/comments"
    words = {"text": "a glass of wine"}
    assert (await anna.http.post(path, json=words)).status_code == 201
    await anna.http.put("/v1/me/minor")
    for asked, body in ((path, words), ("/v1/clips", {"text": "un casino la nuit"})):
        refused = await anna.http.post(asked, json=body)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/refused"), asked
    about = await anna.http.put("/v1/me/profile", json={"about": "I love vodka"})
    assert about.status_code == 403
    assert (await ben.http.post(path, json=words)).status_code == 201
