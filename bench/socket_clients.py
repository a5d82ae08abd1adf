"""Many WebSocket clients in one process that count what they are told, for ``bench.sockets``.

    python -m bench.socket_clients PORT PATH COUNT MARK [--say TEXT]

They connect one after the other in groups, each says TEXT if there is one. Prints ``open`` when all
have been accepted; for each line of standard input with a number it waits until so many messages
with MARK in them have come in all, and prints that number.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from typing import cast

import uvloop

AT_ONCE = 50
SHORT, MIDDLE = 126, 127


def frame(text: bytes) -> bytes:
    """A client's text frame (RFC 6455 section 5.2) of at most 64 kB; masked by zeros."""
    size = len(text)
    head = bytes([0x81, 0x80 | size]) if size < SHORT else bytes([0x81, 0x80 | SHORT])
    return head + (b"" if size < SHORT else size.to_bytes(2, "big")) + bytes(4) + text


class Client(asyncio.Protocol):
    """One connection: its handshake, then whole frames are counted."""

    def __init__(self, request: bytes, mark: bytes, heard: Callable[[], None]) -> None:
        self._request, self._mark, self._heard = request, mark, heard
        self._buffer = b""
        self.accepted = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        cast(asyncio.Transport, transport).write(self._request)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        """A bench that loses connections measures nothing."""
        if not self.accepted.done():
            self.accepted.set_exception(exc or ConnectionError("refused"))

    def data_received(self, data: bytes) -> None:
        """A piece of the stream."""
        self._buffer += data
        if not self.accepted.done():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._buffer = rest
            self.accepted.set_result(None)
        while (end := self._end()) and end <= len(self._buffer):
            if self._mark in self._buffer[:end]:
                self._heard()
            self._buffer = self._buffer[end:]

    def _end(self) -> int:
        """Where the first frame ends; 0: that is not known yet."""
        if len(self._buffer) < 4:
            return 0
        size = self._buffer[1] & 0x7F
        if size < SHORT:
            return 2 + size
        assert size < MIDDLE
        return 4 + int.from_bytes(self._buffer[2:4], "big")


class Counter:
    """How many messages have come, and a wait for so many."""

    def __init__(self) -> None:
        self._count, self._wanted = 0, 0
        self._reached = asyncio.Event()

    def add(self) -> None:
        """One more."""
        self._count += 1
        if self._count >= self._wanted:
            self._reached.set()

    async def wait(self, count: int) -> None:
        """Until so many have come."""
        self._wanted = count
        self._reached.clear()
        if self._count < count:
            await self._reached.wait()
        assert self._count == count, f"{self._count} messages, and not {count}"


async def run(options: argparse.Namespace) -> None:
    """Until standard input ends."""
    loop, counter = asyncio.get_running_loop(), Counter()
    request = (
        f"GET {options.path} HTTP/1.1\r\nHost: 127.0.0.1:{options.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()

    async def join() -> asyncio.Transport:
        transport, client = await loop.create_connection(
            lambda: Client(request, options.mark.encode(), counter.add), "127.0.0.1", options.port
        )
        await client.accepted
        if options.say:
            transport.write(frame(options.say.encode()))
        return transport

    opened: list[asyncio.Transport] = []
    while len(opened) < options.count:
        few = min(AT_ONCE, options.count - len(opened))
        opened += await asyncio.gather(*(join() for _ in range(few)))
    print("open", flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        await counter.wait(int(line))
        print(int(line), flush=True)
    os._exit(0)  # thousands of connections need no farewell


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("count", type=int)
    parser.add_argument("mark")
    parser.add_argument("--say")
    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
