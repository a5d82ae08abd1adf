"""Roles and reports from the command line, on a real server."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from phosphene.__main__ import main
from phosphene.instance_files import read_files
from phosphene.model import Person
from phosphene.settings import Settings
from tests.store.making import NOON, a_clip, a_store
from tests.support import Instance, instance

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0) as running:
        yield running


@pytest.fixture
def author(data: Path, server: Instance) -> tuple[Person, str]:
    """Somebody with their token."""
    return read_files(Settings(data=str(data))).identities.issue_identity(time.time())


@pytest.fixture
def clip(data: Path, server: Instance, author: tuple[Person, str]) -> str:
    async def add() -> None:
        async with a_store(data / "phosphene.db", "test", lambda: NOON) as store:
            await store.add_clip(a_clip("some-clip", author=author[0], status="done"))

    asyncio.run(add())
    return "some-clip"


def test_a_report_is_sent_decided_and_undone(
    server: Instance,
    data: Path,
    clip: str,
    author: tuple[Person, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
    monkeypatch.delenv("PHOSPHENE_TOKEN", raising=False)

    def run(*arguments: str) -> str:
        assert main(arguments) == 0
        return capsys.readouterr().out

    assert main(("reports", "send", "clip", clip, "spam", "--words", "again and again")) == 0
    sent = capsys.readouterr()
    assert "clip some-clip (spam), open" in sent.out
    found = re.search(r"PHOSPHENE_TOKEN=(\S+)", sent.err)
    assert found
    folder = ("--data", str(data))
    case = json.loads(run("reports", "list", "--json", *folder))
    assert (case["subject"], case["reports"][0]["words"]) == (clip, "again and again")
    assert "1 reports (spam)" in run("reports", "list", *folder)
    decided = run("reports", "decide", "clip", clip, "hide", "--note", "no more", *folder)
    assert "hide clip some-clip" in decided
    assert "by the operator's token, can be undone" in decided
    assert httpx.get(f"{server.url}/v1/clips/{clip}").status_code == 410
    assert "decided: hide" in run("reports", "mine", "--token", found[1])
    decision = decided.split()[0]
    appeal = {"words": "it is a joke"}
    path = f"{server.url}/v1/me/decisions/{decision}/appeal"
    headers = {"Authorization": f"Bearer {author[1]}"}
    assert httpx.post(path, json=appeal, headers=headers).status_code == 201
    assert "open: it is a joke" in run("reports", "appeals", *folder)
    answered = ("reports", "answer", decision, "upheld", "--note", "no", *folder)
    assert "upheld: it is a joke" in run(*answered)
    assert "undone" in run("reports", "undo", decision, *folder)
    assert decision in run("reports", "decisions", *folder)
    assert httpx.get(f"{server.url}/v1/clips/{clip}").status_code == 200
    assert run("roles", "list", *folder) == ""


def test_who_has_no_role_is_told_so(
    server: Instance, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Another folder has another key.
    assert main(("reports", "list", "--server", server.url, "--data", str(tmp_path))) == 1
    assert "role" in capsys.readouterr().err
    arguments = ("roles", "give", "nobody_here", "operator", "--server", server.url)
    assert main((*arguments, "--operator-token", "made-up")) == 1
    assert "not given out here" in capsys.readouterr().err
