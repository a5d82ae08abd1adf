"""Whether a clip of 10 s stays what it is: the same subject to its end, and no seam where one
second's score meets the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.render.worker.embedded.compositor import HEIGHT, Compositor
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import FPS, frame_states, subject_states
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from training.export import WEIGHTS
from training.judge import answer, trained
from training.lexicon import ENGLISH
from training.measure import STEPS, Case
from training.stage import SECONDS, look
from training.world import WORLD

LONG = 10
OF_EACH = 2
JUMP = 2.0
"""How many times the largest change within seconds a change between two seconds may be."""


@dataclass(frozen=True)
class Lasting:
    """What was seen of a long clip."""

    case: Case
    itself: bool
    seamless: bool


def long_cases() -> list[Case]:
    """Prompts that tell a subject and a colour, OF_EACH for every subject."""
    made: list[Case] = []
    subjects, colours = WORLD.values["subject"], WORLD.values["colour"]
    for i, subject in enumerate(subjects * OF_EACH):
        colour = colours[(3 * i + i // len(subjects)) % len(colours)]
        said = f"a {ENGLISH['colour'][colour][0]} {ENGLISH['subject'][subject][0]}"
        made.append(Case("long", said, {"subject": subject, "colour": colour}, 500 + i))
    return made


def watched(of: Sequence[Case]) -> list[Lasting]:
    """Make and judge the clip of each case."""
    torch.set_num_threads(1)
    pipeline, words = EmbeddedPipeline.load(WEIGHTS), PromptParser.from_pretrained(WEIGHTS)
    judge, _ = trained()
    seen = []
    for case in of:
        read = {slot.name: slot.value for slot in words.parse_prompt(case.text)}
        scene = pipeline(
            resolve_slots(WORLD, read, case.seed), case.seed, seconds=LONG, steps=STEPS
        ).scene
        ends = np.stack([look(scene), look(scene, LONG - SECONDS)])
        verdicts = answer(judge, torch.from_numpy(ends))
        seen.append(Lasting(case, _itself(case, verdicts), seamless(changes(scene))))
    return seen


def _itself(case: Case, verdicts: Mapping[str, Tensor]) -> bool:
    return all(
        WORLD.values[slot][verdict] == value
        for slot, value in case.meant.items()
        if value is not None
        for verdict in verdicts[slot].tolist()
    )


def changes(scene: Scene) -> NDArray[np.float64]:
    """Mean absolute change of luma from each frame to the next, (frames - 1,)."""
    compositor, frames, count = (
        Compositor(scene.plates, 0.0),
        frame_states(scene.score),
        scene.slots["count"],
    )
    luma = [
        compositor.draw_frame(*subject_states(frames, i, count))[:HEIGHT:4, ::4].astype(np.int16)
        for i in range(len(frames))
    ]
    change: NDArray[np.float64] = np.abs(np.diff(np.stack(luma), axis=0)).mean((1, 2))
    return change


def seamless(change: NDArray[np.float64]) -> bool:
    """Whether no change from the last frame of a second to the first of the next stands out."""
    between = np.zeros(len(change), bool)
    between[FPS - 1 :: FPS] = True
    return bool(change[between].max() <= JUMP * change[~between].max())
