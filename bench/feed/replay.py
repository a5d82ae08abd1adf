"""A replay of ratings: each event in the order of time is foretold, then learned.

An event counts where somebody rates something well that somebody else rated well before and that
they had not rated: all such items are ranked for them, and where it stands is noted. The learner
is asked with the product's own settings, so that what its candidates leave out counts as missed.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from bench.feed.baselines import Baseline, ItemKnn, Popularity, SequenceKnn, WordContent
from bench.feed.ratings import Rating
from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.learner import Learner, Reaction
from phosphene.feed.ranker.outcomes import voice_of
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.value import interest
from phosphene.meaning.load_encoder import EncodeTexts
from phosphene.text import keywords

PAGE: Final = 10
NEW: Final = 20
"""An item with fewer ratings than this before the event is new."""
MOST_ITEMS: Final = 20_000
"""The tables of what a replay compares with are dense: rarer items than so many are left out."""
WARM: Final = 5000
"""Good ratings at first that are learned and not counted; at most a tenth of all."""

Weights = NDArray[np.float64] | NDArray[np.bool_]


class Standing(Struct):
    """Of one method: for each foretold event its place from 0, or PAGE where it has none."""

    places: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def hit_rate(self, weights: Weights) -> float:
        """HR@10 of the events that have a weight."""
        hits = np.array(self.places) < PAGE
        return float(np.average(hits, weights=weights)) if weights.any() else 0.0

    def gain(self, weights: Weights) -> float:
        """nDCG@10: there is one right answer, so a hit at place r counts 1/log2(r + 2)."""
        places = np.array(self.places)
        gains = np.where(places < PAGE, 1 / np.log2(places + 2), 0)
        return float(np.average(gains, weights=weights)) if weights.any() else 0.0


class Outcome(Struct):
    """What a replay found, event by event. ``weights``: for how many events each stands."""

    standings: dict[str, Standing]
    new: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    learned: int = 0
    learning_s: float = 0.0


class Replay:
    """One run over ratings in the order of their times.

    ``sample``: about how many events are foretold, drawn at random (0: all); all are learned.
    ``first``: what is rated before that rating is learned and not foretold. ``all_new``: whether
    every event of a new item is foretold, beside those that are drawn of all others.
    ``texts``: what items are about, by item; ``encode``: what texts mean.
    """

    def __init__(
        self,
        ratings: Sequence[Rating],
        sample: int = 0,
        texts: Mapping[str, str] | None = None,
        seed: int = 7,
        encode: EncodeTexts | None = None,
        *,
        first: int = 0,
        all_new: bool = False,
    ) -> None:
        self._texts = texts or {}
        counts = Counter(one.item for one in ratings)
        kept = [item for item, _ in counts.most_common(MOST_ITEMS)]
        self._numbers = {item: number for number, item in enumerate(kept)}
        self._ratings = [one for one in ratings if one.item in self._numbers]
        self.left_out = len(ratings) - len(self._ratings)
        self._good = good_from(ratings)
        self._first, self._all_new = first, all_new
        good = sum(one.rating >= self._good for one in self._ratings)
        self._warm = min(WARM, good // 10)
        late = sum(one.rating >= self._good for one in self._ratings[first:])
        asked = max(1, min(late, good - self._warm))
        self._share = min(1.0, sample / asked) if sample else 1.0
        self._dice = np.random.default_rng(seed)
        items = len(self._numbers)
        self._baselines: dict[str, Baseline] = {
            "popularity": Popularity(items),
            "item-kNN": ItemKnn(items),
            "kNN with sequences": SequenceKnn(items),
        }
        if self._texts:
            words = [keywords(self._texts.get(item, "")) for item in kept]
            self._baselines["words alone"] = WordContent(words)
        told = [self._texts.get(item, "") for item in kept]
        self._content = encode(told) if encode is not None and self._texts else None
        self.learner = Learner()
        self._people = dict[str, _Person]()
        self._rated = np.zeros(items, np.int64)
        self._liked = np.zeros(items, bool)
        names = [*self._baselines, "learner"]
        self.outcome = Outcome({name: Standing() for name in names})

    def run(self) -> Outcome:
        """All events."""
        counted = 0
        for at, one in enumerate(self._ratings):
            item = self._numbers[one.item]
            person = self._people.setdefault(one.user, _Person())
            good = one.rating >= self._good
            counted += good
            fresh = self._liked[item] and item not in person.rated
            late = at >= self._first and counted > self._warm
            if good and late and fresh and self._dice.random() < self._share_of(item):
                self._foretell(person, item, one)
            self._learn(person, item, one, good)
        return self.outcome

    def _share_of(self, item: int) -> float:
        return 1.0 if self._all_new and self._rated[item] < NEW else self._share

    def _foretell(self, person: "_Person", item: int, one: Rating) -> None:
        free = self._liked.copy()
        free[list(person.rated)] = False
        for name, method in self._baselines.items():
            began = time.perf_counter()
            scores = method.scores(person.likes)
            above = int((scores[free] > scores[item]).sum())
            self._note(name, above, began)
        began = time.perf_counter()
        besides = np.array([clip for clip in person.rated.values() if clip >= 0], np.int64)
        best = self.learner.rank_best(person.state, one.at, PAGE, besides)
        at = np.flatnonzero(best == self.learner.clips.numbers[one.item])
        self._note("learner", int(at[0]) if len(at) else PAGE, began)
        self.outcome.new.append(bool(self._rated[item] < NEW))
        self.outcome.weights.append(1 / self._share_of(item))

    def _note(self, name: str, place: int, began: float) -> None:
        standing = self.outcome.standings[name]
        standing.places.append(min(PAGE, place))
        standing.seconds += time.perf_counter() - began

    def _learn(self, person: "_Person", item: int, one: Rating, good: bool) -> None:
        began = time.perf_counter()
        clip = self.learner.clips.numbers.get(one.item, -1)
        # An item is introduced by its first good rating: nobody is to be shown it before.
        if clip < 0 and good:
            words = keywords(self._texts.get(one.item, ""))
            content = None if self._content is None else self._content[item]
            about = feature_row({}, "", words)
            clip = self.learner.add_clip(one.item, about, one.at, content=content)
        person.rated[item] = clip
        if clip >= 0:
            self.learner.apply_reaction(person.state, self._reaction(clip, one, good))
            self.outcome.learned += 1
        self.outcome.learning_s += time.perf_counter() - began
        if good:
            for method in self._baselines.values():
                method.learn(person.likes, item)
            person.likes.append(item)
            self._liked[item] = True
        self._rated[item] += 1

    def _reaction(self, clip: int, one: Rating, good: bool) -> Reaction:
        bad = one.rating <= self._good / 2
        deeds = ["like"] * good + ["skip"] * bad
        # Nobody was served these: people looked for them by themselves.
        return Reaction(
            clip=clip,
            value=interest(None, None, deeds),
            liked=good,
            disliked=bad,
            served=False,
            chosen=good,
            voice=voice_of(one.user),
            at=one.at,
        )


class _Person:
    def __init__(self) -> None:
        self.state = PersonState()
        self.likes = list[int]()
        self.rated = dict[int, int]()


def shuffled(ratings: Sequence[Rating], seed: int = 7) -> list[Rating]:
    """The same ratings, each of the item of another: popularity is left to learn, and nothing
    else."""
    # Drawn, and not dealt: of a pack that is dealt out the rest can be foretold.
    dealt = np.random.default_rng(seed).integers(len(ratings), size=len(ratings))
    return [one._replace(item=ratings[at].item) for one, at in zip(ratings, dealt, strict=True)]


def good_from(ratings: Sequence[Rating]) -> float:
    """The least rating that counts as a like: 4 of 5, and as much of any other scale; where all
    are the same, all."""
    highest = max((one.rating for one in ratings), default=0.0)
    lowest = min((one.rating for one in ratings), default=0.0)
    return lowest if highest == lowest else 0.8 * highest


def table(outcome: Outcome) -> Iterator[str]:
    """What was found, a line for each method, with intervals of 95 %."""
    new = np.array(outcome.new, bool)
    every = np.array(outcome.weights)
    yield f"{len(new)} events foretold, {int(new.sum())} of them of items with fewer than {NEW}"
    yield f"{'':<20}{'HR@10':>16}{'nDCG@10':>10}{'new HR@10':>18}{'new nDCG':>10}{'ms':>8}"
    for name, standing in outcome.standings.items():
        rates = [_interval(standing.hit_rate(some), some) for some in (every, new)]
        cost = 1e3 * standing.seconds / max(1, len(new))
        yield (
            f"{name:<20}{rates[0]:>16}{standing.gain(every):>10.4f}"
            f"{rates[1]:>18}{standing.gain(new):>10.4f}{cost:>8.2f}"
        )
    learner = outcome.standings["learner"]
    for name, standing in outcome.standings.items():
        if standing is not learner:
            ratios = [_ratio(learner, standing, some) for some in (every, new)]
            yield f"learner / {name}: {ratios[0]}; of new items {ratios[1]}"
    yield f"learning: {1e3 * outcome.learning_s / max(1, outcome.learned):.2f} ms an event"


def _interval(rate: float, weights: Weights) -> str:
    # As many events of one weight tell as much (Kish, Survey Sampling, 1965).
    count = weights.sum() ** 2 / max(1, (weights**2).sum())
    half = 1.96 * np.sqrt(rate * (1 - rate) / max(1, count))
    return f"{rate:.4f} ± {half:.4f}"


def _ratio(ours: Standing, theirs: Standing, weights: Weights) -> str:
    """How many times their hit rate ours is. Both foretold the same events, so that what is
    easy or hard for both makes the interval no wider (delta method, on its logarithm)."""
    rates = ours.hit_rate(weights), theirs.hit_rate(weights)
    if not all(rates):
        return "-"
    hits = [np.array(one.places) < PAGE for one in (ours, theirs)]
    apart = weights * (hits[0] / rates[0] - hits[1] / rates[1]) / weights.sum()
    ratio, half = rates[0] / rates[1], 1.96 * np.sqrt((apart**2).sum())
    return f"{ratio:.2f} ({ratio * np.exp(-half):.2f} to {ratio * np.exp(half):.2f})"
