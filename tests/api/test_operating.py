from pathlib import Path

import httpx
import pytest

from server.api.operating import SHORT, shortened
from server.trust.identity import load_key
from server.trust.operators import operator_token


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


def test_long_prompts_are_shortened() -> None:
    assert shortened("a fox") == "a fox"
    assert len(shortened("a fox " * 50)) <= SHORT
    assert shortened("a fox " * 50).endswith("…")
