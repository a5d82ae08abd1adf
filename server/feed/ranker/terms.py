"""The named terms of a score: what each clip has of each, for one person at one time."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.columns import COLUMNS, FEATURES, SUBJECT
from phosphene.feed.ranker.content_vectors import ContentVectors
from phosphene.feed.ranker.factors import Factors
from phosphene.feed.ranker.kinds import Kinds
from phosphene.feed.ranker.neighbours import JoinedPairs, Neighbours, join_to_one, join_to_places
from phosphene.feed.ranker.person import PersonState

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

TIRED_OF: Final = 4
FRESH_S: Final = 6 * 3600.0
LATELY: Final = 0.8
ALWAYS: Final = 0.98
AFTER: Final = 5
"""How many clips before one are what it follows."""
SHRINK: Final = 4.0
FOLLOWING: Final = ("next", "next_last")
FEW: Final = 4096


class Learned(Protocol):
    """What terms are worked out from."""

    clips: ClipTable
    kinds: Kinds
    factors: Factors
    content: ContentVectors
    together: Neighbours
    following: Neighbours
    place: NDArray[np.int32]
    events: int


def linear_worth(learned: Learned, person: PersonState) -> tuple[Floats, Floats]:
    """The worth of all FEATURES to somebody: by their kinds, and by their own taste beyond that."""
    own = np.zeros(FEATURES, np.float32)
    own[person.own_ids] = person.own_values
    return learned.kinds.worth_of(person.kinds), own


def summed(worth: Floats, features: NDArray[np.int32]) -> Floats:
    """The worth of clips: that of their features (COLUMNS x clips), added up."""
    if features.shape[1] < FEW:
        few: Floats = worth[features].sum(0)
        return few
    total: Floats = worth.take(features[0])
    for column in range(1, COLUMNS):
        total += worth.take(features[column])
    return total


def terms_of(learned: Learned, person: PersonState, some: Numbers, now: float) -> Floats:
    """The terms of ``some`` clips, each once: TERMS x clips."""
    clips, found = learned.clips, dict[str, Floats]()
    features = clips.features[:, some]
    if len(some) == 1:
        found["kinds"] = learned.kinds.worth_at(person.kinds, features)
        found["taste"] = np.array([person.own_worth(features[:, 0])], np.float32)
    else:
        by_kinds, own = linear_worth(learned, person)
        found["kinds"] = summed(by_kinds, features)
        found["taste"] = summed(own, features)
    found["quality"] = clips.quality(some)
    found["tired"] = tired(clips, person.recent, features[SUBJECT])
    found["live"] = clips.on_air[some].astype(np.float32)
    age = np.maximum(0, now - clips.born[some])
    found["fresh"] = (0.5 ** (age / FRESH_S)).astype(np.float32)
    found |= _joined(learned, person, some)
    found["factor"] = learned.factors.scores(some, learned.factors.taste_of(person.liked))
    found["content"], found["content_near"] = learned.content.likeness_of(some, person.liked)
    known, newcomer = clips.likes[some], 1 / (1 + len(person.liked) / 5)
    found["known"] = np.log1p(known)
    found["met"] = np.log1p(clips.shown[some])
    found["young"] = np.log1p(age / 86400).astype(np.float32)
    found["rising"] = np.log1p(clips.risen(some, learned.events))
    novel = 1 / np.sqrt(1 + known / SHRINK)
    found["novel"] = novel
    for name in ("factor", "next", "together", "taste", "content", "content_near"):
        found[f"{name}_novel"] = found[name] * novel
    found["known_newcomer"] = found["known"] * np.float32(newcomer)
    stacked: Floats = np.stack([found[name] for name in TERMS])
    return stacked


def tired(clips: ClipTable, recent: list[int], subjects: NDArray[np.int32]) -> Floats:
    """How many of the last clips were of each subject."""
    last = clips.features[SUBJECT, recent[-TIRED_OF:]]
    same = (subjects[None] == last[last > 0][:, None]).sum(0)
    often: Floats = same.astype(np.float32)
    return often


def people_behind(learned: Learned, person: PersonState, some: Numbers) -> dict[str, Numbers]:
    """On at least how many people each term that comes from others' clips rests, for each of
    ``some``: where they are fewer than FEWEST the term is 0 and nothing may be said of it. Terms
    that are not here rest on nobody else, or on all."""
    return {
        name: pairs.count_people(shares) for name, pairs, shares in _pairs(learned, person, some)
    }


def _joined(learned: Learned, person: PersonState, some: Numbers) -> dict[str, Floats]:
    """What goes with, and what follows, what somebody reacted to."""
    norm = 1 / np.sqrt(learned.clips.likes[some] + SHRINK)
    found = dict[str, Floats]()
    for name, pairs, shares in _pairs(learned, person, some):
        scale = 200 if name in FOLLOWING else 20 * norm
        found[name] = np.log1p(scale * pairs.sum_counts(shares))
    return found


def _pairs(
    learned: Learned, person: PersonState, some: Numbers
) -> list[tuple[str, JoinedPairs, NDArray[np.float64]]]:
    """The terms of pairs, what they are summed from, and by which shares."""
    clips, place, count = learned.clips, learned.place, len(some)
    liked, bad = person.liked[::-1], person.disliked[::-1]
    last = person.recent[-AFTER:][::-1]
    place[some] = np.arange(count)
    try:
        together, against = (
            join_to_one(learned.together, one, int(some[0]))
            if count == 1
            else join_to_places(learned.together, one, place, count)
            for one in (liked, bad)
        )
        after = join_to_places(learned.following, last, place, count)
    finally:
        place[some] = -1
    scale = 1 / np.sqrt(clips.likes[liked] + SHRINK).astype(np.float64)
    worst = 1 / np.sqrt(clips.shown[bad] + SHRINK).astype(np.float64)
    total = np.array([learned.following.total.get(one, 0.0) for one in last])
    share = 0.6 ** np.arange(len(last)) / (total + SHRINK)
    return [
        ("together", together, scale * ALWAYS ** np.arange(len(liked))),
        ("together_lately", together, scale * LATELY ** np.arange(len(liked))),
        ("disliked", against, worst * 0.9 ** np.arange(len(bad))),
        ("next", after, share),
        ("next_last", after, np.where(np.arange(len(last)) == 0, share, 0)),
    ]
