"""An independent judge of nouns: a small network that has seen only drawn plates, never the
model's, and says what one shows: python -m training.nouns.judge --minutes 20 (of CPU).

It looks at plates in random inks and poses, on random grounds, one by one and two side by side;
what it says of people is in person_judge. A verdict counts only where it is
right on at least 95 % of drawn plates that it has not seen. Concepts that it takes for each other
among those are look-alikes: they count as one, and the report lists them.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from phosphene.render.worker.embedded.nouns.gait_warps import KEY_POSES, fields
from training.nouns.concepts import concepts
from training.nouns.course import Course
from training.nouns.dress import HAIR, SKIN
from training.nouns.pool import plates
from training.paper import COLOURS, WARM
from training.precision import mixed

SIDE: Final = 64
"""Height and width of what it sees of one plate."""
BATCH: Final = 48
RATE: Final = 3e-3
CONCEPT: Final = "concept"
BOTH: Final = "both of two"
WINDOW: Final = SIDE // 16
"""Height and width of what a verdict is about, in places of the last layer."""
FIT: Final = 0.95
CONFUSED: Final = 0.25
"""From this share of its plates on a concept that is taken for another looks like it."""
MERGED: Final = 0.05
"""So many of the concepts may be merged."""
Skill = dict[str, tuple[int, int]]


class NounJudge(nn.Module):
    """Says of a picture which concepts are in it."""

    def __init__(self, count: int) -> None:
        super().__init__()
        steps = ((3, 32, 5), (32, 64, 3), (64, 128, 3), (128, 192, 3))
        layers: list[nn.Module] = []
        for before, after, size in steps:
            layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after)]
            layers += [nn.SiLU()]
        self.eye = nn.Sequential(*layers)
        self.concept = nn.Sequential(nn.Linear(2 * 192, 256), nn.SiLU(), nn.Linear(256, count))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, 64, 64 or wider) in 0..1 -> log-probabilities (B, windows, concepts): a window is
        a square as large as one plate, and they lie side by side, each 16 pixels further."""
        with mixed():
            found = self.eye(pictures * 2 - 1)
        parts = F.max_pool2d(found, WINDOW, 1), F.avg_pool2d(found, WINDOW, 1)
        seen = torch.cat(parts, 1).float().flatten(2).transpose(1, 2)
        return torch.log_softmax(self.concept(seen), 2)


def best(verdicts: Tensor, count: int = 1) -> Tensor:
    """(B, windows, concepts) -> (B, count): the concepts of which some window is surest."""
    return verdicts.amax(1).topk(count).indices


def inks(count: int, colours: Sequence[str], rng: np.random.Generator) -> Tensor:
    """Random inks (N, 5, 3) in 0..1; every other in its own colour, if `colours` has one."""
    every = list(COLOURS.values())
    made = np.empty((count, 5, 3))
    for k in range(count):
        own = colours[k % len(colours)] if colours else "any"
        main = every[rng.integers(len(every))]
        if own != "any" and rng.random() < 0.5:
            main = int(own[1:3], 16), int(own[3:5], 16), int(own[5:7], 16)
        hair = list(HAIR.values())[rng.integers(len(HAIR))]
        made[k] = main, SKIN[rng.integers(len(SKIN))], hair, every[rng.integers(len(every))], WARM
    return torch.from_numpy(made / 255).float()


@dataclass(frozen=True)
class View:
    """How plates are shown: pictures of `side` pixels, `far` times as much of the ground as a plate
    covers, and how far from the middle, in halves of the picture."""

    side: int = SIDE
    far: tuple[float, float] = (0.95, 1.35)
    aside: float = 0.12


