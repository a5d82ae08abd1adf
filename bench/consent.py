"""From a deed with somebody's likeness to its owner's inbox, and from the press to the last packet.

    python -m bench.consent [--times 30]

Two instances share a database and a Redis; one draws, and has a viewer, the other has the owner's
socket, another viewer, and is where the owner presses. Then the same presses without Redis. Last,
what one decision costs.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection

from bench.machine import describe
from phosphene.consent.terms import (
    LikenessTerms,
    UsageRules,
    UseStanding,
    UseWords,
    decide_use,
)
from tests.flows.consenting import (
    ADA,
    BOB,
    as_person,
    inbox_of,
    lend,
    move_in,
    next_notice,
    wait_live,
    watching,
)
from tests.support import Instance, instance, redis_server

DECISIONS = 100_000


async def press(
    a: Instance, bob: httpx.AsyncClient, ada: httpx.AsyncClient, inbox: ClientConnection
) -> tuple[float, float]:
    """Seconds from a prompt to the inbox, and from the press to the last packet anywhere."""
    await lend(ada)
    asked = time.monotonic()
    made = await bob.post("/v1/clips", json={"text": "@ada at sea", "seconds": 10})
    made.raise_for_status()
    await next_notice(inbox, "likeness_used")
    told, clip = time.monotonic() - asked, made.json()["id"]
    await wait_live(a, clip)
    async with watching(bob, clip) as here, watching(ada, clip) as there:
        pressed = time.monotonic()
        await ada.post("/v1/me/likeness/withdrawals", json={"what": "everything"})
        await here.wait_gone()
        await there.wait_gone()
        return told, max(here.last_at, there.last_at, pressed) - pressed


async def refuse(bob: httpx.AsyncClient, inbox: ClientConnection) -> float:
    """Seconds from a refused attempt to the inbox; only the first within an hour rings."""
    asked = time.monotonic()
    await bob.post("/v1/clips", json={"text": "@ada at sea"})
    await next_notice(inbox, "likeness_refused")
    return time.monotonic() - asked


async def measure(times: int, data: Path) -> None:
    await move_in(data)
    with (
        redis_server(data) as redis,
        instance(data, painted=True, redis_url=redis.url, instance="a") as a,
        instance(data, redis_url=redis.url, instance="b", workers=0) as b,
    ):
        async with as_person(a, BOB) as bob, as_person(b, ADA) as ada, inbox_of(b, ADA) as inbox:
            found = [await press(a, bob, ada, inbox) for _ in range(times)]
            print("prompt to the owner's inbox:", told([one[0] for one in found]))
            print("press to the last packet:", told([one[1] for one in found]))
            print(f"refused attempt to the inbox: {await refuse(bob, inbox) * 1000:.0f} ms")
            without = list[float]()
            for _ in range(max(1, times // 3)):
                redis.kill()
                without.append(await alone(a, bob, ada))
                redis.start()
            print("press to the last packet without Redis:", told(without))


async def alone(a: Instance, bob: httpx.AsyncClient, ada: httpx.AsyncClient) -> float:
    """The same press while the bus is away: the viewer is at the instance that draws."""
    await lend(ada)
    made = await bob.post("/v1/clips", json={"text": "@ada at sea", "seconds": 10})
    made.raise_for_status()
    clip = made.json()["id"]
    await wait_live(a, clip)
    async with watching(bob, clip) as here:
        pressed = time.monotonic()
        await ada.post("/v1/me/likeness/withdrawals", json={"what": "everything"})
        await here.wait_gone()
        return max(here.last_at, pressed) - pressed


def decision_us() -> float:
    """Microseconds of a decision with every rule, over a long prompt read six ways."""
    rules = UsageRules(("political",), tuple(f"word number {n}" for n in range(20)))
    standing = UseStanding(
        owner="a",
        user="b",
        level="presence",
        grant=1,
        terms=LikenessTerms(scope="mutuals", rules=rules, until=2e9),
        mutual=True,
    )
    words = UseWords((), tuple(" a long prompt of many words" * 4 + " " for _ in range(2)))
    began = time.perf_counter()
    for _ in range(DECISIONS):
        decide_use(standing, words, 1e9)
    return (time.perf_counter() - began) / DECISIONS * 1e6


def told(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    p50 = statistics.median(ordered)
    return f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, n {len(ordered)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    given = parser.parse_args()
    print(describe())
    print(f"one decision: {decision_us():.1f} us")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(given.times, Path(folder)))


if __name__ == "__main__":
    main()
