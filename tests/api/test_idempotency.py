import asyncio
from typing import Any

import httpx
import pytest

from phosphene.model import Person
from tests.api.conftest import AddClip

pytestmark = pytest.mark.asyncio


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


async def test_every_post_takes_a_key_and_the_document_says_so(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/v1/openapi.json")).json()["paths"]
    posts = {path: methods["post"] for path, methods in paths.items() if "post" in methods}
    for reading in ("/v1/feed", "/v1/readings", "/v1/verify", "/v1/rights/{right}/tries"):
        del posts[reading]  # which only read
    # Which anybody may, and whose answers, if they were kept, would keep secrets.
    # What a verifier says twice is as said once.
    without = ("/whep", "/v1/sign-in", "/v1/me/", "/v1/operator/keys", "/v1/identity/webhook")
    posts = {path: one for path, one in posts.items() if not any(part in path for part in without)}
    assert len(posts) >= 5
    for path, operation in posts.items():
        assert "Idempotency-Key" in [one["name"] for one in operation["parameters"]]
        assert "422" in operation["responses"]
        unusable = await http.post(path.replace("{clip}", "x"), headers=key("k" * 201))
        if path.startswith(
            ("/v1/moderation", "/v1/operator")
        ):  # of whom nobody else learns anything
            assert unusable.status_code == 401
            continue
        assert (unusable.status_code, "Idempotency-Key" in unusable.text) == (400, True), path


async def test_the_answer_is_repeated_as_it_was(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    await http.get("/v1/me")
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    answers = [await http.post(path, json={"text": "once"}, headers=key("a")) for _ in range(2)]
    await http.patch("/v1/me", json={"handle": "renamed"})
    answers.append(await http.post(path, json={"text": "once"}, headers=key("a")))
    assert {one.status_code for one in answers} == {201}
    assert {one.content for one in answers} == {answers[0].content}
    assert answers[2].headers["content-type"] == "application/json"
    assert len((await http.get(path)).json()["comments"]) == 1


async def test_two_at_once_do_one_thing(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    await http.get("/v1/me")
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    posts = (http.post(path, json={"text": "once"}, headers=key("b")) for _ in range(8))
    answers = await asyncio.gather(*posts)
    assert {one.content for one in answers} == {answers[0].content}
    assert len((await http.get(path)).json()["comments"]) == 1


async def test_a_token_is_made_once_under_a_key(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    me = Person(**(await http.get("/v1/me")).json()["person"])
    path = f"/v1/clips/{(await add_clip(visibility='private', author=me)).id}/tokens"
    bodies: list[dict[str, Any]] = [{"seconds": 60}, {"seconds": 60}, {"seconds": 61}]
    first, again, other = [await http.post(path, json=one, headers=key("c")) for one in bodies]
    assert (first.status_code, first.content) == (201, again.content)
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert other.status_code == 422


async def test_a_key_is_for_one_request_of_one_person(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    await http.get("/v1/me")
    path = f"/v1/clips/{(await add_clip()).id}"
    assert (await http.post(path + "/view", headers=key("d"))).status_code == 204
    assert (await http.post(path + "/view", headers=key("d"))).status_code == 204
    elsewhere = await http.post(path + "/comments", json={"text": "oh"}, headers=key("d"))
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (422, "/problems/unprocessable")
    async with httpx.AsyncClient(base_url=http.base_url) as other:
        await other.get("/v1/me")
        said = await other.post(path + "/comments", json={"text": "oh"}, headers=key("d"))
        assert said.status_code == 201


async def test_a_problem_is_not_kept(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    await http.get("/v1/me")
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    assert (await http.post(path, json={"text": " "}, headers=key("e"))).status_code == 422
    assert (await http.post(path, json={"text": "x"}, headers=key("e"))).status_code == 201
