"""Kinds of people: a mixture of linear tastes, learned from everybody's reactions by expectation
maximisation over stretches of each person's reactions (a mixture of regressions, De Veaux 1989)."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.ranker.columns import FEATURES
from phosphene.feed.ranker.person import KINDS

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

KNOWN: Final = 256
"""Features that kinds are told apart by: the most frequent ones, number 0 for all others."""
REACTIONS: Final = 14_000
STRETCH: Final = 20
"""Reactions of one person that are taken to be of one kind."""
EVERY: Final = 1200
LAST: Final = 256
"""Reactions among which one that is revised is looked for."""
ROUNDS: Final = 2
RIDGE: Final = 4.0
NOISE: Final = 0.4
SHARPNESS: Final = 1.2
"""How much a reaction says about its person's kind; 1 is Bayes's rule."""
MEMORY: Final = 0.88
"""What a reaction still says of it when one more has followed."""


class Kinds:
    """Each kind's worth of each known feature."""

    def __init__(self) -> None:
        start = np.random.default_rng(3).normal(size=(KINDS, KNOWN)) * 0.05
        self.worth: Floats = start.astype(np.float32)
        self.worth[:, 0] = 0
        self.share: Floats = np.zeros(KINDS, np.float32)
        self.known = np.zeros(FEATURES, np.int16)
        self.held = 0
        self.noted = 0
        self.fits = 0
        """How often the worth of anything has changed."""
        self.stretch = np.zeros(REACTIONS, np.int64)
        self.rows = np.zeros((REACTIONS, 16), np.int32)
        self.values = np.zeros(REACTIONS, np.float32)
        self.weights = np.zeros(REACTIONS, np.float32)
        self._fitting: Iterator[None] | None = None

    def kind_shares(self, logits: Floats) -> Floats:
        """How much somebody is of each kind."""
        sums = self.share + logits
        shares: Floats = np.exp(sums - sums.max())
        shares /= shares.sum()
        return shares

    def worth_of(self, logits: Floats) -> Floats:
        """The worth of all FEATURES to somebody of such kinds."""
        worth: Floats = (self.kind_shares(logits) @ self.worth)[self.known]
        return worth

    def worth_by_kind(self, features: NDArray[np.int32]) -> Floats:
        """The worth of a clip (COLUMNS) to each kind."""
        worth: Floats = self.worth.take(self.known[features], axis=1).sum(1)
        return worth

    def worth_at(self, logits: Floats, features: NDArray[np.int32]) -> Floats:
        """The worth of clips (COLUMNS x clips) to somebody of such kinds."""
        known: Floats = (self.kind_shares(logits) @ self.worth)[self.known[features]].sum(0)
        return known

    def updated_kinds(self, logits: Floats, foretold: Floats, value: float) -> Floats:
        """What is believed of somebody's kind after one more reaction to a clip that is worth so
        much to each (``worth_by_kind``)."""
        told = MEMORY * logits - SHARPNESS * (value - foretold) ** 2 / (2 * NOISE)
        relative: Floats = (told - told.max()).astype(np.float32)
        return relative

    def revised_kinds(
        self, logits: Floats, features: NDArray[np.int32], value: float, more: float, age: int
    ) -> Floats:
        """What would be believed had the reaction to such a clip, ``age`` reactions ago, said
        ``more`` than ``value``."""
        foretold = self.worth_by_kind(features)
        missed = (value + more - foretold) ** 2 - (value - foretold) ** 2
        told = logits - MEMORY**age * SHARPNESS * missed / (2 * NOISE)
        relative: Floats = (told - told.max()).astype(np.float32)
        return relative

    def revise_reaction(self, stretch: int, features: NDArray[np.int32], more: float) -> None:
        """Keep for the next fit that a reaction said ``more``, if it is one of the last."""
        last = (self.noted - 1 - np.arange(min(self.noted, LAST))) % REACTIONS
        same = (self.stretch[last] == stretch) & (self.rows[last] == features).all(1)
        if same.any():
            self.values[last[same.argmax()]] += more

    def note_reaction(
        self, stretch: int, features: NDArray[np.int32], value: float, weight: float
    ) -> None:
        """Keep a reaction for the next fit."""
        at = self.noted % REACTIONS
        self.stretch[at], self.rows[at] = stretch, features
        self.values[at], self.weights[at] = value, weight
        self.noted += 1

    def step_fit(self) -> None:
        """Do a part of a fit when one is due: each takes milliseconds and not a whole one's
        quarter of a second, so that nobody's page waits for it."""
        if self._fitting is None and self.noted % EVERY == 0 and self.noted:
            self._fitting = self._fit()
        if self._fitting is not None and next(self._fitting, self) is self:
            self._fitting = None

    def finish_fit(self) -> None:
        """Finish the fit that is under way."""
        for _ in self._fitting or ():
            pass
        self._fitting = None

    def _fit(self) -> Iterator[None]:
        count = min(self.noted, REACTIONS)
        self._choose(self.rows[:count])
        _, stretch = np.unique(self.stretch[:count], return_inverse=True)
        width = int(self.known.max()) + 1
        if width == 1:
            return
        rows = self.known[self.rows[:count]].astype(np.int64)
        values, weights = self.values[:count].copy(), self.weights[:count].copy()
        has = np.zeros((count, width), np.float32)
        has[np.arange(count)[:, None], rows] = 1
        has[:, 0] = 0
        yield
        for _ in range(ROUNDS):
            belongs = self._belongs(rows, values, weights, stretch)
            yield
            usual = _ridge(has, weights, values, 2 * RIDGE)
            yield
            for kind in range(KINDS):
                some = belongs[:, kind] * weights
                on = some > 0.02
                rest = values[on] - has[on] @ usual
                self.worth[kind, :width] = usual + _ridge(has[on], some[on], rest, RIDGE)
                self.fits += 1
                yield

    def _belongs(self, rows: Ids, values: Floats, weights: Floats, stretch: Ids) -> Floats:
        """How much each reaction's stretch is of each kind."""
        foretold = np.stack([one[rows].sum(1) for one in self.worth], 1)
        misses = SHARPNESS * weights[:, None] * (values[:, None] - foretold) ** 2 / (2 * NOISE)
        logits = np.stack([np.bincount(stretch, -one) for one in misses.T], 1) + self.share
        likely = np.exp(logits - logits.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        self.share = np.log(likely.mean(0) + 1e-3).astype(np.float32)
        self.fits += 1
        belongs: Floats = likely[stretch].astype(np.float32)
        return belongs

    def _choose(self, rows: NDArray[np.int32]) -> None:
        """Know the most frequent features; who stays known keeps its worth."""
        counts = np.bincount(rows.ravel(), minlength=FEATURES)
        counts[0] = 0
        frequent = np.argsort(-counts, kind="stable")[: KNOWN - 1]
        wanted = frequent[counts[frequent] > 0]
        old = self.known.copy()
        worth = np.zeros_like(self.worth)
        self.known = np.zeros(FEATURES, np.int16)
        self.known[wanted] = np.arange(1, len(wanted) + 1)
        worth[:, 1 : len(wanted) + 1] = self.worth[:, old[wanted]]
        # What nobody had met begins near nothing, and not the same for all kinds.
        fresh = np.flatnonzero(old[wanted] == 0) + 1
        start = np.random.default_rng(self.noted).normal(size=(KINDS, len(fresh))) * 0.05
        worth[:, fresh] = start
        self.worth = worth
        self.fits += 1


def _ridge(has: Floats, weights: Floats, values: Floats, ridge: float) -> Floats:
    """Worth by weighed least squares, drawn to nothing."""
    weighed = has * weights[:, None]
    gram = weighed.T @ has
    gram[np.arange(len(gram)), np.arange(len(gram))] += ridge
    worth: Floats = np.linalg.solve(gram, weighed.T @ values)
    return worth
