"""An independent judge: a small network that has seen only real clips, never the model's, and says
what a clip shows. python -m training.judge trains it (about half an hour of one core).

A verdict counts only where the judge is right on at least 95 % of real clips it has not seen.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
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
ANSWERS: Final = {slot: len(VALUES[slot]) for slot in SLOTS} | {"exactly one": 4}
STILL: Final = tuple(asked for asked in ASKED if asked != "motion")
OF_SUBJECT: Final = ("subject", "colour", "motion", "size", "count")
BANDS, REACH = (70, 88, 106), 8
TRACES: Final = 8 * (24 + 32) + len(BANDS) * (2 * REACH + 1)
FIT: Final = 0.95
SHARD: Final = 100


class Judge(nn.Module):
    """Looks at each of eight frames for what is there, and at traces of all eight for how it
    moves."""

    def __init__(self) -> None:
        super().__init__()
        steps = ((3, 16, 5), (16, 32, 3), (32, 64, 3), (64, 128, 3), (128, 160, 3))
        layers: list[nn.Module] = []
        for before, after, size in steps:
            layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after)]
            layers += [nn.SiLU()]
        self.eye = nn.Sequential(*layers)
        self.still = nn.ModuleDict({asked: nn.Linear(160, ANSWERS[asked]) for asked in STILL})
        self.moving = nn.Sequential(
            nn.LayerNorm(TRACES), nn.Linear(TRACES, 128), nn.SiLU(), nn.Dropout(0.4),
            nn.Linear(128, ANSWERS["motion"]),
        )  # fmt: skip

    def glance(self, frames: Tensor) -> dict[str, Tensor]:
        """(B, 3, 256, 144) -> logits of everything that one frame shows."""
        with torch.autocast(frames.device.type, torch.bfloat16):
            what = self.eye(frames.float() / 64 - 2).amax((2, 3)).float()
        return {asked: layer(what) for asked, layer in self.still.items()}

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """(B, 8, 3, 256, 144) uint8 -> logits (B, answers) of everything asked."""
        seen = self.glance(clips.flatten(0, 1))
        shape = clips.shape[:2]
        still = {asked: logits.view(*shape, -1).mean(1) for asked, logits in seen.items()}
        return still | {"motion": self.moving(traces(clips))}


def traces(clips: Tensor) -> Tensor:
    """Where things move along x and along y, frame by frame, and how far three bands of the
    ground are shifted from frame to frame: (B, 8, 3, 256, 144) -> (B, TRACES)."""
    luma = F.avg_pool2d(clips[:, :, 0].float() / 64 - 2, 2)
    away = (luma - luma.median(1, keepdim=True).values).abs()
    across = F.avg_pool1d(away.mean(2), 3).flatten(1)
    down = F.avg_pool1d(away.mean(3), 4).flatten(1)
    shifts = []
    for top in BANDS:
        band = luma[:, :, top : top + 20]
        band = band - band.mean(3, keepdim=True)
        here = F.normalize(band[:, 1:, :, REACH:-REACH].flatten(2), dim=2)
        for by in range(2 * REACH + 1):
            before = band[:, :-1, :, by : by + band.shape[3] - 2 * REACH].flatten(2)
            shifts.append((F.normalize(before, dim=2) * here).sum(2).mean(1))
    return torch.cat([across * 6, down * 6, torch.stack(shifts, 1) * 2], 1)


def case(rng: np.random.Generator) -> tuple[Frames, NDArray[np.int64]]:
    """A real clip and what it shows, in the order of ASKED; -1 where that has no answer."""
    empty, values = bool(rng.random() < 0.08), world(rng, held=True)
    count = 0 if empty else 1 + VALUES["count"].index(values["count"])
    hidden = OF_SUBJECT if empty else ("size",) if count > 1 else ()
    truth = [-1 if slot in hidden else VALUES[slot].index(values[slot]) for slot in SLOTS]
    return look(scene(values, rng, empty)), np.array([*truth, count], np.int64)


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
    """Clips (N, 8, 3, 256, 144) and truths (N, 9)."""
    loaded = [np.load(path) for path in paths]
    clips = torch.from_numpy(np.concatenate([part["clips"] for part in loaded]))
    return clips, torch.from_numpy(np.concatenate([part["truths"] for part in loaded]))


def train(judge: Judge, clips: Tensor, truths: Tensor, steps: int, batch: int = 64) -> None:
    """Learn to answer what single frames show, then how the clips move."""
    asked = [ASKED.index(name) for name in STILL]

    def frames() -> Tensor:
        which = torch.randint(len(clips), (batch,))
        shown = clips[which, torch.randint(clips.shape[1], (batch,))]
        shown = shown.flip(3) if torch.rand(()) < 0.5 else shown
        return _loss(judge.glance(shown), STILL, truths[which][:, asked])

    _learn([*judge.eye.parameters(), *judge.still.parameters()], frames, steps, "still")
    seen, moved = _moves(clips, truths[:, ASKED.index("motion")])

    def moves() -> Tensor:
        which = torch.randint(len(seen), (batch,))
        return _loss({"motion": judge.moving(seen[which])}, ("motion",), moved[which, None])

    _learn(list(judge.moving.parameters()), moves, 2 * steps, "moving")


@torch.no_grad()
def _moves(clips: Tensor, motion: Tensor) -> tuple[Tensor, Tensor]:
    """Traces (2N, TRACES) and motions (2N,) of clips and of their mirror images, in which what
    went left goes right."""
    left, right = (VALUES["motion"].index(way) for way in ("left", "right"))
    mirrored = motion.clone()
    mirrored[motion == left], mirrored[motion == right] = right, left
    parts = torch.split(clips, 50)
    seen = [traces(part) for part in parts] + [traces(part.flip(4)) for part in parts]
    return torch.cat(seen), torch.cat([motion, mirrored])


def _learn(
    parameters: list[nn.Parameter], error: Callable[[], Tensor], steps: int, name: str
) -> None:
    optimizer = torch.optim.AdamW(parameters, 3e-3, weight_decay=2e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for step in range(steps):
        loss = error()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        plan.step()
        if step % 100 == 0:
            print(f"{name} step {step} loss {loss.item():.3f}", flush=True)


def _loss(answers: Mapping[str, Tensor], asked: Sequence[str], truths: Tensor) -> Tensor:
    losses = [
        F.cross_entropy(answers[name], truths[:, i], ignore_index=-1)
        for i, name in enumerate(asked)
    ]
    return torch.stack(losses).sum()


@torch.no_grad()
def answer(judge: Judge, clips: Tensor) -> Tensor:
    """Verdicts (N, 9), in the order of ASKED."""
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
    parser.add_argument("--clips", type=int, default=4500)
    parser.add_argument("--steps", type=int, default=3000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    gather(options.clips)
    shards = sorted(FOLDER.glob("cases-[0-9][0-9][0-9].npz"))
    real = Judge()
    unseen = max(2, len(shards) // 8)
    train(real, *cases(shards[:-unseen]), options.steps)
    found = skill(real, *cases(shards[-unseen:]))
    torch.save({"judge": real.state_dict(), "skill": found}, FOLDER / "judge.pt")
    for name, (right, total) in found.items():
        print(f"{name}: {right} of {total}{'' if right >= FIT * total else ', void'}")
