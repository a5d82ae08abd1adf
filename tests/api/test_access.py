"""Private and unlisted clips, over HTTP and the socket, as strangers, the author and pages see."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets
from websockets.typing import Origin, Subprotocol

from phosphene.model import Clip, Person
from tests.api.conftest import AddClip
from tests.support import Instance

BLOG, EVIL = "https://blog.example", "https://evil.example"


@dataclass
class Private:
    """A private clip, its author's way of asking and how others ask."""

    clip: Clip
    path: str
    author: dict[str, str]
    http: httpx.AsyncClient

    async def token(self, *origins: str) -> str:
        asked = {"origins": origins, "seconds": 600}
        answer = await self.http.post(f"{self.path}/tokens", json=asked, headers=self.author)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    async def status(self, rest: str, token: str = "", **headers: str) -> int:
        query = {"token": token} if token else {}
        answer = await self.http.get(self.path + rest, params=query, headers=headers)
        return answer.status_code


@pytest_asyncio.fixture
async def private(http: httpx.AsyncClient, add_clip: AddClip) -> AsyncIterator[Private]:
    me = (await http.get("/v1/me")).json()
    http.cookies.clear()
    author = Person(me["person"]["id"], me["person"]["handle"])
    clip = await add_clip(visibility="private", author=author)
    headers = {"Authorization": f"Bearer {me['token']}"}
    yield Private(clip, f"/v1/clips/{clip.id}", headers, http)


async def ids(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> set[str]:
    return {one["id"] for one in (await http.get(path, headers=headers)).json()["clips"]}


@pytest.mark.asyncio
async def test_only_its_author_sees_a_private_clip(private: Private) -> None:
    for rest in ("", "/comments", "/lineage", "/whep", "/hls/index.m3u8", "/video.mp4"):
        answer = await private.http.get(private.path + rest)
        assert answer.status_code == 401, rest
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        assert await private.status(rest, **private.author) not in {401, 403}, rest
    for method, rest in (("PUT", "/like"), ("POST", "/view"), ("DELETE", "/like")):
        answer = await private.http.request(method, private.path + rest)
        assert answer.status_code == 404, rest
    said = await private.http.post(f"{private.path}/comments", json={"text": "oh"})
    assert said.status_code == 404
    assert private.clip.text not in (await private.http.get(f"/?clip={private.clip.id}")).text


@pytest.mark.asyncio
async def test_lists_show_what_is_public_and_ones_own(private: Private, add_clip: AddClip) -> None:
    unlisted = await add_clip(visibility="unlisted")
    public = await add_clip()
    found = await ids(private.http, "/v1/clips?limit=100", {})
    assert public.id in found
    assert not found & {private.clip.id, unlisted.id}
    private.http.cookies.clear()
    assert private.clip.id in await ids(private.http, "/v1/clips?limit=100", private.author)
    assert not await ids(private.http, "/v1/feed?limit=50", private.author) & {
        private.clip.id,
        unlisted.id,
    }
    assert (await private.http.get(f"/v1/clips/{unlisted.id}")).status_code == 200


@pytest.mark.asyncio
async def test_a_private_remix_is_not_told_to_its_family(
    private: Private, add_clip: AddClip
) -> None:
    parent = await add_clip()
    hidden = await add_clip(parent=parent.id, visibility="private")
    seen = (await private.http.get(f"/v1/clips/{parent.id}")).json()["clip"]
    assert seen["counts"]["remixes"] == 0
    assert hidden.id not in await ids(private.http, f"/v1/clips/{parent.id}/lineage", {})


@pytest.mark.asyncio
async def test_a_token_is_good_on_pages_of_its_origins(private: Private) -> None:
    token = await private.token(BLOG)
    assert await private.status("", token, Origin=BLOG) == 200
    assert await private.status("", Origin=BLOG, Authorization=f"Bearer {token}") == 200
    assert await private.status("", token, Referer=f"{BLOG}/page?x=1") == 200
    for headers in ({"Origin": EVIL}, {"Origin": "null"}, {"Referer": f"{EVIL}/"}, {}):
        assert await private.status("", token, **headers) == 403, headers
    wrong = await private.http.get(private.path, params={"token": token}, headers={"Origin": EVIL})
    assert BLOG in wrong.json()["detail"]
    assert EVIL in wrong.json()["detail"]
    assert wrong.headers["access-control-allow-origin"] == "*"
    assert await private.status("", token[:-1] + "_", Origin=BLOG) == 401
    assert await private.status("/hls/index.m3u8", token, Origin=EVIL) == 403


@pytest.mark.asyncio
async def test_a_token_without_origins_is_good_everywhere(private: Private) -> None:
    token = await private.token()
    assert await private.status("", token) == 200
    assert await private.status("", token, Origin="null") == 200


@pytest.mark.asyncio
async def test_the_frame_is_held_to_the_origins_by_the_browser(private: Private) -> None:
    path, token = f"/embed/{private.clip.id}", await private.token(BLOG)
    frame = await private.http.get(path, params={"token": token})
    assert frame.status_code == 200
    assert f"frame-ancestors {BLOG}" in frame.headers["content-security-policy"]
    within = re.search(r' token="([^"]+)"', frame.text)
    assert within
    assert within[1] != token
    for headers in ({"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}):
        assert await private.status("", within[1], **headers) == 200, headers
    assert await private.status("", within[1], Origin=BLOG) == 403
    alone = await private.http.get(
        path, params={"token": token}, headers={"Sec-Fetch-Dest": "document"}
    )
    assert alone.status_code == 403
    assert (await private.http.get(path)).status_code == 401
    seen = {"url": f"{str(private.http.base_url).rstrip('/')}/embed/{private.clip.id}"}
    for headers in ({}, private.author):
        answer = await private.http.get("/oembed", params=seen, headers=headers)
        assert answer.status_code == 401


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"origins": ["blog"]}, 422),
        ({"seconds": 1}, 400),
        ({"seconds": 10**9}, 400),
        ({"origins": ["*"]}, 422),
    ],
)
async def test_a_token_that_cannot_be_given(
    private: Private, body: dict[str, object], status: int
) -> None:
    path = f"{private.path}/tokens"
    answer = await private.http.post(path, json=body, headers=private.author)
    assert answer.status_code == status


