"""What finding costs by words: questions of several kinds, and the index itself.

    python -m bench.search [--clips 100000] [--rounds 200]

Clips are of the size and the words that the embedded model's are, half of them French, with rarer
words drawn by Zipf's law; the store is asked as the server does it, a page of 20.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Final

from bench.machine import describe
from phosphene.model import Clip, Person, Slot
from phosphene.store import people, search
from phosphene.store.rows import clip_body
from phosphene.store.schema import connect, migrate
from phosphene.store.search_store import SearchStore, Wanted
from phosphene.store.sqlite import open_store

# The English and the French word of some things: as many as a model of 24 subjects has.
SUBJECTS: Final = (
    *(("fox", "renard"), ("whale", "baleine"), ("balloon", "ballon"), ("turtle", "tortue")),
    *(("jellyfish", "meduse"), ("owl", "hibou"), ("rocket", "fusee"), ("cat", "chat")),
    *(("dragon", "dragon"), ("lantern", "lanterne"), ("boat", "bateau"), ("frog", "grenouille")),
)
PLACES: Final = (("forest", "foret"), ("sea", "mer"), ("desert", "desert"), ("city", "ville"))
COLOURS: Final = (("red", "rouge"), ("blue", "bleu"), ("green", "vert"), ("white", "blanc"))
RARE: Final = 30_000
BATCH: Final = 1000
AUTHORS: Final = 5000


def clips(count: int) -> Iterator[Clip]:
    """So many finished public clips, one a second."""
    dice = random.Random(7)
    for number in range(count):
        french = dice.random() < 0.5
        kinds = (("subject", SUBJECTS), ("place", PLACES), ("colour", COLOURS))
        chosen = [(name, dice.choice(words)) for name, words in kinds]
        rare = " ".join(f"word{int(RARE ** dice.random()):x}" for _ in range(5))
        yield Clip(
            id=f"{number:010d}",
            author=Person(f"p{number % AUTHORS}", "somebody"),
            text=f"{' '.join(pair[french] for _, pair in chosen)} {rare}",
            seconds=5,
            status="done",
            created_at=1.7e9 + number,
            understood=tuple(Slot(name, pair[0], 1.0, (pair[french],)) for name, pair in chosen),
        )


def fill(path: Path, count: int) -> float:
    """Put clips and people into a database; microseconds of CPU that the index of a clip took."""
    with closing(connect(path)) as cx:
        migrate(cx)
        cx.execute("BEGIN")
        spent = 0.0
        for number, clip in enumerate(clips(count)):
            cx.execute(
                "INSERT INTO clips (id, instance, author, status, created_at, root, body, indexed)"
                " VALUES (?, 'one', ?, 'done', ?, ?, ?, 1)",
                (clip.id, clip.author.id, clip.created_at, clip.id, clip_body(clip)),
            )
            begun = time.process_time()
            search.index_clip(cx, clip)
            spent += time.process_time() - begun
            if number % BATCH == BATCH - 1:
                cx.execute("COMMIT")
                cx.execute("BEGIN")
        for number in range(AUTHORS):
            people.set_handle(cx, Person(f"p{number}", f"painter_{number:x}"))
            search.index_person(cx, f"p{number}")
        cx.execute("COMMIT")
    return 1e6 * spent / count


def questions(store: SearchStore) -> dict[str, Callable[[random.Random], Awaitable[object]]]:
    """Each kind of question, asked with other words each time."""

    def clips_of(text: str, *tags: str, newest: bool = False) -> Awaitable[object]:
        return store.find_clips(Wanted(text, tags, newest), ["p7"], limit=20, cursor=None)

    return {
        "a subject": lambda dice: clips_of(dice.choice(SUBJECTS)[dice.randrange(2)]),
        "a subject and a colour": lambda dice: clips_of(
            f"{dice.choice(COLOURS)[0]} {dice.choice(SUBJECTS)[1]}"
        ),
        "the beginning of a subject": lambda dice: clips_of(dice.choice(SUBJECTS)[0][:3]),
        "subject, colour, place": lambda dice: clips_of(
            f"{dice.choice(COLOURS)[0]} {dice.choice(SUBJECTS)[0]} {dice.choice(PLACES)[1]}"
        ),
        "a rare word": lambda dice: clips_of(f"word{dice.randrange(RARE):x}"),
        "a rare word and a subject": lambda dice: clips_of(
            f"word{dice.randrange(RARE):x} {dice.choice(SUBJECTS)[0]}"
        ),
        "what nobody said": lambda dice: clips_of(f"{dice.choice(SUBJECTS)[0]} nowhere"),
        "a tag": lambda dice: clips_of("", f"subject:{dice.choice(SUBJECTS)[0]}"),
        "a tag, the newest first": lambda dice: clips_of(
            "", f"subject:{dice.choice(SUBJECTS)[0]}", newest=True
        ),
        "people": lambda dice: store.find_people(
            f"painter_{dice.randrange(16):x}", [], asker="p0", limit=10
        ),
        "suggestions": lambda dice: store.suggest_words(dice.choice(SUBJECTS)[0][:2], limit=10),
    }


async def measure(path: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds that passed, and those of CPU, of each question, as many times."""
    dice, waits = random.Random(11), dict[str, list[tuple[float, float]]]()
    async with open_store(path, "one", time.time) as store:
        for name, ask in questions(store.search).items():
            for _ in range(rounds):
                begun, worked = time.perf_counter(), time.process_time()
                await ask(dice)
                passed = time.perf_counter() - begun, time.process_time() - worked
                waits.setdefault(name, []).append((1000 * passed[0], 1000 * passed[1]))
    return waits


def erase(path: Path) -> tuple[int, float, float]:
    """How many steps it takes to write the index anew after a removal, the milliseconds of the
    longest, and the removal's own."""
    with closing(connect(path)) as cx:
        cx.execute("BEGIN")
        begun = time.perf_counter()
        search.forget(cx, f"{3:010d}")
        removal, longest, steps, going = 1000 * (time.perf_counter() - begun), 0.0, 0, True
        cx.execute("COMMIT")
        while going:
            cx.execute("BEGIN")
            begun = time.perf_counter()
            going = search.erase_some(cx, time.time())
            longest, steps = max(longest, 1000 * (time.perf_counter() - begun)), steps + 1
            cx.execute("COMMIT")
    return steps, longest, removal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clips", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        per_clip = fill(path, options.clips)
        print(f"{options.clips} clips: {per_clip:.0f} us of CPU a clip to index,", end=" ")
        print(f"the file has {path.stat().st_size / 1e6:.0f} MB", flush=True)
        waits = asyncio.run(measure(path, options.rounds))
        for name, all_of in (*waits.items(), ("all", list(chain(*waits.values())))):
            said = []
            for kind, times in zip(("", "CPU "), zip(*all_of, strict=True), strict=True):
                p95 = statistics.quantiles(times, n=20)[-1]
                said.append(f"{kind}p50 {statistics.median(times):.1f}, p95 {p95:.1f} ms")
            print(f"{name}: {'; '.join(said)}", flush=True)
        steps, longest, removal = erase(path)
        print(f"removal {removal:.2f} ms; index anew: {steps} steps, longest {longest:.0f} ms")


if __name__ == "__main__":
    main()
