"""An independent judge: a small network that has seen only real clips, never the model's, and says
what a clip shows. python -m training.judge trains it (about half an hour of one core).

A verdict counts only where the judge is right on at least 95 % of real clips it has not seen.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from server.render.theatre.vocabulary import SLOTS, VALUES
from training.pool import RUNS, world
from training.stage import Frames, look, scene

FOLDER: Final = RUNS / "judge"
ASKED: Final = (*SLOTS, "exactly one")
ANSWERS: Final = {**{slot: len(VALUES[slot]) for slot in SLOTS}, "exactly one": 3}
FIT: Final = 0.95
SHARD: Final = 100


class Judge(nn.Module):
    """Looks at each of eight frames, then at how they follow each other."""

    def __init__(self) -> None:
        super().__init__()
        steps = ((3, 24, 5), (24, 40, 3), (40, 64, 3), (64, 112, 3))
        layers: list[nn.Module] = []
        for before, after, size in steps:
            layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after)]
            layers += [nn.SiLU()]
        self.eye = nn.Sequential(*layers)
        self.where = nn.Conv2d(112, 4, 1)
        self.course = nn.Sequential(
            nn.Conv1d(4 * 8 * 5 + 112, 64, 3), nn.SiLU(), nn.Conv1d(64, 64, 3), nn.SiLU()
        )
        self.still = nn.ModuleDict(
            {asked: nn.Linear(112, ANSWERS[asked]) for asked in ASKED if asked != "motion"}
        )
        self.moving = nn.Linear(64, ANSWERS["motion"])

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """(B, 8, 3, 128, 72) uint8 -> logits (B, answers) of everything asked."""
        b, n = clips.shape[:2]
        seen = self.eye(clips.flatten(0, 1).float() / 64 - 2)
        what = seen.amax((2, 3))
        flat = torch.cat([self.where(seen).flatten(1), what], 1).view(b, n, -1)
        course = self.course(flat.transpose(1, 2)).mean(2)
        answers = {asked: layer(what).view(b, n, -1).mean(1) for asked, layer in self.still.items()}
        return answers | {"motion": self.moving(course)}


def case(rng: np.random.Generator) -> tuple[Frames, NDArray[np.int64]]:
    """A real clip and what it shows, in the order of ASKED; -1 where that has no answer."""
    count = int(rng.choice([1, 1, 1, 1, 1, 1, 1, 1, 0, 2]))
    values = world(rng, held=True)
    truth = [VALUES[slot].index(values[slot]) for slot in SLOTS]
    if count == 0:
        truth = [
            -1 if slot in ("subject", "colour", "motion") else answer
            for slot, answer in zip(SLOTS, truth, strict=True)
        ]
    return look(scene(values, rng, count)), np.array([*truth, count], np.int64)


def gather(number: int) -> None:
    """Draw shards of real clips until there are `number` clips."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for k in range(number // SHARD):
        path = FOLDER / f"cases-{k:03d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([2, k])
        clips, truths = zip(*(case(rng) for _ in range(SHARD)), strict=True)
        np.savez(path.with_suffix(".part.npz"), clips=np.stack(clips), truths=np.stack(truths))
        path.with_suffix(".part.npz").rename(path)


def cases(paths: Sequence[Path]) -> tuple[Tensor, Tensor]:
    """Clips (N, 8, 3, 128, 72) and truths (N, 7)."""
    loaded = [np.load(path) for path in paths]
    clips = torch.from_numpy(np.concatenate([part["clips"] for part in loaded]))
    return clips, torch.from_numpy(np.concatenate([part["truths"] for part in loaded]))


def train(judge: Judge, clips: Tensor, truths: Tensor, epochs: int) -> None:
    """Learn to answer everything at once."""
    batch = 25
    steps = epochs * (len(clips) // batch)
    optimizer = torch.optim.AdamW(judge.parameters(), 3e-3, weight_decay=1e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    judge.train()
    for epoch in range(epochs):
        order = torch.randperm(len(clips))
        for i in range(len(clips) // batch):
            chosen = order[i * batch : (i + 1) * batch]
            loss = _loss(judge, clips[chosen], truths[chosen])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            plan.step()
        print(f"epoch {epoch} loss {loss.item():.3f}", flush=True)


def _loss(judge: Judge, clips: Tensor, truths: Tensor) -> Tensor:
    answers = judge(clips)
    losses = [
        F.cross_entropy(answers[asked], truths[:, i], ignore_index=-1)
        for i, asked in enumerate(ASKED)
    ]
    return torch.stack(losses).sum()


@torch.no_grad()
def answer(judge: Judge, clips: Tensor) -> Tensor:
    """Verdicts (N, 7), in the order of ASKED."""
    judge.eval()
    parts = [judge(part) for part in torch.split(clips, 25)]
    return torch.stack([torch.cat([p[a] for p in parts]).argmax(1) for a in ASKED], 1)


def skill(judge: Judge, clips: Tensor, truths: Tensor) -> dict[str, tuple[int, int]]:
    """(right, asked) on real clips for each attribute."""
    given = answer(judge, clips)
    return {
        asked: (
            int(((given[:, i] == truths[:, i]) & (truths[:, i] >= 0)).sum()),
            int((truths[:, i] >= 0).sum()),
        )
        for i, asked in enumerate(ASKED)
    }


def trained() -> tuple[Judge, dict[str, tuple[int, int]]]:
    """The judge on disk and its skill. Raises FileNotFoundError before it was trained."""
    state = torch.load(FOLDER / "judge.pt")
    judge = Judge()
    judge.load_state_dict(state["judge"])
    return judge.eval(), state["skill"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    gather(options.clips)
    shards = sorted(FOLDER.glob("cases-[0-9][0-9][0-9].npz"))
    real = Judge()
    unseen = max(2, len(shards) // 8)
    train(real, *cases(shards[:-unseen]), options.epochs)
    found = skill(real, *cases(shards[-unseen:]))
    torch.save({"judge": real.state_dict(), "skill": found}, FOLDER / "judge.pt")
    for name, (right, total) in found.items():
        print(f"{name}: {right} of {total}{'' if right >= FIT * total else ', void'}")
