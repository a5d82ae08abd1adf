"""Comments by HTTP: answers, other words, likes, pins, what the policy says of them."""

from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest

from phosphene.model import Person
from phosphene.trust.identity import load_key
from phosphene.trust.operators import operator_token
from tests.api.conftest import AddClip
from tests.support import Instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def a_guest(server: Instance) -> tuple[httpx.AsyncClient, Person]:
    client = httpx.AsyncClient(base_url=server.url)
    me = (await client.get("/v1/me")).json()["person"]
    return client, Person(me["id"], me["handle"])


async def say(client: httpx.AsyncClient, path: str, text: str, **more: str) -> Any:
    answer = await client.post(path, json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_talk_below_a_clip(server: Instance, add_clip: AddClip) -> None:
    anna, person = await a_guest(server)
    ben, _ = await a_guest(server)
    async with aclosing(anna), aclosing(ben):
        path = f"/v1/clips/{(await add_clip(author=person)).id}/comments"
        first = await say(ben, path, "oh, a fox")
        reply = await say(anna, path, "a red one", parent=first["id"])
        assert reply["parent"] == first["id"]
        one = f"{path}/{first['id']}"
        assert (await anna.put(one + "/like")).json() == {"likes": 1, "liked": True}
        assert (await anna.put(one + "/pin")).status_code == 204
        assert (await ben.put(one + "/pin")).status_code == 404
        assert (await anna.patch(one, json={"text": "mine"})).status_code == 404
        changed = (await ben.patch(one, json={"text": "oh, two foxes"})).json()
        assert (changed["text"], changed["edited_at"] is not None) == ("oh, two foxes", True)
        page = (await anna.get(path)).json()
        assert [one["text"] for one in page["comments"]] == ["oh, two foxes"]
        assert (page["liked"], page["pinned"]["replies"]) == ([first["id"]], 1)
        replies = (await ben.get(path, params={"parent": first["id"]})).json()["comments"]
        assert [one["text"] for one in replies] == ["a red one"]
        assert (await anna.delete(one)).status_code == 204
        assert (await anna.get(path)).json()["comments"] == []
        assert (await anna.delete(one)).status_code == 404


async def test_the_policy_refuses_words_holds_near_ones_and_leaves_names(
    server: Instance, data: Path, http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    refused = await http.post(path, json={"text": "kill all gays"})
    assert (refused.status_code, refused.json()["refusal"]["code"]) == (403, "hate")
    held = await say(http, path, "you are subhumann all")
    assert held["held"]
    assert (await say(http, path, "like a film with Mickey Mouse"))["held"] is False
    assert len((await http.get(path)).json()["comments"]) == 2
    async with httpx.AsyncClient(base_url=server.url) as other:
        assert len((await other.get(path)).json()["comments"]) == 1
    assert (await http.get("/v1/operator/held")).status_code == 403
    key = load_key(data / "identity.key")
    operator = {"Authorization": f"Bearer {operator_token(key)}"}
    waiting = (await http.get("/v1/operator/held", headers=operator)).json()["comments"]
    assert [(one["comment"]["id"], one["code"]) for one in waiting] == [(held["id"], "hate")]
    decided = await http.put(
        f"/v1/operator/held/{held['id']}", headers=operator, json={"publish": True}
    )
    assert decided.status_code == 204
    async with httpx.AsyncClient(base_url=server.url) as other:
        assert len((await other.get(path)).json()["comments"]) == 2
    taken = await http.delete(
        path.replace("/v1/", "/v1/operator/") + "/" + held["id"], headers=operator
    )
    assert taken.status_code == 204
    edited = (await http.get(path)).json()["comments"][0]["id"]
    for text in ("kill all gays", "you are subhumann all"):
        answer = await http.patch(f"{path}/{edited}", json={"text": text})
        assert answer.status_code == 403


async def test_nothing_is_decided_of_a_comment_that_is_not_there(
    server: Instance, data: Path, http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip, other = await add_clip(), await add_clip()
    said = await say(http, f"/v1/clips/{clip.id}/comments", "oh, a fox")
    held = await say(http, f"/v1/clips/{clip.id}/comments", "you are subhumann all")
    operator = {"Authorization": f"Bearer {operator_token(load_key(data / 'identity.key'))}"}
    for clip_id, comment_id in ((other.id, said["id"]), (clip.id, held["id"])):
        path = f"/v1/operator/clips/{clip_id}/comments/{comment_id}"
        assert (await http.delete(path, headers=operator)).status_code == 404
    decisions = await http.get("/v1/moderation/decisions", headers=operator)
    ids = {one["subject"] for one in decisions.json()["decisions"]}
    assert not ids & {said["id"], held["id"]}


async def test_nobody_calls_themselves_what_the_policy_refuses(http: httpx.AsyncClient) -> None:
    for handle in ("heil_hitler", "taylor_swift"):
        refused = await http.patch("/v1/me", json={"handle": handle})
        assert refused.status_code == 403, handle
    assert (await http.patch("/v1/me", json={"handle": "fox_of_the_hill"})).status_code == 200
