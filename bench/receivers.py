"""Many WebRTC receivers in one process: ICE, DTLS, SRTP, NACK, receiver reports, REMB.

    python -m bench.receivers MATERIAL COUNT [--drop 500] [--answer]

Speaks JSON lines with ``bench.fanout``: session descriptions out and in, then figures for every
line that comes. Every receiver counts packets and pictures, drops every n-th packet and asks for it
again; one in fifty decrypts everything and compares it with the material.
"""

import argparse
import asyncio
import json
import select
import sys
import time
from pathlib import Path
from statistics import quantiles

from aiortc import RTCCertificate

from bench.material import load
from bench.receiver import Known, Receiver

AT_ONCE = 25
JOIN_S = 60.0
CHECKED = 50
SPEAK_S = 1.0
SLICES = 20
CONSENT_EVERY = 2


def known(path: Path) -> Known:
    return Known(load(path))


async def connect(receivers: list[Receiver], remote: list[str], *, offered: bool) -> None:
    """All of them, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(receiver: Receiver, description: str) -> None:
        async with gate:
            await receiver.connect(description, offerer=not offered)

    async with asyncio.timeout(JOIN_S):
        await asyncio.gather(*map(one, receivers, remote))


def receive(receivers: list[Receiver], ask: float) -> None:
    """Until the input ends: one thread, one epoll."""
    poll = select.epoll()
    by_number = {one.socket.fileno(): one for one in receivers}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    control = sys.stdin.fileno()
    poll.register(control, select.EPOLLIN)
    piece, next_s, rounds = 0, time.monotonic(), 0
    while True:
        for number, _ in poll.poll(0.01):
            if number == control:
                if not sys.stdin.readline():
                    return
                print(json.dumps(figures(receivers)), flush=True)
            else:
                by_number[number].drain()
        now = time.monotonic()
        if now >= next_s:
            next_s = now + ask / SLICES
            for receiver in receivers[piece::SLICES]:
                receiver.speak(consent=rounds % CONSENT_EVERY == 0)
            piece = (piece + 1) % SLICES
            rounds += piece == 0


def figures(receivers: list[Receiver]) -> dict[str, float]:
    """What all of them together have seen since the beginning, spreads since the last time."""
    spreads = sorted(spread(receivers))
    cuts = quantiles(spreads, n=20) if len(spreads) > 1 else [0.0] * 19
    return {
        "packets": sum(one.packets for one in receivers),
        "pictures": sum(one.pictures for one in receivers),
        "dropped": sum(one.dropped for one in receivers),
        "missed": sum(one.missed for one in receivers),
        "again": sum(one.again for one in receivers),
        "whole": sum(one.whole for one in receivers),
        "wrong": sum(one.wrong for one in receivers),
        "checked": sum(one.check for one in receivers),
        "slowest": min(one.pictures for one in receivers),
        "spread_p50_ms": 1000 * cuts[9],
        "spread_p95_ms": 1000 * cuts[18],
    }


def spread(receivers: list[Receiver]) -> list[float]:
    """Seconds between the first and the last receiver's end of each picture, by the kernel's own
    times of arrival."""
    arrived: dict[int, list[float]] = {}
    for receiver in receivers:
        for picture, at_s in receiver.take_arrivals():
            arrived.setdefault(picture, []).append(at_s)
    most = 0.95 * len(receivers)
    return [max(times) - min(times) for times in arrived.values() if len(times) >= most]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("material", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--drop", type=int, default=0, help="drop every n-th packet")
    parser.add_argument("--answer", action="store_true", help="the server offers")
    parser.add_argument("--host", default="127.0.0.1")
    given = parser.parse_args()
    content, certificate = known(given.material), RTCCertificate.generateCertificate()
    receivers = [
        Receiver(content, certificate, given.host, given.drop, check=number % CHECKED == 0)
        for number in range(given.count)
    ]
    asyncio.run(join(receivers, offered=given.answer))
    print(json.dumps(True), flush=True)
    receive(receivers, SPEAK_S)


async def join(receivers: list[Receiver], *, offered: bool) -> None:
    remote: list[str] = []
    if offered:
        remote = json.loads(await asyncio.to_thread(sys.stdin.readline))
        print(json.dumps([one.answer(text) for one, text in zip(receivers, remote, strict=True)]))
    else:
        print(json.dumps([one.offer() for one in receivers]))
    sys.stdout.flush()
    if not offered:
        remote = json.loads(await asyncio.to_thread(sys.stdin.readline))
    await connect(receivers, remote, offered=offered)


if __name__ == "__main__":
    main()