def shown(
    drawn: Tensor,
    gaits: Sequence[str],
    told: Tensor,
    rng: np.random.Generator,
    view: View = View(),
) -> Tensor:
    """Plates (B, 9, 96, 96) in 0..1 as pictures (B, 3, side, side): in some pose of their gait,
    nearer or further away, either way round, in inks (B, 5, 3) on a ground that turns from one
    colour to another."""
    pose, side, aside = rng.integers(0, len(KEY_POSES), len(drawn)), view.side, view.aside
    field = torch.stack([fields(gait)[k] for gait, k in zip(gaits, pose, strict=True)])
    far = torch.from_numpy(rng.uniform(*view.far, (len(drawn), 1, 1, 1))).float()
    shift = torch.from_numpy(rng.uniform(-aside, aside, (len(drawn), 1, 1, 2))).float()
    grid = F.interpolate(field.permute(0, 3, 1, 2), (side, side), mode="bilinear")
    grid = grid.permute(0, 2, 3, 1) * far + shift
    mirrored = torch.from_numpy(rng.random(len(drawn)) < 0.5)
    grid = torch.where(mirrored[:, None, None, None], grid.flip(2), grid)
    seen = F.grid_sample(drawn, grid, align_corners=False)
    colour = seen[:, :3] + torch.einsum("nkhw,nkc->nchw", seen[:, 3:-1], told)
    return (colour + (1 - seen[:, -1:]) * grounds(len(drawn), side, rng)).clamp(0, 1)


def grounds(count: int, side: int, rng: np.random.Generator) -> Tensor:
    """Grounds (N, 3, side, side) that go from one colour to another, downwards."""
    ends = torch.from_numpy(rng.random((2, count, 3, 1, 1))).float()
    down: Tensor = torch.linspace(0, 1, side)[:, None].expand(side, side)
    return ends[0] + (ends[1] - ends[0]) * down


class Lessons:
    """Drawn plates: those of shards for learning, or those of the last for asking."""

    def __init__(self, shards: slice, seed: int) -> None:
        self._things = plates()[shards]
        self._table = list(concepts().values())
        self._rng = np.random.default_rng(seed)

    def things(self, which: NDArray[np.int64]) -> Tensor:
        """Pictures of these concepts (B,), each of a random shard."""
        rng = self._rng
        drawn = [self._things[rng.integers(len(self._things))][k] for k in which]
        of = [self._table[k] for k in which]
        told = inks(len(of), [c.colour for c in of], rng)
        return shown(floats(drawn), [c.gait for c in of], told, rng)

    def random_things(self, count: int) -> tuple[Tensor, NDArray[np.int64]]:
        """The same of random concepts, and which."""
        which = self._rng.integers(0, len(self._table), count)
        return self.things(which), which


def floats(drawn: Sequence[NDArray[np.uint8]]) -> Tensor:
    """Plates as they lie on disk, in 0..1."""
    return torch.from_numpy(np.stack(drawn)).float() / 255


def train(course: Course, judge: NounJudge) -> dict[str, Any]:
    """Until its minutes are used up: things one by one and in twos. Returns what a longer course
    goes on from."""
    learned = Lessons(slice(None, -1), course.step + 1)
    optimizer = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=2e-2)
    if state := course.load():
        judge.load_state_dict(state["judge"])
        optimizer.load_state_dict(state["optimizer"])

    def kept() -> dict[str, Any]:
        return {"judge": judge.state_dict(), "optimizer": optimizer.state_dict()}

    judge.train()
    for _ in course.steps(kept):
        for group in optimizer.param_groups:
            group["lr"] = RATE * max(0.01, min(1.0, 2 * (1 - course.done)))
        found = _loss(judge, learned)
        optimizer.zero_grad()
        torch.autograd.backward(found)
        optimizer.step()
        course.note(found.item())
    return kept()


def _loss(judge: NounJudge, learned: Lessons) -> Tensor:
    pictures, which = learned.random_things(BATCH)
    right, half = torch.from_numpy(which), BATCH // 2
    single = F.nll_loss(judge(pictures)[:, 0], right)
    return single + _loss_of_pairs(judge(beside(pictures)), right[:half], right[half:])


def beside(pictures: Tensor) -> Tensor:
    """The first half of a batch, each beside one of the second."""
    half = len(pictures) // 2
    return torch.cat([pictures[:half], pictures[half : 2 * half]], 3)


