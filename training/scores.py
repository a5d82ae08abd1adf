"""Train the part of the denoiser that makes scores: python -m training.scores.

It shares nothing with the plates' part, is small, and takes a quarter of an hour of one core.
"""

import argparse
import copy
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.render.worker.embedded.network import ScoreNet
from phosphene.render.worker.embedded.vocabulary import KEYS, SCALE, SECONDS
from training import motion
from training.muon import Muon
from training.pool import RUNS, world
from training.train import forget
from training.world import WORLD

WIDTH, LAYERS = 160, 4
PAST_NOISE = 0.02
"""In net space; so that sampling, whose past is never perfect, does not wander off."""
TURN = 4
"""Keys in which one score becomes another."""
TURNS = 0.25
"""Share of scores that become another in the middle, as when a clip is steered."""


@dataclass(frozen=True)
class Batch:
    """Clean scores in net space (N, 10, 8, 21), their slots (N, 13), and which seconds (N, 10)
    these tell of."""

    clean: Tensor
    slots: Tensor
    told: Tensor


def batch(count: int, rng: np.random.Generator) -> Batch:
    """Random scores; some turn into another one at the beginning of a second."""
    values = [world(rng) for _ in range(count)]
    made = [motion.score(v, rng) for v in values]
    told = np.ones((count, SECONDS), np.float32)
    for i in range(count):
        if rng.random() < TURNS:
            second = int(rng.integers(1, SECONDS))
            before = motion.score(_other(values[i], rng), rng)
            made[i] = turned(before, made[i], second)
            told[i, :second] = 0
    clean = torch.from_numpy(np.stack(made)) / torch.tensor(SCALE)
    slots = torch.tensor([WORLD.slot_indices(v) for v in values])
    return Batch(clean, slots, torch.from_numpy(told))


def _other(values: dict[str, str], rng: np.random.Generator) -> dict[str, str]:
    """Another scene that may have been steered into this one: some slots are different."""
    fresh = world(rng)
    return {slot: fresh[slot] if rng.random() < 0.4 else value for slot, value in values.items()}


def turned(
    before: NDArray[np.float32], after: NDArray[np.float32], second: int
) -> NDArray[np.float32]:
    """A score that becomes another one in the first TURN keys of a second."""
    made = after.copy().reshape(-1, after.shape[-1])
    start = second * KEYS
    made[:start] = before.reshape(made.shape)[:start]
    share = ((np.arange(TURN, dtype=np.float32) + 1) / (TURN + 1))[:, None]
    made[start : start + TURN] += (1 - share) * (made[start - 1] - made[start + TURN])
    return made.reshape(after.shape)


def loss(net: ScoreNet, given: Batch) -> Tensor:
    """Error of x0 for every second at a noise level of its own, given the seconds before."""
    clean, device = given.clean, given.clean.device
    sigma = torch.sigmoid(1.5 * torch.randn(clean.shape[:2], device=device) + 0.3)
    sigma = sigma.clamp(0.02, 0.999)
    at = sigma[..., None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    past = clean[:, :-1] + PAST_NOISE * torch.randn_like(clean[:, :-1])
    error = ((net(noisy, sigma, forget(given.slots), past) - clean) ** 2).mean((2, 3))
    weighted: Tensor = (given.told * error / sigma.clamp(min=0.1) ** 2).mean()
    return weighted


def batches(steps: int, count: int, seed: int, workers: int) -> Iterator[Batch]:
    """Random scores, drawn by so many processes."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = deque(pool.submit(_batch, count, seed, k) for k in range(min(2 * workers, steps)))
        for step in range(steps):
            yield waiting.popleft().result()
            if step + 2 * workers < steps:
                waiting.append(pool.submit(_batch, count, seed, step + 2 * workers))


def _batch(count: int, seed: int, k: int) -> Batch:
    torch.set_num_threads(1)
    return batch(count, np.random.default_rng([seed, k]))


def train(
    steps: int, given: Iterable[Batch], top: float, device: str = "cpu", start: Path | None = None
) -> ScoreNet:
    """The running mean of a net trained on `steps` batches, from the weights in `start` if told."""
    net = ScoreNet(WIDTH, LAYERS, WORLD.slot_sizes).to(device)
    if start is not None:
        net.load_state_dict(torch.load(start, map_location=device))
    mean = copy.deepcopy(net)
    matrices = [p for p in net.blocks.parameters() if p.ndim == 2]
    inside = {id(p) for p in matrices}
    optimizer = Muon(matrices, [p for p in net.parameters() if id(p) not in inside], top)
    lately: list[float] = []
    optimizer.rate = optimizer.rate.to(device)
    for step, one in enumerate(given):
        optimizer.rate.fill_(top * min(1.0, (step + 1) / 100) * (1 - step / steps))
        parts = (part.to(device) for part in (one.clean, one.slots, one.told))
        error = loss(net, Batch(*parts))
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
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--to", type=Path, default=RUNS / "scores.pt")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    drawn = batches(options.steps, options.batch, options.seed, options.workers)
    trained = train(options.steps, drawn, options.rate, options.device, options.start).cpu()
    options.to.parent.mkdir(parents=True, exist_ok=True)
    torch.save(trained.state_dict(), options.to)
