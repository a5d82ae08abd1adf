"""What a removal, a page of clips and a page of a person's own cost, by how many clips there are.

    python -m bench.deleting [--clips 1000 60000 300000]

The store is asked as the server does it; each removal waits for its commit. Quote ratios: what a
flush costs is the disk's.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from bench.machine import describe
from phosphene.events import ClipFinished, ClipQueued, ClipStarted, StoredEvent
from phosphene.model import Clip, Person
from phosphene.store import references, removal
from phosphene.store.event_log import event_body
from phosphene.store.rows import clip_body
from phosphene.store.schema import connect, migrate
from phosphene.store.sqlite import open_store
from phosphene.store.store import Store

ROUNDS = 200
WORDS = "a red ball rolls over the sea while the moon looks on"


def a_clip(number: int) -> Clip:
    """A finished public clip of one of a thousand people, with files."""
    name = f"{number:08d}"
    return Clip(
        id=name,
        author=Person(f"p{number % 1000}", "somebody"),
        text=WORDS,
        seconds=5,
        status="done",
        created_at=float(number),
        root=name,
        sha256=name,
        poster=f"{name}poster",
        preview=f"{name}preview",
        birth=f"{name}birth",
        latents=f"{name}latents",
    )


def fill(path: Path, count: int) -> None:
    """So many clips as a site has after a while, with what the log says of them."""
    with closing(connect(path)) as cx:
        migrate(cx)
        cx.execute("BEGIN")
        for number in range(count):
            clip = a_clip(number)
            cx.execute(
                "INSERT INTO clips (id, instance, author, status, created_at, root, body, indexed)"
                " VALUES (?, 'one', ?, 'done', ?, ?, ?, 1)",
                (clip.id, clip.author.id, clip.created_at, clip.id, clip_body(clip)),
            )
            references.index(cx, clip)
            events: list[StoredEvent] = [ClipQueued(clip), ClipStarted(clip), ClipFinished(clip)]
            for seq, event in enumerate(events, 1):
                body = event_body(event)
                for topic, place, mentions in (
                    (f"clip:{clip.id}", seq, ""),
                    ("feed", 3 * number + seq, clip.id),
                ):
                    cx.execute(
                        "INSERT INTO events (topic, seq, event, mentions) VALUES (?, ?, ?, ?)",
                        (topic, place, body, mentions),
                    )
        cx.execute("COMMIT")


async def timed(work: Callable[[int], Awaitable[object]]) -> float:
    """Median milliseconds of a call."""
    waits = []
    for turn in range(ROUNDS):
        begun = time.perf_counter()
        await work(turn)
        waits.append(1000 * (time.perf_counter() - begun))
    return statistics.median(waits)


def locked(path: Path, count: int) -> float:
    """Median milliseconds that a removal holds the write lock for, without the flush."""
    with closing(connect(path)) as cx:
        waits = []
        for turn in range(ROUNDS):
            cx.execute("BEGIN IMMEDIATE")
            begun = time.perf_counter()
            removal.remove_clip(cx, f"{turn * (count // ROUNDS) + 1:08d}")
            waits.append(1000 * (time.perf_counter() - begun))
            cx.execute("COMMIT")
    return statistics.median(waits)


async def measure(path: Path, count: int) -> list[float]:
    """Milliseconds of a removal, a page for nobody, one for a person, and 500 candidates."""
    async with open_store(path, "one", time.time) as store:
        store_: Store = store
        step = count // ROUNDS
        return [
            await timed(lambda turn: store_.remove_clip(f"{turn * step:08d}")),
            await timed(lambda _: store_.list_clips(limit=20)),
            await timed(lambda _: store_.list_clips(limit=20, person_id="p7")),
            await timed(lambda _: store_.list_candidates(limit=500)),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clips", type=int, nargs="+", default=[1000, 60_000, 300_000])
    sizes = parser.parse_args().clips
    print(describe())
    names = (
        "removal within the lock",
        "removal with its flushes",
        "page of 20",
        "page of 20 with one's own",
        "500 candidates",
    )
    first: list[float] = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.db"
            fill(path, count)
            found = [locked(path, count), *asyncio.run(measure(path, count))]
        first = first or found
        told = (
            f"{name} {ms:.2f} ms ({ms / base:.2f}x)"
            for name, ms, base in zip(names, found, first, strict=True)
        )
        print(f"{count} clips: " + ", ".join(told), flush=True)


if __name__ == "__main__":
    main()
