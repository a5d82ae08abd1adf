"""Signing in by a provider of the operator's, which the tests run."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OctKey, RSAKey

from tests.api.test_accounts import Device, a_device, who
from tests.people.oidc_provider import CLIENT, SECRET, Provider, a_provider
from tests.support import Instance, free_port, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
DAY = 86400.0
SETTINGS: dict[str, Any] = {
    "oidc_client_id": CLIENT,
    "oidc_client_secret": SECRET,
    "sign_ins_per_minute": 1000,
}


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(data: Path, port: int) -> Iterator[Instance]:
    issuer = f"http://127.0.0.1:{port}"
    with instance(data, workers=0, oidc_issuer=issuer, **SETTINGS) as running:
        yield running


@pytest_asyncio.fixture
async def provider(port: int) -> AsyncIterator[Provider]:
    async with a_provider(port) as running:
        running.subject = f"subject {time.time()}"
        yield running


@pytest_asyncio.fixture
async def phone(server: Instance) -> AsyncIterator[Device]:
    device = a_device(server)
    async with device.http:
        await device.http.get("/v1/me")
        yield device


@pytest_asyncio.fixture
async def laptop(server: Instance) -> AsyncIterator[Device]:
    device = a_device(server)
    async with device.http:
        await device.http.get("/v1/me")
        yield device


async def leave(device: Device, purpose: str = "sign-in") -> str:
    """Go to the provider, and give the address that it sends the browser back to."""
    begun = await device.http.post("/v1/sign-in/oidc", json={"purpose": purpose})
    assert begun.status_code == 200, begun.text
    async with httpx.AsyncClient() as browser:
        return str((await browser.get(begun.json()["url"])).headers["location"])


async def visit(device: Device, purpose: str = "sign-in") -> str:
    """There and back; where that leads."""
    returned = await device.http.get(await leave(device, purpose))
    assert (returned.status_code, returned.headers["cache-control"]) == (303, "no-store, private")
    return str(returned.headers["location"])


async def identities(device: Device) -> list[Any]:
    found = (await device.http.get("/v1/me/identities")).json()["identities"]
    assert isinstance(found, list)
    return found


OK = "/?sheet=name"
KEPT = f"{OK}&signin=kept"
"""Where who has just kept their name is led: the page shows their recovery codes there."""
NOT_GOOD = f"{OK}&signin=unauthorized"


async def test_a_guest_keeps_the_name_and_is_the_same_on_another_device(
    phone: Device, laptop: Device, provider: Provider
) -> None:
    ways = (await phone.http.get("/v1/sign-in/ways")).json()
    assert ways == {"oidc": provider.issuer.removeprefix("http://")}
    guest = (await who(phone))["person"]
    planted = phone.http.cookies["phosphene_identity"]
    assert await visit(phone) == KEPT
    me = await who(phone)
    assert (me["person"], me["kept"]) == (guest, True)
    assert await visit(laptop) == OK
    assert (await who(laptop))["person"] == guest
    # The guest's token is good no more: somebody may have put it there.
    headers = {"Authorization": f"Bearer {planted}"}
    async with httpx.AsyncClient(base_url=str(phone.http.base_url)) as thief:
        async with asyncio.timeout(20):  # it ends when the answer is out
            while (await thief.get("/v1/me", headers=headers)).status_code != 401:
                pass
    # Another one of that provider is somebody else, whatever else is the same.
    provider.subject = "another"
    other = a_device_like(laptop)
    async with other.http:
        await other.http.get("/v1/me")
        assert await visit(other) == KEPT
        assert (await who(other))["person"] != guest


async def test_who_loses_the_provider_comes_back_by_a_code(
    phone: Device, laptop: Device, provider: Provider
) -> None:
    assert await visit(phone) == KEPT
    me = (await who(phone))["person"]
    codes = (await phone.http.post("/v1/me/recovery-codes")).json()["codes"]
    given = {"handle": me["handle"], "code": codes[0]}
    assert (await laptop.http.post("/v1/sign-in/recovery", json=given)).status_code == 200
    assert (await who(laptop))["person"] == me


def a_device_like(device: Device) -> Device:
    return Device(httpx.AsyncClient(base_url=device.http.base_url), device.passkey)


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://another.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "made up"},
        {"nonce": None},
        {"sub": ""},
        {"sub": None},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
async def test_a_token_that_says_something_else_lets_nobody_in(
    phone: Device, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    assert await visit(phone) == NOT_GOOD
    assert not (await who(phone)).get("kept")


async def test_only_the_providers_own_key_counts(phone: Device, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert await visit(phone) == NOT_GOOD
    # The public key as if it were a shared secret (CVE-2015-9256).
    public = provider.key.as_pem(private=False)
    provider.header = {"alg": "HS256", "kid": "1"}
    provider.signs_with = OctKey.import_key(public.replace(b"-----", b"     "))
    assert await visit(phone) == NOT_GOOD


async def test_a_flow_is_of_one_browser_and_good_once(
    phone: Device, laptop: Device, provider: Provider
) -> None:
    back = await leave(phone)
    # Login CSRF: somebody else's code in this browser.
    assert (await laptop.http.get(back)).headers["location"] == NOT_GOOD
    await laptop.http.post("/v1/sign-in/oidc", json={})
    assert (await laptop.http.get(back)).headers["location"] == NOT_GOOD
    flow = phone.http.cookies["phosphene_flow"]
    wrong = back.replace("state=", "state=x")
    assert (await phone.http.get(wrong)).headers["location"] == NOT_GOOD
    phone.http.cookies.set("phosphene_flow", flow, domain="localhost.local", path="/")
    assert (await phone.http.get(back)).headers["location"] == KEPT
    phone.http.cookies.set("phosphene_flow", flow, domain="localhost.local", path="/")
    assert (await phone.http.get(back)).headers["location"] == NOT_GOOD


async def test_whoever_refuses_there_is_nobody_here(phone: Device, provider: Provider) -> None:
    for more in ("error=access_denied", "code=made-up", "code=x&iss=https://another.example"):
        await phone.http.post("/v1/sign-in/oidc", json={})
        flow = phone.http.cookies["phosphene_flow"]
        await leave(phone)
        state = provider.asked["state"]
        assert flow
        back = f"/v1/sign-in/oidc/callback?state={state}&{more}"
        assert (await phone.http.get(back)).headers["location"] == NOT_GOOD
    assert not (await who(phone)).get("kept")


async def test_one_is_added_and_removed_but_never_the_last_way_in(
    phone: Device, laptop: Device, provider: Provider
) -> None:
    assert (await phone.http.post("/v1/sign-in/oidc", json={"purpose": "add"})).status_code == 404
    await phone.keep_name()
    assert await visit(phone, "add") == OK
    (one,) = await identities(phone)
    assert one["name"] == provider.issuer.removeprefix("http://")
    # It is nobody else's then.
    assert await visit(laptop) == OK
    assert (await who(laptop))["person"] == (await who(phone))["person"]
    (passkey,) = (await phone.http.get("/v1/me/passkeys")).json()["passkeys"]
    assert (await phone.http.delete(f"/v1/me/passkeys/{passkey['id']}")).status_code == 204
    last = await phone.http.delete(f"/v1/me/identities/{one['id']}")
    assert (last.status_code, last.json()["type"]) == (422, "/problems/unprocessable")
    await phone.keep_name()
    assert (await phone.http.delete(f"/v1/me/identities/{one['id']}")).status_code == 204
    assert await identities(phone) == []
    assert (await phone.http.delete(f"/v1/me/identities/{one['id']}")).status_code == 404


async def test_somebody_elses_identity_is_not_added(
    phone: Device, laptop: Device, provider: Provider
) -> None:
    assert await visit(laptop) == KEPT
    await phone.keep_name()
    assert await visit(phone, "add") == f"{OK}&signin=taken"
    assert await identities(phone) == []


async def test_an_account_with_a_passkey_is_not_taken_over_by_a_new_identity(
    phone: Device, provider: Provider
) -> None:
    await phone.keep_name()
    assert await visit(phone) == f"{OK}&signin=forbidden"
    assert await identities(phone) == []


async def test_an_old_session_there_proves_nothing_here(phone: Device, provider: Provider) -> None:
    provider.signed_in_at = time.time() - DAY
    assert await visit(phone) == KEPT
    (one,) = await identities(phone)
    url = f"/v1/me/identities/{one['id']}"
    assert (await phone.http.delete(url)).json()["type"] == "/problems/unconfirmed"
    # A provider that does not ask anew.
    provider.heeds_prompt = False
    assert await visit(phone, "confirm") == NOT_GOOD
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    provider.lies = {"auth_time": None}
    assert await visit(phone, "confirm") == NOT_GOOD
    provider.lies, provider.heeds_prompt = {}, True
    assert (await phone.http.delete(url)).status_code == 401
    assert await visit(phone, "confirm") == OK
    assert (await phone.http.delete(url)).status_code == 422  # asked, and the last way in
    # Proved by whoever is somebody else there.
    provider.subject = "somebody else"
    assert await visit(phone, "confirm") == NOT_GOOD


async def test_pages_of_others_begin_nothing(phone: Device, provider: Provider) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    begun = await phone.http.post("/v1/sign-in/oidc", json={}, headers=headers)
    assert begun.status_code == 403
