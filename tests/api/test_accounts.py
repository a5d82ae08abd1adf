import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import websockets
from msgspec import Struct
from websockets.exceptions import ConnectionClosed

from tests.people.authenticator import Authenticator
from tests.support import Instance, RedisServer, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


class Device(Struct):
    """A browser with its cookies and its passkey."""

    http: httpx.AsyncClient
    passkey: Authenticator

    async def keep_name(self) -> httpx.Response:
        return await self._use("/v1/me/passkeys", self.passkey.create)

    async def sign_in(self) -> httpx.Response:
        return await self._use("/v1/sign-in", self.passkey.get)

    async def confirm(self) -> httpx.Response:
        return await self._use("/v1/me/confirmation", self.passkey.get)

    async def _use(self, path: str, answered: Any) -> httpx.Response:
        options = (await self.http.post(f"{path}/options")).json()["publicKey"]
        return await self.http.post(path, json={"credential": answered(options)})


def a_device(server: Instance, passkey: Authenticator | None = None) -> Device:
    url = server.url.replace("127.0.0.1", "localhost")
    return Device(httpx.AsyncClient(base_url=url), passkey or Authenticator(url))


@pytest_asyncio.fixture
async def phone(server: Instance) -> AsyncIterator[Device]:
    device = a_device(server)
    async with device.http:
        yield device


@pytest_asyncio.fixture
async def laptop(server: Instance, phone: Device) -> AsyncIterator[Device]:
    """Another browser with the same passkey, as a password manager carries it over."""
    device = a_device(server, phone.passkey)
    async with device.http:
        yield device


async def who(device: Device) -> Any:
    return (await device.http.get("/v1/me")).json()


async def test_a_guest_keeps_the_name_and_is_the_same_on_another_device(
    phone: Device, laptop: Device
) -> None:
    guest = await who(phone)
    assert not guest.get("kept")
    kept = await phone.keep_name()
    assert (kept.status_code, len(kept.json()["codes"])) == (201, 8)
    assert (await laptop.sign_in()).json()["person"] == guest["person"]
    assert await who(laptop) == {"person": guest["person"], "kept": True}


async def test_a_page_never_learns_a_token(phone: Device) -> None:
    assert "token" in await who(phone)
    assert "token" not in await who(phone)
    async with httpx.AsyncClient(base_url=phone.http.base_url) as fresh:
        for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": str(phone.http.base_url)}):
            fresh.cookies.clear()
            assert "token" not in (await fresh.get("/v1/me", headers=headers)).json()


async def test_a_recovery_code_lets_in_where_no_passkey_is(phone: Device, laptop: Device) -> None:
    codes = (await phone.keep_name()).json()["codes"]
    person = (await who(phone))["person"]
    given = {"handle": person["handle"], "code": codes[0]}
    entered = await laptop.http.post("/v1/sign-in/recovery", json=given)
    assert entered.json()["person"] == person
    again = await laptop.http.post("/v1/sign-in/recovery", json=given)
    assert (again.status_code, again.json()["type"]) == (401, "/problems/unauthorized")


async def test_logins_are_listed_and_ended_one_by_one(phone: Device, laptop: Device) -> None:
    await phone.keep_name()
    await laptop.sign_in()
    listed = (await phone.http.get("/v1/me/logins")).json()["logins"]
    assert sorted(one["here"] for one in listed) == [False, True]
    (other,) = [one["id"] for one in listed if not one["here"]]
    assert (await phone.http.delete(f"/v1/me/logins/{other}")).status_code == 204
    # Who comes with a cookie that is good no more becomes a guest, as after clearing it.
    assert (await who(laptop))["person"] != (await who(phone))["person"]
    await laptop.sign_in()
    assert (await laptop.http.delete("/v1/me/logins")).status_code == 204
    assert (await who(phone))["person"] != (await who(laptop))["person"]


async def test_signing_out_here_forgets_the_cookie(phone: Device) -> None:
    await phone.keep_name()
    before = (await who(phone))["person"]
    (login,) = (await phone.http.get("/v1/me/logins")).json()["logins"]
    gone = await phone.http.delete(f"/v1/me/logins/{login['id']}")
    assert 'phosphene_identity=""' in gone.headers["set-cookie"]
    assert (await who(phone))["person"] != before


