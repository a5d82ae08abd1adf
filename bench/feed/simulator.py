"""The world's people swipe; what they were shown, and what it was worth to them."""

import heapq
from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.feed.policies import LIVE, SECONDS, Moment, Outcome, Policy
from bench.feed.world import FLIP, HOURS, SWIPES, TURNS, VISITS, World

Floats = NDArray[np.float64]
SWIPE_S: Final = 7.0
PAUSE_S: Final = 600.0
OLD: Final = 0.67
"""Clips of the first part of a round: only these can have had their ten views."""


class Course(Struct):
    """One run: by person and swipe, the true chance of a like, and which clip it was."""

    worth: Floats
    skips: Floats
    shown: NDArray[np.int64]
    views: Floats

    def mean(self, number: int) -> float:
        """The mean chance of a like in a round."""
        return float(self.worth[:, number * TURNS : (number + 1) * TURNS].mean())

    def after_flip(self, number: int, first: int, last: int) -> float:
        """Of swipes after a change of taste, as a share of the twenty before it."""
        flip = number * TURNS + FLIP
        before = self.worth[:, flip - 20 : flip].mean()
        return float(self.worth[:, flip + first : flip + last].mean() / before)


class Simulation:
    """A run of a policy. ``shuffled``: what people did is told of other clips than they saw, so
    that nothing can be learned."""

    def __init__(self, world: World, policy: Policy, seed: int, shuffled: bool = False) -> None:
        self._world, self._policy, self._shuffled = world, policy, shuffled
        self._dice = np.random.default_rng(5000 + seed)
        self._watching = np.random.default_rng(6000 + seed)
        self._mixing = np.random.default_rng(7000 + seed)
        turns = TURNS * len(world.starts)
        empty = np.zeros((world.people, turns))
        self.course = Course(empty, empty.copy(), np.zeros(empty.shape, np.int64), policy.views)
        self._queue: list[list[int]] = [[] for _ in range(world.people)]
        self._visit: list[list[int]] = [[] for _ in range(world.people)]
        self._best: list[dict[int, int]] = [{} for _ in range(world.people)]
        self._held: list[Outcome] = []

    def run(self) -> Course:
        """Everybody swipes through all visits."""
        world = self._world
        due = [(world.starts[0][person, 0], person, 0) for person in range(world.people)]
        heapq.heapify(due)
        while due:
            at, person, turn = heapq.heappop(due)
            self._swipe(at, person, turn)
            turn += 1
            if turn < self.course.worth.shape[1]:
                visit = turn // SWIPES
                start = world.starts[visit // VISITS][person, visit % VISITS]
                heapq.heappush(
                    due, (at + SWIPE_S if turn % SWIPES else max(start, at + PAUSE_S), person, turn)
                )
        return self.course

    def _swipe(self, at: float, person: int, turn: int) -> None:
        if turn % SWIPES == 0:
            self._queue[person], self._visit[person] = [], []
            self._policy.begin(person)
        queue = self._queue[person]
        if not queue:
            self._fetch(at, person, turn, None)
        clip = queue.pop(0)
        # As the page does: what comes next is asked for before the reaction to this one is known.
        if len(queue) < self._policy.ahead and turn % SWIPES < SWIPES - 1:
            self._fetch(at, person, turn, clip)
        self._react(at, person, turn, clip)

    def _fetch(self, at: float, person: int, turn: int, clip: int | None) -> None:
        queue, seen = self._queue[person], self._best[person]
        waiting = [*queue, *([] if clip is None else [clip])]
        live = np.flatnonzero(self._world.born <= at)[-LIVE:]
        free = np.array([one for one in live.tolist() if one not in seen and one not in waiting])
        listed = [*self._visit[person], *([] if clip is None else [clip]), *queue]
        moment = Moment(person, turn, at, live, free, listed, len(waiting))
        queue += [one for one in self._policy.choose(moment) if one not in waiting]

    def _react(self, at: float, person: int, turn: int, clip: int) -> None:
        world, best = self._world, self._best[person]
        recent = np.array(self._visit[person][-4:], np.int64)
        fit = float(world.taste(person, clip, turn))
        fit -= 0.5 * float((world.slots[recent, 0] == world.slots[clip, 0]).sum())
        fit -= clip in best
        quality = float(world.quality[clip])
        like = _sigmoid(-2.6 + 1.3 * fit + 0.9 * quality)
        skip = _sigmoid(0.2 - 1.2 * fit - 0.8 * quality)
        first, second = self._dice.random(2)
        made = 2 if first < like else (0 if second < skip else 1)
        self.course.worth[person, turn] = like
        self.course.skips[person, turn] = (1 - like) * skip
        self.course.shown[person, turn] = clip
        self._policy.views[clip] += bool(made) and not best.get(clip, 0)
        self._policy.likes[clip] += made == 2 and clip not in best
        best[clip] = max(best.get(clip, 0), made)
        self._visit[person].append(clip)
        # Seconds watched double with each unit of interest, around the clip's length.
        interest = 1.2 * fit + 0.8 * quality + self._watching.normal()
        watched_s = SECONDS * 2.0**interest
        self._tell(Outcome(person, clip, made == 2, made == 0, watched_s, at))

    def _tell(self, outcome: Outcome) -> None:
        if self._shuffled:
            self._held.append(outcome)
            other = self._held[int(self._mixing.integers(len(self._held)))]
            outcome = Outcome(
                outcome.person,
                outcome.clip,
                other.liked,
                other.skipped,
                other.watched_s,
                outcome.at,
            )
        self._policy.react(outcome)


def _sigmoid(number: float) -> float:
    return float(1 / (1 + np.exp(-number)))


def summary(name: str, world: World, course: Course, oracle: list[float]) -> Iterator[str]:
    """What a run was worth: of the oracle's, after a change of taste, and for new clips."""
    for number in range(len(world.starts)):
        mean = course.mean(number)
        share = f", {mean / oracle[number]:.1%} of the oracle" if oracle else ""
        again = " ".join(f"{course.after_flip(number, at, at + 5):.2f}" for at in (0, 5, 10, 15))
        turns = slice(number * TURNS, (number + 1) * TURNS)
        skips = course.skips[:, turns].mean()
        yield f"{name}, round {number + 1}: {mean:.4f}{share}; skipped {skips:.0%}"
        yield f"  swipes 1-5, 6-10 ... after a change, of the twenty before it: {again}"
    ends = HOURS * 3600 * (len(world.starts) - 1 + OLD)
    new = (world.born > 0) & (world.born < ends)
    repeats = np.mean([1 - len(set(one)) / len(one) for one in course.shown.tolist()])
    reached = (course.views[new] >= 10).mean()
    before = np.bincount(course.shown.ravel(), minlength=len(new))
    shown = (before[new] >= 10).mean()
    yield f"  new clips with ten views {reached:.0%}, put before ten people {shown:.0%}"
    yield f"  repeats {repeats:.1%}"
