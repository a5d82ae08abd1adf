import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from phosphene.api.operating import SHORT, shortened
from phosphene.trust.identity import load_key
from phosphene.trust.operators import operator_token
from tests.api.conftest import AddClip
from tests.support import Instance

PROMTOOL = shutil.which("promtool")
ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml"


def bearer(data: Path) -> dict[str, str]:
    """What whoever can read the data folder may say."""
    return {"Authorization": f"Bearer {operator_token(load_key(data / 'identity.key'))}"}


@pytest.mark.asyncio
async def test_the_status_is_for_operators_only(http: httpx.AsyncClient, data: Path) -> None:
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        refused = await http.get("/v1/status", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
    told = await http.get("/v1/status", headers=bearer(data))
    assert told.headers["cache-control"] == "no-store"
    assert told.json()["devices"] == told.json()["line"] == []


@pytest.mark.asyncio
async def test_an_operator_removes_anybodys_clip(
    http: httpx.AsyncClient, data: Path, add_clip: AddClip
) -> None:
    clip = await add_clip(status="failed")
    path = f"/v1/operator/clips/{clip.id}"
    assert (await http.delete(path)).status_code == 401
    assert (await http.delete(path, headers=bearer(data))).status_code == 202
    assert (await http.get(f"/v1/clips/{clip.id}")).status_code == 404
    assert (await http.delete(path, headers=bearer(data))).status_code == 404


def test_long_prompts_are_shortened() -> None:
    assert shortened("a fox") == "a fox"
    assert len(shortened("a fox " * 50)) <= SHORT
    assert shortened("a fox " * 50).endswith("…")


@pytest.mark.skipif(PROMTOOL is None, reason="needs promtool, of Debian's package prometheus")
@pytest.mark.parametrize("what", ["metrics", "rules"])
def test_promtool_finds_nothing(server: Instance, what: str) -> None:
    assert PROMTOOL
    scraped = httpx.get(f"{server.url}/metrics").text
    files = [str(ALERTS)] if what == "rules" else []
    said = subprocess.run(
        [PROMTOOL, "check", what, *files],
        input=scraped,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
