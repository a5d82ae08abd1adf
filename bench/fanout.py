"""What a viewer costs: our packet path against aiortc, Janus and Pion, on one stream in one run.

    python -m bench.fanout [--viewers 1 20 200] [--seconds 8] [--modes ours packets janus pion]

Real receivers (ICE, DTLS, SRTP, NACK) in another process; they drop every 500th packet and get it
again. CPU is that of the whole server process, in user and system, per second of video that a
viewer got: a machine that cannot keep up delivers fewer pictures, which must not look cheap.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aioice.ice import get_host_addresses

from bench import rivals
from bench.machine import describe
from bench.material import FPS, make
from bench.material import describe as describe_stream
from phosphene.stream.webrtc.h264 import payloads
from phosphene.units import Unit

WARM_UP_S = 2.0
PIPE = asyncio.subprocess.PIPE
MODES = {
    "ours": "ours",
    "plain": "ours, plain path (no GSO)",
    "janus": "Janus",
    "pion": "Pion",
    "packets": "aiortc, packets encoded once",
    "encoders": "aiortc, an encoder per viewer",
}
MOST = {"encoders": 5, "packets": 200, "plain": 500, "janus": 500}
"""Beyond so many viewers a mode does not keep up and is left out."""


class Place(NamedTuple):
    """Where a run finds things."""

    folder: Path
    units: list[Unit]
    host: str
    drop: int
    pion: Path | None

    @property
    def material(self) -> str:
        return str(self.folder / "material")


class Result(NamedTuple):
    """``cpu_ms`` per second of video and viewer; ``slowest``: pictures a second of the viewer that
    got fewest."""

    cpu_ms: float
    fps: float
    slowest: float
    seen: dict[str, float]


async def measure(mode: str, viewers: int, seconds: float, place: Place) -> Result:
    """One mode with so many viewers."""
    async with (
        receiving(viewers, place, offered=mode == "janus") as receivers,
        serving(mode, viewers, receivers, place) as server,
    ):
        began = time.monotonic()
        await receivers.hear()  # all are connected
        joined = time.monotonic() - began
        keep_apart(server, receivers.pid)
        await asyncio.sleep(WARM_UP_S)
        before = await receivers.ask()
        cpu, wall = cpu_s(server), time.monotonic()
        await asyncio.sleep(seconds)
        cpu, wall = cpu_s(server) - cpu, time.monotonic() - wall
        after = await receivers.ask()
    seen = {
        key: value if key.startswith(("spread", "checked")) else value - before[key]
        for key, value in after.items()
    }
    pictures = max(1.0, seen["pictures"])
    fps = pictures / wall / viewers
    seen |= {"wall": wall, "joined": joined}
    return Result(1000 * cpu / pictures * FPS, fps, seen["slowest"] / wall, seen)


class Receivers:
    """The receiving process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self.pid = process.pid
        self._in, self._out = process.stdin, process.stdout

    async def hear(self) -> Any:
        line = await self._out.readline()
        if not line:
            raise RuntimeError("the receivers ended early")
        return json.loads(line)

    def say(self, message: Any) -> None:
        self._in.write(json.dumps(message).encode() + b"\n")

    async def ask(self) -> dict[str, float]:
        """Their figures so far."""
        self.say("?")
        return dict(await self.hear())


@asynccontextmanager
async def receiving(viewers: int, place: Place, *, offered: bool) -> AsyncIterator[Receivers]:
    command = [
        *(sys.executable, "-m", "bench.receivers", place.material, str(viewers)),
        *("--host", place.host, "--drop", str(place.drop)),
        *(["--answer"] if offered else []),
    ]
    child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**26)
    try:
        yield Receivers(child)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


@asynccontextmanager
async def serving(
    mode: str, viewers: int, receivers: Receivers, place: Place
) -> AsyncIterator[int]:
    """The server's process id, once everybody is answered."""
    if mode == "janus":
        folder = Path(tempfile.mkdtemp(dir=place.folder))
        async with rivals.janus(folder, place.units, place.host) as server:
            receivers.say(await server.offers(viewers))
            await server.answer(await receivers.hear())
            yield server.pid
        return
    offers = await receivers.hear()
    async with _answering(mode, offers, place) as (pid, answers):
        receivers.say(answers)
        yield pid


