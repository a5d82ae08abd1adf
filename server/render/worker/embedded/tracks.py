"""Tensors on their way from noise to what the network restores."""

import math
from copy import copy

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor


class Track:
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
        # As it is before its first step; made from its configuration it took 2.5 ms.
        self._scheduler = copy(scheduler)
        # Explicit, since the scheduler's own last sigma is not 0 but just above.
        levels = [strength * (1 - i / self.steps) for i in range(self.steps)]
        self._scheduler.set_timesteps(sigmas=levels)
        self._scheduler.set_begin_index(0)
        self.x0 = torch.zeros_like(noise) if origin is None else origin
        self.noise = noise
        self._sample = torch.lerp(self.x0, noise, self.sigma)

    @property
    def steps_done(self) -> int:
        return self._scheduler.step_index or 0

    @property
    def sigma(self) -> float:
        return float(self._scheduler.sigmas[self.steps_done])

    @property
    def sample(self) -> Tensor:
        return self._sample

    def take_step(self, x0: Tensor) -> None:
        """Take the step that `x0`, predicted from `sample` at `sigma`, points to."""
        # What would have to lie over this x0 to make the sample; so it is all along the step.
        self.noise = (self._sample - (1 - self.sigma) * x0) / self.sigma
        time, flow = self._scheduler.timesteps[self.steps_done], (self._sample - x0) / self.sigma
        self._sample = self._scheduler.step(flow, time, self._sample, return_dict=False)[0]
        self.x0 = x0


def renoised(strength: float) -> float:
    """The noise level to which a remix of this strength takes plates back. Half the strength is
    already three quarters of the noise: below that the old picture outweighs the new words."""
    return 1 - (1 - strength) ** 2


def finite(x0: Tensor) -> Tensor:
    """The same. Raises ArithmeticError for numbers that are none."""
    if not bool(torch.isfinite(x0).all()):
        raise ArithmeticError("the model's numbers are not finite any more")
    return x0
