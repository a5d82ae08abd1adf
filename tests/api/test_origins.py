"""Pages of other origins against every route of a running instance."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin, Subprotocol

from phosphene.model import Person
from phosphene.social.protocol import BAD_IDENTITY
from phosphene.web import COOKIE
from tests.api.conftest import AddClip
from tests.support import Instance, instance

pytestmark = pytest.mark.asyncio
FOREIGN = "https://evil.example"
ALLOWED = "https://blog.example"
PERSON: list[dict[str, list[str]]] = [{"identity": []}, {"cookie": []}, {}]
"""The security of what is done in a visitor's name, beside API keys."""


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0, allowed_origins=ALLOWED) as running:
        yield running


@pytest_asyncio.fixture
async def document(http: httpx.AsyncClient) -> AsyncIterator[Any]:
    yield (await http.get("/v1/openapi.json")).json()


async def test_no_page_of_another_origin_writes_anywhere(
    http: httpx.AsyncClient, document: Any
) -> None:
    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "get" or by_person(operation) != PERSON:
                continue
            tried += 1
            for headers in ({"Origin": FOREIGN}, {"Sec-Fetch-Site": "same-site"}):
                answer = await http.request(method, path.format_map(Anything()), headers=headers)
                assert answer.status_code == 403, (method, path)
    assert tried >= 8


async def test_a_body_of_no_type_is_not_read(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    for headers in ({}, {"Content-Type": "text/plain"}):
        answer = await http.post(path, content=b'{"text": "hello"}', headers=headers)
        assert answer.status_code == 415
    assert (await http.get(path)).json()["comments"] == []


async def test_a_token_needs_no_origin_and_our_own_page_no_token(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    path = f"/v1/clips/{(await add_clip()).id}/like"
    token = (await http.get("/v1/me")).json()["token"]
    bearer = {"Authorization": f"Bearer {token}", "Origin": FOREIGN}
    ours = {"Origin": str(http.base_url), "Sec-Fetch-Site": "same-origin"}
    for headers in (bearer, ours):
        assert (await http.put(path, headers=headers)).status_code == 200
    named = {"Authorization": "Basic bm8=", "Origin": FOREIGN}
    assert (await http.put(path, headers=named)).status_code == 403


async def test_an_allowed_origin_writes_and_reads_the_answer(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    path = f"/v1/clips/{(await add_clip()).id}/comments"
    asked = {"Origin": ALLOWED, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type, idempotency-key"
    before = await http.options(path, headers=asked)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, ALLOWED)
    headers = {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"}
    answer = await http.post(path, json={"text": "from the blog"}, headers=headers)
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.headers["access-control-allow-credentials"] == "true"


async def test_every_page_may_read_and_watch(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    clip = await add_clip()
    headers = {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"}
    answer = await http.get(f"/v1/clips/{clip.id}", headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    offer = headers | {"Content-Type": "application/sdp"}
    told = await http.post(f"/v1/clips/{clip.id}/whep", content=b"v=0\r\n", headers=offer)
    assert told.status_code not in {401, 403, 415}
    assert told.headers["access-control-allow-origin"] == "*"


async def test_a_socket_from_another_page_follows_a_clip_as_nobody_and_writes_nothing(
    server: Instance, http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    me = (await http.get("/v1/me")).json()["person"]
    clip, cookie = await add_clip(), f"{COOKIE}={http.cookies[COOKIE]}"
    mine = await add_clip(visibility="private", author=Person(**me))
    for origin, writes in ((FOREIGN, False), ("null", False), (ALLOWED, True)):
        async with websockets.connect(
            server.socket_url, origin=Origin(origin), additional_headers={"Cookie": cookie}
        ) as socket:
            welcome = msgspec.json.decode(await socket.recv())
            assert (welcome["person"] == me) is writes
            said = {"type": "subscribe", "topic": f"clip:{clip.id}", "id": 1}
            assert (await ask(socket, said))["type"] == "subscribed"
            said = {"type": "subscribe", "topic": f"clip:{mine.id}", "id": 2}
            assert ((await ask(socket, said))["type"] == "subscribed") is writes
            for said in (
                {"type": "like", "clip": clip.id, "on": True, "id": 3},
                {"type": "comment", "clip": clip.id, "text": "hello", "id": 4},
            ):
                answer = await ask(socket, said)
                assert (answer["type"] == "ok") is writes, answer
                assert writes or answer["problem"]["status"] == 403
    counts = (await http.get(f"/v1/clips/{clip.id}")).json()["clip"]["counts"]
    assert (counts["likes"], counts["comments"]) == (1, 1)


async def test_a_page_of_another_site_keeps_who_it_is_by_a_token(
    server: Instance, http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    """No browser keeps a cookie for it (SameSite): each request was another guest's."""
    far = {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"}
    me = (await http.get("/v1/me", headers=far)).json()
    http.cookies.clear()
    for headers in (
        far | {"Origin": FOREIGN},
        far | {"Sec-Fetch-Site": "same-site"},
        far | {"Cookie": f"{COOKIE}={me['token']}"},
    ):
        assert "token" not in (await http.get("/v1/me", headers=headers)).json()
        http.cookies.clear()
    bearer = far | {"Authorization": f"Bearer {me['token']}"}
    assert (await http.get("/v1/me", headers=bearer)).json()["person"] == me["person"]
    clip, offered = await add_clip(), Subprotocol("phosphene.json")
    for token, is_me in ((me["token"], True), ("none", False)):
        named = Subprotocol(f"phosphene.bearer.{token}")
        async with websockets.connect(
            server.socket_url, origin=Origin(ALLOWED), subprotocols=[offered, named]
        ) as socket:
            assert socket.subprotocol == offered
            if not is_me:
                await socket.wait_closed()
                assert socket.close_code == BAD_IDENTITY
                continue
            assert msgspec.json.decode(await socket.recv())["person"] == me["person"]
            said = {"type": "like", "clip": clip.id, "on": True, "id": 1}
            assert (await ask(socket, said))["type"] == "ok"


async def test_caches_keep_answers_to_pages_of_different_origins_apart(
    http: httpx.AsyncClient,
) -> None:
    for origin in (ALLOWED, FOREIGN, None):
        answer = await http.get("/v1/clips", headers={"Origin": origin} if origin else {})
        assert "origin" in answer.headers["vary"].lower(), origin


def by_person(operation: Any) -> list[dict[str, list[str]]]:
    return [one for one in operation["security"] if "key" not in one]


class Anything(dict[str, str]):
    """A value for each parameter of a path."""

    def __missing__(self, name: str) -> str:
        return "01m83w6xsa2cqynf7000"


async def ask(socket: ClientConnection, said: dict[str, Any]) -> Any:
    """The answer to a message."""
    await socket.send(msgspec.json.encode(said).decode())
    while (answer := msgspec.json.decode(await socket.recv())).get("id") != said["id"]:
        pass
    return answer
