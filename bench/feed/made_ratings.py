"""Ratings that nobody gave, to exercise the replay where no file of real ones is at hand.

People come, are shown lists page by page as a catalogue shows them, and rate what they know of
each list, nearly in its order, or look for things of their own taste; items appear over time. Its
constants were chosen once so that what it is compared with does as it does on real people's ratings
(HR@10 of popularity, item-kNN and kNN with sequences 0.11, 0.16, 0.19 for 0.10, 0.17, 0.20; of new
items 0, 0.02, 0.03 for 0, 0.01, 0.03), before the learner was run on it. Its figures say nothing of
real people.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from bench.feed.made_texts import made_texts
from bench.feed.ratings import Rating

KINDS: Final = 14
LIST: Final = 15
DAYS: Final = 200
MEDIAN: Final = 60
LOOKED_FOR: Final = 0.2
"""Of the pages, those that somebody looked for by themselves."""


def made_ratings(people: int = 900, items: int = 1600, seed: int = 0) -> list[Rating]:
    """The ratings of so many people, in the order of their times."""
    return made_catalogue(people, items, seed)[0]


def made_catalogue(
    people: int = 900, items: int = 1600, seed: int = 0
) -> tuple[list[Rating], dict[str, str]]:
    """The same, and what each item is about."""
    world = _World(np.random.default_rng(seed), items)
    found = [one for person in range(people) for one in world.visits(person)]
    return sorted(found, key=lambda one: one.at), made_texts(world.kind, seed)


class _World:
    def __init__(self, dice: np.random.Generator, items: int) -> None:
        self.dice = dice
        self.kind = dice.normal(size=(items, KINDS)) * 0.5
        self.kind[np.arange(items), dice.integers(KINDS, size=items)] += 2
        self.fame = dice.permutation(1 / (np.arange(items) + 15.0) ** 1.3)
        self.fame /= self.fame.max()
        self.quality = 0.5 * dice.normal(size=items) + 0.25 * np.log(self.fame / self.fame.mean())
        old = dice.random(items) < 0.6
        self.born = np.where(old, 0, dice.random(items) * DAYS) * 86400.0
        self.lists = self._lists(items)

    def _lists(self, items: int) -> list[np.ndarray]:
        """Pages of a catalogue: each of like things, or of whatever is famous."""
        found = []
        for _ in range(items // 3):
            centre = self.kind[self.dice.integers(items)] * self.dice.choice([0, 0.5, 1.0])
            pull = np.log(self.fame) + 0.6 * self.kind @ centre + 1.3 * self.dice.gumbel(size=items)
            found.append(np.argsort(-pull)[:LIST])
        return found

    def visits(self, person: int) -> Iterator[Rating]:
        dice = self.dice
        taste = dice.normal(size=KINDS) * 1.3
        knows = dice.normal() - 0.2
        wanted = int(np.clip(dice.lognormal(np.log(MEDIAN), 1.0), 20, 600))
        at = dice.random() * DAYS * 86400.0
        heart = self.kind @ taste
        draw = np.array([heart[one].mean() + 2 * self.fame[one].mean() for one in self.lists])
        seen = set[int]()
        tries = 0
        while len(seen) < wanted and tries < 400:
            tries += 1
            which = int(np.argmax(1.2 * draw + dice.gumbel(size=len(draw))))
            at += dice.exponential(15 if dice.random() < 0.985 else 2 * 86400)
            if dice.random() < LOOKED_FOR:
                pull = np.log(self.fame) + heart + 1.3 * dice.gumbel(size=len(self.fame))
                page = np.argsort(-pull)[:LIST]
            else:
                page = self.lists[which][np.argsort(np.arange(LIST) + 9 * dice.normal(size=LIST))]
            for item in page.tolist():
                known = 1 / (
                    1
                    + np.exp(
                        -(knows + 1.5 + np.log(self.fame[item] * 6 + 1e-3) + 0.5 * heart[item])
                    )
                )
                if item in seen or self.born[item] > at or dice.random() > known:
                    continue
                seen.add(item)
                at += dice.exponential(9)
                score = 3.5 + self.quality[item] + 0.35 * heart[item] + 0.8 * dice.normal()
                yield Rating(f"u{person}", f"i{item}", float(np.clip(round(score), 1, 5)), at)
