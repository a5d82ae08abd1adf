import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from phosphene.store.likeness_totals import count_deed
from phosphene.store.schema import connect

FRENCH = {"Accept-Language": "fr"}


@pytest.mark.asyncio
async def test_the_page_says_what_is_stored_in_the_language_of_who_asks(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/privacy")
    assert (page.status_code, page.headers["content-language"]) == (200, "en")
    assert "<code>agent</code></dt><dd>what the browser calls itself" in page.text
    assert "for 400 days after it was last used" in page.text
    french = await http.get("/privacy", headers=FRENCH)
    assert "<code>agent</code></dt><dd>comment le navigateur se nomme" in french.text
    assert "400 jours après sa dernière utilisation" in french.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert {"Accept-Language", "Cookie"} <= set(page.headers["vary"].split(", "))


@pytest.mark.asyncio
async def test_the_document_says_the_same(http: httpx.AsyncClient) -> None:
    parts = (await http.get("/v1/privacy")).json()["parts"]
    (logins,) = (one for part in parts for one in part["stored"] if one.get("table") == "logins")
    assert (logins["kept_s"], logins["seen_by"]) == (400 * 86400, ["you"])
    assert {"name": "agent", "what": "what the browser calls itself"} in logins["columns"]
    (others,) = (part for part in parts if not any("table" in one for one in part["stored"]))
    # No provider, no Redis and no relay here.
    assert not [one for one in others["stored"] if "Redis" in one["what"]]
    assert any("browser" in one["what"] for one in others["stored"])


@pytest.mark.asyncio
async def test_the_page_leads_there(http: httpx.AsyncClient) -> None:
    assert '<link rel="privacy-policy" href="/privacy">' in (await http.get("/")).text


@pytest.mark.asyncio
async def test_what_is_done_with_likenesses_is_counted_for_everybody(
    http: httpx.AsyncClient, data: Path
) -> None:
    with closing(connect(data / "phosphene.db")) as cx:
        for took in (2.0, 7.0):
            count_deed(cx, "withdrawn", time.time(), took=took)
    told = (await http.get("/v1/transparency")).json()["likeness"]
    (one,) = (one for one in told if one["deed"] == "withdrawn")
    assert (one["count"], one["mean_s"]) == (2, 4.5)
    page = (await http.get("/privacy")).text
    assert "Taken back by a press, until the last clip was withheld</td>" in page
    assert ">2</td>" in page
    assert "4.5 seconds" in page
    french = (await http.get("/privacy", headers=FRENCH)).text
    assert "4,5 secondes" in french
