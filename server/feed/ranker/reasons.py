"""Why somebody is shown a clip: what, taken away, would give it a later place among all that they
could be shown. What changes no place is no reason, however much it counts."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.learner_messages import ReasonKind, ScoreReason
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.neighbours import Neighbours
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.slate import CHANCE_EVERY, are_owed, owed_worth, turn_worth
from phosphene.feed.ranker.terms import AFTER, linear_worth, terms_of
from phosphene.feed.ranker.trait_index import NONE, WishedClips

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

TOLD: Final = 3
DOUBT: Final = 0.01
"""A place that is later by less than so much of a score is not called later: who somebody would be
without a clip is worked out of what is kept of them, and not of all they did again."""
TRIED: Final = 3
"""Features, and clips that it goes with, that are taken away one after the other: the strongest."""
OWN: Final[dict[ReasonKind, tuple[str, ...]]] = {
    "live": ("live",),
    "fresh": ("fresh",),
    "others": ("quality", "known", "rising", "met", "known_newcomer"),
}
"""Reasons that lie in the clip, and the terms that they are."""


def without_clips(learner: Learner, person: PersonState, gone: Collection[int]) -> PersonState:
    """Who somebody would be had they never met these clips, by the reactions that still count."""
    other = PersonState()
    kept = [k for k, clip in enumerate(person.held) if clip not in gone]
    other.held = [person.held[k] for k in kept]
    other.surplus = [person.surplus[k] for k in kept]
    for name in ("liked", "disliked", "recent"):
        setattr(other, name, [one for one in getattr(person, name) if one not in gone])
    looked = zip(person.looked, person.looked_at, strict=True)
    known = [(one, at) for one, at in looked if one not in gone]
    other.looked, other.looked_at = [one for one, _ in known], [at for _, at in known]
    other.seen = person.seen
    for clip, surplus in zip(other.held, other.surplus, strict=True):
        foretold = learner.kinds.worth_by_kind(learner.clips.features[:, clip])
        other.kinds = learner.kinds.updated_kinds(other.kinds, foretold, surplus)
    learner.fit_own_taste(other)
    return other


def find_reasons(
    learner: Learner,
    person: PersonState,
    clip: int,
    now: float,
    wished: WishedClips,
    besides: Numbers = NONE,
) -> list[ScoreReason]:
    """The reasons for a clip's place that hold, among all but ``besides``, those that count most
    first; none where it is not live any more. Clips are named by their ids."""
    if not learner.clips.live[clip]:
        return []
    # What one made of the clip itself does not say why it came.
    stranger = without_clips(learner, person, {clip})
    trial = _Trial(learner, stranger, clip, now, wished, besides)
    found = [*trial.of_the_clip(), *trial.of_features(), *trial.of_others_clips()]
    found += trial.of_the_promise(found)
    best = sorted(found, key=lambda one: -one.lost)
    return best[:TOLD]


class _Trial:
    """The place of a clip for somebody, and without this or that."""

    def __init__(
        self,
        learner: Learner,
        person: PersonState,
        clip: int,
        now: float,
        wished: WishedClips,
        besides: Numbers,
    ) -> None:
        self._learner, self._person, self._clip, self._now = learner, person, clip, now
        barred = np.union1d(wished.none, besides)
        self._some = np.union1d(learner.list_candidates(person, barred, wished.more), [clip])
        self._at = int(np.searchsorted(self._some, clip))
        self._terms = terms_of(learner, person, self._some, now)
        self._due = are_owed(learner, self._some, now)
        self._owed = owed_worth(learner, self._some, self._due)
        plain = learner.weights @ self._terms + self._owed
        asked = np.isin(self._some, wished.more)
        self._wish = (np.ptp(plain) + 1) * asked.astype(np.float32)
        self._scores = plain + self._wish
        self._place = self._place_by(self._scores, -DOUBT)

    def of_the_clip(self) -> Iterator[ScoreReason]:
        """Wishes, and what lies in the clip."""
        values = self._learner.weights * self._terms[:, self._at]
        worth = {kind: sum(float(values[TERMS.index(one)]) for one in OWN[kind]) for kind in OWN}
        worth["wish"] = float(self._wish[self._at])
        worth["new"] = float(self._owed[self._at])
        for kind, value in worth.items():
            scores = self._scores.copy()
            scores[self._at] -= max(0.0, value)
            yield from self._told(scores, kind)

    def of_features(self) -> Iterator[ScoreReason]:
        """What of the clip they lingered on before: the reactions to all that has it are taken
        away."""
        learner, person = self._learner, self._person
        features = learner.clips.features[:, self._clip]
        by_kinds, own = linear_worth(learner, person)
        weights = dict(zip(TERMS, learner.weights, strict=True))
        worth = weights["kinds"] * by_kinds[features] + weights["taste"] * own[features]
        order = np.argsort(-worth, kind="stable").tolist()
        tried = [k for k in order if features[k] and worth[k] > 0]
        held = learner.clips.features[:, person.held]
        for column in tried[:TRIED]:
            having = (held == features[column]).any(0)
            lingered = having & (np.array(person.surplus, np.float32) > 0)
            if lingered.any():
                gone = {person.held[k] for k in np.flatnonzero(having)}
                yield from self._told(self._scores_without(gone), "feature", column)

    def of_others_clips(self) -> Iterator[ScoreReason]:
        """Clips that others liked who like this one, or that they went on from to it: each is taken
        away."""
        person, learner = self._person, self._learner
        ways: list[tuple[ReasonKind, Neighbours, list[int]]] = [
            ("together", learner.together, person.liked),
            ("next", learner.following, person.recent[-AFTER:]),
        ]
        for kind, table, clips in ways:
            joined = dict[int, float]()
            for one in clips:
                row = table.neighbours_of(one)
                joined[one] = float(row.counts[row.ids == self._clip].sum())
            tried = sorted((one for one in joined if joined[one] > 0), key=lambda one: -joined[one])
            for one in tried[:TRIED]:
                yield from self._told(self._scores_without({one}), kind, clip=one)

    def of_the_promise(self, found: Sequence[ScoreReason]) -> list[ScoreReason]:
        """That it is new: a place that is kept for the new clip that fits best comes earlier."""
        turn = self._scores - self._owed + turn_worth(self._learner, self._some, self._now)
        best = int(np.argmax(np.where(self._due, turn, -np.inf)))
        told = any(one.kind == "new" for one in found)
        lost = self._place - CHANCE_EVERY
        first = self._due[self._at] and best == self._at
        return [ScoreReason("new", lost)] if first and lost > 0 and not told else []

    def _scores_without(self, gone: Collection[int]) -> Floats:
        other = without_clips(self._learner, self._person, gone)
        terms = terms_of(self._learner, other, self._some, self._now)
        scores: Floats = self._learner.weights @ terms + self._owed + self._wish
        return scores

    def _place_by(self, scores: Floats, more: float = 0.0) -> int:
        return 1 + int((scores > scores[self._at] + more).sum())

    def _told(
        self, scores: Floats, kind: ReasonKind, column: int = -1, clip: int = -1
    ) -> Iterator[ScoreReason]:
        """The reason, if without it the clip has a later place."""
        lost = self._place_by(scores, DOUBT) - self._place
        if lost > 0:
            name = self._learner.clips.ids[clip] if clip >= 0 else ""
            yield ScoreReason(kind, lost, column, name)
