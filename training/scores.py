"""Train the part of the denoiser that makes scores: python -m training.scores.

It shares nothing with the plates' part, is small, and takes a quarter of an hour of one core.
"""

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from server.render.theatre.network import ScoreNet
from server.render.theatre.vocabulary import SCALE, indices
from training import motion
from training.muon import Muon
from training.pool import RUNS, world
from training.train import forget

WIDTH, LAYERS = 128, 4
PAST_NOISE = 0.02
"""In net space; so that sampling, whose past is never perfect, does not wander off."""


def batch(count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Clean scores in net space (count, 10, 8, 12) and their slots (count, 8)."""
    values = [world(rng) for _ in range(count)]
    made = [motion.score(v, rng) for v in values]
    clean = torch.from_numpy(np.stack(made)) / torch.tensor(SCALE)
    return clean, torch.tensor([indices(v) for v in values])


def loss(net: ScoreNet, clean: Tensor, slots: Tensor) -> Tensor:
    """Error of x0 for every second at a noise level of its own, given the seconds before."""
    sigma = torch.sigmoid(1.5 * torch.randn(clean.shape[:2]) + 0.3).clamp(0.02, 0.999)
    at = sigma[..., None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    past = clean[:, :-1] + PAST_NOISE * torch.randn_like(clean[:, :-1])
    error = ((net(noisy, sigma, slots, past) - clean) ** 2).mean((2, 3))
    weighted: Tensor = (error / sigma.clamp(min=0.1) ** 2).mean()
    return weighted


def train(steps: int, count: int, top: float, seed: int) -> ScoreNet:
    """The running mean of a net trained on steps * count scores."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = ScoreNet(WIDTH, LAYERS)
    mean = copy.deepcopy(net)
    matrices = [p for p in net.blocks.parameters() if p.ndim == 2]
    inside = {id(p) for p in matrices}
    optimizer = Muon(matrices, [p for p in net.parameters() if id(p) not in inside], top)
    lately: list[float] = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = top * min(1.0, (step + 1) / 100) * (1 - step / steps)
        clean, slots = batch(count, rng)
        error = loss(net, clean, forget(slots))
        optimizer.zero_grad()
        torch.autograd.backward(error)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        keep = min(0.997, (1 + step) / (10 + step))
        with torch.no_grad():
            for held, p in zip(mean.parameters(), net.parameters(), strict=True):
                held.lerp_(p, 1 - keep)
        lately.append(error.item())
        if step % 200 == 199:
            print(f"step {step + 1} loss {np.mean(lately[-200:]):.4f}", flush=True)
    return mean


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path, default=RUNS / "scores.pt")
    options = parser.parse_args()
    torch.set_num_threads(1)
    trained = train(options.steps, options.batch, options.rate, options.seed)
    options.to.parent.mkdir(parents=True, exist_ok=True)
    torch.save(trained.state_dict(), options.to)
