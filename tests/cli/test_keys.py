"""Keys from the command line, and a program that uses one on a server that draws."""

import asyncio
import json
from pathlib import Path

import pytest

from phosphene.__main__ import main
from tests.support import instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_a_program_asks_for_clips_until_its_day_or_its_key_is_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*given: str, status: int = 0) -> str:
        assert await asyncio.to_thread(main, given) == status
        told = capsys.readouterr()
        return told.err if status else told.out

    of_operator = "--data", str(tmp_path)
    with instance(tmp_path, painted=True) as server:
        monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
        monkeypatch.delenv("PHOSPHENE_TOKEN", raising=False)
        new = "keys", "make", "a program", "--account", "weather_bot", "--clips-per-day", "1"
        made = json.loads(await run(*new, "--json", *of_operator))
        monkeypatch.setenv("PHOSPHENE_TOKEN", made["secret"])
        await run("create", "a red fox")
        assert "1 clips a day" in await run("create", "a red fox", status=1)
        monkeypatch.delenv("PHOSPHENE_TOKEN")
        told = await run("keys", "list", *of_operator)
        assert "@weather_bot" in told
        assert "1 of 1 clips today" in told
        assert made["secret"] not in told
        assert "revoked" in await run("keys", "revoke", made["key"]["id"], *of_operator)
        monkeypatch.setenv("PHOSPHENE_TOKEN", made["secret"])
        assert "this login has ended" in await run("me", status=1)
