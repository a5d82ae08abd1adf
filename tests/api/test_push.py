"""Push through a whole instance: a browser subscribes, somebody does something, it is told."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from phosphene.store.pushes import MOST
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody
from tests.api.test_accounts import a_device
from tests.people.push_service import Browser, PushService, push_service
from tests.support import Instance, free_port, instance

SOON_S = 20.0

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(data: Path, port: int) -> Iterator[Instance]:
    with instance(data, workers=0, push_services=f"http://127.0.0.1:{port}") as running:
        yield running


@pytest_asyncio.fixture
async def service(port: int) -> AsyncIterator[PushService]:
    async with push_service(port) as running:
        yield running


async def subscribe(http: httpx.AsyncClient, browser: Browser, **more: Any) -> Any:
    made = await http.post("/v1/me/push", json=browser.subscription | more)
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_deed_reaches_a_browser_without_a_page(
    anna: Somebody, ben: Somebody, add_clip: AddClip, service: PushService
) -> None:
    clip = await add_clip(author=anna.person)
    phone = service.browser("phone")
    made = await subscribe(anna.http, phone)
    told = (await anna.http.get("/v1/me/push")).json()
    assert told["subscriptions"] == [made]
    assert (made["service"], made["here"]) == (service.origin, True)
    await ben.http.post(f"/v1/clips/{clip.id}/comments", json={"text": "what a fox"})
    pushed = await service.next()
    assert pushed.title == f"@{ben.person.handle} commented on your clip"
    assert pushed.message["notification"]["body"] == "what a fox"
    # The key that the page subscribed with is the one that signs.
    assert pushed.headers["authorization"].endswith(f"k={told['key']}")
    counted = 'phosphene_pushes_total{outcome="sent"} 1.0'
    async with asyncio.timeout(SOON_S):  # it is counted once our answer has been read
        while counted not in (await anna.http.get("/metrics")).text:
            pass


async def test_a_browser_is_told_for_who_is_signed_in_there_last(
    server: Instance, anna: Somebody, service: PushService
) -> None:
    guest = a_device(server)
    await guest.http.get("/v1/me")
    phone = service.browser("phone")
    await subscribe(guest.http, phone)
    await subscribe(anna.http, phone)
    assert (await guest.http.get("/v1/me/push")).json()["subscriptions"] == []
    assert len((await anna.http.get("/v1/me/push")).json()["subscriptions"]) == 1
    logins = (await anna.http.get("/v1/me/logins")).json()["logins"]
    assert [one["here"] for one in logins] == [True]
    await guest.http.aclose()


async def test_what_cannot_be_told_is_refused(
    anna: Somebody, ben: Somebody, service: PushService, server: Instance
) -> None:
    phone = service.browser("phone")
    for change in (
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "http://push.example/x"},
        {"keys": {"p256dh": "AA", "auth": phone.keys.auth}},
        {"keys": {"p256dh": phone.keys.p256dh, "auth": "AA"}},
    ):
        refused = await anna.http.post("/v1/me/push", json=phone.subscription | change)
        assert refused.status_code == 422, refused.text
    async with httpx.AsyncClient(base_url=server.url) as stranger:
        refused = await stranger.post("/v1/me/push", json=phone.subscription)
        assert refused.status_code == 422
    made = [await subscribe(anna.http, service.browser(f"b{one}")) for one in range(MOST)]
    more = await anna.http.post("/v1/me/push", json=phone.subscription)
    assert (more.status_code, more.json()["type"]) == (422, "/problems/unprocessable")
    # Once more is the same one, and nobody else's to end.
    await subscribe(anna.http, service.browser("b1"), language="fr")
    url = f"/v1/me/push/{made[1]['id']}"
    assert (await ben.http.delete(url)).status_code == 404
    assert (await anna.http.delete(url)).status_code == 204
    assert (await anna.http.delete(url)).status_code == 404
    await subscribe(anna.http, phone)


async def test_quiet_hours_and_kinds_are_set_apart(anna: Somebody) -> None:
    url, quiet = "/v1/me/inbox/settings", {"from": "22:00", "to": "07:00", "zone": "Asia/Tokyo"}
    assert (await anna.http.get(url)).json() == {"off": [], "quiet": None}
    assert (await anna.http.put(url, json={"quiet": quiet})).json() == {"off": [], "quiet": quiet}
    both = {"off": ["liked"], "quiet": quiet}
    assert (await anna.http.put(url, json={"off": ["liked"]})).json() == both
    for wrong in (quiet | {"zone": "Asia/Atlantis"}, quiet | {"to": "22:00"}, quiet | {"to": "7"}):
        refused = await anna.http.put(url, json={"quiet": wrong})
        assert refused.status_code in {400, 422}, refused.text
    assert (await anna.http.get(url)).json() == both
    assert (await anna.http.put(url, json={"quiet": None})).json()["quiet"] is None


async def test_it_is_in_ones_archive_without_its_secret(
    anna: Somebody, service: PushService
) -> None:
    await subscribe(anna.http, service.browser("phone"))
    archive = (await anna.http.get("/v1/me/export")).content
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        account = json.loads(files.read("account.json"))
        everything = b"".join(files.read(name) for name in files.namelist())
    assert [one["service"] for one in account["told_by_push"]] == [service.origin]
    assert b"phone-secret" not in everything
