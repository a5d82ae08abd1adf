"""The commands that copy a data folder, and a server on what came back."""

from pathlib import Path

import httpx
import pytest

from phosphene.__main__ import main
from tests.support import instance

pytestmark = pytest.mark.process


def test_a_server_goes_on_from_its_backup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, backup, new = (tmp_path / name for name in ("data", "backup", "new"))
    with instance(data, workers=0) as server, httpx.Client(base_url=server.url) as http:
        told = http.get("/v1/me").json()
        headers = {"authorization": f"Bearer {told['token']}"}
        renamed = http.patch("/v1/me", json={"handle": "keeper"}, headers=headers)
        assert renamed.status_code == 200, renamed.text
        assert main(["backup", str(backup), "--data", str(data)]) == 0
    assert "whole" in capsys.readouterr().out
    assert main(["restore", str(backup), "--data", str(new)]) == 0
    with instance(new, workers=0) as server, httpx.Client(base_url=server.url) as http:
        me = http.get("/v1/me", headers=headers).json()
    assert me["person"]["handle"] == "keeper"
    assert main(["restore", str(backup), "--data", str(new)]) == 1
    assert "neither empty" in capsys.readouterr().err
