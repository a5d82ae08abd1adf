"""How well the shipped model does what prompts ask: every clip is made by the same path as in the
product (reader, casting, pipeline, compositor) and looked at by the independent judge."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import NOBODY
from training.captions import caption
from training.export import WEIGHTS
from training.judge import BOTH, MOVING, ONE, STILL, Judge, answer, trained
from training.lexicon import ENGLISH
from training.pool import world
from training.stage import SECONDS, look
from training.world import WORLD, held_out

T = TypeVar("T")
W = TypeVar("W")
GROUPS = {"seen": 120, "held out": 100, "paraphrased": 80, "French": 80}
STEPS = 8
UNSAID = {
    "count": "one",
    "other": NOBODY,
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
}
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
    """What was read in the prompt, and what the judge saw in the clip: values of slots, whether it
    saw exactly one subject, and the two that it saw most."""

    case: Case
    read: dict[str, str | None]
    seen: dict[str, str]
    one: bool
    both: frozenset[str]


def alone(case: Case) -> bool:
    """Whether there is no second subject."""
    return case.meant["other"] in (None, NOBODY)


def fair(case: Case) -> frozenset[str]:
    """What the judge can be asked: how large or how fast something is cannot be told while the
    camera moves, nor which of two subjects a colour belongs to."""
    still = case.meant["camera"] in (None, "still")
    asked = {"place", "time", "weather", "mood", "camera"}
    if not alone(case):
        return frozenset(asked | {"relation"})
    asked |= {"subject", "colour", "count"}
    if still:
        asked |= {"motion", "size"} if case.meant["count"] in (None, "one") else {"motion"}
    return frozenset(asked)


def plain(values: dict[str, str]) -> str:
    """A plain English prompt that tells every slot, but for what goes without saying."""
    said = {slot: ENGLISH[slot][value][0] for slot, value in values.items()}
    count = "a" if values["count"] == "one" else said["count"]
    who = f"{count} {said['size']} {said['colour']} {said['subject']}"
    if values["other"] == NOBODY:
        who = f"{who} {said['motion']}"
    else:
        who = f"{who} {said['relation']} a {said['other_colour']} {said['other']}"
    rest = [said[slot] for slot in ("camera", "mood") if values[slot] != UNSAID[slot]]
    return " ".join([who, said["place"], said["time"], said["weather"], *rest])


def meant(values: dict[str, str]) -> dict[str, str | None]:
    """What of a scene's slots a plain prompt tells."""
    without = ("other_colour", "relation") if values["other"] == NOBODY else ("motion",)
    return {slot: None if slot in without else value for slot, value in values.items()}


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
        return Case(group, plain(values), meant(values), seed)
    language = "fr" if group == "French" else "en"
    made = caption(rng, noise=0.1, language=language)
    return Case(group, made.text, made.values, seed)


def outcomes(of: Sequence[Case]) -> list[Outcome]:
    """Make and judge the clip of each case."""
    torch.set_num_threads(1)
    pipeline, words = EmbeddedPipeline.load(WEIGHTS), PromptParser.from_pretrained(WEIGHTS)
    judge, _ = trained()
    return [_outcome(case, pipeline, words, judge) for case in of]


def _outcome(case: Case, pipeline: EmbeddedPipeline, words: PromptParser, judge: Judge) -> Outcome:
    read = {slot.name: slot.value for slot in words.parse_prompt(case.text)}
    slots = resolve_slots(WORLD, read, case.seed)
    scene = pipeline(slots, case.seed, seconds=SECONDS, steps=STEPS).scene
    return Outcome(case, read, *verdict(judge, scene))


def verdict(judge: Judge, scene: Scene) -> tuple[dict[str, str], bool, frozenset[str]]:
    """What the judge sees in a clip: the last three fields of `Outcome`."""
    given = answer(judge, torch.from_numpy(look(scene))[None])
    slots = [asked for asked in (*STILL, *MOVING) if asked != ONE]
    seen = {slot: WORLD.values[slot][int(given[slot])] for slot in slots}
    both = frozenset(WORLD.values["subject"][i] for i in given[BOTH][0].tolist())
    return seen, int(given[ONE]) == 1, both


def spread(work: Callable[[Sequence[W]], list[T]], of: Sequence[W], workers: int) -> list[T]:
    """What `work` (as `outcomes`) says of all cases, over several processes."""
    parts = [of[i::workers] for i in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        return [outcome for part in pool.map(work, parts) for outcome in part]


def tally(of: Sequence[Outcome], group: str) -> Iterator[tuple[str, int, int]]:
    """(what, right, asked) for one group: reading first, then what the judge was asked. A slot
    counts where the prompt tells it."""
    mine = [o for o in of if o.case.group == group]
    told = [(o, s, v) for o in mine for s, v in o.case.meant.items() if v is not None]
    right = [o.read[s] == v or (o.read[s] is None and UNSAID.get(s) == v) for o, s, v in told]
    yield "words read", sum(right), len(told)
    for slot in (*STILL, *MOVING):
        asked = [(o, v) for o, s, v in told if s == slot and s in fair(o.case)]
        if slot != ONE:
            yield slot, sum(o.seen[slot] == v for o, v in asked), len(asked)
    sole = [o for o in mine if alone(o.case) and o.case.meant["count"] in (None, "one")]
    yield ONE, sum(o.one for o in sole), len(sole)
    pairs = [o for o in mine if not alone(o.case)]
    yield BOTH, sum(o.both >= _pair(o.case) for o in pairs), len(pairs)


def _pair(case: Case) -> set[str | None]:
    return {case.meant["subject"], case.meant["other"]}
