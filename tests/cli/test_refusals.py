"""A refusal is appealed, answered and undone from a shell."""

import json
import re
from pathlib import Path

import pytest

from phosphene.__main__ import main
from tests.support import instance

pytestmark = pytest.mark.process
TEXT = "a stabbing icicle of light"


def test_a_refusal_is_appealed_and_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str, status: int = 0) -> str:
        assert main(arguments) == status
        return capsys.readouterr().out

    folder = ("--data", str(tmp_path))
    with instance(tmp_path, workers=0) as server:
        monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
        monkeypatch.setenv("PHOSPHENE_TOKEN", run("me").strip().partition("=")[2])
        assert main(("create", TEXT)) == 1
        told = re.search(r"refusals appeal (\S+) TEXT", capsys.readouterr().err)
        assert told
        assert f"open    categories/violence  {TEXT}" in run("refusals", "appeal", told[1], TEXT)
        monkeypatch.delenv("PHOSPHENE_TOKEN")
        appeal = json.loads(run("refusals", "list", "--json", *folder))["id"]
        tried = run("refusals", "try", appeal, "stabbing icicle", *folder)
        assert "the prompt is drawn; would let through nothing that is listed" in tried
        how = ("--phrase", "stabbing icicle", "--note", "sorry")
        assert "rule" in run("refusals", "answer", appeal, "rule", *how, *folder)
        assert "innocent: stabbing icicle" in run("refusals", "rules", *folder)
        assert "undone" in run("refusals", "undo", "1", *folder)
        run("refusals", "undo", "1", *folder, status=1)
