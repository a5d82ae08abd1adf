"""Programs that an instance starts, forked from a process that has imported what they need.

A worker that paints is started some seventy times, and to import it costs 0.5 s of CPU. What the
server starts instead is a small program (tests/launcher.py) that has the worker forked, with its
own files, words and environment, and ends as it ends; who kills the one kills the other.
"""

import fcntl
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

LAUNCHER: Final = Path(__file__).with_name("launcher.py")
MOST_BYTES: Final = 2**17
MOST_FILES: Final = 16
ABOVE: Final = 1000
"""Files are numbered from here on while those below are put in order."""


def forked_command(module: str) -> tuple[str, ...]:
    """The command, to which words may be added, by which children of this process run ``main`` of
    ``module``. It forks: it is called before this process has threads or a loop. Where the system
    is no Linux they run it as ever."""
    if not sys.platform.startswith("linux"):
        return sys.executable, "-m", module
    importlib.import_module(module)
    name = f"phosphene-tests-{os.urandom(8).hex()}"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(f"\0{name}")
    listening.listen()
    parent = os.pidfd_open(os.getpid())
    if os.fork() == 0:
        exit_after(Programs(listening, parent).run)
    listening.close()
    os.close(parent)
    return sys.executable, "-I", "-S", str(LAUNCHER), name, module


class Program(Struct):
    """What a launcher gave: ``files`` are their numbers here by their numbers there."""

    files: dict[int, int]
    words: list[str]
    environ: dict[str, str]


class Programs:
    """Forks programs until the process has ended that it was forked from, and all of them too."""

    def __init__(self, listening: socket.socket, parent: int) -> None:
        gc.freeze()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # that of a terminal is for the instance
        self._listening = listening
        self._events = selectors.DefaultSelector()
        self._events.register(listening, selectors.EVENT_READ, self._start)
        self._events.register(parent, selectors.EVENT_READ, partial(self._stop, parent))

    def run(self) -> None:
        while self._events.get_map():
            for key, _ in self._events.select():
                key.data()

    def _stop(self, parent: int) -> None:
        self._events.unregister(parent)
        self._events.unregister(self._listening)
        self._listening.close()

    def _start(self) -> None:
        launcher, _ = self._listening.accept()
        program = receive(launcher)
        if program is None:
            launcher.close()
            return
        pid = os.fork()
        if pid == 0:
            exit_after(partial(become, program))
        for file in program.files.values():
            os.close(file)
        ended = os.pidfd_open(pid)
        self._events.register(ended, selectors.EVENT_READ, partial(self._end, pid, ended, launcher))
        self._events.register(launcher, selectors.EVENT_READ, partial(self._kill, pid, launcher))

    def _kill(self, pid: int, launcher: socket.socket) -> None:
        """Its launcher was killed."""
        if launcher.fileno() >= 0:  # it may have been told of the end at this moment
            self._events.unregister(launcher)
            os.kill(pid, signal.SIGKILL)

    def _end(self, pid: int, ended: int, launcher: socket.socket) -> None:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self._events.unregister(ended)
        os.close(ended)
        if launcher in self._events.get_map():
            self._events.unregister(launcher)
            launcher.send(b"%d" % status)
        launcher.close()


def receive(launcher: socket.socket) -> Program | None:
    """None of one that was killed."""
    body, here, _, _ = socket.recv_fds(launcher, MOST_BYTES, MOST_FILES)
    if not body:
        return None
    files, count, *texts = body.split(b"\0")
    there = map(int, files.split())
    words, environ = texts[: int(count)], texts[int(count) :]
    return Program(
        dict(zip(there, here, strict=True)),
        [os.fsdecode(word) for word in words],
        dict(os.fsdecode(one).split("=", 1) for one in environ),
    )


def become(program: Program) -> None:
    """Run it, with nothing open but what it was given."""
    os.setsid()  # as its launcher has a session of its own
    signal.signal(signal.SIGINT, signal.default_int_handler)
    given = {to: fcntl.fcntl(file, fcntl.F_DUPFD, ABOVE) for to, file in program.files.items()}
    os.closerange(0, ABOVE)
    for to, file in given.items():
        os.dup2(file, to)
        os.close(file)
    os.environ.clear()
    os.environ.update(program.environ)
    sys.argv = list(program.words)
    importlib.import_module(program.words[0]).main()


def exit_after(run: Callable[[], None]) -> None:
    """End this process as Python ends one."""
    status = 0
    try:
        run()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
