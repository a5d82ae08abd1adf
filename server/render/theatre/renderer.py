"""The theatre behind the renderer seam."""

import hashlib
from collections.abc import Generator
from pathlib import Path

from server.model import Slot
from server.render.renderer import Brief, Draw, Patch, Picture
from server.render.theatre.casting import resolve
from server.render.theatre.compositor import HEIGHT, WIDTH, Stage
from server.render.theatre.pipeline import Step, TheatrePipeline, quickest
from server.render.theatre.scene import from_latents, to_latents
from server.render.theatre.score import FPS, moments, troupe
from server.render.theatre.words import Words


class TheatreRenderer:
    """The embedded model. Several clips may be rendered at once; the weights are shared."""

    name = "theatre"
    width = WIDTH
    height = HEIGHT
    fps = FPS

    def __init__(self, folder: Path) -> None:
        """Load the model. Raises OSError if the folder does not hold one."""
        self._pipeline = TheatrePipeline.load(folder, quickest())
        self._words = Words.from_pretrained(folder)
        self.fingerprint = fingerprint(folder)

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What of a prompt can be drawn; one Slot for each slot of the vocabulary."""
        return tuple(
            Slot(slot.name, slot.value, slot.confidence, slot.words)
            for slot in self._words.understand(text)
        )

    def render(self, brief: Brief) -> Generator[Patch, None, bytes]:
        """Patch after patch: while chunk 0 diffuses, its second is shown again and again, ever
        clearer; then comes second after second. Raises ValueError for a parent's latents that
        cannot be read. Closing the generator cancels."""
        parent = None if brief.parent is None else from_latents(brief.parent)
        asked = {slot.name: slot.value for slot in self.understand(brief.text)}
        slots = resolve(asked, brief.seed, parent.slots if parent else None)
        steps = self._pipeline.denoise(
            slots,
            brief.seed,
            seconds=brief.seconds,
            steps=brief.steps,
            parent=parent,
            strength=brief.strength,
        )
        stage = None
        for revision, step in enumerate(steps):
            if stage is None or step.chunk == 0:
                stage = Stage(step.scene.plates, step.sigma)
            yield _patch(revision, step, stage)
            scene = step.scene
        return to_latents(scene)


def _patch(revision: int, step: Step, stage: Stage) -> Patch:
    return Patch(
        revision=revision,
        start=step.chunk * FPS,
        stop=(step.chunk + 1) * FPS,
        sigma=step.sigma,
        draw=_draw(step, stage),
        final=step.step == step.steps,
        step=step.step,
        steps=step.steps,
        chunk=step.chunk,
        chunks=step.chunks,
    )


def _draw(step: Step, stage: Stage) -> Draw:
    frames, count = moments(step.scene.score), step.scene.slots["count"]

    def draw(index: int) -> Picture:
        if index // FPS != step.chunk:
            raise IndexError(f"frame {index} is not of second {step.chunk}")
        return stage.draw(*troupe(frames, index, count))

    return draw


def fingerprint(folder: Path) -> str:
    """SHA-256 over the files of a model, their names and contents, in the order of the names."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
