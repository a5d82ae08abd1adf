"""Programs of the server in processes of their own, forked from one that has imported them all.

To import the server and to read what comes with it (tests/shipped.py) costs 1.4 s of CPU, and the
suite starts it some hundred times. What a process runs is what its command runs, with an
environment, signals and an exit status of its own.
"""

import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import IO, Final, Protocol

FORKING: Final = get_context("forkserver")
FORKING.set_forkserver_preload(
    ["tests.fleet.lent", "tests.painted", "tests.render.easel", "tests.shipped"]
)


def start_fork_server() -> None:
    """For all workers of the tests, before they are forked: each would else have one of its own."""
    multiprocessing.forkserver.ensure_running()


def use_fork_server() -> None:
    """In a worker: that which its parent has started. (It would be asked whether it still runs, as
    only its parent can.)"""
    server = multiprocessing.forkserver._forkserver
    server.ensure_running = lambda: None  # type: ignore[method-assign]


class Process(Protocol):
    """What tests ask of a process, whether it was forked or started by a command."""

    @property
    def pid(self) -> int: ...

    def send_signal(self, number: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Forked:
    """A process that runs ``main``; ``stderr`` is what it writes there."""

    def __init__(self, main: Callable[[], int | None], environ: Mapping[str, str]) -> None:
        sys.audit("tests.forked")
        heard, said = FORKING.Pipe(duplex=False)
        with heard, said:
            # Ended with this process, if a test forgets it.
            self._process = FORKING.Process(target=run, args=(main, environ, said), daemon=True)
            self._process.start()
            self.stderr: IO[str] = os.fdopen(os.dup(heard.fileno()))

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, number: int) -> None:
        """To a process that may have ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status; less than 0 is the signal that ended it."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return self._process.exitcode


def run(main: Callable[[], int | None], environ: Mapping[str, str], said: Connection) -> None:
    """In the process: as its command would, with its own environment and log."""
    with said:
        os.dup2(said.fileno(), sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environ)
    sys.exit(main())
