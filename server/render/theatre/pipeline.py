"""The theatre's diffusion in diffusers' terms: slots and a seed become plates and a score."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final, Self

import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput
from torch import Tensor

from server.render.theatre.autoencoder import TheatreAutoencoder, tokens
from server.render.theatre.network import TheatreTransformer
from server.render.theatre.scene import Array, Scene
from server.render.theatre.vocabulary import (
    KEYS,
    PLATES,
    RELEVANT,
    SCALE,
    SCORE,
    SECONDS,
    SIZES,
    indices,
)

SHIFT: Final = 1.5  # of the schedule toward noise

_UNGUIDED: Final = 0.45  # sigma from which guidance changes little (arXiv 2404.07724)
_SCALE: Final = torch.tensor(SCALE)
_ANYTHING: Final = torch.tensor([SIZES])


@dataclass(frozen=True, slots=True)
class Step:
    """`step` of `steps` steps of a chunk done (counted from 1).

    `scene` is a whole clip so far (its score has chunk + 1 seconds), made of the x0 that this step
    predicted; `sigma` is the noise level that it has led to, 0 at the end of the chunk.
    """

    chunk: int
    chunks: int
    step: int
    steps: int
    sigma: float
    scene: Scene


@dataclass
class TheatreOutput(BaseOutput):  # type: ignore[misc]
    """The finished scene."""

    scene: Scene


class _Track:
    """One tensor on its way from noise to x0 by Euler steps of the rectified flow."""

    def __init__(
        self,
        scheduler: FlowMatchEulerDiscreteScheduler,
        noise: Tensor,
        origin: Tensor | None,
        strength: float,
        steps: int,
    ) -> None:
        if origin is None:
            strength = 1.0
        self.steps = max(1, math.ceil(steps * strength - 1e-6))
        self._scheduler = type(scheduler).from_config(scheduler.config)
        # Explicit, since the scheduler's own last sigma is not 0 but just above.
        levels = [strength * (1 - i / self.steps) for i in range(self.steps)]
        self._scheduler.set_timesteps(sigmas=levels)
        self._scheduler.set_begin_index(0)
        self._sample = noise if origin is None else torch.lerp(origin, noise, self.sigma)
        self.x0 = self._sample

    @property
    def done(self) -> int:
        return self._scheduler.step_index or 0

    @property
    def sigma(self) -> float:
        return float(self._scheduler.sigmas[self.done])

    @property
    def sample(self) -> Tensor:
        return self._sample

    def advance(self, x0: Tensor) -> None:
        """Take the step that `x0`, predicted from `sample` at `sigma`, points to."""
        time, flow = self._scheduler.timesteps[self.done], (self._sample - x0) / self.sigma
        self._sample = self._scheduler.step(flow, time, self._sample, return_dict=False)[0]
        self.x0 = x0


class TheatrePipeline(DiffusionPipeline):  # type: ignore[misc]
    """Layered scene diffusion: stage, subject and the first second of the score together, then
    second after second of the score."""

    autoencoder: TheatreAutoencoder
    transformer: TheatreTransformer
    scheduler: FlowMatchEulerDiscreteScheduler

    def __init__(
        self,
        autoencoder: TheatreAutoencoder,
        transformer: TheatreTransformer,
        scheduler: FlowMatchEulerDiscreteScheduler,
    ) -> None:
        super().__init__()
        self.register_modules(autoencoder=autoencoder, transformer=transformer, scheduler=scheduler)

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype = torch.float32) -> Self:
        """The pipeline that `save_pretrained` wrote. Raises OSError if there is none."""
        transformer = TheatreTransformer.from_pretrained(
            folder, subfolder="transformer", dtype=dtype
        )
        autoencoder = TheatreAutoencoder.from_pretrained(folder, subfolder="autoencoder")
        scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(folder, subfolder="scheduler")
        return cls(autoencoder.eval(), transformer.eval(), scheduler)

    def __call__(
        self,
        slots: Mapping[str, str],
        seed: int,
        seconds: int = 5,
        steps: int = 8,
        guidance: float = 2.0,
        parent: Scene | None = None,
        strength: float = 1.0,
    ) -> TheatreOutput:
        """The whole scene at once; see `denoise`."""
        *_, last = self.denoise(slots, seed, seconds, steps, guidance, parent, strength)
        return TheatreOutput(scene=last.scene)

    def denoise(
        self,
        slots: Mapping[str, str],
        seed: int,
        seconds: int = 5,
        steps: int = 8,
        guidance: float = 2.0,
        parent: Scene | None = None,
        strength: float = 1.0,
    ) -> Iterator[Step]:
        """Denoise chunk after chunk (a chunk is a second), yielding after every step.

        In a remix (`parent`, `strength` < 1) what the new slots do not touch stays the parent's,
        the rest is noised to the level `strength` of the schedule and restored with the new
        slots (SDEdit, arXiv 2108.01073); when they touch nothing, all of it is. Strength 1
        forgets the parent. Raises ValueError for slots, seconds, steps or strength out of range.
        """
        if not (1 <= seconds <= SECONDS and steps >= 1 and 0 < strength <= 1):
            raise ValueError(f"cannot make {seconds} s in {steps} steps at strength {strength}")
        if strength == 1:
            parent = None
        play = _Play(self, slots, seed, steps, guidance, parent, strength)
        return play.steps(seconds)

    @torch.no_grad()
    def guess_plates(
        self,
        samples: Mapping[str, Tensor],
        sigmas: Mapping[str, float],
        row: Tensor,
        guidance: float,
    ) -> dict[str, Tensor]:
        """x0 of each plate (no batch axis). The subject is guided (arXiv 2207.12598) while there
        is much noise (arXiv 2404.07724), unless `guidance` is 1."""
        rows = dict.fromkeys(samples, row)
        if guidance != 1 and sigmas.get("subject", 0.0) > _UNGUIDED:
            rows["subject"] = torch.cat((row, _ANYTHING))
        guessed: dict[str, Tensor] = {}
        for names in _alike(samples):
            batches = [samples[name].expand(len(rows[name]), -1, -1) for name in names]
            levels = [torch.full((len(rows[name]),), sigmas[name]) for name in names]
            made = self.transformer.forward_many(
                names, batches, levels, [rows[name] for name in names]
            )
            guessed |= zip(names, made, strict=True)
        return {
            name: x0[0] if len(x0) == 1 else torch.lerp(x0[1], x0[0], guidance)
            for name, x0 in guessed.items()
        }

    @torch.no_grad()
    def guess_second(self, sample: Tensor, sigma: float, row: Tensor, past: list[Tensor]) -> Tensor:
        """x0 of a second of the score, given those before it."""
        known = torch.stack(past)[None] if past else None
        level = torch.full((1,), sigma)
        guessed: Tensor = self.transformer("score", sample[None, None], level, row, known)
        return guessed[0, 0]


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Plates that can be denoised in one batch: those of equally many tokens."""
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(tokens(name), []).append(name)
    return list(groups.values())


