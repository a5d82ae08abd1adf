"""A provider's document says where to ask, and is somebody else's word."""

import time

import pytest

from phosphene.errors import Busy
from phosphene.people.oidc import Flows, OidcProvider
from tests.people.oidc_provider import CLIENT, SECRET, a_provider
from tests.support import free_port

pytestmark = pytest.mark.asyncio
BACK = "https://here.example/v1/sign-in/oidc"


async def test_an_address_inside_that_a_document_names_is_asked_only_where_it_is_listed() -> None:
    port = free_port()
    flow = Flows(b"key", time.time).begin_flow("sign-in", "")
    inside = f"http://localhost:{port}"
    async with a_provider(port) as running:
        running.lies["jwks_uri"] = f"{inside}/keys"
        told = running.issuer, CLIENT, SECRET, time.time
        with pytest.raises(Busy, match="begins with https"):
            await OidcProvider(*told).authorization_url(flow, BACK)
        known = OidcProvider(*told, [inside])
        assert (await known.authorization_url(flow, BACK)).startswith(running.issuer)
