"""Train the denoiser of nouns: python -m training.nouns.denoiser --minutes 150.

Needs the pool and the autoencoder. Goes on from the last checkpoint in training/runs/nouns.
"""

import argparse
import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.network import NounTransformer
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from training.muon import Muon
from training.nouns.card import FIELDS
from training.nouns.concepts import concepts
from training.nouns.course import Course
from training.nouns.drawings import Space, encoded, labels, means, rows, space
from training.nouns.pool import PEOPLE, POOL, card_rows, numbers, plates
from training.precision import mixed

BATCH = 96
RATE = 2e-3
COOL_FROM = 0.45
KEEP = 0.998
FORGET = 0.1
"""How often the net is not told which drawing it is, for guidance."""
LEFT_OPEN = 0.06
"""How often a field of a card is not told."""
PEOPLE_SHARE = 0.2
"""Of a batch, unless somebody says otherwise."""
FACES = 3
"""How often plates of somebody without a card are among those of things: their faces are small, and
what the net learns last."""


@dataclass(frozen=True)
class Plan:
    """Of a course: whose latents it works on, its highest rate, which share of a batch are people,
    and the checkpoint of another course that it starts from."""

    autoencoder: Path
    top: float
    people: float
    start: Path | None = None


@dataclass(frozen=True)
class Lessons:
    """Tokens (N, 16, 144) of all plates, which drawing each is of (N,), and the vectors of the
    drawings (drawings, 96); tokens of people (M, 16, 144), the rows of
    their cards (M, 9), and which share of a batch they are."""

    tokens: Tensor
    drawing: Tensor
    vectors: Tensor
    people: Tensor
    cards: Tensor
    share: float

    def draw(self, net: NounTransformer, count: int) -> tuple[Tensor, Tensor]:
        """Random tokens and the vectors of what they are, of people as the net has them."""
        persons = int(count * self.share)
        index = torch.randint(len(self.tokens), (count - persons,))
        who = torch.randint(len(self.people), (persons,))
        told = net.person(opened(self.cards[who]))
        tokens = torch.cat([self.tokens[index], self.people[who]]).float()
        return tokens, torch.cat([self.vectors[self.drawing[index]], told])


def opened(rows: Tensor) -> Tensor:
    """Cards (B, 9) of which some fields are not told."""
    counts = torch.tensor(list(CARD.values())).expand_as(rows)
    return torch.where(torch.rand(rows.shape) < LEFT_OPEN, counts, rows)


def lessons(net: PlateAutoencoder, share: float, known: Space | None) -> tuple[Lessons, Space]:
    """The whole pool as latents, and where its drawings lie: in the space that is `known`, since a
    net that goes on was told vectors of that one."""
    of = rows(numbers())
    tokens = torch.cat([encoded(net, shard) for shard in plates()])
    people = torch.cat([encoded(net, shard) for shard in plates(POOL / PEOPLE)])
    cards = torch.from_numpy(np.concatenate(card_rows()))[:, [*map(list(FIELDS).index, CARD)]]
    mean = means(tokens, of)
    drawing = torch.from_numpy(of.reshape(-1))
    seen = torch.bincount(drawing, minlength=len(labels())) > 0
    where = known or space(mean, seen)
    often = oftener(len(tokens))
    return Lessons(tokens[often], drawing[often], where.vector(mean), people, cards, share), where


def oftener(plates: int) -> Tensor:
    """Indices of all plates of whole shards, those with faces FACES times."""
    faced = torch.tensor([concept.faced for concept in concepts().values()])
    times = torch.where(faced, FACES, 1).repeat(plates // len(faced))
    return torch.arange(plates).repeat_interleave(times)


def loss(net: NounTransformer, clean: Tensor, vectors: Tensor) -> Tensor:
    """Weighted error of x0 under rectified flow's noise."""
    sigma = torch.sigmoid(1.2 * torch.randn(len(clean)) + 0.2).clamp(0.01, 0.999)
    at = sigma[:, None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    forgotten = torch.rand(len(clean), 1) < FORGET
    told = torch.where(forgotten, net.free.expand_as(vectors), vectors)
    with mixed():
        guess = net(noisy, sigma, told)
    error = ((guess - clean) ** 2).mean((1, 2))
    weighted: Tensor = (error / sigma.clamp(min=0.2) ** 2).mean()
    return weighted


def rate(course: Course, top: float) -> float:
    """A short warm-up, a plateau, a line down."""
    cool = 1 - max(0.0, course.done - COOL_FROM) / (1 - COOL_FROM)
    return top * min(1.0, (course.step + 1) / 60) * max(0.02, cool)


def split(net: NounTransformer) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Matrices within for Muon; ways in and out, places and vectors for AdamW."""
    ends = ("enter.", "leave.", "places", "free", "cards.")
    named = list(net.named_parameters())
    matrices = [p for name, p in named if p.ndim == 2 and not name.startswith(ends)]
    return matrices, [p for name, p in named if p.ndim != 2 or name.startswith(ends)]


def train(course: Course, plan: Plan) -> None:
    """Until the course's minutes are used up."""
    torch.manual_seed(course.step + 1)
    plate = PlateAutoencoder()
    plate.load_state_dict(torch.load(plan.autoencoder, map_location="cpu")["net"])
    state = course.load()
    if not state and plan.start:
        state = torch.load(plan.start, map_location="cpu")
    known = Space(**state["space"]) if "space" in state else None
    taught, where = lessons(plate.eval(), plan.people, known)
    net = NounTransformer()
    mean, moves = copy.deepcopy(net), Muon(*split(net), plan.top)
    if state:
        taught = replace(taught, vectors=state["vectors"])
        net.load_state_dict(state["net"])
        mean.load_state_dict(state["mean"])
    if "optimizer" in state:
        moves.load_state_dict(state["optimizer"])

    def kept() -> dict[str, Any]:
        return {
            "net": net.state_dict(),
            "mean": mean.state_dict(),
            "optimizer": moves.state_dict(),
            "vectors": taught.vectors,
            "labels": labels(),
            "space": vars(where),
        }

    for step in course.steps(kept):
        moves.rate.fill_(rate(course, plan.top))
        found = loss(net, *taught.draw(net, BATCH))
        moves.zero_grad()
        torch.autograd.backward(found)
        moves.step()
        _average(mean, net, min(KEEP, (2 + step) / (13 + step)))
        course.note(found.item())


@torch.no_grad()
def _average(mean: NounTransformer, net: NounTransformer, keep: float) -> None:
    for old, p in zip(mean.parameters(), net.parameters(), strict=True):
        old.lerp_(p, 1 - keep)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=150, help="of CPU, in all")
    parser.add_argument("--name", default="denoiser")
    parser.add_argument("--autoencoder", type=Path, default=Course("autoencoder", 1).path)
    parser.add_argument("--people", type=float, default=PEOPLE_SHARE, help="of each batch")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--start", type=Path, help="the checkpoint of another course")
    parser.add_argument("--quiet", type=Path, help="while this file exists, wait")
    options = parser.parse_args()
    torch.set_num_threads(1)
    plan = Plan(options.autoencoder, options.rate, options.people, options.start)
    train(Course(options.name, options.minutes, options.quiet), plan)