def _answering(
    mode: str, offers: list[str], place: Place
) -> AbstractAsyncContextManager[tuple[int, list[str]]]:
    if mode == "pion":
        assert place.pion
        return rivals.pion(place.pion, offers, place.units, place.host)
    return _python(mode, offers, place)


@asynccontextmanager
async def _python(
    mode: str, offers: list[str], place: Place
) -> AsyncIterator[tuple[int, list[str]]]:
    command = [sys.executable, "-m", "bench.senders", mode, place.material, place.host]
    child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**26)
    assert child.stdin
    assert child.stdout
    try:
        child.stdin.write(json.dumps(offers).encode() + b"\n")
        yield child.pid, json.loads(await child.stdout.readline())
    finally:
        child.kill()
        await child.wait()


def keep_apart(server: int, receivers: int) -> None:
    """A core for the server and the others for the receivers, where there are others."""
    first, *others = sorted(os.sched_getaffinity(0))
    if others:
        for thread in Path(f"/proc/{server}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {first})
        os.sched_setaffinity(receivers, others)


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, all threads, user and system (Linux)."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def line(mode: str, viewers: int, result: Result, ours: float) -> str:
    seen = result.seen
    expected = result.fps * seen["wall"] * seen["checked"]
    whole = f"{100 * seen['whole'] / expected:.1f} %" if mode != "encoders" and expected else "-"
    return (
        f"{viewers:>7}  {MODES[mode]:<31} {result.cpu_ms:>9.3f} {1000 / result.cpu_ms:>8.0f} "
        f"{result.cpu_ms / ours:>6.1f} {result.fps:>6.1f} {result.slowest:>8.1f} {whole:>8} "
        f"{seen['again']:>6.0f}/{seen['dropped']:<6.0f} {seen['spread_p50_ms']:>7.1f} "
        f"{seen['spread_p95_ms']:>7.1f} {seen['joined']:>6.1f}"
    )


HEAD = (
    f"{'viewers':>7}  {'server':<31} {'ms/view-s':>9} {'per core':>8} {'ratio':>6} {'fps':>6} "
    f"{'slowest':>8} {'whole':>8} {'again/lost':>13} {'p50 ms':>7} {'p95 ms':>7} "
    f"{'joined':>6}\n"
    "(ratio: cost against ours; slowest: fps of the viewer with fewest pictures; whole: pictures\n"
    "that came whole and unchanged, in those that decrypt; ms: from the first viewer to the last;\n"
    "joined: seconds until all were connected)"
)


async def table(place: Place, viewers: list[int], modes: list[str], seconds: float) -> None:
    for count in viewers:
        ours = 0.0
        for mode in [mode for mode in modes if count <= MOST.get(mode, count)]:
            result: Result | None = None
            try:
                result = await measure(mode, count, seconds, place)
            except* RuntimeError:
                print(f"{count:>7}  {MODES[mode]:<31} did not connect them all", flush=True)
            if result:
                ours = ours or result.cpu_ms
                print(line(mode, count, result, ours), flush=True)


def possible(modes: list[str]) -> Iterator[str]:
    """The modes whose programs are here."""
    for mode in modes:
        if mode == "janus" and not rivals.LIB.exists():
            print("Janus is not installed: left out")
        elif mode == "pion" and rivals.go() is None:
            print("Go or Pion is not installed: left out")
        else:
            yield mode


def own_address() -> str:
    """Where Janus offers itself too: libnice leaves 127.0.0.1 out. Nothing leaves the machine."""
    return next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), "127.0.0.1")


async def run(given: argparse.Namespace) -> None:
    modes = list(possible(given.modes))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        units = make(folder / "material")
        program = await rivals.build_pion(folder) if "pion" in modes else None
        place = Place(folder, units, given.host, given.drop, program)
        print(describe())
        print(describe_stream(units, (len(one) for unit in units for one in payloads(unit.data))))
        print(HEAD)
        await table(place, given.viewers, modes, given.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES))
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--drop", type=int, default=500, help="lose every n-th packet; 0: none")
    parser.add_argument("--host", default=own_address(), help="an address of this machine")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
