"""Webhooks from the command line, on a real server that tells a real program."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from phosphene.__main__ import main
from phosphene.trust.origins import origin_of
from tests.support import instance
from tests.webhooks.receiver import receiving

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_a_program_is_told_of_a_refusal_and_of_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*arguments: str) -> str:
        given = ("webhooks", *arguments, "--data", str(tmp_path))
        assert await asyncio.to_thread(main, given) == 0
        return capsys.readouterr().out

    async with receiving() as receiver:
        origin = origin_of(receiver.url)
        with instance(tmp_path, workers=0, webhook_origins=origin) as server:
            monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
            monkeypatch.delenv("PHOSPHENE_TOKEN", raising=False)
            added = json.loads(
                await run("add", receiver.url, "--events", "prompt.refused", "--json")
            )
            receiver.secret, hook = added["secret"], added["webhook"]["id"]
            assert receiver.secret not in await run("list")
            await run("test", hook)
            assert (await receiver.next())["type"] == "webhook.test"
            async with httpx.AsyncClient(base_url=server.url) as http:
                token = (await http.get("/v1/me")).json()["token"]
                http.headers["authorization"] = f"Bearer {token}"
                refused = await http.post("/v1/clips", json={"text": "Taylor Swift on a bicycle"})
            rule = refused.json()["refusal"]["rule"]
            told = await receiver.next()
            assert (told["type"], told["data"]) == ("prompt.refused", {"rule": rule})
            assert "Swift" not in str(told)
            assert told["type"] in await run("deliveries", hook)
            assert hook not in await run("remove", hook)


async def test_an_address_inside_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance(tmp_path, workers=0) as server:
        monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
        arguments = ("webhooks", "add", "https://10.0.0.8/x", "--data", str(tmp_path))
        assert await asyncio.to_thread(main, arguments) == 1
    assert "url: a public address" in capsys.readouterr().err
