"""An independent judge: a small network that has seen only real clips, never the model's, and says
what a clip shows. python -m training.judge trains it (an hour of one core, minutes of a GPU).

A verdict counts only where the judge is right on at least 95 % of real clips it has not seen.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from phosphene.render.worker.embedded.vocabulary import SLOTS
from training.pool import RUNS, world
from training.precision import mixed
from training.stage import Frames, look, scene
from training.world import WORLD

FOLDER: Final = RUNS / "judge"
ONE: Final = "exactly one"
BOTH: Final = "both subjects"
STILL: Final = ("subject", "colour", "place", "time", "weather", "size", "count", "mood", ONE)
MOVING: Final = ("motion", "relation", "camera")
ASKED: Final = (*STILL, *MOVING, BOTH)
ANSWERS: Final = WORLD.slot_sizes | {ONE: 4}
BANDS, REACH = (70, 88, 106), 8
TRACES: Final = 8 * (24 + 32) + len(BANDS) * (2 * REACH + 1)
FIT: Final = 0.95
SHARD: Final = 100


class Judge(nn.Module):
    """Looks at each of eight frames for what is there, and at all eight for how it moves."""

    def __init__(self) -> None:
        super().__init__()
        self.eye = _eye(((3, 16, 5), (16, 32, 3), (32, 64, 3), (64, 128, 3), (128, 160, 3)))
        self.still = nn.ModuleDict({asked: nn.Linear(160, ANSWERS[asked]) for asked in STILL})
        self.who = nn.Linear(160, ANSWERS["subject"])
        self.course = _eye(((8, 32, 5), (32, 64, 3), (64, 96, 3), (96, 128, 3), (128, 128, 3)))
        self.traced = nn.Sequential(nn.LayerNorm(TRACES), nn.Linear(TRACES, 128), nn.SiLU())
        self.moving = nn.ModuleDict(
            {
                asked: nn.Sequential(nn.Dropout(0.4), nn.Linear(384, ANSWERS[asked]))
                for asked in MOVING
            }
        )

    def glance(self, frames: Tensor) -> dict[str, Tensor]:
        """(B, 3, 256, 144) -> logits of everything that one frame shows."""
        with mixed(frames.device.type):
            what = self.eye(frames.float() / 64 - 2).amax((2, 3)).float()
        return {asked: layer(what) for asked, layer in self.still.items()} | {BOTH: self.who(what)}

    def follow(self, clips: Tensor, traced: Tensor) -> dict[str, Tensor]:
        """(B, 8, 3, 256, 144) and their traces -> logits of how it moves."""
        luma = F.avg_pool2d(clips[:, :, 0].float() / 64 - 2, 2)
        with mixed(clips.device.type):
            course = self.course(luma).float()
        seen = torch.cat([course.amax((2, 3)), course.mean((2, 3)), self.traced(traced)], 1)
        return {asked: layer(seen) for asked, layer in self.moving.items()}

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """(B, 8, 3, 256, 144) uint8 -> logits (B, answers) of everything asked."""
        seen = self.glance(clips.flatten(0, 1))
        shape = clips.shape[:2]
        still = {asked: logits.view(*shape, -1).mean(1) for asked, logits in seen.items()}
        return still | self.follow(clips, traces(clips))


def _eye(steps: Sequence[tuple[int, int, int]]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after, size in steps:
        layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after), nn.SiLU()]
    return nn.Sequential(*layers)


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
    """A real clip and what it shows: the indices of SLOTS and how many first subjects."""
    empty, values = bool(rng.random() < 0.08), world(rng, held=True)
    if empty:
        values["other"] = WORLD.values["other"][0]
    count = 0 if empty else 1 + WORLD.values["count"].index(values["count"])
    truth = [*WORLD.slot_indices(values), count]
    return look(scene(values, rng, empty)), np.array(truth, np.int64)


def answerable(truths: Tensor) -> dict[str, Tensor]:
    """Truths (N, 14) of clips as the right answers (N,) to what is asked, -1 where there is none;
    to BOTH (N, subjects), 1 for each that is there."""
    told = {slot: truths[:, i] for i, slot in enumerate(SLOTS)}
    count, alone, still = truths[:, -1], told["other"] == 0, told["camera"] == 0
    there = count > 0
    hidden = {
        "subject": ~(alone & there),
        "colour": ~(alone & there),
        "size": ~(alone & still & (count == 1)),
        "count": ~(alone & there),
        "motion": ~(alone & there & still),
        "relation": alone,
        ONE: ~alone,
    }
    right = told | {ONE: count}
    never = torch.zeros_like(there)
    single = {
        asked: right[asked].masked_fill(hidden.get(asked, never), -1) for asked in (*STILL, *MOVING)
    }
    subjects = ANSWERS["subject"]
    both = F.one_hot(told["subject"], subjects) | F.one_hot(told["other"], subjects + 1)[:, 1:]
    return single | {BOTH: both * there[:, None]}


def gather(number: int, workers: int) -> None:
    """Draw shards of real clips until there are `number` clips."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(_shard, range(number // SHARD)))


def _shard(k: int) -> None:
    torch.set_num_threads(1)
    path = FOLDER / f"cases-{k:03d}.npz"
    if path.exists():
        return
    rng = np.random.default_rng([2, k])
    clips, truths = zip(*(case(rng) for _ in range(SHARD)), strict=True)
    np.savez(path.with_suffix(".part.npz"), clips=np.stack(clips), truths=np.stack(truths))
    path.with_suffix(".part.npz").rename(path)


