"""The generator of ``bench.people``: a socket for everybody, and deeds at a steady rate.

Started by it with the path of a JSON file: ``urls`` of the instances, ``tokens`` of the people, and
``followed``: the numbers of those whom each follows. Reads ``[rate, seconds]`` a line.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop
from websockets.asyncio.client import ClientConnection, connect

OPENING: Final = 50
# What is still on its way then is lost.
PATIENCE_S: Final = 10.0
NOTICED: Final = b'"noticed"'
REFUSED: Final = b'"error"'


class Told(msgspec.Struct):
    """The comment that a notice is of."""

    comment: str = ""


class Event(msgspec.Struct):
    notice: Told = msgspec.field(default_factory=Told)


class Message(msgspec.Struct):
    event: Event = msgspec.field(default_factory=Event)


decoder = msgspec.json.Decoder(Message)


class Crowd:
    """Everybody's sockets, and which deeds are on their way."""

    def __init__(self, world: dict[str, Any]) -> None:
        self._urls: list[str] = world["urls"]
        self._tokens: list[str] = world["tokens"]
        self._followed: list[list[int]] = world["followed"]
        self._sockets: list[ClientConnection] = []
        self._begun: dict[str, float] = {}
        self._waits: list[float] = []
        self._refused = 0
        self._all_told = asyncio.Event()
        self._numbers = count()
        self._chance = random.Random(1)

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self._tokens)

    async def open(self, tasks: asyncio.TaskGroup) -> None:
        """A socket for each, that follows their inbox."""
        gate = asyncio.Semaphore(OPENING)

        async def one(number: int) -> ClientConnection:
            async with gate:
                return await self._open_one(number)

        self._sockets = await asyncio.gather(*map(one, range(len(self._tokens))))
        for socket in self._sockets:
            tasks.create_task(self._listen(socket))

    async def _open_one(self, number: int) -> ClientConnection:
        url = self._urls[number % len(self._urls)]
        headers = {"Authorization": f"Bearer {self._tokens[number]}"}
        socket = await connect(
            url, additional_headers=headers, compression=None, ping_interval=None
        )
        await socket.send(json.dumps({"type": "subscribe", "topic": f"person:person-{number:06}"}))
        while b'"subscribed"' not in (said := await socket.recv(decode=False)):
            assert REFUSED not in said, said
        return socket

    async def _listen(self, socket: ClientConnection) -> None:
        while True:
            said = await socket.recv(decode=False)
            if NOTICED in said:
                begun = self._begun.pop(decoder.decode(said).event.notice.comment, None)
                if begun is not None:
                    self._waits.append(time.perf_counter() - begun)
                    if not self._begun:
                        self._all_told.set()
            elif REFUSED in said:
                self._refused += 1

    async def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """Send deeds, and wait for what is told of them."""
        self._waits, self._refused, late = [], 0, list[float]()
        self._begun.clear()
        start, comments = time.perf_counter(), 0
        for number in range(int(rate * seconds)):
            at = start + number / rate
            if (wait := at - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            late.append(max(0.0, time.perf_counter() - at))
            comments += number % 2
            await self._do(at, comment=bool(number % 2))
        took_s = time.perf_counter() - start
        await self._wait_told()
        cuts = statistics.quantiles(self._waits or [PATIENCE_S, PATIENCE_S], n=100)
        return {
            "took_s": took_s,
            "notices": len(self._waits),
            "lost": comments - len(self._waits),
            "refused": self._refused,
            "p50": cuts[49],
            "p95": cuts[94],
            "p99": cuts[98],
            "late": statistics.quantiles(late, n=100)[94],
        }

    async def _do(self, at: float, *, comment: bool) -> None:
        to = self._chance.randrange(len(self._sockets))
        by = self._chance.choice(self._followed[to])
        deed: dict[str, Any] = {"type": "like", "clip": f"clip-{to:06}", "on": True}
        if comment:
            key = f"bench-{next(self._numbers):010}"
            self._begun[key] = at
            self._all_told.clear()
            deed = {"type": "comment", "clip": f"clip-{to:06}", "text": "oh", "key": key}
        await self._sockets[by].send(json.dumps(deed))

    async def _wait_told(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._all_told.wait()
        except TimeoutError:
            pass  # said as lost


async def main(world: dict[str, Any]) -> None:
    crowd = Crowd(world)
    async with asyncio.TaskGroup() as tasks:
        await crowd.open(tasks)
        print(json.dumps({"open": crowd.size}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await crowd.run(*json.loads(line))), flush=True)


if __name__ == "__main__":
    uvloop.run(main(json.loads(Path(sys.argv[1]).read_text())))
