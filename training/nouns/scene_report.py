"""Whole scenes that the model makes of prompts, judged: place, what two are to each other, weather,
time, and whether remixes change what they are told and nothing else.

Every scene is made by the same path as in the product: read, cast, diffused, staged, composed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.vocabulary import OTHERS, needs
from training.export import WEIGHTS
from training.nouns.judge import fit
from training.nouns.scene_judge import (
    ANSWERS,
    PLACE,
    RELATION,
    Skill,
    answers,
    together,
    trained,
    truth,
)
from training.nouns.scenes import RELATIONS, SAID, SECONDS, TIMES, WHERE, Told, look, places, told

OF_EACH: Final = 20
"""Prompts of each relation."""
IN_EACH: Final = 5
"""Prompts of each place, with one alone."""
REMIXES: Final = 25
"""Remixes of each of CHANGED."""
CHANGED: Final = (PLACE, "weather", "time")
STRENGTH: Final = 0.7
STEPS: Final = 8
OPEN: Final = (
    "hills",
    "city",
    "farm",
    "beach",
    "desert",
    "mountains",
    "forest",
    "street",
    "castle",
)
"""Places in which all weathers are seen, for remixes."""


@dataclass(frozen=True)
class Remix:
    """What became of one: the question that its words answer anew, and the judge's verdicts before
    and after, and whether every plate that the words do not touch is the same to the last bit."""

    asked: str
    wanted: int
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    untouched: bool


class Studio:
    """Makes scenes of prompts, as the product does."""

    def __init__(self) -> None:
        self._renderer = EmbeddedRenderer(WEIGHTS, torch.float32)
        self._pipeline = EmbeddedPipeline.load(WEIGHTS)

    def make(self, text: str, seed: int, parent: Scene | None = None) -> Scene:
        """The scene of a prompt, or the remix of one by it."""
        slots, cast = self._renderer.plan_scene(text, seed, parent)
        strength = STRENGTH if parent else 1.0
        scene: Scene = self._pipeline(
            slots, seed, seconds=SECONDS, steps=STEPS, parent=parent, strength=strength, cast=cast
        ).scene
        return scene


def prompts(seed: int = 31) -> dict[str, list[Told]]:
    """Those whose relation counts, and those whose place, weather and time do."""
    rng, every = np.random.default_rng(seed), list(places())
    related = [told(rng, relation, str(rng.choice(every)))
               for relation in RELATIONS for _ in range(OF_EACH)]  # fmt: skip
    alone = [told(rng, "", place) for place in every for _ in range(IN_EACH)]
    return {RELATION: related, PLACE: alone}


def judged() -> tuple[Skill, list[str]]:
    """(right, asked) of what the model makes, and some of what went wrong. Nothing is made for
    questions that the judge is not fit for."""
    studio, (judge, real) = Studio(), trained()
    right: dict[str, list[bool]] = {name: [] for name in ANSWERS}
    wrong: list[str] = []
    for group, of in prompts().items():
        if not fit(real, group):
            continue
        seen = together([look(studio.make(one.text, 500 + k)) for k, one in enumerate(of)])
        given, wanted = answers(judge, seen), np.array([truth(one) for one in of])
        for k, name in enumerate(ANSWERS):
            if (name == RELATION) == (group == RELATION):
                right[name] += (given[:, k] == wanted[:, k]).tolist()
                wrong += [] if not fit(real, name) else _missed(name, of, given[:, k], wanted[:, k])
    return {name: (sum(found), len(found)) for name, found in right.items()}, wrong


def _missed(
    name: str, of: list[Told], given: NDArray[np.int64], wanted: NDArray[np.int64]
) -> list[str]:
    values = ANSWERS[name]
    return [
        f"“{one.text}” ({name}: {values[int(seen)]})"
        for one, seen, right in zip(of, given, wanted, strict=True)
        if seen != right
    ]


def remixes(seed: int = 41) -> list[Remix]:
    """Scenes that are told one other place, weather or time, where the judge is fit for it."""
    rng, studio, (judge, real) = np.random.default_rng(seed), Studio(), trained()
    made, changed = [], [name for name in CHANGED if fit(real, name)]
    for number in range(REMIXES * len(changed)):
        asked = changed[number % len(changed)]
        relation = "" if rng.random() < 0.5 else str(rng.choice(list(RELATIONS)))
        one = told(rng, relation, str(rng.choice(OPEN)))
        parent = studio.make(one.text, 900 + number)
        text, wanted = _change(asked, one, rng)
        clip = studio.make(text, 1900 + number, parent)
        before, after = answers(judge, together([look(parent), look(clip)]))
        same = _untouched(parent, clip, asked)
        made.append(Remix(asked, wanted, before, after, same))
    return made


def _change(asked: str, one: Told, rng: np.random.Generator) -> tuple[str, int]:
    """The words of a remix, and the right answer to what they change."""
    if asked == PLACE:
        value = str(rng.choice([place for place in OPEN if place != one.place]))
        return WHERE.get(value, f"at the {value}"), ANSWERS[PLACE].index(value)
    if asked == "weather":
        chosen = ("rain", "snow", "fog", "storm", "leaves")
        value = str(rng.choice([name for name in chosen if name != one.weather]))
        return SAID[value], ANSWERS["weather"].index(value)
    value = str(rng.choice([name for name in TIMES if name != one.time]))
    return TIMES[value], ANSWERS["time"].index(value)


def _untouched(parent: Scene, clip: Scene, slot: str) -> bool:
    return all(
        np.array_equal(plate, clip.plates[name])
        for name, plate in parent.plates.items()
        if slot not in needs(name) and slot not in needs(OTHERS.get(name, name))
    )


def kept(of: list[Remix], real: Skill) -> Iterator[str]:
    """What became of the remixes, by the questions for which the judge is fit."""
    sure = [k for k, name in enumerate(ANSWERS) if fit(real, name)]
    names = list(ANSWERS)
    asked = [one for one in of if names.index(one.asked) in sure]
    followed = sum(int(one.after[names.index(one.asked)]) == one.wanted for one in asked)
    rest = [(one, k) for one in of for k in sure if names[k] != one.asked]
    same = sum(int(one.before[k]) == int(one.after[k]) for one, k in rest)
    yield f"- what the words ask for is seen: {_share(followed, len(asked))}"
    yield f"- of everything else, the judge sees what it saw before: {_share(same, len(rest))}"
    untouched = sum(one.untouched for one in of)
    yield (
        "- every plate that the words do not touch is the parent's to the last bit: "
        f"{_share(untouched, len(of))}"
    )


def _share(right: int, total: int) -> str:
    return f"{right} of {total} ({100 * right / total:.1f} %)" if total else "void"
