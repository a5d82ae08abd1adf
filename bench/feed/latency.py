"""What a page costs among so many live clips, on one core: by the learner, and without it."""

import json
import random
import resource
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import numpy as np

from phosphene.feed.rank import CandidateSet, Visit, rank
from phosphene.feed.ranker.columns import columns_of
from phosphene.feed.ranker.content_vectors import AXES
from phosphene.feed.ranker.delta import ChangeLog, DeltaReader
from phosphene.feed.ranker.learner import Learner, Reaction
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.slate import rank_slate
from phosphene.feed.ranker.snapshot import restore_snapshot, take_snapshot
from phosphene.model import Clip, Counts, Person, Slot

NOW: Final = 1.8e9
PEOPLE: Final = 50
REACTIONS: Final = 80
WORDS: Final = (
    "old",
    "quiet",
    "golden",
    "broken",
    "tiny",
    "paper",
    "tower",
    "bridge",
    "river",
    "garden",
    "moon",
    "harbour",
    "station",
    "temple",
    "electric",
    "ancient",
)
A_SECOND: Final = 200
SECONDS: Final = 10
"""Deltas that are made and applied, of so many reactions each."""
LEFT_OUT: Final = 20_000
"""More clips than this the pure function is not asked to rank: it takes seconds a page."""


def made_clips(count: int, seed: int = 1) -> list[Clip]:
    """Clips of the embedded model's world, of the last two days."""
    weights = files("phosphene.render.worker.embedded") / "weights" / "world.json"
    values: dict[str, list[str]] = json.loads(weights.read_text())["values"]
    dice = random.Random(seed)
    return [_clip(dice, values, number, count) for number in range(count)]


def _clip(dice: random.Random, values: dict[str, list[str]], number: int, count: int) -> Clip:
    names = ("colour", "size", "place", "time", "motion", "weather", "mood", "camera")
    slots = {"subject": dice.choice(values["subject"])}
    slots |= {name: dice.choice(values[name]) for name in names if dice.random() < 0.6}
    views = dice.randrange(200)
    return Clip(
        id=f"c{number:07}",
        author=Person(f"a{dice.randrange(max(10, count // 5))}", "x"),
        text=f"{' '.join(slots.values())} the {' '.join(dice.choices(WORDS, k=3))}",
        seconds=5,
        status="done",
        created_at=NOW - dice.random() * 172_800,
        understood=tuple(Slot(name, value, 0.9, (value,)) for name, value in slots.items()),
        counts=Counts(likes=views // 10, views=views),
    )


def measured(count: int, pages: int = 300) -> Iterator[str]:
    """The lines of one size."""
    clips = made_clips(count)
    dice = random.Random(2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    learner = Learner()
    # As an encoder has them; to read so many prompts would take a minute.
    content = np.random.default_rng(3).normal(size=(count, AXES)).astype(np.float32) / AXES**0.5
    for clip, vector in zip(clips, content, strict=True):
        learner.add_clip(clip.id, columns_of(clip), clip.created_at, content=vector)
    people = [PersonState() for _ in range(PEOPLE)]
    learning = [
        _timed(lambda one=one: learner.apply_reaction(one, _reaction(dice, dice.randrange(count))))
        for one in people
        for _ in range(REACTIONS)
    ]
    page, three = list[float](), list[float]()
    for number in range(pages):
        one = people[number % PEOPLE]
        page.append(_timed(lambda one=one: rank_slate(learner, one, NOW, 8)))
        three.append(_timed(lambda one=one: rank_slate(learner, one, NOW, 3)))
        learning.append(
            _timed(
                lambda one=one: learner.apply_reaction(one, _reaction(dice, dice.randrange(count)))
            )
        )
    yield from _followed(learner, people, dice, count)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    packed = max(len(one.pack()) for one in people)
    yield f"{count} clips: page of 8 {_spread(page)}; next three {_spread(three)}"
    yield f"  one reaction {_spread(learning)}; {grown:.0f} MB more; a person {packed} bytes"
    if count <= LEFT_OUT:
        yield f"  the pure function: page of 8 {_spread(_pure(clips, dice))}"


def _followed(
    learner: Learner, people: list[PersonState], dice: random.Random, count: int
) -> Iterator[str]:
    """What a process costs that follows: a second of reactions as a delta, and its own people."""
    other = restore_snapshot(take_snapshot(learner), meaning=None)
    log, reader = ChangeLog(learner), DeltaReader(other)
    sizes, applying, folding = list[float](), list[float](), list[float]()
    for _ in range(SECONDS):
        for _ in range(A_SECOND):
            one = _reaction(dice, dice.randrange(count))
            learner.apply_reaction(people[dice.randrange(PEOPLE)], one)
            log.note_reaction(one.clip)
        delta = log.take_delta()
        sizes.append(len(delta) / A_SECOND / 1000)
        applying.append(_timed(lambda delta=delta: reader.apply_delta(delta)) / A_SECOND)
    for number in range(PEOPLE * 4):
        who, told = people[number % PEOPLE], _reaction(dice, dice.randrange(count))
        folding.append(_timed(lambda who=who, told=told: other.apply_reaction(who, told, False)))
    yield (
        f"  told in a delta of {A_SECOND} a second: {np.median(sizes):.1f} kB and"
        f" {1e3 * np.median(applying):.2f} ms a reaction; of one's own people {_spread(folding)}"
    )


def _reaction(dice: random.Random, clip: int) -> Reaction:
    liked = dice.random() < 0.3
    return Reaction(
        clip=clip,
        value=dice.gauss(0, 0.6),
        liked=liked,
        disliked=not liked and dice.random() < 0.4,
        served=dice.random() < 0.8,
        at=NOW,
    )


def _pure(clips: list[Clip], dice: random.Random) -> list[float]:
    ready = CandidateSet(clips)
    seen = dice.sample(clips, min(60, len(clips) // 2))
    visit = Visit(
        seen=tuple(one.id for one in seen),
        liked=tuple(seen[:12]),
        skipped=tuple(seen[20:60]),
        person="p",
    )
    return [_timed(lambda: rank(ready, visit, NOW, 8)) for _ in range(10)]


def _timed(work: object) -> float:
    assert callable(work)
    # Seconds of CPU: on a shared core the clock measures the others.
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _spread(seconds: list[float]) -> str:
    middle, late = 1e3 * np.quantile(seconds, [0.5, 0.99])
    return f"p50 {middle:.1f} p99 {late:.1f} ms"
