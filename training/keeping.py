"""Whether a remix changes what its words ask for and keeps everything else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import NOBODY, needs
from training.export import WEIGHTS
from training.judge import Judge, trained
from training.lexicon import ENGLISH
from training.measure import STEPS, Case, fair, verdict
from training.pool import choose, world
from training.stage import SECONDS
from training.world import WORLD

CHANGED = ("subject", "colour", "place", "time", "weather", "motion", "camera", "mood")
OF_EACH = 8
STRENGTH = 0.7


@dataclass(frozen=True)
class Change:
    """A scene, and what the text of a remix changes in it."""

    values: dict[str, str]
    slot: str
    value: str
    seed: int

    @property
    def text(self) -> str:
        """What the remix asks for."""
        said = ENGLISH[self.slot][self.value][0]
        return f"a {said}" if self.slot == "subject" else said


@dataclass(frozen=True)
class Kept:
    """What became of it: whether the judge sees what was asked; of the rest, how many of its
    verdicts are the parent's; and whether the plates that the words do not touch are the parent's
    to the last bit."""

    change: Change
    followed: bool
    same: int
    asked: int
    untouched: bool


def changes(seed: int = 21) -> list[Change]:
    """OF_EACH changes of each slot, in scenes with one subject before a still camera."""
    rng = np.random.default_rng(seed)
    made: list[Change] = []
    for slot in CHANGED * OF_EACH:
        values = world(rng) | {"other": NOBODY, "camera": "still", "mood": "calm", "count": "one"}
        value = values[slot]
        while value == values[slot]:
            value = choose(slot, rng)
        made.append(Change(values, slot, value, 900 + len(made)))
    return made


def remixed(of: Sequence[Change]) -> list[Kept]:
    """Make and judge the clips of each change."""
    torch.set_num_threads(1)
    pipeline, words = EmbeddedPipeline.load(WEIGHTS), PromptParser.from_pretrained(WEIGHTS)
    judge, _ = trained()
    return [_remixed(change, pipeline, words, judge) for change in of]


def _remixed(change: Change, pipeline: EmbeddedPipeline, words: PromptParser, judge: Judge) -> Kept:
    parent = pipeline(change.values, change.seed, seconds=SECONDS, steps=STEPS).scene
    read = {slot.name: slot.value for slot in words.parse_prompt(change.text)}
    slots = resolve_slots(WORLD, read, change.seed, parent.slots)
    clip = pipeline(
        slots, change.seed + 1, seconds=SECONDS, steps=STEPS, parent=parent, strength=STRENGTH
    ).scene
    before, after = verdict(judge, parent)[0], verdict(judge, clip)[0]
    wanted: dict[str, str | None] = {**change.values, change.slot: change.value}
    rest = fair(Case("remix", change.text, wanted, change.seed)) - {change.slot}
    return Kept(
        change,
        after[change.slot] == change.value,
        sum(before[slot] == after[slot] for slot in rest),
        len(rest),
        _untouched(parent, clip, change.slot),
    )


def _untouched(parent: Scene, clip: Scene, slot: str) -> bool:
    return all(
        np.array_equal(plate, clip.plates[name])
        for name, plate in parent.plates.items()
        if slot not in needs(name)
    )
