"""What several people would like and nobody made."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.terms import linear_worth, summed

CLEARLY: Final = 0.15
"""Interest beyond the usual that somebody has in what they want."""
NEW: Final = 5
"""Of whom fewer reactions are known, nothing is known."""


def count_wanting(
    learner: Learner, people: Iterable[tuple[str, PersonState]], features: NDArray[np.int32]
) -> list[int]:
    """For each of some clips that are not there (COLUMNS x clips) how many of ``people``, with
    their ids, it would suit clearly, and better than everything that is live, that they have not
    seen and not made."""
    wanting = np.zeros(features.shape[1], np.int64)
    count = len(learner.clips)
    for person_id, person in people:
        if len(person.held) < NEW:
            continue
        learner.fit_own_taste(person)
        by_kinds, own = linear_worth(learner, person)
        worth = by_kinds + own
        left = learner.clips.live[:count].copy()
        left[person.seen] = False
        left[learner.clips.list_by_authors((person_id,))] = False
        there = summed(worth, learner.clips.features[:, np.flatnonzero(left)])
        best = float(there.max()) if len(there) else 0.0
        wanting += summed(worth, features) > max(best, CLEARLY)
    found: list[int] = wanting.tolist()
    return found