def _loss_of_pairs(verdicts: Tensor, one: Tensor, two: Tensor) -> Tensor:
    """Of windows (B, windows, concepts) over two things: each shows one of the two, and each of the
    two is shown by one of them."""
    both = torch.stack([one, two], 1)[:, None].expand(-1, verdicts.shape[1], -1)
    sure = verdicts.gather(2, both)
    return -sure.logsumexp(2).mean() - sure.amax(1).mean()


@torch.no_grad()
def examine(judge: NounJudge, rounds: int = 2) -> tuple[Skill, list[tuple[str, ...]]]:
    """(right, asked) on drawn plates that it has not seen, look-alikes as one, and those."""
    judge.eval()
    lessons, names = Lessons(slice(-1, None), 0), list(concepts())
    every = np.arange(len(names))
    taken = np.zeros((len(names), len(names)), np.int64)
    for _ in range(rounds):
        for part in np.array_split(every, max(1, len(every) // BATCH)):
            given = best(judge(lessons.things(part)))[:, 0].numpy()
            np.add.at(taken, (part, given), 1)
    alike = groups(taken, names)
    of = merged(names, alike)
    single = int(sum(taken[a, b] for a in every for b in every if of[a] == of[b]))
    skill = {CONCEPT: (single, rounds * len(names)), BOTH: _pairs(judge, lessons, of)}
    return skill, alike


def _pairs(judge: NounJudge, lessons: Lessons, of: Sequence[int]) -> tuple[int, int]:
    one, first = lessons.random_things(150)
    two, second = lessons.random_things(150)
    seen = best(judge(torch.cat([one, two], 3)), 2).tolist()
    right = [
        {of[a], of[b]} <= {of[k] for k in both}
        for a, b, both in zip(first, second, seen, strict=True)
    ]
    return sum(right), len(right)


def groups(taken: NDArray[np.int64], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Concepts that are taken for each other, both ways: `taken` (N, N) counts for what each was.
    None if they would be more than MERGED of all: then it is the judge who cannot tell them."""
    share = taken / np.maximum(1, taken.sum(1, keepdims=True))
    both = np.minimum(share, share.T) >= CONFUSED
    pairs = [(int(a), int(b)) for a, b in np.argwhere(both) if a < b]
    of = list(range(len(names)))
    for a, b in pairs:
        of = [of[a] if group == of[b] else group for group in of]
    found: dict[int, list[str]] = {}
    for name, group in zip(names, of, strict=True):
        found.setdefault(group, []).append(name)
    alike = [tuple(group) for group in found.values() if len(group) > 1]
    return alike if sum(len(group) - 1 for group in alike) <= MERGED * len(names) else []


def merged(names: Sequence[str], alike: Sequence[Sequence[str]]) -> list[int]:
    """Which group each name is of, look-alikes of one."""
    first = {name: group[0] for group in alike for name in group}
    return [names.index(first.get(name, name)) for name in names]


def fit(skill: Mapping[str, tuple[int, int]], what: str) -> bool:
    """Whether the judge may be asked this."""
    right, total = skill[what]
    return right >= FIT * total


def trained(name: str = "judge") -> tuple[NounJudge, Skill, list[tuple[str, ...]]]:
    """The judge on disk, its skill and the look-alikes. Raises KeyError before it was trained."""
    state = Course(name, 1).load()
    judge = NounJudge(len(concepts()))
    judge.load_state_dict(state["judge"])
    return judge.eval(), state["skill"], state["alike"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="of CPU, in all")
    parser.add_argument("--name", default="judge")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    course, made = Course(options.name, options.minutes), NounJudge(len(concepts()))
    kept = train(course, made)
    skill, alike = examine(made)
    course.save({**kept, "skill": skill, "alike": alike})
    for what, (right, total) in skill.items():
        print(f"{what}: {right} of {total}{'' if fit(skill, what) else ', void'}")
    print(f"{sum(map(len, alike))} look-alikes:", "; ".join(", ".join(one) for one in alike))
