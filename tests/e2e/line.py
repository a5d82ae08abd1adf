"""A line of so many bits a second between a server and a browser, in user space."""

import heapq
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

Address = tuple[str, int]
QUEUE_S = 0.5
"""What would wait for longer is lost, as in the routers of the field."""


class Line:
    """Passes datagrams on between whoever sends to ``port`` and a server on this machine; ``rate``
    holds for those of the server, and may be changed at any time."""

    def __init__(self, server_port: int, rate: float) -> None:
        self.rate = rate
        self.lost = 0
        self._server = ("127.0.0.1", server_port)
        self._front = _bound()
        self.port = int(self._front.getsockname()[1])
        self._backs: dict[Address, socket.socket] = {}
        self._free_s = 0.0
        self._waiting: list[tuple[float, int, bytes, Address]] = []
        self._number = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._front, selectors.EVENT_READ, None)
        self._ends = False

    def run(self) -> None:
        while not self._ends:
            due_s = self._waiting[0][0] - time.monotonic() if self._waiting else 0.1
            for key, _ in self._selector.select(max(0.0, min(due_s, 0.1))):
                self._read(key.data)
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, datagram, client = heapq.heappop(self._waiting)
                self._front.sendto(datagram, client)
        for one in (self._front, *self._backs.values()):
            one.close()

    def end(self) -> None:
        self._ends = True

    def _read(self, client: Address | None) -> None:
        """Of the front, or the answers to one client."""
        if client is not None:
            self._queue(self._backs[client].recv(2048), client)
            return
        datagram, client = self._front.recvfrom(2048)
        if client not in self._backs:
            self._backs[client] = back = _bound()
            self._selector.register(back, selectors.EVENT_READ, client)
        self._backs[client].sendto(datagram, self._server)

    def _queue(self, datagram: bytes, client: Address) -> None:
        now_s = time.monotonic()
        begins_s = max(now_s, self._free_s)
        if begins_s - now_s > QUEUE_S:
            self.lost += 1
            return
        self._free_s = begins_s + len(datagram) * 8 / self.rate
        self._number += 1
        heapq.heappush(self._waiting, (self._free_s, self._number, datagram, client))


@contextmanager
def a_line(server_port: int, rate: float) -> Iterator[Line]:
    """Open inside the block."""
    line = Line(server_port, rate)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.end()
        thread.join()


def _bound() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind(("127.0.0.1", 0))
    return opened
