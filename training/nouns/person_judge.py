"""An independent judge of people: a small network that has seen only drawn people, never the
model's, and says what their cards were: python -m training.nouns.person_judge --minutes 20 (of
CPU).

The people are cast as those of prompts are that tell some fields of a card: every other field is
told, by chance, and the product's casting completes it. They wear the inks of their cards. A
verdict is asked for only of what was told.
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

from phosphene.render.worker.embedded.nouns.casting import POSED
from phosphene.render.worker.embedded.nouns.looks import VALUES, complete_card
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from training.nouns.card import FIELDS, Card
from training.nouns.course import RUN, Course
from training.nouns.judge import Skill, View, fit, floats, shown
from training.nouns.people import person
from training.paper import WARM, Image
from training.precision import mixed

NEAR: Final = View(side=96, far=(0.95, 1.2), aside=0.08)
"""Somebody alone covers about as many pixels of a clip."""
TOLD: Final = 0.5
"""How many of the fields of a card are told."""
HIDDEN: Final = "length"
"""The field that headwear hides."""
SHARD: Final = 300
UNSEEN: Final = 2
"""The last shards, on which the judge is asked."""
BATCH: Final = 48
RATE: Final = 2e-3
COLUMNS: Final = [*map(list(FIELDS).index, CARD)]


@dataclass(frozen=True)
class People:
    """Some of them: plates (N, 9, 96, 96), rows (N, 13) of their cards, and which fields of CARD
    were told (N, 9)."""

    plates: NDArray[np.uint8]
    rows: NDArray[np.int64]
    told: NDArray[np.bool_]

    @property
    def cards(self) -> Tensor:
        """(N, 9): the index of each value of CARD."""
        return torch.from_numpy(self.rows[:, COLUMNS])


def cast(rng: np.random.Generator) -> tuple[Card, tuple[bool, ...]]:
    """A card that some words tell, and which fields of CARD they tell."""
    said = {field: str(rng.choice(VALUES[field])) for field in CARD if rng.random() < TOLD}
    if said.get("figure") == "woman" or said.get("age") == "child":
        said.pop("beard", None)
    made = complete_card(said, int(rng.integers(2**31)))
    return Card.of(rng, **made), tuple(field in said for field in CARD)


def drawn(number: int) -> People:
    """SHARD people; equal numbers, equal people."""
    rng = np.random.default_rng([number, 11])
    cards = [cast(rng) for _ in range(SHARD)]
    return People(
        np.stack([person(card, rng) for card, _ in cards]),
        np.array([card.row for card, _ in cards]),
        np.array([told for _, told in cards]),
    )


def gather(shards: int) -> list[People]:
    """Draw the shards that are missing, and read all."""
    folder = RUN / "cast"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(shards):
        path = folder / f"{number:03d}.npz"
        if not path.exists():
            made = drawn(number)
            part = path.with_suffix(".part.npz")
            np.savez(part, plates=made.plates, rows=made.rows, told=made.told)
            part.rename(path)
        with np.load(path) as kept:
            found.append(People(kept["plates"], kept["rows"], kept["told"]))
    return found


def dressed(rows: NDArray[np.int64]) -> Tensor:
    """The inks (N, 5, 3) in 0..1 of rows (N, 13)."""
    values = list(FIELDS.items())
    cards = [Card(*(of[k] for (_, of), k in zip(values, row, strict=True))) for row in rows]
    return torch.tensor([[*card.inks, WARM] for card in cards]).float() / 255


def seen(plates: Tensor, rows: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
    """Pictures (B, 3, 96, 96) of plates (B, 9, 96, 96) in 0..1, in the inks of their rows."""
    postures = FIELDS["posture"]
    gaits = [POSED[postures[row[-1]]] for row in rows]
    return shown(plates, gaits, dressed(rows), rng, NEAR)


class PersonJudge(nn.Module):
    """Says of a picture of somebody each field of the card."""

    def __init__(self) -> None:
        super().__init__()
        steps = ((3, 32, 5), (32, 64, 3), (64, 128, 3), (128, 160, 3))
        layers: list[nn.Module] = []
        for before, after, size in steps:
            layers += [nn.Conv2d(before, after, size, 2, size // 2), nn.BatchNorm2d(after)]
            layers += [nn.SiLU()]
        self.eye = nn.Sequential(*layers)
        # Where something is tells as much as what it is: nothing is averaged away.
        self.parts = nn.Sequential(nn.Conv2d(160, 64, 1), nn.Flatten(), nn.Dropout(0.2))
        self.card = nn.ModuleDict(
            {
                field: nn.Sequential(nn.Linear(64 * 36, 64), nn.SiLU(), nn.Linear(64, values))
                for field, values in CARD.items()
            }
        )

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """(B, 3, 96, 96) in 0..1 -> logits (B, values) of each field."""
        with mixed():
            found = self.parts(self.eye(pictures * 2 - 1)).float()
        return {field: layer(found) for field, layer in self.card.items()}


def asked(people: People) -> NDArray[np.bool_]:
    """Which fields (N, 9) are asked about: those that were told and nothing hides."""
    names = list(CARD)
    found = people.told.copy()
    found[:, names.index(HIDDEN)] &= people.cards.numpy()[:, names.index("headwear")] == 0
    return found


def skill(answers: Mapping[str, Tensor], people: People) -> Skill:
    """(right, asked) of each field, of logits (N, values)."""
    cards, of = people.cards, asked(people)
    right = {
        field: (answers[field].argmax(1) == cards[:, k]).numpy()[of[:, k]]
        for k, field in enumerate(CARD)
    }
    return {field: (int(found.sum()), len(found)) for field, found in right.items()}


@torch.no_grad()
def answers(judge: PersonJudge, plates: Image | Tensor, people: People) -> dict[str, Tensor]:
    """What it says of these people, drawn as `plates` (N, 9, 96, 96) in 0..1."""
    judge.eval()
    given = torch.as_tensor(plates)
    pictures = seen(given, people.rows, np.random.default_rng(5))
    parts = [judge(part) for part in torch.split(pictures, BATCH)]
    return {field: torch.cat([part[field] for part in parts]) for field in CARD}


def joined(parts: Sequence[People]) -> People:
    """All of them as one."""
    return People(
        np.concatenate([part.plates for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.told for part in parts]),
    )


def train(course: Course, judge: PersonJudge, people: People) -> dict[str, Any]:
    """Until its minutes are used up. Returns what a longer course goes on from."""
    rng, cards = np.random.default_rng(course.step + 1), people.cards
    optimizer = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=5e-2)
    if state := course.load():
        judge.load_state_dict(state["judge"])
        optimizer.load_state_dict(state["optimizer"])

    def kept() -> dict[str, Any]:
        return {"judge": judge.state_dict(), "optimizer": optimizer.state_dict()}

    judge.train()
    for _ in course.steps(kept):
        for group in optimizer.param_groups:
            group["lr"] = RATE * max(0.01, min(1.0, 2 * (1 - course.done)))
        which = rng.integers(0, len(people.rows), BATCH)
        pictures = seen(floats(list(people.plates[which])), people.rows[which], rng)
        given = judge(pictures)
        losses = [F.cross_entropy(given[f], cards[which, k]) for k, f in enumerate(CARD)]
        optimizer.zero_grad()
        torch.autograd.backward(torch.stack(losses).sum())
        optimizer.step()
        course.note(float(torch.stack(losses).detach().mean()))
    return kept()


def unseen(number: int) -> People:
    """Those on whom the judge is asked, of so many shards."""
    return joined(gather(number)[-UNSEEN:])


def trained(name: str = "person_judge") -> tuple[PersonJudge, Skill]:
    """The judge on disk and its skill. Raises KeyError before it was trained."""
    state = Course(name, 1).load()
    judge = PersonJudge()
    judge.load_state_dict(state["judge"])
    return judge.eval(), state["skill"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=25, help="of CPU, in all")
    parser.add_argument("--shards", type=int, default=26, help="of 300 people")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    every = gather(options.shards)
    course, made = Course("person_judge", options.minutes), PersonJudge()
    kept = train(course, made, joined(every[:-UNSEEN]))
    asked_of = joined(every[-UNSEEN:])
    found = skill(answers(made, floats(list(asked_of.plates)), asked_of), asked_of)
    course.save({**kept, "skill": found})
    for what, (right, total) in found.items():
        print(f"{what}: {right} of {total}{'' if fit(found, what) else ', void'}")
