"""The named terms of a score: what each clip has of each, for one person at one time."""

from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.columns import COLUMNS, FEATURES, SUBJECT
from phosphene.feed.ranker.content_vectors import ContentVectors
from phosphene.feed.ranker.factors import Factors
from phosphene.feed.ranker.kinds import Kinds
from phosphene.feed.ranker.neighbours import (
    JoinedPairs,
    Neighbours,
    Shares,
    join_to_places,
)
from phosphene.feed.ranker.person import LIKED, PersonState

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

TIRED_OF: Final = 4
FRESH_S: Final = 6 * 3600.0
AFTER: Final = 5
"""How many clips before one are what it follows."""
SHRINK: Final = 4.0
AROUND_S: Final = 60.0
"""Seconds in which what somebody looked at counts 1/e of what they look at now."""
SLIGHT: Final = 0.01
"""What counts less beside the last, or beside what was looked at now, is left out: who is behind it
would be told among those on whom a term rests, which may then be one."""


def _fading(share: float) -> NDArray[np.float64]:
    """What the newest of some clips counts, and each one before it."""
    return np.power(share, np.arange(LIKED), dtype=np.float64)


LATELY: Final = _fading(0.8)
ALWAYS: Final = _fading(0.98)
UNWANTED: Final = _fading(0.9)
AROUND: Final = _fading(0.95)
LAST: Final = _fading(0.7)
STEPS: Final = _fading(0.6)
FOLLOWING: Final = frozenset(("next", "next_last"))
FEW: Final = 4096
NOVEL: Final = tuple(name.removesuffix("_novel") for name in TERMS if name.endswith("_novel"))
"""Terms that count otherwise for clips that few know."""


class Learned(Protocol):
    """What terms are worked out from."""

    clips: ClipTable
    kinds: Kinds
    factors: Factors
    content: ContentVectors
    together: Neighbours
    following: Neighbours
    covisited: Neighbours
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
    by_kinds, own = linear_worth(learned, person)
    found["kinds"] = summed(by_kinds, features)
    found["taste"] = summed(own, features)
    found["quality"] = clips.quality(some)
    found["tired"] = tired(clips, person.recent, features[SUBJECT])
    found["live"] = clips.on_air[some].astype(np.float32)
    age = np.maximum(0, now - clips.born[some])
    found["fresh"] = (0.5 ** (age / FRESH_S)).astype(np.float32)
    found |= _joined(learned, person, some, now)
    found["factor"] = learned.factors.scores(some, learned.factors.taste_of(person.liked))
    found["content"], found["content_near"] = learned.content.likeness_of(some, person.liked)
    known, newcomer = clips.likes[some], 1 / (1 + len(person.liked) / 5)
    found["known"] = np.log1p(known)
    found["met"] = np.log1p(clips.shown[some])
    found["young"] = np.log1p(age / 86400).astype(np.float32)
    found["rising"] = np.log1p(clips.risen(some, learned.events))
    novel = 1 / np.sqrt(1 + known / SHRINK)
    found["novel"] = novel
    for name in NOVEL:
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


def people_behind(
    learned: Learned, person: PersonState, some: Numbers, now: float
) -> dict[str, NDArray[np.uint8]]:
    """On at least how many people each term that comes from others' clips rests, for each of
    ``some``: where they are fewer than FEWEST the term is 0 and nothing may be said of it. Terms
    that are not here rest on nobody else, or on all."""
    found = dict[str, NDArray[np.uint8]]()
    for term in _pair_terms(learned, person, some, now):
        found |= dict.fromkeys(term.shares, term.pairs.count_people())
    return found


class _PairTerms(Struct, frozen=True):
    """``shares``: by the name of each term how much each of the clips counts that the pairs are of;
    ``norm`` of each place."""

    pairs: JoinedPairs
    shares: dict[str, Shares]
    norm: Floats


def _joined(learned: Learned, person: PersonState, some: Numbers, now: float) -> dict[str, Floats]:
    """What goes with, and what follows, what somebody reacted to."""
    found = dict[str, Floats]()
    for terms in _pair_terms(learned, person, some, now):
        sums = terms.pairs.sum_counts(np.stack(list(terms.shares.values())))
        # A group is scaled at once: its terms are of the same pairs.
        scale = np.float32(200 if FOLLOWING.issuperset(terms.shares) else 20)
        found |= zip(terms.shares, np.log1p(scale * terms.norm * sums), strict=True)
    return found


def _pair_terms(
    learned: Learned, person: PersonState, some: Numbers, now: float
) -> list[_PairTerms]:
    place, count = learned.place, len(some)
    last = person.recent[-AFTER:][::-1]
    place[some] = np.arange(count)
    try:
        together, against, around = (
            join_to_places(table, clips, place, count)
            for table, clips in (
                (learned.together, person.liked[::-1]),
                (learned.together, person.disliked[::-1]),
                (learned.covisited, person.looked[::-1]),
            )
        )
        after = join_to_places(learned.following, last, place, count)
    finally:
        place[some] = -1
    likes = (1 / np.sqrt(learned.clips.likes[some] + SHRINK)).astype(np.float32)
    visits = (1 / np.sqrt(learned.covisited.totals_of(some) + SHRINK)).astype(np.float32)
    share = STEPS[: len(last)] / (learned.following.totals_of(last) + SHRINK)
    ones = np.ones(count, np.float32)
    return [
        _PairTerms(together, _shares_together(learned.clips, person), likes),
        _PairTerms(against, {"disliked": _shares_against(learned.clips, person)}, likes),
        _PairTerms(after, {"next": share}, ones),
        _PairTerms(after.only_of(np.arange(len(last)) == 0), {"next_last": share}, ones),
        *_terms_around(learned.covisited, around, person, now, visits),
    ]


def _shares_together(clips: ClipTable, person: PersonState) -> dict[str, Shares]:
    count = len(person.liked)
    scale = 1 / np.sqrt(clips.likes[person.liked[::-1]] + SHRINK).astype(np.float64)
    return {"together": scale * ALWAYS[:count], "together_lately": scale * LATELY[:count]}


def _shares_against(clips: ClipTable, person: PersonState) -> Shares:
    scale = 1 / np.sqrt(clips.shown[person.disliked[::-1]] + SHRINK).astype(np.float64)
    shares: Shares = scale * UNWANTED[: len(person.disliked)]
    return shares


def _terms_around(
    table: Neighbours, pairs: JoinedPairs, person: PersonState, now: float, norm: Floats
) -> list[_PairTerms]:
    count = len(person.looked)
    scale = 1 / np.sqrt(table.totals_of(person.looked[::-1]) + SHRINK).astype(np.float64)
    ago = np.maximum(0, now - np.array(person.looked_at[::-1], np.float64))
    last, lately = LAST[:count], np.exp(-np.minimum(ago / AROUND_S, 50))
    return [
        _PairTerms(pairs, {"covisited": scale * AROUND[:count]}, norm),
        _PairTerms(pairs.only_of(last > SLIGHT), {"covisited_last": scale * last}, norm),
        _PairTerms(pairs.only_of(lately > SLIGHT), {"covisited_now": scale * lately}, norm),
    ]
