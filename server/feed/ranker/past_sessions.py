"""What other weights would have done to the sessions of the last days: each clip that somebody had
before them is ranked, as it was then, by a learner of each, and then told to both.

People saw only what was shown to them, so of a clip that other weights would have shown nothing is
known: what is asked is whether what people liked would have stood higher, and what they left lower.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS, FeedWeights
from phosphene.feed.ranker.columns import columns_of
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.outcomes import reaction_of, voice_of
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.terms import terms_of
from phosphene.feed.ranker.value import VIEWINGS
from phosphene.meaning.load_encoder import EncodeTexts
from phosphene.model import Clip, StoredReaction

PAGE: Final = 10

Floats = NDArray[np.float64]


class PastPlace(Struct, frozen=True):
    """Where a clip stood among all that its person could have been shown, from 0; the first
    ``page``; and by how much each term told it from the rest."""

    place: int
    page: frozenset[int]
    told: Floats


class Weighed(Struct):
    """What one set of weights would have done, event by event."""

    standings: list[PastPlace] = field(default_factory=list)

    def hit_rate(self, some: Sequence[int]) -> float:
        """Of some events, by their numbers, those in which the clip stood on the first page."""
        return fmean(self.standings[at].place < PAGE for at in some)

    def median_place(self, some: Sequence[int]) -> float:
        """The median place in some events, from 1."""
        return median(self.standings[at].place for at in some) + 1

    def told(self) -> dict[str, float]:
        """By how much each term tells a first page from the rest, on average."""
        mean = np.mean([one.told for one in self.standings], 0)
        return dict(zip(TERMS, mean.tolist(), strict=True))


class PastSessions:
    """``clips``: all that could have been shown; ``sets``: weights by a name; events count from
    ``since`` on. ``encode`` tells what texts mean, where that can be told. ``kinds``: what each
    event was."""

    def __init__(
        self,
        clips: Iterable[Clip],
        sets: Mapping[str, FeedWeights],
        since: float,
        encode: EncodeTexts | None = None,
    ) -> None:
        self._encode = encode
        self._clips = {one.id: one for one in clips}
        self._to_come = sorted(self._clips.values(), key=lambda one: -one.created_at)
        self._since = since
        self._sides = {name: _Side(Learner(set_by=one)) for name, one in sets.items()}
        self.kinds: list[str] = []
        self.weighed = {name: Weighed() for name in sets}

    def replay_rows(self, rows: Iterable[StoredReaction]) -> None:
        """Rows in the order of their ids."""
        for row in rows:
            self._add_clips(row.at)
            clip = self._clips.get(row.clip)
            if clip is not None:
                if row.at >= self._since and row.kind in VIEWINGS and row.served:
                    self._weigh(row)
                for side in self._sides.values():
                    side.learn_row(row, float(clip.seconds))

    def page_overlap(self) -> float:
        """How much of the first pages is the same by all weights."""
        pages = [[one.page for one in side.standings] for side in self.weighed.values()]
        shares = [
            len(frozenset.intersection(*each)) / max(map(len, each))
            for each in zip(*pages, strict=True)
        ]
        return float(np.mean(shares))

    def _add_clips(self, now: float) -> None:
        while self._to_come and self._to_come[-1].created_at <= now:
            clip = self._to_come.pop()
            about = clip.id, columns_of(clip), clip.created_at, clip.root
            content = None if self._encode is None else self._encode([clip.text])[0]
            for side in self._sides.values():
                side.learner.add_clip(*about, content)

    def _weigh(self, row: StoredReaction) -> None:
        found = {name: side.place_clip(row) for name, side in self._sides.items()}
        standings = {name: one for name, one in found.items() if one is not None}
        if len(standings) == len(found):
            self.kinds.append(row.kind)
            for name, one in standings.items():
                self.weighed[name].standings.append(one)


class _Side:
    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self._people = dict[str, PersonState]()

    def place_clip(self, row: StoredReaction) -> PastPlace | None:
        """None where they had seen the clip."""
        learner, person = self.learner, self._person(row)
        clip = learner.clips.numbers.get(row.clip, -1)
        if clip < 0 or clip in person.seen:
            return None
        own = learner.clips.list_by_authors((row.person,))
        some = np.union1d(learner.list_candidates(person, own), [clip])
        weighed = learner.weights[:, None] * terms_of(learner, person, some, row.at)
        scores = weighed.sum(0)
        best = np.argsort(-scores, kind="stable")[:PAGE]
        told = weighed[:, best].mean(1) - weighed.mean(1)
        place = int((scores > scores[np.searchsorted(some, clip)]).sum())
        return PastPlace(place, frozenset(some[best].tolist()), told.astype(np.float64))

    def learn_row(self, row: StoredReaction, seconds: float) -> None:
        learner, person = self.learner, self._person(row)
        number = learner.clips.numbers.get(row.clip)
        if number is not None:
            worth = learner.set_by.outcomes
            told = reaction_of(row, number, seconds, person, voice_of(row.person), worth)
            learner.apply_reaction(person, told)

    def _person(self, row: StoredReaction) -> PersonState:
        person = self._people.setdefault(row.person, PersonState())
        person.begin_visit(row.at)
        return person
