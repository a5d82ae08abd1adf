"""Hooks of an unmodified pipeline: what it does is seen at its scheduler and at its decoder.

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
class SchedulerStep:
    """One denoising step that was taken.

    ``copy_index`` is None for the pipeline's own scheduler, else which copy of it stepped, in the
    order in which they got their schedules. ``sigma`` is the noise level that it led to,
    ``x0`` the clean sample that it predicts, ``sample`` where it led; both as the pipeline has
    them. ``number`` counts from 1 to ``count``.
    """

    copy_index: int | None
    number: int
    count: int
    sigma: float
    x0: Tensor
    sample: Tensor

    @property
    def is_last(self) -> bool:
        return self.number == self.count


class SchedulerListener(Protocol):
    """Is called with what a pipeline does. What it raises goes through the pipeline and ends it."""

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        """A schedule of ``count`` steps begins."""
        ...

    def on_step(self, step: SchedulerStep) -> None:
        """A step was taken."""
        ...


class SchedulerHook:
    """Hooks the schedulers of one clip: the pipeline's own and every copy of it."""

    def __init__(self, owner: SchedulerListener, strength: float = 1.0) -> None:
        self._listener = owner
        self._strength = strength
        self._own: Any = None
        self._copies: list[Any] = []

    # Pipelines copy their schedulers, hooks included: all copies are to report to one listener.
    def __deepcopy__(self, memo: dict[int, Any]) -> "SchedulerHook":
        return self

    def set_own_scheduler(self, scheduler: Any) -> None:
        """The pipeline's own scheduler."""
        self._own = scheduler

    def on_schedule(self, scheduler: Any) -> None:
        """A scheduler has its timesteps."""
        truncate(scheduler, self._strength)
        if scheduler is not self._own and self._copy_of(scheduler) is None:
            self._copies.append(scheduler)
        self._listener.on_schedule(self._copy_of(scheduler), len(scheduler.timesteps))

    def on_step(self, scheduler: Any, velocity: Tensor, before: Tensor, after: Tensor) -> None:
        """A scheduler has taken a step by ``velocity``.

        Raises:
            ArithmeticError: what the model says is not finite.
        """
        number = int(scheduler.step_index)
        sigma = scheduler.sigmas[number - 1].to(before.device, before.dtype)
        # True of all schedulers of flow matching that are known here (Euler, UniPC, Helios, LTX-2):
        # at the last step it differs from the sample by 1.2e-7 at most.
        x0 = before - sigma * velocity
        # One clip of a batch may overflow in half precision: it ends, and the others go on.
        if not bool(torch.isfinite(x0).all()):
            raise ArithmeticError("the model's latents are not finite")
        left = min(1.0, max(0.0, float(scheduler.sigmas[number])))
        count = len(scheduler.timesteps)
        step = SchedulerStep(self._copy_of(scheduler), number, count, left, x0, after)
        self._listener.on_step(step)

    def _copy_of(self, scheduler: Any) -> int | None:
        return next((at for at, one in enumerate(self._copies) if one is scheduler), None)


def hook_scheduler(scheduler: Any, hook: SchedulerHook) -> Any:
    """A scheduler like ``scheduler`` that calls ``hook`` at each step; so do its copies."""
    kind = type(scheduler)
    fresh = kind.from_config(scheduler.config)
    overridden = {"step": _step(kind), "set_timesteps": _set_timesteps(kind)}
    # At the scheduler and not in ``callback_on_step_end``: the callback knows neither x0 nor
    # chunks, and is missing in some pipelines and in all modular ones; every pipeline steps its
    # scheduler.
    fresh.__class__ = type(f"Hooked{kind.__name__}", (kind,), overridden)
    fresh.hook = hook
    hook.set_own_scheduler(fresh)
    return fresh


def hook_decode(vae: Any, decode: Callable[..., Any]) -> Any:
    """A decoder with the weights of ``vae`` whose ``decode(z, ...)`` is ``decode``."""
    kind = type(vae)
    own = copy.copy(vae)
    own.__class__ = type(f"Hooked{kind.__name__}", (kind,), {"decode": staticmethod(decode)})
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
    # Exactly at the level: the next step of the schedule below it would be another strength for
    # each count of steps.
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
        self.hook.on_step(self, model_output, sample, after)
        return out

    return step


def _set_timesteps(kind: Any) -> Callable[..., Any]:
    # Pipelines look at the signature of this one; `wraps` keeps it.
    @wraps(kind.set_timesteps)
    def set_timesteps(self: Any, *args: Any, **kwargs: Any) -> None:
        kind.set_timesteps(self, *args, **kwargs)
        self.hook.on_schedule(self)

    return set_timesteps