async def test_what_cannot_be_undone_asks_for_the_passkey_again(
    phone: Device, laptop: Device
) -> None:
    codes = (await phone.keep_name()).json()["codes"]
    handle = (await who(phone))["person"]["handle"]
    await laptop.http.post("/v1/sign-in/recovery", json={"handle": handle, "code": codes[0]})
    # A code is a proof as well; what is old is none.
    assert (await laptop.http.post("/v1/me/recovery-codes")).status_code == 201
    assert (await laptop.confirm()).status_code == 204


async def test_a_sign_in_is_not_forged_by_another_site(phone: Device) -> None:
    await phone.keep_name()
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/v1/sign-in", "/v1/sign-in/recovery", "/v1/sign-in/options"):
        answer = await phone.http.post(path, json={}, headers=headers)
        assert answer.status_code == 403, path


async def test_without_a_domain_the_server_says_what_to_do(server: Instance) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.post("/v1/me/passkeys/options")
    assert answer.status_code == 422
    assert "public_url" in answer.json()["detail"]


@contextmanager
def two_instances(data: Path, redis: RedisServer) -> Iterator[tuple[Instance, Instance]]:
    with (
        instance(data, workers=0, redis_url=redis.url, instance="a") as one,
        instance(data, workers=0, redis_url=redis.url, instance="b") as two,
    ):
        yield one, two


async def ended(socket: websockets.ClientConnection) -> int | None:
    try:
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def test_an_ended_login_closes_its_sockets_on_every_instance(
    tmp_path: Path, redis: RedisServer
) -> None:
    with two_instances(tmp_path, redis) as (one, two):
        phone = a_device(one)
        async with phone.http:
            await phone.keep_name()
            cookie = f"phosphene_identity={phone.http.cookies['phosphene_identity']}"
            (login,) = (await phone.http.get("/v1/me/logins")).json()["logins"]
            headers = {"Cookie": cookie}
            async with (
                websockets.connect(one.socket_url, additional_headers=headers) as here,
                websockets.connect(two.socket_url, additional_headers=headers) as there,
            ):
                await asyncio.gather(here.recv(), there.recv())
                await phone.http.delete(f"/v1/me/logins/{login['id']}")
                closed = await asyncio.gather(ended(here), ended(there))
                assert set(closed) == {4001}


async def test_without_redis_it_takes_a_look_into_the_store(
    tmp_path: Path, redis: RedisServer
) -> None:
    with two_instances(tmp_path, redis) as (one, two):
        async with httpx.AsyncClient(base_url=one.url) as http:
            token = (await http.get("/v1/me")).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            async with websockets.connect(two.socket_url, additional_headers=headers) as there:
                await there.recv()
                redis.kill()
                (login,) = (await http.get("/v1/me/logins", headers=headers)).json()["logins"]
                await http.delete(f"/v1/me/logins/{login['id']}", headers=headers)
                assert await ended(there) == 4001


async def test_another_public_url_is_refused_while_passkeys_need_the_first(
    tmp_path: Path,
) -> None:
    url = "https://clips.example"
    with instance(tmp_path, workers=0, public_url=url) as server:
        device = Device(httpx.AsyncClient(base_url=server.url), Authenticator(url))
        async with device.http:
            assert (await device.keep_name()).status_code == 201
    command = [sys.executable, "-m", "phosphene", "serve", "--data", str(tmp_path), "--port", "0"]
    command += ["--workers", "0", "--public-url", "https://other.example"]
    ended = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    _, said = await ended.communicate()
    assert ended.returncode
    assert b"passkeys for clips.example" in said


async def test_without_a_provider_nobody_signs_in_by_one(phone: Device) -> None:
    assert (await phone.http.get("/v1/sign-in/ways")).json() == {"oidc": None}
    assert (await phone.http.post("/v1/sign-in/oidc", json={})).status_code == 404
    assert (await phone.http.get("/v1/me/identities")).json() == {"identities": []}
