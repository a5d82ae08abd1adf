"""The tap: what an unmodified pipeline does comes out at its scheduler and at its decoder.

A subclass of the scheduler's own class overrides ``step`` and ``set_timesteps``; one of the
decoder's class overrides ``decode``. Both are made for one clip: the model's objects stay as they
are, and a clip that is cancelled leaves nothing behind.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One denoising step that was taken.

    ``place`` is None for the pipeline's own scheduler, else which copy of it stepped, counted in
    the order in which they got their schedules. ``sigma`` is the noise level that it led to,
    ``x0`` the clean sample that it predicts, ``sample`` where it led; both as the pipeline has
    them. ``number`` counts from 1 to ``count``.
    """

    place: int | None
    number: int
    count: int
    sigma: float
    x0: Tensor
    sample: Tensor

    @property
    def last(self) -> bool:
        return self.number == self.count


class Listener(Protocol):
    """Who hears what a pipeline does. What it raises goes through the pipeline and ends it."""

    def scheduled(self, place: int | None, count: int) -> None:
        """A schedule of ``count`` steps begins."""
        ...

    def stepped(self, step: Step) -> None:
        """A step was taken."""
        ...


class Tap:
    """Where the schedulers of one clip lead to: the pipeline's own and every copy of it."""

    def __init__(self, owner: Listener, strength: float = 1.0) -> None:
        self._listener = owner
        self._strength = strength
        self._own: Any = None
        self._copies: list[Any] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tap":
        return self

    def own(self, scheduler: Any) -> None:
        """The pipeline's own scheduler."""
        self._own = scheduler

    def scheduled(self, scheduler: Any) -> None:
        """A scheduler has its timesteps."""
        truncate(scheduler, self._strength)
        if scheduler is not self._own and self._place(scheduler) is None:
            self._copies.append(scheduler)
        self._listener.scheduled(self._place(scheduler), len(scheduler.timesteps))

    def stepped(self, scheduler: Any, velocity: Tensor, before: Tensor, after: Tensor) -> None:
        """A scheduler has taken a step by ``velocity``.

        Raises:
            ArithmeticError: what the model says is not finite.
        """
        number = int(scheduler.step_index)
        sigma = scheduler.sigmas[number - 1].to(before.device, before.dtype)
        x0 = before - sigma * velocity
        if not bool(torch.isfinite(x0).all()):
            raise ArithmeticError("the model's latents are not finite")
        left = min(1.0, max(0.0, float(scheduler.sigmas[number])))
        count = len(scheduler.timesteps)
        step = Step(self._place(scheduler), number, count, left, x0, after)
        self._listener.stepped(step)

    def _place(self, scheduler: Any) -> int | None:
        return next((at for at, one in enumerate(self._copies) if one is scheduler), None)


def tapped(scheduler: Any, tap: Tap) -> Any:
    """A scheduler like ``scheduler`` whose steps come out at ``tap``; also those of its copies."""
    kind = type(scheduler)
    fresh = kind.from_config(scheduler.config)
    overridden = {"step": _step(kind), "set_timesteps": _set_timesteps(kind)}
    fresh.__class__ = type(f"Tapped{kind.__name__}", (kind,), overridden)
    fresh.tap = tap
    tap.own(fresh)
    return fresh


def with_decode(vae: Any, decode: Callable[..., Any]) -> Any:
    """A decoder with the weights of ``vae`` whose ``decode(z, ...)`` is ``decode``."""
    kind = type(vae)
    own = copy.copy(vae)
    own.__class__ = type(f"Tapped{kind.__name__}", (kind,), {"decode": staticmethod(decode)})
    return own


def truncate(scheduler: Any, strength: float) -> None:
    """Leave of a schedule what lies below the noise level ``strength``, beginning exactly there.

    The schedule of a remix, as in SDEdit (arXiv 2108.01073).
    """
    if strength >= 1:
        return
    times, sigmas = scheduler.timesteps, scheduler.sigmas
    first = torch.full_like(times[:1], strength * scheduler.config.num_train_timesteps)
    below = times < first
    level = torch.full_like(sigmas[:1], strength)
    scheduler.timesteps = torch.cat([first, times[below]])
    scheduler.sigmas = torch.cat([level, sigmas[:-1][below.to(sigmas.device)], sigmas[-1:]])
    scheduler.num_inference_steps = len(scheduler.timesteps)


def _step(kind: Any) -> Callable[..., Any]:
    @wraps(kind.step)
    def step(
        self: Any, model_output: Tensor, timestep: Any, sample: Tensor, *args: Any, **kwargs: Any
    ) -> Any:
        out = kind.step(self, model_output, timestep, sample, *args, **kwargs)
        after = out[0] if isinstance(out, tuple) else out.prev_sample
        self.tap.stepped(self, model_output, sample, after)
        return out

    return step


def _set_timesteps(kind: Any) -> Callable[..., Any]:
    # Pipelines look at the signature of this one; `wraps` keeps it.
    @wraps(kind.set_timesteps)
    def set_timesteps(self: Any, *args: Any, **kwargs: Any) -> None:
        kind.set_timesteps(self, *args, **kwargs)
        self.tap.scheduled(self)

    return set_timesteps
