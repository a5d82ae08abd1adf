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


@pytest.mark.asyncio
async def test_no_vocabulary_without_a_model(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/vocabulary")).status_code == 503
