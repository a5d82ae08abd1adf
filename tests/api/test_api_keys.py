"""Programs with a key: what each may do, how often, and until when."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets

from phosphene.api_keys import KeyScope
from phosphene.model import Person
from phosphene.trust.identity import load_key
from phosphene.trust.operators import operator_token
from phosphene.web import COOKIE
from tests.api.conftest import AddClip
from tests.api.test_origins import Anything
from tests.support import Instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
PATH = "/v1/operator/keys"


@pytest_asyncio.fixture
async def operator(data: Path, server: Instance) -> AsyncIterator[httpx.AsyncClient]:
    token = operator_token(load_key(data / "identity.key"))
    async with with_token(server, token) as client:
        yield client


def with_token(server: Instance, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example"}
    return httpx.AsyncClient(base_url=server.url, headers=headers)


async def make_key(operator: httpx.AsyncClient, **new: Any) -> tuple[str, str]:
    """The id and the secret of a new key."""
    made = await operator.post(PATH, json={"name": "a program", **new})
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store, private"
    return made.json()["key"]["id"], made.json()["secret"]


async def person_of(program: httpx.AsyncClient) -> Person:
    return msgspec.convert((await program.get("/v1/me")).json()["person"], Person)


async def test_a_key_is_told_once_and_kept_as_a_digest(
    operator: httpx.AsyncClient, data: Path, http: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "again"}
    made = await operator.post(PATH, json={"name": "told once"}, headers=headers)
    secret = made.json()["secret"]
    assert secret.startswith("phosphene_")
    assert secret not in (await operator.get(PATH)).text
    with sqlite3.connect(data / "phosphene.db") as cx:
        assert not [line for line in cx.iterdump() if secret in line]
    assert (await http.post(PATH, json={"name": "nobody's"})).status_code == 401


async def test_a_key_does_what_its_scopes_say_and_says_what_it_lacks(
    operator: httpx.AsyncClient, server: Instance, add_clip: AddClip
) -> None:
    clip = await add_clip(status="done")
    _, secret = await make_key(operator, account="commenter", scopes=["comments:write"])
    async with with_token(server, secret) as program:
        me = (await program.get("/v1/me")).json()
        assert me["person"]["handle"] == "commenter"
        comments = f"/v1/clips/{clip.id}/comments"
        assert (await program.post(comments, json={"text": "by a program"})).status_code == 201
        refused = await program.post("/v1/clips", json={"text": "a red fox"})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
        assert "clips:write" in refused.json()["detail"]
        for method, path in (
            ("PUT", f"/v1/clips/{clip.id}/like"),
            ("DELETE", "/v1/me"),
            ("POST", "/v1/me/passkeys/options"),
            ("GET", PATH),
            ("GET", "/v1/status"),
        ):
            refused = await program.request(method, path)
            assert (refused.status_code, "no API key" in refused.text) == (403, True), path


async def test_only_a_key_for_it_reads_what_is_private(
    operator: httpx.AsyncClient, server: Instance, add_clip: AddClip
) -> None:
    _, blind = await make_key(operator, account="reader")
    _, seeing = await make_key(operator, account="reader", scopes=["clips:read-private"])
    async with with_token(server, blind) as without, with_token(server, seeing) as program:
        me = await person_of(program)
        mine = await add_clip(status="done", visibility="private", author=me)
        path = f"/v1/clips/{mine.id}"
        assert [(await one.get(path)).status_code for one in (without, program)] == [401, 200]
        listed = [(await one.get("/v1/clips")).text for one in (without, program)]
        assert [mine.id in one for one in listed] == [False, True]
        assert (await without.get("/v1/me/clips?which=own")).status_code == 403
        assert mine.id in (await program.get("/v1/me/clips?which=own")).text


async def test_no_key_follows_an_inbox(operator: httpx.AsyncClient, server: Instance) -> None:
    _, secret = await make_key(operator, account="nosy", scopes=get_args(KeyScope))
    async with with_token(server, secret) as program:
        me = await person_of(program)
        assert (await program.get("/v1/me/inbox")).status_code == 403
    headers = {"Authorization": f"Bearer {secret}"}
    async with websockets.connect(server.socket_url, additional_headers=headers) as socket:
        welcome = json.loads(await socket.recv())
        assert welcome["person"]["id"] == me.id
        await socket.send(json.dumps({"type": "subscribe", "id": 1, "topic": f"person:{me.id}"}))
        refused = json.loads(await socket.recv())
        assert (refused["type"], refused["problem"]["status"]) == ("error", 404)


async def test_a_day_ends_a_key_for_that_day_and_a_clip_that_is_none_is_not_counted(
    operator: httpx.AsyncClient, server: Instance
) -> None:
    key, secret = await make_key(operator, requests_per_day=2, clips_per_day=1)
    async with with_token(server, secret) as program:
        refused = await program.post("/v1/clips", json={"text": "Taylor Swift on a bicycle"})
        assert refused.json()["type"] == "/problems/refused"
        (told,) = [one for one in (await operator.get(PATH)).json()["keys"] if one["id"] == key]
        assert (told["requests_today"], told["clips_today"], told["used_at"] > 0) == (1, 0, True)
        last = await program.get("/v1/clips")
        assert last.status_code == 200
        assert '"key-requests";q=2;w=86400' in last.headers["ratelimit-policy"]
        assert '"key-requests";r=0;' in last.headers["ratelimit"]
        spent = await program.get("/v1/clips")
        assert (spent.status_code, spent.json()["type"]) == (429, "/problems/too-many-requests")
        assert 0 < int(spent.headers["retry-after"]) <= 86400


async def test_a_revoked_key_opens_nothing_and_what_it_opened_closes(
    operator: httpx.AsyncClient, server: Instance
) -> None:
    key, secret = await make_key(operator)
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        with_token(server, secret) as program,
        websockets.connect(server.socket_url, additional_headers=headers) as socket,
    ):
        await socket.recv()
        assert (await program.get("/v1/me")).status_code == 200
        revoked = await operator.delete(f"{PATH}/{key}")
        assert revoked.json()["revoked_at"]
        gone = await program.get("/v1/me")
        assert (gone.status_code, gone.json()["type"]) == (401, "/problems/unauthorized")
        await socket.wait_closed()
    assert (await operator.delete(f"{PATH}/none")).status_code == 404


async def test_a_key_in_a_cookie_is_refused(operator: httpx.AsyncClient, server: Instance) -> None:
    _, secret = await make_key(operator)
    async with httpx.AsyncClient(base_url=server.url, cookies={COOKIE: secret}) as page:
        assert (await page.get("/v1/clips")).status_code == 401


async def test_no_key_does_what_the_document_does_not_say(
    operator: httpx.AsyncClient, server: Instance, http: httpx.AsyncClient
) -> None:
    _, secret = await make_key(operator, account="law_bot", scopes=get_args(KeyScope))
    paths = (await http.get("/v1/openapi.json")).json()["paths"]
    tried = 0
    async with with_token(server, secret) as program:
        del paths["/metrics"]  # open to everybody until the operator sets a token
        for path, methods in paths.items():
            for method, operation in methods.items():
                needs = operation["security"]
                # What knows nobody needs nobody, and a key is nobody there.
                if any("key" in one for one in needs) or needs == [{}]:
                    continue
                tried += 1
                answer = await program.request(method, path.format_map(Anything()), json={})
                assert answer.status_code in {401, 403}, (method, path, answer.text)
    assert tried >= 60
