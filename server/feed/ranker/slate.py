"""Places of a page, filled one after the other: the best clip that is left, less what it repeats,
and every so often a new clip that few have seen."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.promise import NEW_S, PASSED_BY, PROMISED
from phosphene.feed.ranker.clip_table import CLIP_PRIOR
from phosphene.feed.ranker.columns import AUTHOR, SUBJECT, feature_number
from phosphene.feed.ranker.learner import ENJOYED, Learner
from phosphene.feed.ranker.own_taste import NOISE
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.terms import TIRED_OF, terms_of, tired
from phosphene.feed.ranker.trait_index import NOTHING_WISHED, WishedClips
from phosphene.guest_names import HOUSE

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

EXPLORE: Final = 0.15
"""How much of its doubt about a clip's quality is drawn in its favour or against it."""
CHANCE_EVERY: Final = 5
"""One place in so many is for a new clip to which people are owed."""
OWED: Final = 0.3
"""Interest that people owed to a clip count for in every other place: the same price for each, so
that they are shown where it costs least, which a place of their own does not see to."""
NEARLY: Final = 0.05
"""Interest that each of those it has reached counts for in its own place: with as many places more
clips reach all ten than where all get a few."""
WAITED: Final = 0.01
"""The same of each hour that it has waited."""
LESS: Final = 0.6
"""Of all that scores differ, what a clip loses of which somebody wishes to see less."""
BY_THE_HOUSE: Final = feature_number(f"@{HOUSE}")
PER_AUTHOR: Final = 2
PER_ROOT: Final = 2


class SlatePlace(Struct, frozen=True):
    """One clip of a page; ``score`` is the sum of ``terms``, which say why it is there."""

    clip: int
    score: float
    terms: dict[str, float]


def rank_slate(
    learner: Learner,
    person: PersonState,
    now: float,
    limit: int,
    besides: Sequence[int] = (),
    listed: Sequence[int] = (),
    wished: WishedClips = NOTHING_WISHED,
) -> list[SlatePlace]:
    """The next ``limit`` clips for somebody, who has ``listed`` before them already; never one that
    they have seen, nor one of ``besides``. What they wish more of goes before all else."""
    barred = np.array([*besides, *listed], np.int64)
    some = learner.list_candidates(person, barred, wished.more)
    if not len(some):
        return []
    terms = terms_of(learner, person, some, now)
    filling = _Filling(learner, person, some, terms, now, wished)
    return filling.fill(limit, list(listed))


def are_owed(learner: Learner, some: Numbers, now: float) -> NDArray[np.bool_]:
    """Which clips are new, and owed people. What the house draws of itself takes no places of what
    people made."""
    clips = learner.clips
    due = (clips.watched[some] < PROMISED) & (clips.shown[some] < PASSED_BY)
    due &= clips.features[AUTHOR, some] != BY_THE_HOUSE
    owed: NDArray[np.bool_] = due & (now - clips.born[some] < NEW_S)
    return owed


def owed_worth(learner: Learner, some: Numbers, due: NDArray[np.bool_]) -> Floats:
    """What that counts for in every place."""
    share = 0.5 + 0.5 * learner.clips.watched[some] / PROMISED
    worth = learner.drawn_multipliers["owed"] * ENJOYED * OWED * due * share
    return np.asarray(worth, np.float32)


def turn_worth(learner: Learner, some: Numbers, now: float) -> Floats:
    """What counts instead in the places that are kept for those that are owed people."""
    clips = learner.clips
    waited = WAITED * (now - clips.born[some]) / 3600
    return np.asarray(ENJOYED * (NEARLY * clips.watched[some] + waited), np.float32)


class _Filling:
    def __init__(
        self,
        learner: Learner,
        person: PersonState,
        some: Numbers,
        terms: Floats,
        now: float,
        wished: WishedClips,
    ) -> None:
        self._learner, self._person, self._some, self._terms = learner, person, some, terms
        clips = learner.clips
        self._weights = learner.weights
        scores = self._weights @ terms
        doubt = np.sqrt(NOISE / (clips.weight[some] + CLIP_PRIOR))
        drawn = learner.drawn_multipliers
        self._unsure = drawn["unsure"] * ENJOYED * EXPLORE * doubt
        self._unsure *= learner.dice.normal(size=len(some))
        self._tiring = self._weights[TERMS.index("tired")]
        # What is tiring changes with every place: it is taken out here and put in for each.
        self._scores = scores - self._tiring * terms[TERMS.index("tired")]
        self._scores += self._unsure
        self._due = are_owed(learner, some, now)
        self._owed = owed_worth(learner, some, self._due)
        self._scores += self._owed
        # More is above all else, less in the lower half: whatever the other terms weigh.
        self._asked = np.isin(some, wished.more)
        lessened = np.isin(some, wished.less).astype(np.float32)
        self._wish = (np.ptp(self._scores) + 1) * (self._asked - LESS * lessened)
        self._scores += self._wish
        self._turn = turn_worth(learner, some, now)

    def fill(self, limit: int, listed: list[int]) -> list[SlatePlace]:
        clips, places = self._learner.clips, list[SlatePlace]()
        left = np.ones(len(self._some), bool)
        authors = Counter(clips.features[AUTHOR, listed].tolist())
        roots = Counter(clips.root[listed].tolist())
        while len(places) < limit and left.any():
            recent = [*self._person.recent, *listed][-TIRED_OF:]
            weary = tired(clips, recent, clips.features[SUBJECT, self._some])
            scores = self._scores + self._tiring * weary
            at = self._choose(scores, self._fit(left, ~self._capped(authors, roots)), len(listed))
            places.append(self._place(at, float(weary[at])))
            left[at] = False
            clip = int(self._some[at])
            listed.append(clip)
            authors[int(clips.features[AUTHOR, clip])] += 1
            roots[int(clips.root[clip])] += 1
        return places

    def _fit(self, left: NDArray[np.bool_], uncapped: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Who may have the next place: what is asked for, even of who has had theirs; else whom
        caps leave, else anybody."""
        asked = left & self._asked
        tiers = (asked & uncapped, asked, left & uncapped)
        return next((one for one in tiers if one.any()), left)

    def _capped(self, authors: Counter[int], roots: Counter[int]) -> NDArray[np.bool_]:
        """Whose author or family of remixes has had its places."""
        clips = self._learner.clips
        full = [one for one, count in authors.items() if count >= PER_AUTHOR and one]
        over = [one for one, count in roots.items() if count >= PER_ROOT]
        capped = np.isin(clips.features[AUTHOR, self._some], full)
        return capped | np.isin(clips.root[self._some], over)

    def _choose(self, scores: Floats, fit: NDArray[np.bool_], listed: int) -> int:
        """The best one, or in every so many places the new one that fits best of those that
        are owed people; of these who have waited longest and lack fewest first."""
        turn = self._person.turns + listed
        due = fit & self._due
        if turn % CHANCE_EVERY == CHANCE_EVERY - 1 and due.any():
            scores = scores - self._unsure - self._owed + self._turn
            fit = due
        return int(np.argmax(np.where(fit, scores, -np.inf)))

    def _place(self, at: int, weary: float) -> SlatePlace:
        values = self._weights * self._terms[:, at]
        values[TERMS.index("tired")] = self._tiring * weary
        told = dict(zip(TERMS, values.tolist(), strict=True))
        told["unsure"], told["wish"] = float(self._unsure[at]), float(self._wish[at])
        told["owed"] = float(self._owed[at])
        told = {name: value for name, value in told.items() if value}
        return SlatePlace(int(self._some[at]), sum(told.values()), told)
