"""Train the theatre's denoiser: python -m training.train --minutes 120 [--device cuda].

Goes on from the last checkpoint if there is one. Writes training/runs/NAME/checkpoint.pt and
loss.csv; python -m training.export makes weights of it.
"""

import argparse
import copy
import csv
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from server.render.theatre.network import PATCH, TheatreTransformer, patchify
from server.render.theatre.vocabulary import PLATES, SIZES
from training.muon import Muon
from training.pool import RUNS, Pool

OTHERS = {"far": 0.2, "middle": 0.2, "near": 0.2, "sky": 0.33, "weather": 0.07}
"""How often each background is drawn; the subject is in every step."""
WEIGHT = {"subject": 0.7, "sky": 2.0}
SAVE_EVERY, LOG_EVERY = 180.0, 25
LOOKED_AT = 500
HEAL_FROM, COOL_FROM = 0.5, 0.58


@dataclass
class Run:
    """Everything that a checkpoint keeps."""

    net: TheatreTransformer
    mean: TheatreTransformer
    optimizer: Muon
    step: int = 0
    seconds: float = 0.0
    losses: dict[str, list[float]] = field(default_factory=dict)


def split(net: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Matrices of the transformers for Muon, everything else for AdamW."""
    inner = ("qkv", "merge", "up", "down", "modulate", "inner", "outer", "final")
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, p in net.named_parameters():
        chosen = p.ndim == 2 and name.rpartition(".")[0].rpartition(".")[2] in inner
        (matrices if chosen else others).append(p)
    return matrices, others


def start_from_data(net: TheatreTransformer, pool: Pool, rng: np.random.Generator) -> None:
    """Begin the linear ends at the principal components of the patches of some plates."""
    for kind in PLATES:
        plates, _ = pool.draw(kind, LOOKED_AT, rng)
        patches = patchify(torch.from_numpy(plates).float() / 127.5 - 1).flatten(0, 1)
        patches = patches[torch.randperm(len(patches))[:16000]]
        middle = patches.mean(0)
        width = net.config.width
        axes = torch.pca_lowrank(patches - middle, width, niter=2)[2]
        ends = net.ends[kind]
        with torch.no_grad():
            ends.enter.weight.copy_(axes.T)  # type: ignore[union-attr, operator]
            ends.leave.weight.copy_(axes * 0.5)  # type: ignore[union-attr, operator]
            ends.leave.bias.copy_(middle)  # type: ignore[union-attr, operator]


def forget(slots: Tensor) -> Tensor:
    """Leave out all slots of one example in twelve, and each slot now and then."""
    free = torch.tensor(SIZES).expand_as(slots)
    drop = (torch.rand(len(slots), 1) < 0.08) | (torch.rand(slots.shape) < 0.04)
    return torch.where(drop, free, slots)


def plate_loss(
    run: Run, kind: str, count: int, pool: Pool, rng: np.random.Generator, heal: int
) -> Tensor:
    """Weighted error of x0 under rectified flow noise; also notes the plain error."""
    device = next(run.net.parameters()).device
    plates, told = pool.draw(kind, count, rng)
    clean = torch.from_numpy(plates).to(device).float() / 127.5 - 1
    slots = forget(torch.from_numpy(told)).to(device)
    # High noise matters most: there the large shapes are decided, and a patch's mean shows early.
    middle = 1.2 if kind == "subject" else 1.6
    sigma = torch.sigmoid(1.4 * torch.randn(count, device=device) + middle).clamp(0.02, 0.999)
    at = sigma[:, None, None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    guess, hint = run.net.restore(kind, noisy, sigma, slots, heal)
    solid = F.max_pool2d((clean[:, 3::4] > -0.9).float().amax(1, True), PATCH)
    weight = 1 + 2 * solid if kind == "subject" else torch.ones_like(solid)
    weight = F.interpolate(weight / weight.mean(), scale_factor=PATCH)
    error = ((guess - clean) ** 2 * weight).mean((1, 2, 3))
    means = F.avg_pool2d(clean, PATCH).flatten(2).transpose(1, 2)
    aside = ((hint - means) ** 2).mean((1, 2))
    urgency = 1 / sigma.clamp(min=0.15) ** 2
    run.losses.setdefault(kind, []).append(float((error.detach() * urgency).mean()))
    loss: Tensor = WEIGHT.get(kind, 1.0) * ((error + 0.2 * aside) * urgency).mean()
    return loss


def rate(done: float, step: int, top: float) -> float:
    """Learning rate at `done` (0..1) of the run: short warm-up, plateau, linear descent."""
    cool = 1 - max(0.0, done - COOL_FROM) / (1 - COOL_FROM)
    return top * min(1.0, (step + 1) / 60) * max(0.02, cool)


def average(run: Run, done: float) -> None:
    """Move the running mean of the weights."""
    keep = min(0.985 if done < COOL_FROM else 0.995, (1 + run.step) / (12 + run.step))
    with torch.no_grad():
        for mean, p in zip(run.mean.parameters(), run.net.parameters(), strict=True):
            mean.lerp_(p, 1 - keep)


def save(run: Run, folder: Path) -> None:
    """Write the checkpoint beside the old one, then put it in its place."""
    state = {
        "net": run.net.state_dict(),
        "mean": run.mean.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "config": dict(run.net.config),
        "step": run.step,
        "seconds": run.seconds,
    }
    torch.save(state, folder / "checkpoint.part")
    (folder / "checkpoint.part").rename(folder / "checkpoint.pt")


def load(folder: Path, device: str, pool: Pool, rng: np.random.Generator, top: float) -> Run:
    """The run in `folder`, or a new one."""
    net = TheatreTransformer()
    path = folder / "checkpoint.pt"
    state = torch.load(path, map_location=device) if path.exists() else None
    if state is None:
        start_from_data(net, pool, rng)
    net.to(device)
    run = Run(net, copy.deepcopy(net), Muon(*split(net), top))
    if state is not None:
        run.net.load_state_dict(state["net"])
        run.mean.load_state_dict(state["mean"])
        run.optimizer.load_state_dict(state["optimizer"])
        run.step, run.seconds = state["step"], state["seconds"]
    return run


def log(run: Run, folder: Path) -> None:
    """Append the mean losses since the last line to loss.csv."""
    path = folder / "loss.csv"
    new = not path.exists()
    means = [np.mean(run.losses[k]) if k in run.losses else "" for k in PLATES]
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", "seconds", *PLATES])
        row = [f"{m:.5f}" if m != "" else "" for m in means]
        writer.writerow([run.step, f"{run.seconds:.0f}", *row])
    run.losses.clear()


def train(options: argparse.Namespace) -> None:
    """Train until the run has had its minutes."""
    folder: Path = RUNS / options.name
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(time.time_ns())
    pool = Pool(RUNS / "pool")
    run = load(folder, options.device, pool, rng, options.rate)
    saved = run.seconds
    while run.seconds < options.minutes * 60:
        began = time.monotonic()
        done = run.seconds / (options.minutes * 60)
        for group in run.optimizer.param_groups:
            group["lr"] = rate(done, run.step, options.rate)
        heal = options.batch // 8 if done > HEAL_FROM else 0
        loss = plate_loss(run, "subject", options.batch * 3 // 8, pool, rng, heal)
        for other in rng.choice(list(OTHERS), 2, p=list(OTHERS.values())):
            loss = loss + plate_loss(run, str(other), options.batch * 5 // 8, pool, rng, heal)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(run.net.parameters(), 2.0)
        run.optimizer.step()
        run.optimizer.zero_grad()
        run.step += 1
        average(run, done)
        run.seconds += min(time.monotonic() - began, 20.0)
        if run.step % LOG_EVERY == 0:
            log(run, folder)
            pool.refresh()
        if run.seconds - saved > SAVE_EVERY:
            save(run, folder)
            saved = run.seconds
    save(run, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="theatre")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    train(chosen)
