"""Train the embedded model's denoiser: python -m training.train --minutes 60 [--device cuda].

Works on the latents of the pool's plates (python -m training.autoencoder comes first). Goes on from
the last checkpoint if there is one. Writes training/runs/NAME/checkpoint.pt and loss.csv; python -m
training.export makes weights of it.
"""

import argparse
import copy
import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.vocabulary import PLATES
from training.muon import Muon
from training.pool import RUNS, Pool
from training.precision import mixed
from training.world import WORLD

SHARE = {
    "subject": 96,
    "inks": 24,
    "sky": 24,
    "far": 40,
    "middle": 40,
    "near": 40,
    "weather": 12,
}
"""Plates of each kind in a batch."""
SAVE_EVERY, LOG_EVERY = 150.0, 25
COOL_FROM = 0.45
KEEP = 0.998
FORGET_ALL, FORGET_ONE = 0.08, 0.03
SHARD = 64
WARM_UP = 150
"""Steps before the update is captured: by then the optimizer's corrections have faded."""


@dataclass
class Run:
    """Everything that a checkpoint keeps; and the losses summed up since the last line of the
    log."""

    net: EmbeddedTransformer
    mean: EmbeddedTransformer
    optimizer: Muon
    keep: Tensor
    losses: dict[str, Tensor]
    step: int = 0
    seconds: float = 0.0
    logged: int = 0


@dataclass(frozen=True)
class Shelf:
    """All latents of one kind (N, tokens, K) float16, their slots (N, 13), and how much an error in
    each of the K numbers weighs."""

    latents: Tensor
    slots: Tensor
    weight: Tensor

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """A random batch."""
        chosen = torch.randint(len(self.latents), (count,), device=self.latents.device)
        return self.latents[chosen].float(), self.slots[chosen]


