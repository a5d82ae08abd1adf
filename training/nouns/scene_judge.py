"""An independent judge of whole scenes with nouns: python -m training.nouns.scene_judge.

A small network that has seen only scenes drawn by the generator, never the model's, says which
place one shows, which weather and time, and what two are to each other. As of the judge of plates,
a verdict counts only where it is right on at least 95 % of drawn scenes that it has not seen.
`--scenes 3000` are drawn first (10 minutes of CPU), then it learns for `--minutes` of CPU.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from training.export import WEIGHTS
from training.nouns.course import RUN, Course
from training.nouns.scenes import (
    RELATIONS,
    SAID,
    TIMES,
    Frames,
    Looks,
    Told,
    drawn,
    look,
    places,
    told,
)
from training.precision import mixed

ALONE: Final = "alone"
PLACE: Final = "place"
RELATION: Final = "relation"
ANSWERS: Final[dict[str, tuple[str, ...]]] = {
    PLACE: tuple(places()),
    RELATION: (ALONE, *RELATIONS),
    "weather": tuple(SAID),
    "time": tuple(TIMES),
}
LONE: Final = 0.15
"""How many of the scenes have one alone."""
SHARD: Final = 100
UNSEEN: Final = 4
"""The last shards, on which the judge is asked."""
BATCH: Final = 48
RATE: Final = 3e-3
Plan = tuple[dict[str, str], Cast]
Skill = dict[str, tuple[int, int]]


def _eye(planes: int) -> nn.Sequential:
    """Planes to 224 features of squares of 32 points."""
    layers: list[nn.Module] = []
    for before, after, size in (
        (planes, 32, 5),
        (32, 64, 3),
        (64, 128, 3),
        (128, 192, 3),
        (192, 224, 3),
    ):
        layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after), nn.SiLU()]
    return nn.Sequential(*layers)


class SceneJudge(nn.Module):
    """Looks at three moments of a scene at once: at the whole, and at the subjects from nearby."""

    def __init__(self) -> None:
        super().__init__()
        self.whole, self.near = _eye(15), _eye(9)
        self.answers = nn.ModuleDict(
            {
                asked: nn.Sequential(nn.Dropout(0.2), nn.Linear(4 * 224, 160), nn.SiLU(),
                                     nn.Linear(160, len(values)))
                for asked, values in ANSWERS.items()
            }
        )  # fmt: skip

    def forward(self, whole: Tensor, near: Tensor) -> dict[str, Tensor]:
        """(B, 15, 128, 72) and (B, 9, CROP, CROP) uint8 -> logits (B, values) of everything that is
        asked."""
        with mixed():
            found = [self.whole(whole.float() / 64 - 2), self.near(near.float() / 64 - 2)]
        seen = torch.cat([part for f in found for part in (f.amax((2, 3)), f.mean((2, 3)))], 1)
        return {asked: layer(seen.float()) for asked, layer in self.answers.items()}


def truth(one: Told) -> tuple[int, ...]:
    """The right answers, in the order of ANSWERS."""
    right = {PLACE: one.place, RELATION: one.relation or ALONE,
             "weather": one.weather, "time": one.time}  # fmt: skip
    return tuple(values.index(right[asked]) for asked, values in ANSWERS.items())


def read(plan: Plan) -> tuple[int, ...] | None:
    """What a plan says that its scene is, in the same order; None for what is not asked about."""
    slots, cast = plan
    alone = slots["subject"] == "nothing" or (cast.other is None and slots["other"] == "nothing")
    relation = ALONE if alone else cast.relation or slots["relation"]
    values = (cast.place or slots["place"], relation, cast.weather or slots["weather"],
              slots["time"])  # fmt: skip
    known = zip(values, ANSWERS.values(), strict=True)
    found = [of.index(value) if value in of else None for value, of in known]
    return None if None in found else tuple(k for k in found if k is not None)


def asked(rng: np.random.Generator, count: int) -> list[Told]:
    """Prompts of all places and relations by turns."""
    every, relations = list(places()), list(RELATIONS)
    made = []
    for k in range(count):
        relation = "" if rng.random() < LONE else relations[k % len(relations)]
        made.append(told(rng, relation, every[int(rng.integers(len(every)))]))
    return made


def gather(count: int) -> None:
    """Draw shards until there are `count` scenes. Prompts that the reader takes for something else
    are left out: what is drawn is to be what is said."""
    (RUN / "scenes").mkdir(parents=True, exist_ok=True)
    renderer = EmbeddedRenderer(WEIGHTS, torch.float32)
    for number in range(count // SHARD):
        path = RUN / "scenes" / f"{number:03d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([3, number])
        seen: list[Looks] = []
        truths: list[tuple[int, ...]] = []
        while len(seen) < SHARD:
            one = asked(rng, 1 + int(rng.integers(len(RELATIONS))))[-1]
            plan = renderer.plan_scene(one.text, int(rng.integers(2**31)))
            if read(plan) == truth(one):
                seen.append(look(drawn(*plan, rng)))
                truths.append(truth(one))
        both = together(seen)
        np.savez(path.with_suffix(".part.npz"), whole=both.whole, near=both.near,
                 truths=np.array(truths))  # fmt: skip
        path.with_suffix(".part.npz").rename(path)
        print(path, flush=True)


def together(seen: Sequence[Looks]) -> Looks:
    """Those of several scenes, one after the other."""
    return Looks(np.stack([one.whole for one in seen]), np.stack([one.near for one in seen]))


def shards(paths: Sequence[Path]) -> tuple[Looks, NDArray[np.int64]]:
    """Scenes and truths (N, 4)."""
    loaded = [np.load(path) for path in paths]
    whole, near, truths = (
        np.concatenate([part[name] for part in loaded]) for name in ("whole", "near", "truths")
    )
    return Looks(whole, near), truths


def train(
    course: Course, judge: SceneJudge, seen: Looks, truths: NDArray[np.int64]
) -> dict[str, Any]:
    """Until its minutes are used up."""
    optimizer = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=5e-2)

    def kept() -> dict[str, Any]:
        return {"judge": judge.state_dict()}

    judge.train()
    for _ in course.steps(kept):
        for group in optimizer.param_groups:
            group["lr"] = RATE * max(0.01, min(1.0, 2 * (1 - course.done)))
        which = torch.randint(len(truths), (BATCH,)).numpy()
        given = judge(*_varied(seen.whole[which], seen.near[which]))
        right = dict(zip(ANSWERS, torch.from_numpy(truths[which]).T, strict=True))
        loss = torch.stack([F.cross_entropy(given[name], right[name]) for name in ANSWERS]).sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        course.note(loss.item())
    return kept()


def _varied(*views: Frames) -> Iterator[Tensor]:
    """Mirrored and shifted by chance: nothing that is asked tells left from right."""
    mirrored = bool(torch.rand(()) < 0.5)
    for view in map(torch.from_numpy, views):
        shift = torch.randint(-3, 4, (2,)).tolist()
        yield (view.flip(3) if mirrored else view).roll(shift, (2, 3))


@torch.no_grad()
def answers(judge: SceneJudge, seen: Looks) -> NDArray[np.int64]:
    """The verdicts (N, 4) on scenes."""
    judge.eval()
    views = (torch.split(torch.from_numpy(view), BATCH) for view in (seen.whole, seen.near))
    given = (judge(*both) for both in zip(*views, strict=True))
    found = [torch.stack([v.argmax(1) for v in one.values()], 1) for one in given]
    verdicts: NDArray[np.int64] = torch.cat(found).numpy()
    return verdicts


def skill(judge: SceneJudge, seen: Looks, truths: NDArray[np.int64]) -> Skill:
    """(right, asked) on drawn scenes."""
    right = answers(judge, seen) == truths
    return {name: (int(right[:, k].sum()), len(right)) for k, name in enumerate(ANSWERS)}


def trained(name: str = "scene_judge") -> tuple[SceneJudge, Skill]:
    """The judge on disk and its skill. Raises KeyError before it was trained."""
    state: Mapping[str, Any] = Course(name, 1).load()
    judge = SceneJudge()
    judge.load_state_dict(state["judge"])
    return judge.eval(), state["skill"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=12, help="of CPU")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    gather(options.scenes)
    paths = sorted((RUN / "scenes").glob("???.npz"))
    course, made = Course("scene_judge", options.minutes), SceneJudge()
    kept = train(course, made, *shards(paths[:-UNSEEN]))
    found = skill(made, *shards(paths[-UNSEEN:]))
    course.save({**kept, "skill": found})
    for name, (right, total) in found.items():
        print(f"{name}: {right} of {total}")
