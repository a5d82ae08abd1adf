"""Forked programs: with what their launcher was given, and its end is theirs."""

import os
import select
import signal
import subprocess
import sys

import pytest

from tests.forked import Forked
from tests.forked_programs import forked_command

pytestmark = pytest.mark.process


def main() -> None:
    """The program that is forked."""
    what, given = sys.argv[1:]
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    said = f"{os.environ['WORD']} {os.read(0, 99).decode()} {os.read(int(given), 99).decode()}\n"
    os.write(1, f"{os.getpid()} {said}".encode())
    if what == "wait":
        signal.pause()
    sys.exit(3)


def start(what: str) -> "subprocess.Popen[str]":
    read, write = os.pipe()
    os.write(write, b"passed")
    os.close(write)
    command = [*forked_command("tests.test_forked_programs"), what, str(read)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = subprocess.Popen(command, pass_fds=[read], env={"WORD": "a=b"}, **pipes)  # type: ignore[call-overload]
    os.close(read)
    assert isinstance(started, subprocess.Popen)
    return started


def look() -> int:
    """In a process without threads, as an instance begins."""
    with start("end") as program:
        said, _ = program.communicate("asked")
        pid, *words = said.split()
        assert (words, program.returncode) == (["a=b", "asked", "passed"], 3)
        assert int(pid) not in (program.pid, os.getpid())
    with start("die") as program:
        assert program.wait() == -signal.SIGKILL
    with start("wait") as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write("asked")
        program.stdin.flush()
        pid, *_ = program.stdout.readline().split()
        ended = os.pidfd_open(int(pid))
        program.kill()
        assert program.stdout.read() == ""  # nobody holds its other end
        assert select.select([ended], [], [], 20)[0]
    return 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="they are forked on Linux only")
def test_a_program_is_what_its_launcher_was_started_as_and_ends_with_it() -> None:
    looking = Forked(look, dict(os.environ))
    said = looking.stderr.read()
    assert looking.wait(20) == 0, said
    looking.stderr.close()
