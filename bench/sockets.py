"""One event to many WebSockets: our instance beside node's ws and websockets' broadcast.

    python -m bench.sockets [--sockets 1000 5000] [--events 100] [--modes ours ws websockets]

Each server has a process of its own, as the clients have; the same bytes go to the same number of
connections without compression, one event after the other. CPU is that of the whole server process,
in user and system, per delivery; ours counts all of an event: a comment that comes on a socket, as
the page sends it, is judged, stored and told. Memory is what a connection adds to the process. ws
is installed by npm at the first run (``bench/ws``).
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import psutil
from websockets.asyncio.client import connect

from bench.idle import used
from bench.machine import describe
from phosphene.model import Clip, Person
from phosphene.store.sqlite import open_store
from tests.support import instance

FOLDER: Final = Path(__file__).parent / "ws"
MODES: Final = {"ours": "ours", "ws": "node's ws", "websockets": "websockets, broadcast"}
MARK: Final = "benchmark"
# As long as what our instance tells of a comment of one word.
LINE: Final = '{"type":"happened","text":"' + MARK + '","more":"' + "x" * 260 + '"}'
SUBSCRIBE: Final = '{"type":"subscribe","id":1,"topic":"clip:a"}'
SETTLE_S: Final = 2.0
WARM_UP: Final = 10
AUTHORS: Final = 8
"""Sockets of one person: so many messages a second are not allowed on one."""
PIPE: Final = asyncio.subprocess.PIPE

Post = Callable[[int], Awaitable[None]]
"""Makes the event of this number."""


class Server(NamedTuple):
    """A server under test: where its sockets are, what clients say first, how an event is made."""

    pid: int
    port: int
    path: str
    say: str | None
    post: Post


class Result(NamedTuple):
    """Of one server with so many connections."""

    micros: float
    bytes: float
    seconds: float


@asynccontextmanager
async def ours() -> AsyncIterator[Server]:
    """An instance that draws nothing, with one clip that everybody follows."""
    with tempfile.TemporaryDirectory() as name:
        async with open_store(Path(name) / "phosphene.db", "one", time.time) as store:
            painter = Person("painter-id", "painter")
            await store.add_clip(
                Clip(
                    id="a",
                    author=painter,
                    text="a red ball",
                    seconds=5,
                    status="done",
                    created_at=time.time(),
                )
            )
        # One that is forked shares pages that count as its own once they are touched.
        with instance(Path(name), workers=0, sockets=100_000, by_command=True) as server:
            url = httpx.URL(server.url)
            async with httpx.AsyncClient(base_url=url) as http, AsyncExitStack() as stack:
                token = (await http.get("/v1/me")).json()["token"]
                headers = {"Authorization": f"Bearer {token}"}
                opening = (
                    connect(server.socket_url, additional_headers=headers) for _ in range(AUTHORS)
                )
                authors = [await stack.enter_async_context(one) for one in opening]

                async def post(number: int) -> None:
                    author, key = authors[number % AUTHORS], f"{MARK}-{number:08}"
                    said = {"type": "comment", "id": number + 1, "clip": "a", "key": key}
                    await author.send(json.dumps(said | {"text": f"{MARK} {number}"}))
                    while b'"ok"' not in (answer := await author.recv(decode=False)):
                        assert b'"error"' not in answer, answer

                assert url.port
                yield Server(server.process.pid, url.port, "/v1/socket", SUBSCRIBE, post)


@asynccontextmanager
async def rival(*command: str) -> AsyncIterator[Server]:
    """A server that tells everybody each line of its input."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdin
    assert process.stdout
    stdin = process.stdin

    async def post(number: int) -> None:
        stdin.write(f"{LINE}\n".encode())
        await stdin.drain()

    try:
        yield Server(process.pid, int(await process.stdout.readline()), "/", None, post)
    finally:
        process.kill()
        await process.wait()


def start(mode: str) -> AbstractAsyncContextManager[Server]:
    """The server of a mode. Raises LookupError where what it needs is not there."""
    if mode == "ours":
        return ours()
    if mode == "websockets":
        return rival(sys.executable, "-m", "bench.broadcast_server")
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise LookupError("node is missing")
    return rival(node, str(FOLDER / "server.js"))


async def install() -> None:
    """Fetch ws, once."""
    npm = shutil.which("npm")
    if npm and not (FOLDER / "node_modules").exists():
        command = (npm, "ci", "--no-audit", "--no-fund", "--silent")
        await (await asyncio.create_subprocess_exec(*command, cwd=FOLDER)).wait()


async def measure(server: Server, count: int, events: int) -> Result:
    """What ``events`` cost with ``count`` connections."""
    process = psutil.Process(server.pid)
    empty = process.memory_info().rss
    command = [sys.executable, "-m", "bench.socket_clients", str(server.port), server.path]
    command += [str(count), MARK, *(["--say", server.say] if server.say else [])]
    clients = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert clients.stdin
    assert clients.stdout
    try:
        assert (await clients.stdout.readline()).strip() == b"open"
        await asyncio.sleep(SETTLE_S)
        full = process.memory_info().rss
        spent = begun = 0.0
        for number in range(WARM_UP + events):
            if number == WARM_UP:
                spent, begun = used(process)[0], time.perf_counter()
            await server.post(number)
            clients.stdin.write(f"{(number + 1) * count}\n".encode())
            assert await clients.stdout.readline(), "the clients have ended"
        micros = 1000 * (used(process)[0] - spent) / (events * count)
        return Result(micros, (full - empty) / count, (time.perf_counter() - begun) / events)
    finally:
        clients.kill()
        await clients.wait()


async def run(counts: list[int], events: int, modes: list[str]) -> None:
    """Print a table, a line for each number of connections and server."""
    await install()
    for count in counts:
        for mode in modes:
            try:
                async with start(mode) as server:
                    found = await measure(server, count, events)
            except LookupError as error:
                print(f"{count:5} connections  {MODES[mode]:22} not here: {error}")
                continue
            print(
                f"{count:5} connections  {MODES[mode]:22} {found.micros:6.2f} us of CPU a delivery"
                f"  {found.bytes / 1000:6.1f} kB a connection  {found.seconds * 1000:7.1f} ms an"
                " event",
                flush=True,
            )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--modes", nargs="+", default=list(MODES), choices=list(MODES))
    options = parser.parse_args()
    print(describe())
    asyncio.run(run(options.sockets, options.events, options.modes))


if __name__ == "__main__":
    main()
