"""What `make test` runs beside the tests fails it too, and is said."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
BESIDE = Path(__file__).parents[1] / "scripts" / "beside.py"


def run(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(BESIDE), *words], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("other", "command", "status"),
    [("true", "true", 0), ("false", "true", 1), ("true", "false", 1)],
)
def test_it_fails_where_one_of_them_does(other: str, command: str, status: int) -> None:
    assert run(other, "--", command)[0] == status


def test_what_one_that_failed_said_comes_after_the_command() -> None:
    wrong = "sh -c 'echo wrong type; exit 3'"
    status, said = run("sh -c 'echo all is well'", wrong, "--", "sh", "-c", "echo tests; exit 5")
    assert status == 5
    assert said.splitlines() == ["tests", "wrong type", f"FAILED with status 3: {wrong}"]
