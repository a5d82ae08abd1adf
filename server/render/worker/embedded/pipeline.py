"""The embedded model as a pipeline of diffusers: slots and a seed become plates and a score."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Self

import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput

from phosphene.render.worker.embedded.autoencoder import AT_ONCE, EmbeddedAutoencoder
from phosphene.render.worker.embedded.backdrops import Backdrops
from phosphene.render.worker.embedded.denoise import ClipDenoiser, DenoiseStep
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.vocabulary import SECONDS
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.renderer import patches_alone

# Shapes are decided at high noise, and few steps are best spent there.
SHIFT: Final = 1.5  # of the schedule toward noise


@dataclass
class EmbeddedOutput(BaseOutput):  # type: ignore[misc]
    """The finished scene."""

    scene: Scene


class EmbeddedPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Layered scene diffusion: scenery, subject and the first second of the score together, then
    second after second of the score."""

    autoencoder: EmbeddedAutoencoder
    transformer: EmbeddedTransformer
    scheduler: FlowMatchEulerDiscreteScheduler

    def __init__(
        self,
        autoencoder: EmbeddedAutoencoder,
        transformer: EmbeddedTransformer,
        scheduler: FlowMatchEulerDiscreteScheduler,
        world: World | None = None,
        nouns: NounModel | None = None,
        backdrops: Backdrops | None = None,
    ) -> None:
        super().__init__()
        self.register_modules(autoencoder=autoencoder, transformer=transformer, scheduler=scheduler)
        # No modules, so from_pretrained cannot give them; `load` does.
        self._world = world
        self.nouns = nouns
        self.backdrops = backdrops

    @property
    def world(self) -> World:
        """What the model knows. Raises ValueError if the pipeline was made without it."""
        if self._world is None:
            raise ValueError("the embedded model needs its world: EmbeddedPipeline.load gives it")
        return self._world

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype = torch.float32) -> Self:
        """The pipeline that `save_pretrained` wrote, and its world. Raises OSError if there is
        none, ValueError if its world is none or not the one that the weights were made for."""
        world = World.load(folder)
        transformer = EmbeddedTransformer.from_pretrained(
            folder, subfolder="transformer", dtype=dtype, **AT_ONCE
        )
        if dict(transformer.config.sizes) != world.slot_sizes:
            raise ValueError(f"the weights were made for another world than that of {folder}")
        autoencoder = EmbeddedAutoencoder.from_pretrained(
            folder, subfolder="autoencoder", **AT_ONCE
        )
        scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(folder, subfolder="scheduler")
        nouns = NounModel.load(folder, dtype)
        # Not compiled: torch.compile took more than 280 s of a core, and needs a C++ compiler; the
        # whole warm-up takes seconds.
        places = Backdrops.load(folder)
        return cls(autoencoder.eval(), transformer.eval(), scheduler, world, nouns, places)

    def save_pretrained(self, save_directory: Path | str, **options: Any) -> None:
        """Write the pipeline, its world, its nouns and its backdrops."""
        super().save_pretrained(save_directory, **options)
        self.world.save(Path(save_directory))
        if self.nouns is not None:
            self.nouns.save(Path(save_directory))
        if self.backdrops is not None:
            self.backdrops.save(Path(save_directory))

    def __call__(
        self,
        slots: Mapping[str, str],
        seed: int,
        seconds: int = 5,
        steps: int = 8,
        guidance: float = 2.0,
        parent: Scene | None = None,
        strength: float = 1.0,
        cast: Cast = ALONE,
    ) -> EmbeddedOutput:
        """The whole scene at once; see `denoise_clip`."""
        *_, last = self.denoise_clip(slots, seed, seconds, steps, guidance, parent, strength, cast)
        return EmbeddedOutput(scene=last.scene)

    def denoise_clip(
        self,
        slots: Mapping[str, str],
        seed: int,
        seconds: int = 5,
        steps: int = 8,
        guidance: float = 2.0,
        parent: Scene | None = None,
        strength: float = 1.0,
        cast: Cast = ALONE,
    ) -> Iterator[DenoiseStep]:
        """Denoise chunk after chunk (a chunk is a second), yielding after every step.

        In a remix (`parent`, `strength` < 1) what the new slots do not touch stays the parent's,
        the rest is noised to the level `renoised(strength)` and restored with the new slots
        (SDEdit, arXiv 2108.01073); when they touch nothing, all of it is. Strength 1 forgets the
        parent. `cast`: who is drawn by the nouns' network. Raises ValueError for slots, seconds,
        steps or strength out of range, and for a cast that the model does not know.
        """
        if not (1 <= seconds <= SECONDS and steps >= 1 and 0 < strength <= 1):
            raise ValueError(f"cannot make {seconds} s in {steps} steps at strength {strength}")
        if strength == 1:
            parent = None
        begun = self.start_clip(slots, seed, steps, guidance, parent, strength, cast)
        return _steps(begun, seconds)

    def start_clip(
        self,
        slots: Mapping[str, str],
        seed: int,
        steps: int = 8,
        guidance: float = 2.0,
        parent: Scene | None = None,
        strength: float = 1.0,
        cast: Cast = ALONE,
    ) -> ClipDenoiser:
        """A clip that is denoised step by step; ``denoise_clip`` explains the arguments."""
        models = self.transformer, self.autoencoder, self.scheduler
        origin = None if strength == 1 else parent
        return ClipDenoiser(
            *models,
            self.world,
            slots,
            seed,
            steps,
            guidance,
            origin,
            strength,
            self.nouns,
            cast,
            self.backdrops,
        )


def _steps(denoiser: ClipDenoiser, seconds: int) -> Iterator[DenoiseStep]:
    """The steps of a clip that has the model for itself."""
    for chunk in range(seconds):
        steps = patches_alone(denoiser.denoise_second(chunk, seconds))
        yield from (step for step in steps if step.step)


def fastest_dtype(
    candidates: tuple[torch.dtype, ...] = (torch.float32, torch.bfloat16),
) -> torch.dtype:
    """The dtype in which this machine multiplies fastest, by a measurement of some milliseconds."""
    return min(candidates, key=_seconds)


def _seconds(dtype: torch.dtype) -> float:
    # Measured, because no flag tells: with matrix units bfloat16 is ten times as fast (620 to 1,190
    # against 65 to 144 GFLOPS), on a machine without them it is not.
    left, right = torch.ones(144, 256, dtype=dtype), torch.ones(256, 1024, dtype=dtype)
    times = []
    for _ in range(3):
        start = perf_counter()
        torch.mm(left, right)
        times.append(perf_counter() - start)
    return min(times)
