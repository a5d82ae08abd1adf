"""Which module a command is in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_found_in_its_module(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: phosphene {command} " in capsys.readouterr().out


def test_every_command_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_every_module_with_a_command_is_named() -> None:
    texts = {path.stem: path.read_text() for path in (ROOT / "server" / "cli").glob("*.py")}
    having = {name for name, text in texts.items() if "def register(" in text}
    assert having == {*COMMANDS.values()}


@pytest.mark.process
def test_who_visits_a_server_imports_none() -> None:
    """Else each like from a shell would take a second of CPU."""
    code = (
        "import sys; from phosphene.__main__ import main\n"
        "try: main(['like', '--help'])\n"
        "except SystemExit: print({'phosphene.app', 'aiortc', 'starlette'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
