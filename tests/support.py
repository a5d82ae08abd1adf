"""Real processes for tests: instances of the server and Redis, on free ports, ended by the test."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import IO

import msgspec

from phosphene.__main__ import main
from tests import painted as painter
from tests.forked import Forked, Process
from tests.store.empty import put_empty_database

READY_TIMEOUT_S = 120.0
# Below those that Linux, macOS and Windows give to connections. Each process begins elsewhere.
PORTS = range(12_000, 32_000)
SPREAD = 7919
_taken = count()


class Instance:
    """A running server; ``logs`` are its lines so far."""

    def __init__(
        self,
        process: Process,
        url: str,
        logs: list[str],
        lines: "SimpleQueue[str | None]",
    ) -> None:
        self.process = process
        self.url = url
        self.logs = logs
        self._lines = lines

    async def says(self, part: str) -> str:
        """The next line of the log that holds ``part``."""
        return await asyncio.to_thread(wait_for_line, self._lines, part, READY_TIMEOUT_S)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/v1/socket"


class RedisServer:
    """A redis-server, or what ``TEST_REDIS`` names as valkey-server, that can be killed and started
    again on its port, with nothing kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.options = ["--port", str(self.port)]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        name = os.environ.get("TEST_REDIS", "redis-server")
        program = shutil.which(name)
        assert program, f"the tests need {name}: run `make test`"
        self._process = subprocess.Popen(
            [program, *self.options, "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        wait_for_line(drain(self._process.stdout), "Ready to accept connections", 20.0)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def instance(
    data: Path,
    *,
    remote: bool = False,
    painted: bool = False,
    easel: str = "tests.render.easel",
    by_command: bool = False,
    **settings: object,
) -> Iterator[Instance]:
    """A server that is ready to draw, if ``remote`` also with a worker of another machine, if
    ``painted`` with one that needs no model and forms at once (the module ``easel``), if
    ``by_command`` started as an operator starts it; settings as keyword arguments."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PHOSPHENE_")}
    given = {"data": data, "port": 0, "spares": 0, "stop_grace": 0, "prompts_per_minute": 1000}
    given |= {"writes_per_minute": 10000, "handles_per_minute": 1000, "guests_per_minute": 10000}
    given |= {"house": False, "guest_likes_per_hour": 10000, "sockets_per_address": 10000}
    given |= {"pace": 0} if painted else {}
    # A process more for each instance whose feed is looked at: half a second of a core.
    given |= {"feed_learner": False, "feed_meaning": False, "policy_meaning": False}
    environ |= {f"PHOSPHENE_{key.upper()}": str(value) for key, value in (given | settings).items()}
    environ["EASEL"] = easel
    if not by_command and "database_url" not in settings:
        data.mkdir(parents=True, exist_ok=True)
        put_empty_database(data / "phosphene.db")
    process = (
        command("serve", env=environ)
        if by_command
        else Forked(painter.main if painted else serve, environ)
    )
    assert process.stderr
    logs: list[str] = []
    lines = drain(process.stderr, logs)
    try:
        url = wait_for_line(lines, "Phosphene is on ", READY_TIMEOUT_S).split()[3]
        awaited = {'"message":"serving"'}
        others = str(settings.get("models", "")).split()
        # The first of several models says its name: any of them may be ready before it.
        ready = '"message":"ready"' + (',"model":"painter"' if painted and others else "")
        awaited |= set() if settings.get("workers") == 0 else {ready}
        awaited |= {"draws for this instance"} if remote else set()
        awaited |= {f'"model":"{name}"' for name in others}
        wait_for_lines(lines, awaited, READY_TIMEOUT_S)
        yield Instance(process, url, logs, lines)
    except BaseException:  # the test fails: its report shows what the server said
        print(f"--- log of the instance {given.get('instance', data.name)}")
        print("".join(logs))
        raise
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def serve() -> int:
    return main(["serve"])


def command(*arguments: str, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    """``phosphene`` with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-m", "phosphene", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=Path(__file__).parent.parent,
    )


@contextmanager
def lent_worker(redis_url: str, blobs: Path, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """A worker of another machine, as its operator starts it; it is ready."""
    given = {"redis_url": redis_url, "blobs": blobs} | settings
    options = [
        part
        for name, value in given.items()
        for part in ("--" + name.replace("_", "-"), str(value))
    ]
    process = command("worker", *options)
    assert process.stderr
    try:
        wait_for_line(drain(process.stderr), '"message":"lending ', READY_TIMEOUT_S)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()


def drain(stream: IO[str], kept: list[str] | None = None) -> "SimpleQueue[str | None]":
    """Read a stream to its end in a thread, so that its writer never blocks; None ends it."""
    lines: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        try:
            for line in stream:
                if kept is not None:
                    kept.append(line)
                lines.put(line)
        except ValueError:  # the stream was closed under the reader
            pass
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def wait_for_line(lines: "SimpleQueue[str | None]", part: str, timeout_s: float) -> str:
    """The next line that holds ``part``."""
    seen = []
    while (line := lines.get(timeout=timeout_s)) is not None:
        seen.append(line)
        if part in line:
            return line
    raise AssertionError(f"the process ended before it said {part!r}: {''.join(seen)}")


def wait_for_lines(lines: "SimpleQueue[str | None]", parts: set[str], timeout_s: float) -> None:
    """Return when lines with all of ``parts`` have come, in whatever order."""
    while parts:
        line = wait_for_line(lines, "", timeout_s)
        parts = {part for part in parts if part not in line}


def free_port() -> int:
    """One that nobody listens on, and that nobody is given before it is used: the kernel gives
    those of its own range to any connection, once in ten runs of the suite to another server
    first."""
    while True:
        port = PORTS[(os.getpid() * SPREAD + next(_taken)) % len(PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port


def decode(body: bytes) -> dict[str, object]:
    return msgspec.json.decode(body, type=dict[str, object])
