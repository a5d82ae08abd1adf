"""A world of people with hidden tastes that shift, and of clips with hidden quality.

Twelve archetypes, two in each person's life, what is their own on top; authors with favourite
subjects, a style that no slot shows and a quality of their own. Constants are given and not tuned.
"""

import json
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

VISITS: Final = 3
SWIPES: Final = 40
TURNS: Final = VISITS * SWIPES
"""Swipes of a person in a round; a round has 24,000 of 200 people."""
FLIP: Final = 60
"""The swipe of a round at which a person's taste changes."""
ARCHETYPES: Final = 12
AUTHORS: Final = 120
HOURS: Final = 72.0
PER_CLIP: Final = 20
"""Swipes per new clip."""
FIRST_CLIPS: Final = 300
NAMES: Final = (
    *("subject", "colour", "size", "place", "time", "motion", "weather", "mood", "camera"),
)
# Of each slot: values that an archetype loves and how much, values that it dislikes and how much.
LOVES: Final = {
    "subject": (3, 2.0, 5, -1.4),
    "place": (2, 0.9, 2, -0.7),
    "mood": (1, 0.7, 1, -0.6),
    "motion": (1, 0.5, 1, -0.4),
    "colour": (2, 0.6, 2, -0.5),
    "time": (1, 0.5, 1, -0.4),
    "weather": (1, 0.4, 0, 0.0),
    "camera": (1, 0.3, 0, 0.0),
}


class World:
    """Everything that is drawn before anybody swipes: the same for every policy of a seed."""

    def __init__(self, seed: int, people: int = 200, rounds: int = 1) -> None:
        weights = files("phosphene.render.worker.embedded") / "weights" / "world.json"
        values: dict[str, list[str]] = json.loads(weights.read_text())["values"]
        self.names = [name for name in NAMES if name in values]
        self.values = [(name, value) for name in self.names for value in values[name]]
        self.size = {name: len(values[name]) for name in self.names}
        ends = np.cumsum([self.size[name] for name in self.names])
        self.offset = dict(zip(self.names, [0, *ends[:-1].tolist()], strict=True))
        self.people = people
        dice = np.random.default_rng(1000 + seed)
        self._draw_tastes(dice)
        self._draw_authors(dice)
        parts = [self._clips(dice, FIRST_CLIPS)]
        self.starts = [self._visits(dice, 0)]
        for number in range(1, rounds):
            later = np.random.default_rng(1000 + seed + 100_000 * number)
            self._next_taste(later)
            parts.append(self._clips(later, 0, number))
            self.starts.append(self._visits(later, number))
        self._join(parts)

    def _draw_tastes(self, dice: np.random.Generator) -> None:
        self.archetypes = np.array([self._archetype(dice) for _ in range(ARCHETYPES)])
        self.archetype_style = dice.normal(size=(ARCHETYPES, 3)) * 0.6
        first = dice.integers(ARCHETYPES, size=self.people)
        second = (first + 1 + dice.integers(ARCHETYPES - 1, size=self.people)) % ARCHETYPES
        self.kinds = [first, second]
        tastes = [self.archetypes[kind] + self._own(dice) for kind in self.kinds]
        styles = [self.archetype_style[kind] + self._own_style(dice) for kind in self.kinds]
        self._tastes = list(zip(tastes, styles, strict=True))

    def _next_taste(self, dice: np.random.Generator) -> None:
        last = self.kinds[-1]
        kind = (last + 1 + dice.integers(ARCHETYPES - 1, size=self.people)) % ARCHETYPES
        self.kinds.append(kind)
        taste = self.archetypes[kind] + self._own(dice)
        self._tastes.append((taste, self.archetype_style[kind] + self._own_style(dice)))

    def _archetype(self, dice: np.random.Generator) -> Floats:
        taste = np.zeros(len(self.values))
        for name, (loved, much, disliked, little) in LOVES.items():
            if name in self.size:
                order = dice.permutation(self.size[name]) + self.offset[name]
                taste[order[:loved]] += much
                taste[order[loved : loved + disliked]] += little
        return taste

    def _own(self, dice: np.random.Generator) -> Floats:
        spread = {name: 0.6 if name == "subject" else 0.25 for name in self.names}
        return np.array(
            [
                np.concatenate([dice.normal(size=self.size[n]) * spread[n] for n in self.names])
                for _ in range(self.people)
            ]
        )

    def _own_style(self, dice: np.random.Generator) -> Floats:
        return dice.normal(size=(self.people, 3)) * 0.2

    def _draw_authors(self, dice: np.random.Generator) -> None:
        self._author_quality = dice.normal(size=AUTHORS) * 0.6
        self._author_style = np.sign(dice.normal(size=(AUTHORS, 3)))
        subjects = self.size["subject"]
        self._favourites = [dice.permutation(subjects)[:4] for _ in range(AUTHORS)]
        share = 1 / np.arange(1, AUTHORS + 1) ** 0.7
        self._share = share / share.sum()

    def _clips(self, dice: np.random.Generator, first: int, number: int = 0) -> dict[str, Floats]:
        later = self.people * TURNS // PER_CLIP
        count = first + later
        author = dice.choice(AUTHORS, p=self._share, size=count)
        slots = np.zeros((count, len(self.names)), np.int64)
        for column, name in enumerate(self.names):
            slots[:, column] = dice.integers(self.size[name], size=count) + self.offset[name]
        slots[:, 0] = [self.offset["subject"] + self._subject(dice, one) for one in author]
        quality = self._author_quality[author] + 0.8 * dice.normal(size=count)
        style = self._author_style[author]
        style = np.where(dice.random((count, 3)) < 0.8, style, -style)
        before = -dice.random(first) * 48
        hours = np.sort(np.concatenate([before, dice.random(later) * HOURS])) + HOURS * number
        return {
            "author": author,
            "slots": slots,
            "quality": quality,
            "style": style,
            "born": hours * 3600.0,
        }

    def _subject(self, dice: np.random.Generator, author: int) -> int:
        if dice.random() < 0.7:
            return int(dice.choice(self._favourites[author]))
        return int(dice.integers(self.size["subject"]))

    def _visits(self, dice: np.random.Generator, number: int) -> Floats:
        """When each person's visits of a round begin, in seconds."""
        starts = np.sort(dice.random((self.people, VISITS)) * (HOURS - 1), axis=1) * 3600
        for person in range(self.people):
            for visit in range(1, VISITS):
                starts[person, visit] = max(starts[person, visit], starts[person, visit - 1] + 1200)
        shifted: Floats = starts + number * HOURS * 3600
        return shifted

    def _join(self, parts: list[dict[str, Floats]]) -> None:
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        self.author: Numbers = whole["author"].astype(np.int64)
        self.slots: Numbers = whole["slots"].astype(np.int64)
        self.quality, self.born = whole["quality"], whole["born"]
        first = len(parts[0]["born"])
        has = np.zeros((len(self.born), len(self.values)), np.float32)
        for column in range(len(self.names)):
            has[np.arange(len(has)), self.slots[:, column]] = 1
        fits = [taste @ has.T + style @ whole["style"].T for taste, style in self._tastes]
        self._scale = fits[0][:, :first].std()
        # How much each person likes each clip, in each part of their life.
        self.fit = [one / self._scale * 1.2 for one in fits]

    def taste(self, person: int, clips: Numbers | int, turn: int) -> Floats:
        """How well clips fit a person's taste at a swipe, counted over all rounds."""
        fit: Floats = self.fit[(turn + TURNS - FLIP) // TURNS][person, clips]
        return fit