class _Play:
    """One clip being denoised."""

    def __init__(
        self,
        pipeline: TheatrePipeline,
        slots: Mapping[str, str],
        seed: int,
        steps: int,
        guidance: float,
        parent: Scene | None,
        strength: float,
    ) -> None:
        self._pipeline = pipeline
        self._slots = dict(slots)
        self._row = torch.tensor([indices(slots)])
        self._seed = seed
        self._steps = steps
        self._guidance = guidance
        self._parent = parent
        self._strength = strength
        self._touched = _touched(slots, parent)

    def steps(self, seconds: int) -> Iterator[Step]:
        plates: Mapping[str, Array] = {}
        past: list[Tensor] = []
        for chunk in range(seconds):
            tracks = self._tracks(PLATES, chunk) if chunk == 0 else {}
            tracks |= self._tracks(("score",), chunk)
            most = max((track.steps for track in tracks.values()), default=1)
            for step in range(1, most + 1):
                self._advance(tracks, step / most, past)
                if chunk == 0:
                    plates = {name: self._plate(name, tracks.get(name)) for name in PLATES}
                second = self._second(chunk, tracks.get("score"))
                score = (torch.stack([*past, second]) * _SCALE).numpy()
                sigma = max((track.sigma for track in tracks.values()), default=0.0)
                scene = Scene(plates, score, self._slots)
                yield Step(chunk, seconds, step, most, sigma, scene)
            past.append(second)

    def _tracks(self, names: tuple[str, ...], chunk: int) -> dict[str, _Track]:
        return {
            name: _Track(
                self._pipeline.scheduler,
                self._noise(name, chunk),
                self._origin(name, chunk),
                self._strength,
                self._steps,
            )
            for name in names
            if name in self._touched or self._origin(name, chunk) is None
        }

    def _noise(self, name: str, chunk: int) -> Tensor:
        """Noise of its own for each plate and second, so that each is stable by itself."""
        digest = hashlib.sha256(f"{self._seed}:{name}:{chunk}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "little"))
        return torch.randn(self._shape(name), generator=generator)

    def _shape(self, name: str) -> tuple[int, ...]:
        if name == "score":
            return (KEYS, len(SCORE))
        return (tokens(name), len(self._pipeline.autoencoder.basis(name).spread))

    def _origin(self, name: str, chunk: int) -> Tensor | None:
        """The parent's tensor: latents of a plate, or the score in net space."""
        if self._parent is None:
            return None
        if name != "score":
            plate = torch.from_numpy(self._parent.plates[name]) * 2 - 1
            return self._pipeline.autoencoder.encode(name, plate[None])[0]
        if chunk >= self._parent.seconds:
            return None
        return torch.from_numpy(self._parent.score[chunk]) / _SCALE

    def _advance(self, tracks: Mapping[str, _Track], share: float, past: list[Tensor]) -> None:
        """Bring each track to its share of steps."""
        due = {
            name: track
            for name, track in tracks.items()
            if track.done < math.ceil(track.steps * share - 1e-6)
        }
        score = due.pop("score", None)
        if score is not None:
            guess = self._pipeline.guess_second(score.sample, score.sigma, self._row, past)
            score.advance(guess)
        samples = {name: track.sample for name, track in due.items()}
        sigmas = {name: track.sigma for name, track in due.items()}
        guesses = self._pipeline.guess_plates(samples, sigmas, self._row, self._guidance)
        for name, track in due.items():
            track.advance(guesses[name])

    def _plate(self, name: str, track: _Track | None) -> Array:
        if track is None:
            assert self._parent is not None
            return self._parent.plates[name]
        restored = self._pipeline.autoencoder.decode(name, track.x0[None])[0]
        plate: Array = ((restored + 1) / 2).clamp(0, 1).numpy()
        return plate

    def _second(self, chunk: int, track: _Track | None) -> Tensor:
        if track is not None:
            return track.x0
        origin = self._origin("score", chunk)
        assert origin is not None
        return origin


def _touched(slots: Mapping[str, str], parent: Scene | None) -> frozenset[str]:
    """The plates (and the score) that must be denoised: those that a changed slot matters for."""
    if parent is None:
        return frozenset(RELEVANT)
    changed = {slot for slot in slots if slots[slot] != parent.slots[slot]}
    return frozenset(kind for kind, slots_ in RELEVANT.items() if changed & set(slots_)) or (
        frozenset(RELEVANT)
    )


def quickest(candidates: tuple[torch.dtype, ...] = (torch.float32, torch.bfloat16)) -> torch.dtype:
    """The dtype in which this machine multiplies fastest, by a measurement of some milliseconds."""
    return min(candidates, key=_seconds)


def _seconds(dtype: torch.dtype) -> float:
    left, right = torch.ones(144, 256, dtype=dtype), torch.ones(256, 1024, dtype=dtype)
    times = []
    for _ in range(3):
        start = perf_counter()
        torch.mm(left, right)
        times.append(perf_counter() - start)
    return min(times)
