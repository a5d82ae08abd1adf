"""Files and addresses are looked at: what is told, and what is refused."""

import httpx
import pytest

from tests.api.conftest import AddClip
from tests.support import Instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_addresses_of_this_site_only(
    http: httpx.AsyncClient, server: Instance, add_clip: AddClip
) -> None:
    shown = await add_clip("an otter", "done")
    hidden = await add_clip("an otter", "done", visibility="private")

    async def ask(address: str) -> httpx.Response:
        return await http.get("/v1/verify", params={"address": address})

    told = (await ask(f"{server.url}/?clip={shown.id}")).json()
    assert (told["found"], told["by"], told["clip"]["text"]) == ("public", "address", "an otter")
    nothing = await ask(f"{server.url}/?clip=never-there")
    assert (await ask(f"{server.url}/?clip={hidden.id}")).json() == nothing.json()
    assert nothing.json()["found"] == "unknown"
    for address in ("https://elsewhere.example/?clip=1", "file:///etc/passwd", "http://[", "x"):
        assert (await ask(address)).status_code == 422, address


async def test_a_file_is_looked_at_in_the_language_of_who_asks(http: httpx.AsyncClient) -> None:
    french = {"accept-language": "fr"}
    page = await http.get("/verify", headers=french)
    assert (page.status_code, page.headers["content-language"]) == (200, "fr")
    assert "20 Mo" in page.text
    junk = await http.post("/v1/verify", content=b"junk" * 99, headers=french, timeout=60)
    assert junk.status_code == 422
    assert "aucune image" in junk.json()["detail"]
    assert (await http.post("/v1/verify", content=b"")).status_code == 422


async def test_ten_a_minute_from_one_address(http: httpx.AsyncClient) -> None:
    statuses = [(await http.post("/v1/verify", content=b"")).status_code for _ in range(11)]
    assert statuses[-1] == 429
