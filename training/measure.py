"""How well the shipped model does what prompts ask: every clip is made by the same path as in the
product (reader, casting, pipeline, compositor) and looked at by the independent judge."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from server.render.theatre.casting import resolve
from server.render.theatre.pipeline import TheatrePipeline
from server.render.theatre.vocabulary import SLOTS, VALUES, held_out
from server.render.theatre.words import Words
from training.captions import caption
from training.export import WEIGHTS
from training.judge import ASKED, Judge, answer, trained
from training.lexicon import ENGLISH
from training.pool import world
from training.stage import SECONDS, look

T = TypeVar("T")
GROUPS = {"seen": 80, "held out": 60, "paraphrased": 60, "French": 60}
STEPS = 8
UNSAID = {"one": None}
"""What is understood where nothing was read."""


@dataclass(frozen=True)
class Case:
    """A prompt, what it means (None: left open), and the seed of its clip."""

    group: str
    text: str
    meant: dict[str, str | None]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What was read in the prompt, and what the judge saw in the clip, slot by slot; and whether
    it saw exactly one subject."""

    case: Case
    read: dict[str, str | None]
    seen: dict[str, str]
    one: bool


def plain(values: dict[str, str]) -> str:
    """A plain English prompt that tells every slot."""
    said = {slot: ENGLISH[slot][value][0] for slot, value in values.items()}
    count = "a" if values["count"] == "one" else said["count"]
    who = f"{count} {said['size']} {said['colour']} {said['subject']} {said['motion']}"
    return f"{who} {said['place']} {said['time']} {said['weather']}"


def cases(seed: int = 11) -> list[Case]:
    """The prompts of all groups; none of them is a caption of the reader's own training run."""
    rng = np.random.default_rng(seed)
    made: list[Case] = []
    for group, count in GROUPS.items():
        for _ in range(count):
            made.append(_case(group, len(made), rng))
    return made


def _case(group: str, seed: int, rng: np.random.Generator) -> Case:
    if group in ("seen", "held out"):
        values = world(rng, held=group == "held out")
        while group == "held out" and not held_out(
            values["subject"], values["colour"], values["place"]
        ):
            values = world(rng, held=True)
        return Case(group, plain(values), dict(values), seed)
    language = "fr" if group == "French" else "en"
    made = caption(rng, noise=0.1, language=language)
    return Case(group, made.text, made.values, seed)


def outcomes(of: Sequence[Case]) -> list[Outcome]:
    """Make and judge the clip of each case."""
    torch.set_num_threads(1)
    pipeline, words = TheatrePipeline.load(WEIGHTS), Words.from_pretrained(WEIGHTS)
    judge, _ = trained()
    return [_outcome(case, pipeline, words, judge) for case in of]


def _outcome(case: Case, pipeline: TheatrePipeline, words: Words, judge: Judge) -> Outcome:
    read = {slot.name: slot.value for slot in words.understand(case.text)}
    slots = resolve(read, case.seed)
    scene = pipeline(slots, case.seed, seconds=SECONDS, steps=STEPS).scene
    verdict = answer(judge, torch.from_numpy(look(scene))[None])[0].tolist()
    seen = {slot: VALUES[slot][verdict[i]] for i, slot in enumerate(SLOTS)}
    return Outcome(case, read, seen, verdict[ASKED.index("exactly one")] == 1)


def spread(work: Callable[[Sequence[Case]], list[T]], of: Sequence[Case], workers: int) -> list[T]:
    """What `work` (as `outcomes`) says of all cases, over several processes."""
    parts = [of[i::workers] for i in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        return [outcome for part in pool.map(work, parts) for outcome in part]


def tally(of: Sequence[Outcome], group: str) -> Iterator[tuple[str, int, int]]:
    """(what, right, asked) for one group: reading first, then what the judge was asked. A slot
    counts where the prompt tells it."""
    mine = [o for o in of if o.case.group == group]
    sole = [o for o in mine if o.case.meant["count"] in (None, "one")]
    told = [(o, s, v) for o in mine for s, v in o.case.meant.items() if v is not None]
    yield "words read", sum(o.read[s] in (v, UNSAID.get(v, v)) for o, s, v in told), len(told)
    for slot in SLOTS:
        # Of several the judge does not know how large one alone would be.
        asked = [(o, v) for o, s, v in told if s == slot and (s != "size" or o in sole)]
        yield slot, sum(o.seen[slot] == v for o, v in asked), len(asked)
    yield "exactly one", sum(o.one for o in sole), len(sole)


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    share, room = right / total, z * z / total
    middle = (share + room / 2) / (1 + room)
    half = z / (1 + room) * math.sqrt(share * (1 - share) / total + room / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)