def split(net: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Matrices of the transformers for Muon, everything else for AdamW."""
    inner = ("qkv", "merge", "up", "down", "modulate", "inner", "outer", "final")
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, p in net.named_parameters():
        chosen = p.ndim == 2 and name.split(".")[-2] in inner
        (matrices if chosen else others).append(p)
    return matrices, others


def encode(pool: Pool, autoencoder: EmbeddedAutoencoder, device: str) -> dict[str, Shelf]:
    """The whole pool as latents."""
    shelves = {}
    for kind in PLATES:
        found = [
            autoencoder.encode(kind, _net_space(part, device)).half()
            for plates in pool.plates[kind]
            for part in np.array_split(plates, max(1, len(plates) // SHARD))
        ]
        slots = torch.from_numpy(np.concatenate(pool.slots[kind]))
        # Between the error of the picture, which would leave small details to chance, and that of
        # the latents, which would spend as much on what nobody sees.
        spread = autoencoder.basis_of(kind).spread.float()
        weight = spread / spread.mean()
        shelves[kind] = Shelf(torch.cat(found), slots.to(device), weight)
    return shelves


def _net_space(plates: NDArray[np.uint8], device: str) -> Tensor:
    return torch.from_numpy(np.array(plates)).to(device).float() / 127.5 - 1


@cache
def _free(device: torch.device) -> Tensor:
    return torch.tensor(WORLD.slot_indices({}), device=device)


def forget(slots: Tensor) -> Tensor:
    """Leave out all slots of one example in twelve, and each slot now and then."""
    free = _free(slots.device).expand_as(slots)
    drop = torch.rand(len(slots), 1, device=slots.device) < FORGET_ALL
    drop = drop | (torch.rand(slots.shape, device=slots.device) < FORGET_ONE)
    return torch.where(drop, free, slots)


def plate_loss(run: Run, kind: str, shelf: Shelf, count: int) -> Tensor:
    """Weighted error of x0 under rectified flow noise."""
    clean, slots = shelf.draw(count)
    sigma = torch.sigmoid(1.2 * torch.randn(count, device=clean.device) + 0.2).clamp(0.01, 0.999)
    at = sigma[:, None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    with mixed(clean.device.type):
        guess = run.net(kind, noisy, sigma, forget(slots))
    error = ((guess - clean) ** 2 * shelf.weight).mean((1, 2))
    loss: Tensor = (error / sigma.clamp(min=0.2) ** 2).mean()
    run.losses[kind] += loss.detach()
    return loss


def rate(done: float, step: int, top: float) -> float:
    """Learning rate at `done` (0..1) of the run: short warm-up, plateau, linear descent."""
    cool = 1 - max(0.0, done - COOL_FROM) / (1 - COOL_FROM)
    return top * min(1.0, (step + 1) / 60) * max(0.02, cool)


def average(run: Run) -> None:
    """Move the running mean of the weights."""
    with torch.no_grad():
        for mean, p in zip(run.mean.parameters(), run.net.parameters(), strict=True):
            mean.lerp_(p, 1 - run.keep)


def save(run: Run, folder: Path) -> None:
    """Write the checkpoint beside the old one, then put it in its place."""
    state = {
        "net": run.net.state_dict(),
        "mean": run.mean.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "config": {k: v for k, v in run.net.config.items() if k[0] != "_"},
        "step": run.step,
        "seconds": run.seconds,
    }
    torch.save(state, folder / "checkpoint.part")
    (folder / "checkpoint.part").rename(folder / "checkpoint.pt")


def load(folder: Path, device: str, top: float) -> Run:
    """The run in `folder`, or a new one."""
    net = EmbeddedTransformer(WORLD.slot_sizes).to(device)
    losses = {kind: torch.zeros((), device=device) for kind in PLATES}
    keep = torch.zeros((), device=device)
    run = Run(net, copy.deepcopy(net), Muon(*split(net), top), keep, losses)
    run.optimizer.rate = run.optimizer.rate.to(device)
    path = folder / "checkpoint.pt"
    if path.exists():
        state = torch.load(path, map_location=device)
        run.net.load_state_dict(state["net"])
        run.mean.load_state_dict(state["mean"])
        run.optimizer.load_state_dict(state["optimizer"])
        run.step, run.seconds, run.logged = state["step"], state["seconds"], state["step"]
    return run


def log(run: Run, folder: Path) -> None:
    """Append the mean losses since the last line to loss.csv."""
    path = folder / "loss.csv"
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", "seconds", *PLATES])
        means = [f"{float(run.losses[kind]) / (run.step - run.logged):.5f}" for kind in PLATES]
        writer.writerow([run.step, f"{run.seconds:.0f}", *means])
    for total in run.losses.values():
        total.zero_()
    run.logged = run.step


def update(run: Run, shelves: dict[str, Shelf], batch: float) -> None:
    """One update from plates of every kind."""
    run.optimizer.zero_grad()
    for kind, count in SHARE.items():
        torch.autograd.backward(plate_loss(run, kind, shelves[kind], max(1, int(batch * count))))
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 2.0)
    run.optimizer.step()
    average(run)


def captured(run: Run, shelves: dict[str, Shelf], batch: float) -> Callable[[], None]:
    """The update as one CUDA graph: launching its thousands of small kernels one by one takes
    several times as long as they do."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=torch.cuda.current_stream()):
        update(run, shelves, batch)
    return graph.replay


def train(options: argparse.Namespace) -> None:
    """Train until the run has had its minutes."""
    folder: Path = RUNS / options.name
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(time.time_ns())
    autoencoder = EmbeddedAutoencoder.from_pretrained(options.autoencoder).to(options.device)
    shelves = encode(Pool(options.pool), autoencoder, options.device)
    run = load(folder, options.device, options.rate)
    saved, total = run.seconds, options.minutes * 60
    advance: Callable[[], None] = partial(update, run, shelves, options.batch)
    warm = run.step + WARM_UP
    while run.seconds < total:
        began = time.monotonic()
        if run.step == warm and options.device == "cuda" and not options.eager:
            advance = captured(run, shelves, options.batch)
        run.optimizer.rate.fill_(rate(run.seconds / total, run.step, options.rate))
        run.keep.fill_(min(options.keep, (2 + run.step) / (13 + run.step)))
        advance()
        run.step += 1
        if run.step % LOG_EVERY == 0:
            log(run, folder)
        run.seconds += min(time.monotonic() - began, 20.0)
        if run.seconds - saved > SAVE_EVERY:
            save(run, folder)
            saved = run.seconds
    save(run, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="theatre")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=float, default=1.0, help="times the plates in SHARE")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--keep", type=float, default=KEEP, help="of the running mean, a step")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--eager", action="store_true", help="capture no CUDA graph")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pool", type=Path, default=RUNS / "pool")
    parser.add_argument("--autoencoder", type=Path, default=RUNS / "autoencoder")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    # No graph can be captured on the default stream.
    own = torch.cuda.Stream() if chosen.device == "cuda" else None  # type: ignore[no-untyped-call]
    with torch.cuda.stream(own):
        train(chosen)
