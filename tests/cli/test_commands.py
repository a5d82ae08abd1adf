"""The console commands as a person runs them."""

import json
import os
import re
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import av
import pytest

from phosphene.__main__ import main
from phosphene.trust.provenance import verify
from tests.forked import Forked

ROOT = Path(__file__).parent.parent.parent
TIMEOUT_S = 180


def phosphene(
    *arguments: str, cwd: Path = ROOT, **environ: str
) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PHOSPHENE_")}
    return subprocess.run(
        [sys.executable, "-m", "phosphene", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=cwd,
        env=clean | {"PYTHONPATH": str(ROOT)} | environ,
    )


@pytest.mark.breadth
@pytest.mark.process
def test_render_writes_a_signed_clip_and_says_how_it_was_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, data = tmp_path / "fox.mp4", tmp_path / "data"
    wanted = ["render", "a red fox in the forest at night", "-o", str(file)]
    assert main([*wanted, "--seconds", "1", "--seed", "7", "--json", "--data", str(data)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["recipe"]["seed"], said["recipe"]["seconds"], said["frames"]) == (7, 1, 24)
    understood = {slot["name"]: slot["value"] for slot in said["understood"]}
    assert (understood["subject"], understood["colour"]) == ("fox", "red")
    with av.open(str(file), "r") as video:
        assert sum(1 for _ in video.decode(video=0)) == 24
    verdict = verify(file.read_bytes(), (data / "c2pa_root.pem").read_text())
    assert verdict.state == "trusted"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a fox", "--seconds", "11"], "seconds"),
        (["a fox", "--seconds", "soon"], "seconds"),
        (["a fox", "--seed", "nan"], "seed"),
        ([""], "text"),
        (["a\x07fox"], ""),
        (["x" * 10_000], "text"),
        (["Mickey Mouse at sea"], "Mickey"),
        (["a fox", "-o", "/nowhere/at/all/fox.mp4"], "folder"),
        (["a fox", "--model", "/nowhere"], "no folder"),
        (["a fox", "--steps", "400"], "steps"),
        (["a fox", "--bitrate", "plenty"], "bitrate"),
    ],
)
def test_render_refuses_what_it_cannot_do_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["render", *arguments, "--data", str(tmp_path / "data")]) == 1
    heard = capsys.readouterr().err
    assert said in heard
    assert heard.splitlines()[-1].startswith("phosphene: ")
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.process
def test_a_command_that_fails_ends_its_process_with_one_line(tmp_path: Path) -> None:
    done = phosphene("render", "a fox", "--seconds", "11", "--data", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("phosphene: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.process
def test_doctor_finds_what_is_here_and_what_is_not(tmp_path: Path) -> None:
    well = phosphene("doctor", "--json", "--data", str(tmp_path), "--port", "0")
    assert well.returncode == 0, well.stdout
    states = {found["what"]: found["state"] for found in json.loads(well.stdout)}
    assert states["torch"] == states["H.264 encoder"] == states["model embedded"] == "ok"
    found = {one["what"]: one["found"] for one in json.loads(well.stdout)}
    assert re.search(r" MB used of .*GB, .*GB free", found["data folder"])
    ill = phosphene("doctor", "--json", "--model", "/nowhere", "--redis-url", "redis://127.0.0.1:1")
    states = {found["what"]: found["state"] for found in json.loads(ill.stdout)}
    assert ill.returncode == 1
    assert states["model /nowhere"] == states["Redis"] == "missing"


@pytest.mark.process
def test_doctor_prints_every_setting() -> None:
    done = phosphene("doctor", "--settings", PHOSPHENE_PORT="8123", COLUMNS="200")
    assert "PHOSPHENE_REDIS_URL" in done.stdout
    assert "8123" in done.stdout


@pytest.mark.process
def test_doctor_hides_secrets() -> None:
    done = phosphene(
        *("doctor", "--settings", "--redis-url", "redis://somebody:hidden1@10.0.0.5:6379"),
        PHOSPHENE_OPERATOR_TOKEN="hidden2",
        PHOSPHENE_TURN_SECRET="hidden3",
        PHOSPHENE_WHIP_TOKEN="hidden4",
        PHOSPHENE_WHIP_URL="https://me:hidden5@media.example.org/{clip}",
        COLUMNS="200",
    )
    assert done.returncode == 0, done.stdout
    assert "hidden" not in done.stdout
    assert "redis://somebody:***@10.0.0.5:6379" in done.stdout


def ended(*arguments: str, **environ: str) -> tuple[int, str]:
    """Exit status and log of a command that has no other output, in a process of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PHOSPHENE_")}
    process = Forked(partial(main, arguments), clean | environ)
    with process.stderr as stderr:
        said = stderr.read()
    return process.wait(TIMEOUT_S), said


@pytest.mark.process
def test_serve_says_what_it_cannot_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        busy = ended("serve", "--port", port, "--data", str(tmp_path / "a"))
    rules = tmp_path / "rules.toml"
    rules.write_text("[[")
    bad = ended("serve", "--port", "0", "--rules", str(rules), "--data", str(tmp_path / "b"))
    link = ended("serve", "--port", "0", "--redis-url", "http://x", "--data", str(tmp_path))
    file = tmp_path / "file"
    file.write_text("")
    data = ended("serve", "--port", "0", "--data", str(file))
    store = ended(
        *("serve", "--port", "0", "--data", str(tmp_path / "c")),
        *("--redis-url", "redis://127.0.0.1:1", "--blobs", "s3://nobody/here"),
        AWS_ENDPOINT_URL="http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="nobody",
        AWS_SECRET_ACCESS_KEY="nothing",
    )
    assert [code for code, _ in (busy, bad, link, data, store)] == [1, 1, 1, 1, 1]
    assert "blobs: s3://nobody/here does not" in store[1]
    assert "redis_url" in link[1]
    assert "--port" in busy[1]
    assert "rules.toml" in bad[1]
    assert "data folder" in data[1]


@pytest.mark.process
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--redis-url", "redis://127.0.0.1:1", "--blobs", "ftp://host"], "s3://BUCKET/PREFIX"),
        (["--redis-url", "http://127.0.0.1"], "redis_url"),
        (["--redis-url", "redis://127.0.0.1:1", "--model", "/nowhere"], "no folder"),
    ],
)
def test_a_worker_says_what_it_cannot_use(options: list[str], said: str) -> None:
    code, heard = ended("worker", *options)
    assert code == 1
    assert said in heard
    assert "Traceback" not in heard


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as said:
        main(["--version"])
    assert said.value.code == 0
    assert capsys.readouterr().out.startswith("phosphene ")


def test_help_names_the_commands_and_is_shown_to_who_names_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as helped:
        main(["--help"])
    assert helped.value.code == 0
    assert "render" in capsys.readouterr().out
    with pytest.raises(SystemExit) as missing:
        main([])
    assert missing.value.code == 2