@pytest.mark.asyncio
async def test_only_authors_give_tokens_and_only_for_private_clips(
    private: Private, add_clip: AddClip
) -> None:
    assert (await private.http.post(f"{private.path}/tokens", json={})).status_code == 404
    private.http.cookies.clear()
    author = private.clip.author
    public = await add_clip(author=author)
    path = f"/v1/clips/{public.id}/tokens"
    answer = await private.http.post(path, json={}, headers=private.author)
    assert answer.status_code == 422
    assert "public" in answer.json()["detail"]


@pytest.mark.asyncio
async def test_the_socket_keeps_the_same_rules(private: Private, server: Instance) -> None:
    token = await private.token(BLOG)
    assert await follow(server, private.clip.id, None, BLOG) == "error"
    assert await follow(server, private.clip.id, token, EVIL) == "error"
    assert await follow(server, private.clip.id, token, BLOG) == "subscribed"


async def follow(server: Instance, clip: str, token: str | None, origin: str) -> str:
    """What a page of ``origin`` is answered when it asks for the clip's events; who is let in may
    watch it too, and nobody else."""
    async with websockets.connect(
        server.socket_url, subprotocols=[Subprotocol("phosphene.json")], origin=Origin(origin)
    ) as socket:
        await socket.recv()
        said = {"type": "subscribe", "id": 1, "topic": f"clip:{clip}", "token": token}
        await socket.send(msgspec.json.encode(said).decode())
        answer = msgspec.json.decode(await socket.recv())
        await socket.send(msgspec.json.encode({"type": "watch", "id": 2, "clip": clip}).decode())
        watched = ""
        while watched not in {"ok", "error"}:
            watched = msgspec.json.decode(await socket.recv())["type"]
        assert (watched == "ok") == (answer["type"] == "subscribed")
        return str(answer["type"])
