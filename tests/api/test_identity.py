"""Identity checks by a real OpenID provider, and by signed webhooks."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from phosphene.app import create_app
from phosphene.settings import Settings
from tests.api.somebody import Somebody
from tests.api.test_accounts import Device
from tests.people.authenticator import Authenticator
from tests.people.document_service import SECRET as WEBHOOK_SECRET
from tests.people.document_service import URL, a_webhook, reference_in
from tests.people.oidc_provider import CLIENT, SECRET, Provider, a_provider
from tests.support import Instance, free_port, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
PATH = "/v1/me/identity"
OK = "/?sheet=name&identity=verified"
DAY = 86400.0


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(data: Path, port: int) -> Iterator[Instance]:
    with instance(
        data,
        workers=0,
        sign_ins_per_minute=1000,
        identity_issuer=f"http://127.0.0.1:{port}",
        identity_client_id=CLIENT,
        identity_client_secret=SECRET,
        identity_frameworks="eidas de_aml",
        identity_name="The Office",
    ) as running:
        yield running


@pytest_asyncio.fixture
async def provider(port: int) -> AsyncIterator[Provider]:
    async with a_provider(port) as running:
        running.subject = f"subject {time.time()}"
        running.lies = {"verified_claims": checked()}
        yield running


def checked(framework: str = "eidas", birthdate: str = "1980-01-01", **more: Any) -> Any:
    """As OpenID Connect for Identity Assurance says it."""
    verification = {"trust_framework": framework, "time": "2026-01-02T03:04Z"} | more
    return {"verification": verification, "claims": {"birthdate": birthdate}}


async def visit(who: Somebody, headers: dict[str, str] | None = None) -> str:
    """There and back; where that leads."""
    begun = await who.http.post(PATH, headers=headers)
    assert begun.status_code == 200, begun.text
    async with httpx.AsyncClient() as browser:
        back = (await browser.get(begun.json()["url"])).headers["location"]
    return str((await who.http.get(back)).headers["location"])


async def standing(who: Somebody) -> Any:
    return (await who.http.get(PATH)).json()


async def test_somebodys_identity_is_checked_once_and_asked_for_by_name(
    anna: Somebody, ben: Somebody, provider: Provider
) -> None:
    assert await standing(anna) == {"verifier": "The Office", "checked": None}
    assert await visit(anna) == OK
    asked = msgspec.json.decode(provider.asked["claims"])["id_token"]["verified_claims"]
    assert asked["claims"] == {"birthdate": None}
    assert provider.asked["prompt"] == "login"
    told = (await standing(anna))["checked"]
    assert told == {"checked_by": "The Office", "checked_at": 1767323040.0}
    lent = (await anna.http.get("/v1/me/likeness")).json()["likeness"]
    assert (lent["level"], lent["checked_by"]) == ("verified", "The Office")
    # The same person under another account: one enrolment each.
    assert await visit(ben) == "/?sheet=name&identity=taken"
    assert (await standing(ben))["checked"] is None
    assert await visit(anna) == OK


@pytest.mark.parametrize(
    "claims",
    [
        None,
        "yes",
        [],
        checked("made_up"),
        checked(""),
        checked(birthdate="long ago"),
        checked(time="2099-01-01"),
        checked(time="soon"),
        {"claims": {"birthdate": "1980-01-01"}},
        checked() | {"claims": {}},
    ],
    ids=str,
)
async def test_a_provider_that_does_not_say_it_checked_checks_nobody(
    anna: Somebody, provider: Provider, claims: Any
) -> None:
    provider.lies = {"verified_claims": claims}
    assert await visit(anna) == "/?sheet=name&identity=unauthorized"
    assert (await standing(anna))["checked"] is None


async def test_of_several_checks_the_one_that_counts_counts(
    anna: Somebody, provider: Provider
) -> None:
    provider.lies = {"verified_claims": [checked("made_up"), checked("de_aml", time=None)]}
    assert await visit(anna) == OK
    assert abs((await standing(anna))["checked"]["checked_at"] - time.time()) < 60


async def test_a_minor_is_marked_as_one_and_enrols_nowhere(
    anna: Somebody, provider: Provider
) -> None:
    provider.lies = {"verified_claims": checked(birthdate="2015-01-01")}
    assert await visit(anna) == "/?sheet=name&identity=forbidden"
    assert (await anna.http.get("/v1/me")).json()["minor"]
    assert (await anna.http.post(PATH)).status_code == 403


async def test_a_visit_is_of_one_browser(
    anna: Somebody, ben: Somebody, provider: Provider, http: httpx.AsyncClient
) -> None:
    begun = await anna.http.post(PATH)
    async with httpx.AsyncClient() as browser:
        back = (await browser.get(begun.json()["url"])).headers["location"]
    refused = "/?sheet=name&identity=unauthorized"
    assert (await ben.http.get(back)).headers["location"] == refused
    # A flow of signing in is none of checking, and the other way round.
    flow = anna.http.cookies["phosphene_flow"]
    answer = await anna.http.get(
        back.replace("/v1/identity/callback", "/v1/sign-in/oidc/callback"),
        headers={"Cookie": f"phosphene_flow={flow}"},
    )
    assert "signin=" in answer.headers["location"]
    assert (await http.post(PATH)).status_code == 404
    cross = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await anna.http.post(PATH, headers=cross)).status_code == 403
    told = await http.post("/v1/identity/webhook", content=b"{}")
    assert told.status_code == 401


@asynccontextmanager
async def with_documents(data: Path) -> AsyncIterator[Starlette]:
    """An instance in this process."""
    app = create_app(
        Settings(
            data=str(data),
            workers=0,
            sign_ins_per_minute=1000,
            webhooks_per_minute=2,
            address_factor=4,
            identity_url=URL,
            identity_secret=WEBHOOK_SECRET,
        )
    )
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def a_guest(app: Starlette) -> AsyncIterator[Device]:
    transport, url = httpx.ASGITransport(app), "http://localhost"
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        yield Device(client, Authenticator(url))


async def test_a_service_for_documents_says_it_by_a_signed_webhook(tmp_path: Path) -> None:
    async with (
        with_documents(tmp_path) as app,
        a_guest(app) as anna,
        a_guest(app) as ben,
        a_guest(app) as service,
    ):

        async def hear(who: Device, **more: Any) -> int:
            url = (await who.http.post(PATH)).json()["url"]
            body, headers = a_webhook(reference_in(url), **more)
            path = "/v1/identity/webhook"
            return (await service.http.post(path, content=body, headers=headers)).status_code

        for one in (anna, ben):
            assert (await one.keep_name()).status_code == 201
        assert await hear(anna, secret="whsec_YW5vdGhlcg==") == 401
        assert await hear(anna) == 204
        told = (await anna.http.get(PATH)).json()
        assert told["checked"]["checked_by"] == "papers.example"
        assert await hear(anna) == 204
        assert await hear(ben) == 409
        assert await hear(ben, subject="document 8", over_18=False) == 403
        assert (await ben.http.get("/v1/me")).json()["minor"]
        # Who sends what is not signed right is slowed down, before it is read.
        said = [await hear(anna, secret="whsec_YW5vdGhlcg==") for _ in range(4)]
        assert said == [401, 401, 401, 429]
