"""Muon for the matrices, AdamW for the rest."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from training.precision import matrix_dtype

A, B, C = 3.4445, -4.7750, 2.0315
"""Coefficients of the quintic Newton-Schulz iteration of Muon (Jordan 2024)."""


@torch.no_grad()
def orthogonal(gradient: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly; the iteration is stable in bfloat16."""
    tall = gradient.shape[0] > gradient.shape[1]
    x = gradient.T if tall else gradient
    x = (x / (x.norm() + 1e-7)).to(matrix_dtype(x.device.type))
    for _ in range(steps):
        gram = x @ x.T
        x = A * x + (B * gram + C * (gram @ gram)) @ x
    near: Tensor = x.T if tall else x
    return near.to(gradient.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised for `matrices`, update size matched to AdamW's as in Moonlight
    (arXiv 2502.16982); AdamW with a rate of `ease` times as much for `others`."""

    def __init__(
        self, matrices: Iterable[nn.Parameter], others: Iterable[nn.Parameter], rate: float
    ) -> None:
        groups: list[dict[str, Any]] = [
            {"params": list(matrices), "matrix": True},
            {"params": list(others), "matrix": False},
        ]
        super().__init__(groups, {"lr": rate, "decay": 0.02, "momentum": 0.95, "ease": 0.4})
        self.rate = torch.tensor(rate)
        """What step() goes by: a tensor, so that a captured graph sees it change."""

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            move = self._matrix if group["matrix"] else self._other
            for p in group["params"]:
                if p.grad is not None:
                    move(p, p.grad, self.state[p], group)

    def _matrix(self, p: Tensor, g: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        m = state.setdefault("m", torch.zeros_like(p)).mul_(group["momentum"]).add_(g)
        update = orthogonal(g + group["momentum"] * m)
        p.mul_(1 - self.rate * group["decay"])
        p.sub_(update * (self.rate * (0.2 * max(p.shape) ** 0.5)))

    def _other(self, p: Tensor, g: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        m = state.setdefault("m", torch.zeros_like(p)).lerp_(g, 0.1)
        v = state.setdefault("v", torch.zeros_like(p)).lerp_(g * g, 0.05)
        n = state["n"] = state.get("n", 0) + 1
        scale = (v / (1 - 0.95**n)).sqrt_().add_(1e-8)
        p.sub_(m / (1 - 0.9**n) / scale * (self.rate * group["ease"]))
