"""Tests in forked workers: each runs once, files stay together, and nothing that fails is lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[1]
TOGETHER = """
import os
import pytest
HERE = []
@pytest.mark.parametrize("number", range(3))
def test_it(number, tmp_path):
    HERE.append(os.getpid())
    assert len(set(HERE)) == 1 and len(HERE) == number + 1 and os.getpid() != {parent}
    print("said", number)
    assert number != {failing}
"""
HANGING = """
import threading
def test_it():
    threading.Event().wait()
"""
DYING = "import os\ndef test_it():\n    os._exit(3)\n"


def command(folder: Path, *options: str) -> list[str]:
    here = ["-p", "tests.forked_workers", "-c", os.devnull, "--rootdir", str(folder)]
    return [sys.executable, "-m", "pytest", *here, "--workers", "2", *options, str(folder)]


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *options),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )


def test_failures_and_a_worker_that_dies_are_reported(tmp_path: Path) -> None:
    for name, failing in (("a", -1), ("b", 1), ("c", -1)):
        file = tmp_path / f"test_{name}.py"
        file.write_text(TOGETHER.format(parent=os.getpid(), failing=failing))
    (tmp_path / "test_d.py").write_text(DYING)
    done = run_pytest(tmp_path)
    assert done.returncode == 1, done
    assert "2 failed, 8 passed" in done.stdout
    assert "test_b.py::test_it[1]" in done.stdout
    assert "assert 1 != 1" in done.stdout
    assert done.stdout.count("said 1") == 1
    assert "the worker ended with status 3" in done.stdout


def test_who_asks_for_one_failure_gets_one(tmp_path: Path) -> None:
    for name in "abcd":
        file = tmp_path / f"test_{name}.py"
        file.write_text(TOGETHER.format(parent=os.getpid(), failing=0))
    done = run_pytest(tmp_path, "-x")
    assert done.returncode == 1, done
    assert "1 failed" in done.stdout
    assert "stopping after 1 failures" in done.stdout


def test_where_a_test_hangs_is_said(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(HANGING)
    process = subprocess.Popen(
        command(tmp_path, "-o", "faulthandler_timeout=0.1"),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stderr
    try:
        assert any("test_a.py" in line and "in test_it" in line for line in process.stderr)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()
