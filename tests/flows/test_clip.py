"""A clip from outside: its parent, those who may not know of it, its end before it is drawn."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from phosphene.trust.provenance import verify
from tests.api.test_operating import bearer
from tests.support import Instance, instance

TIMEOUT_S = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True) as running:
        yield running


async def subscribe(socket: ClientConnection, topic: str) -> dict[str, Any]:
    await socket.send(json.dumps({"type": "subscribe", "id": 1, "topic": topic}))
    return await said(socket, "subscribed")


async def said(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def events_until(socket: ClientConnection, last: str) -> list[dict[str, Any]]:
    """Events up to the first of the type ``last``."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["event"]["type"] != last:
        found.append(await said(socket, "event"))
    return found


async def finished(http: httpx.AsyncClient, clip_id: str) -> None:
    """Until a clip that the feed does not tell of is done."""
    cookies = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    url = str(http.base_url.copy_with(scheme="ws", path="/v1/socket"))
    async with connect(url, additional_headers={"Cookie": cookies}) as socket:
        state = await subscribe(socket, f"clip:{clip_id}")
        if state["snapshot"]["clip"]["status"] != "done":
            await events_until(socket, "clip_finished")


def root_certificate(data: Path) -> str:
    """What to trust to check the clips of this instance."""
    return (data / "c2pa_root.pem").read_text()


async def make(http: httpx.AsyncClient, **prompt: Any) -> dict[str, Any]:
    response = await http.post("/v1/clips", json=prompt)
    assert response.status_code == 202, response.text
    clip: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/v1/clips/{clip['id']}"
    return clip


async def changed(http: httpx.AsyncClient, path: str, etag: str) -> bytes:
    """A file as soon as it is another one than that with the ETag."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            answer = await http.get(path, headers={"If-None-Match": etag})
            if answer.status_code == 200:
                return answer.content


@pytest.mark.asyncio
async def test_a_remix_keeps_what_the_new_words_do_not_touch(server: Instance, data: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        parent = await make(http, text="a green bird in the forest at night", seconds=1)
        await events_until(socket, "clip_finished")
        remix = await make(
            http, text="a pink bird in the forest at night", seconds=1, parent=parent["id"]
        )
        finished = (await events_until(socket, "clip_finished"))[-1]["event"]["clip"]
        family = (await http.get(f"/v1/clips/{parent['id']}/lineage")).json()["clips"]
        video = await http.get(f"/v1/clips/{remix['id']}/video.mp4")
        assert parent["text"].encode() in video.content
        assert (await http.delete(f"/v1/clips/{parent['id']}")).status_code == 202
        alone = await changed(http, f"/v1/clips/{remix['id']}/video.mp4", video.headers["etag"])
    assert parent["text"].encode() not in alone
    assert verify(alone, root_certificate(data)).state == "trusted"
    assert (finished["parent"], finished["root"]) == (parent["id"], parent["id"])
    assert [clip["id"] for clip in family] == [parent["id"], remix["id"]]
    verdict = verify(video.content, root_certificate(data))
    assert verdict.parents == (parent["id"],)


@pytest.mark.asyncio
async def test_a_fork_begins_within_a_clip_that_is_done(server: Instance) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        parent = await make(http, text="a red balloon over the hills at sunset", seconds=2)
        early: dict[str, Any] = {"text": "a cat", "fork": {"parent": parent["id"], "second": 1}}
        assert (await http.post("/v1/clips", json=early)).status_code == 409
        await events_until(socket, "clip_finished")
        for second, seconds in ((2, 2), (3, 5)):
            far: dict[str, Any] = {"text": "a cat", "seconds": seconds}
            far["fork"] = {"parent": parent["id"], "second": second}
            assert (await http.post("/v1/clips", json=far)).status_code == 422
        both = early | {"parent": parent["id"]}
        assert (await http.post("/v1/clips", json=both)).status_code == 422


@pytest.mark.asyncio
@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_nobody_learns_from_a_remix_where_a_hidden_parent_is(
    server: Instance, visibility: str
) -> None:
    """Of an unlisted clip the id is all that is needed to see it."""
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        httpx.AsyncClient(base_url=server.url) as stranger,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        parent = await make(http, text="a green bird at night", seconds=1, visibility=visibility)
        await finished(http, parent["id"])
        remix = await make(http, text="a pink bird at night", seconds=1, parent=parent["id"])
        told: list[Any] = await events_until(socket, "clip_finished")
        grandchild = await make(stranger, text="a blue bird", seconds=1, parent=remix["id"])
        told += await events_until(socket, "clip_finished")
        for clip in (remix, grandchild):
            for rest in ("", "/lineage", "/video.mp4"):
                told.append((await stranger.get(f"/v1/clips/{clip['id']}{rest}")).content)
        told.append((await stranger.get("/v1/feed")).content)
        family = (await http.get(f"/v1/clips/{remix['id']}/lineage")).json()["clips"]
        seen = (await stranger.get(f"/v1/clips/{remix['id']}/lineage")).json()["clips"]
    assert parent["id"] not in str(told)
    assert remix["id"] in str(told)
    assert remix["parent"].startswith("hidden-")
    assert remix["parent"] == remix["recipe"]["parent"]
    assert (grandchild["parent"], grandchild["root"]) == (remix["id"], remix["root"])
    # Its author, who may see it, finds the remix below it.
    assert {one["id"]: one["parent"] for one in family}[remix["id"]] == parent["id"]
    assert [one["id"] for one in seen] == [remix["id"], grandchild["id"]]


@pytest.mark.asyncio
async def test_a_cancelled_clip_ends_and_frees_its_place(server: Instance, data: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        clip = await make(http, text="a slow turtle in the desert", seconds=10)
        await events_until(socket, "clip_started")
        (device,) = (await http.get("/v1/status", headers=bearer(data))).json()["devices"]
        (drawn,) = device["clips"]
        assert (drawn["clip"], drawn["text"]) == (clip["id"], "a slow turtle in the desert")
        assert (await http.delete(f"/v1/clips/{clip['id']}")).status_code == 202
        ended = (await events_until(socket, "clip_failed"))[-1]["event"]["clip"]
        assert (ended["id"], ended["status"]) == (clip["id"], "cancelled")
        gone = await http.get(f"/v1/clips/{clip['id']}/whep")
        assert gone.status_code == 404


@pytest.mark.asyncio
async def test_asking_twice_with_one_key_draws_once(server: Instance) -> None:
    headers = {"Idempotency-Key": "only-once"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
        await http.get("/v1/me")
        prompt = {"text": "a white rabbit at dawn", "seconds": 1}
        made = await asyncio.gather(*(make(http, **prompt) for _ in range(4)))
        assert [clip["id"] for clip in made] == [made[0]["id"]] * 4
        other = await http.post("/v1/clips", json=prompt | {"seconds": 2})
        assert other.status_code == 422
        listed = (await http.get("/v1/clips")).json()["clips"]
    assert [one["text"] for one in listed].count(prompt["text"]) == 1
