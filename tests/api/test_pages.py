import re

import httpx
import pytest

from tests.api.conftest import AddClip


@pytest.mark.asyncio
async def test_the_page_and_its_files_are_served_under_a_strict_policy(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert (await http.get("/client/main.js")).status_code == 200
    assert (await http.get("/client/../server/app.py")).status_code == 404


@pytest.mark.asyncio
async def test_health_readiness_and_metrics(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    await add_clip()
    assert (await http.get("/healthz")).json()["ok"] is True
    assert (await http.get("/readyz", params={"for": "watching"})).status_code == 200
    unready = await http.get("/readyz")
    assert (unready.status_code, unready.json()["waiting_for"]) == (503, ["worker"])
    assert unready.json()["reason"] == "no render worker belongs to this instance"
    assert (await http.get("/readyz", params={"for": "fun"})).status_code == 400
    metrics = (await http.get("/metrics")).text
    assert "phosphene_viewers 0.0" in metrics
    assert "phosphene_worker_ready 0.0" in metrics


FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"}


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/", "/client/index.html", "/client/manifest.webmanifest"])
async def test_the_page_is_in_the_language_of_who_asks(http: httpx.AsyncClient, path: str) -> None:
    for headers, language, word in (
        ({}, "en", "diffused"),
        (FRENCH, "fr", "dessinent"),
        (FRENCH | {"Cookie": "phosphene_language=en"}, "en", "diffused"),
        ({"Cookie": "phosphene_language=fr"}, "fr", "dessinent"),
    ):
        page = await http.get(path, headers=headers)
        assert word in page.text
        assert "{{" not in page.text
        assert page.headers["content-language"] == language
        # Whoever keeps it keeps one for each language.
        assert {"Accept-Language", "Cookie"} <= set(page.headers["vary"].split(", "))


@pytest.mark.asyncio
async def test_each_language_has_scripts_of_its_own(http: httpx.AsyncClient) -> None:
    scripts = set()
    for headers in ({}, FRENCH):
        page = (await http.get("/", headers=headers)).text
        (script,) = re.findall(r'<script type="module" src="([^"]+)"', page)
        assert (await http.get(script)).status_code == 200
        scripts.add(script)
    assert len(scripts) == 2
    assert (await http.get(script.replace(".fr.", ".xx."))).status_code == 404
