"""``--workers N``: the files of tests are given out to N processes, forked from the one that
collected them.

What a test waits for that hangs is said by this process: a watch in each worker, as pytest has it,
is a thread for each test, a quarter of the CPU of one that does nothing.

Those of pytest-xdist collect all tests each for itself: 9.5 s of CPU with torch, four times, of the
12 minutes of ``make test``. All else is as there: the tests of a file run in one process and in
their order, and the process that collected shows their reports.
"""

import faulthandler
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from itertools import chain, groupby, pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, Final

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from msgspec import Struct

from tests.forked import start_fork_server, use_fork_server

FORK: Final = multiprocessing.get_context("fork")
PARENTS: Final = ("terminalreporter", "terminalprogress-plugin", "faulthandler")
"""Plug-ins of the process that collected alone: those that write to the terminal, and the watch."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--workers", type=int, default=1, help="how many processes the files of tests run in"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    option = session.config.option
    if option.workers < 2 or option.collectonly or session.testsfailed:
        return None
    workers = Workers(session, option.workers)
    try:
        workers.show_reports()
    finally:
        workers.end()
    return True


class Turns:
    """Which file is next, for all workers."""

    def __init__(self, items: list[pytest.Item]) -> None:
        self._files = [list(file) for _, file in groupby(items, key=lambda item: item.path)]
        self._next = FORK.Value("q", 0)
        self.stopped = FORK.Event()

    def take(self) -> Iterator[pytest.Item]:
        """The tests of one file after the other, of those that no other worker took."""
        while (at := self._take_file()) < len(self._files):
            for item in self._files[at]:
                if self.stopped.is_set():
                    return
                yield item

    def _take_file(self) -> int:
        with self._next.get_lock():
            at = self._next.value
            self._next.value = at + 1
        return int(at)


class Running(Struct):
    """A worker, and the test that it is at; ``heard_at`` is when it last said anything."""

    process: ForkProcess
    heard_at: float
    nodeid: str = ""
    location: tuple[str, int | None, str] = ("", None, "")


class Workers:
    """The processes of a session."""

    def __init__(self, session: pytest.Session, count: int) -> None:
        self._session = session
        self._turns = Turns(session.items)
        self._running: dict[Connection, Running] = {}
        # Before they are forked: whoever is asked before it heard of the signal would end.
        faulthandler.register(signal.SIGUSR1, session.config.stash[fault_handler_stderr_fd_key])
        self._hangs_s = float(session.config.getini("faulthandler_timeout"))
        # One folder for all, with one for each worker in it; it is removed as ever.
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        if any(item.get_closest_marker("process") for item in session.items):
            start_fork_server()
        for _ in range(count):
            self._start()

    def _start(self) -> None:
        heard, said = FORK.Pipe(duplex=False)
        # Of each pipe one process holds the end to read and one that to write: whichever of them
        # ends, the other hears of it.
        others = [*self._running, heard]
        with said:
            process = FORK.Process(target=work, args=(self._session, self._turns, said, others))
            process.start()
        self._running[heard] = Running(process, time.monotonic())

    def show_reports(self) -> None:
        """Until all workers have ended. Raises what pytest's own loop does where it stops early."""
        session = self._session
        while self._running:
            ready = wait(list(self._running), self._hangs_s or None)
            self._ask_who_hangs(time.monotonic())
            for heard in ready:
                assert isinstance(heard, Connection)
                self._show(heard)
                if session.shouldfail:
                    raise session.Failed(session.shouldfail)
                if session.shouldstop:
                    raise session.Interrupted(session.shouldstop)

    def _ask_who_hangs(self, now: float) -> None:
        """Have each worker that was silent for too long print where it is, again and again."""
        for worker in self._running.values():
            silent = now - worker.heard_at > self._hangs_s > 0
            if silent and worker.process.is_alive() and worker.process.pid:
                os.kill(worker.process.pid, signal.SIGUSR1)
                worker.heard_at = now

    def _show(self, heard: Connection) -> None:
        config = self._session.config
        worker = self._running[heard]
        worker.heard_at = time.monotonic()
        try:
            name, said = heard.recv()
        except EOFError:
            self._say_end(self._running.pop(heard))
            heard.close()
            return
        if name == "report":
            report = config.hook.pytest_report_from_serializable(config=config, data=said)
            config.hook.pytest_runtest_logreport(report=report)
            return
        worker.nodeid, worker.location = said["nodeid"], said["location"]
        getattr(config.hook, f"pytest_runtest_{name}")(**said)

    def _say_end(self, worker: Running) -> None:
        worker.process.join()
        if status := worker.process.exitcode:
            lost = pytest.TestReport(
                worker.nodeid,
                worker.location,
                {},
                "failed",
                f"the worker ended with status {status} during this test or after it",
                "call",
            )
            self._session.config.hook.pytest_runtest_logreport(report=lost)

    def end(self) -> None:
        """Have those that are left end after their test, and wait for them."""
        self._turns.stopped.set()
        for heard, worker in self._running.items():
            heard.close()  # who reports then ends
            worker.process.join()


def work(session: pytest.Session, turns: Turns, said: Connection, others: list[Connection]) -> None:
    """In a worker: run tests as long as there are some."""
    for connection in others:
        connection.close()
    config = session.config
    take_apart(config)
    use_fork_server()
    config.pluginmanager.register(Reporter(config, said))
    try:
        for item, following in pairwise(chain(turns.take(), [None])):
            assert item is not None
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # the process that collected says so
    finally:
        session._setupstate.teardown_exact(None)


def take_apart(config: pytest.Config) -> None:
    """Have a worker share no terminal, no captured output and no folder with its parent."""
    for name in PARENTS:
        if config.pluginmanager.has_plugin(name):
            config.pluginmanager.unregister(name=name)
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    folders: Any = config._tmp_path_factory  # type: ignore[attr-defined]
    folders._basetemp = folders.mktemp("worker")


class Reporter:
    """Says to the process that collected what a worker's tests came to."""

    def __init__(self, config: pytest.Config, said: Connection) -> None:
        self._config = config
        self._said = said

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        self._said.send(("logstart", {"nodeid": nodeid, "location": location}))

    def pytest_runtest_logfinish(self, nodeid: str, location: object) -> None:
        self._said.send(("logfinish", {"nodeid": nodeid, "location": location}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook
        told = hook.pytest_report_to_serializable(config=self._config, report=report)
        self._said.send(("report", told))