def cases(paths: Sequence[Path]) -> tuple[Tensor, Tensor]:
    """Clips (N, 8, 3, 256, 144) and truths (N, 14)."""
    loaded = [np.load(path) for path in paths]
    clips = torch.from_numpy(np.concatenate([part["clips"] for part in loaded]))
    return clips, torch.from_numpy(np.concatenate([part["truths"] for part in loaded]))


def train(judge: Judge, clips: Tensor, truths: Tensor, steps: int, batch: int = 64) -> None:
    """Learn to answer what single frames show, then how the clips move."""
    right = answerable(truths)
    single = {asked: right[asked] for asked in (*STILL, BOTH)}

    def frames() -> Tensor:
        which = torch.randint(len(clips), (batch,), device=clips.device)
        shown = clips[which, torch.randint(clips.shape[1], (batch,), device=clips.device)]
        shown = shown.flip(3) if torch.rand(()) < 0.5 else shown
        return _loss(judge.glance(shown), {name: r[which] for name, r in single.items()})

    seeing = (judge.eye, judge.still, judge.who)
    _learn([p for part in seeing for p in part.parameters()], frames, steps, "still")
    traced, moved = _moves(clips, {asked: right[asked] for asked in MOVING})

    def moves() -> Tensor:
        which = torch.randint(len(clips), (batch,), device=clips.device)
        mirror = int(torch.rand(()) < 0.5)
        shown = clips[which].flip(4) if mirror else clips[which]
        answers = {asked: r[mirror][which] for asked, r in moved.items()}
        return _loss(judge.follow(shown, traced[mirror][which]), answers)

    following = (judge.course, judge.traced, judge.moving)
    _learn([p for part in following for p in part.parameters()], moves, 2 * steps, "moving")


@torch.no_grad()
def _moves(
    clips: Tensor, right: Mapping[str, Tensor]
) -> tuple[tuple[Tensor, Tensor], dict[str, tuple[Tensor, Tensor]]]:
    """Traces (N, TRACES) and right answers (N,) of clips and of their mirror images, in which what
    went left goes right."""
    ways = [WORLD.values["motion"].index(way) for way in ("left", "right")]
    motion = right["motion"]
    mirrored = motion.clone()
    mirrored[motion == ways[0]], mirrored[motion == ways[1]] = ways[1], ways[0]
    parts = torch.split(clips, 50)
    seen = torch.cat([traces(part) for part in parts])
    other = torch.cat([traces(part.flip(4)) for part in parts])
    turned = dict(right) | {"motion": mirrored}
    return (seen, other), {asked: (right[asked], turned[asked]) for asked in right}


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


def _loss(answers: Mapping[str, Tensor], right: Mapping[str, Tensor]) -> Tensor:
    losses = []
    for asked, truth in right.items():
        if asked == BOTH:
            error = F.binary_cross_entropy_with_logits(answers[BOTH], truth.float())
            losses.append(40 * error)
        elif bool((truth >= 0).any()):
            losses.append(F.cross_entropy(answers[asked], truth, ignore_index=-1))
    return torch.stack(losses).sum()


@torch.no_grad()
def answer(judge: Judge, clips: Tensor) -> dict[str, Tensor]:
    """Verdicts (N,) on what is asked; on BOTH (N, 2), the two subjects that are seen most."""
    judge.eval()
    parts = [judge(part) for part in torch.split(clips, 25)]
    logits = {asked: torch.cat([part[asked] for part in parts]) for asked in ASKED}
    given = {asked: logits[asked].argmax(1) for asked in (*STILL, *MOVING)}
    return given | {BOTH: logits[BOTH].topk(2).indices}


def skill(judge: Judge, clips: Tensor, truths: Tensor) -> dict[str, tuple[int, int]]:
    """(right, asked) on real clips for each attribute."""
    given, right = answer(judge, clips), answerable(truths)
    pairs = right[BOTH].sum(1) == 2
    found = right[BOTH].gather(1, given.pop(BOTH)).sum(1) == 2
    counted = {
        asked: (
            int(((verdict == right[asked]) & (right[asked] >= 0)).sum()),
            int((right[asked] >= 0).sum()),
        )
        for asked, verdict in given.items()
    }
    return counted | {BOTH: (int((found & pairs).sum()), int(pairs.sum()))}


def trained() -> tuple[Judge, dict[str, tuple[int, int]]]:
    """The judge on disk and its skill. Raises FileNotFoundError before it was trained."""
    state = torch.load(FOLDER / "judge.pt", map_location="cpu")
    judge = Judge()
    judge.load_state_dict(state["judge"])
    return judge.eval(), state["skill"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    gather(options.clips, options.workers)
    shards = sorted(FOLDER.glob("cases-[0-9][0-9][0-9].npz"))
    real = Judge().to(options.device)
    unseen = max(2, len(shards) // 8)
    clips, truths = (part.to(options.device) for part in cases(shards[:-unseen]))
    train(real, clips, truths, options.steps)
    found = skill(real, *(part.to(options.device) for part in cases(shards[-unseen:])))
    torch.save({"judge": real.state_dict(), "skill": found}, FOLDER / "judge.pt")
    for name, (right, total) in found.items():
        print(f"{name}: {right} of {total}{'' if right >= FIT * total else ', void'}")
