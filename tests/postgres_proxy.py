"""A proxy before a PostgreSQL server that cuts connections at a COMMIT."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

Cut = Literal["before", "after"]
SOCKET: Final = ".s.PGSQL.5432"
COMMIT: Final = b"NOTIFY phosphene; COMMIT"


class CuttingProxy:
    """``cuts``: what becomes of the next commits that carry something: cut ``before`` the server
    hears of it, or ``after`` the server has done it and before the client hears."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.cuts: list[Cut] = []
        self._server = server
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            silent = threading.Event()
            for work, arguments in (
                (self._ask, (client, server, silent)),
                (self._answer, (server, client, silent)),
            ):
                threading.Thread(target=work, args=arguments, daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        while data := _received(client):
            if COMMIT in data and self.cuts:
                if self.cuts.pop(0) == "before":
                    break
                silent.set()
            server.sendall(data)
        _close(client, server)

    def _answer(
        self, server: socket.socket, client: socket.socket, silent: threading.Event
    ) -> None:
        # The answer to a COMMIT that was done is never given.
        while (data := _received(server)) and not silent.is_set():
            client.sendall(data)
        _close(client, server)


@contextmanager
def cutting_proxy(url: str) -> Iterator[tuple[CuttingProxy, str]]:
    """A proxy before the server at ``url``, and the address of the same database behind it."""
    parts = urlsplit(url)
    (host,) = parse_qs(parts.query)["host"]
    folder = Path(tempfile.mkdtemp(prefix="pgproxy"))
    proxy = CuttingProxy(folder, Path(host) / SOCKET)
    try:
        yield proxy, parts._replace(query=f"host={folder}").geturl()
    finally:
        proxy.close()
        shutil.rmtree(folder)


def _received(one: socket.socket) -> bytes:
    with suppress(OSError):
        return one.recv(1 << 16)
    return b""


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
