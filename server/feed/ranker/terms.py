"""The named terms of a score: what each clip has of each, for one person at one time."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.columns import COLUMNS, FEATURES, SUBJECT
from phosphene.feed.ranker.factors import Factors
from phosphene.feed.ranker.kinds import Kinds
from phosphene.feed.ranker.neighbours import Neighbours
from phosphene.feed.ranker.person import PersonState

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

TERMS: Final = (
    *("kinds", "taste", "quality", "tired", "live", "fresh", "together", "together_lately"),
    *("next", "factor", "known", "rising", "novel", "factor_novel", "next_novel"),
    *("together_novel", "taste_novel", "known_newcomer", "disliked"),
    *("met", "young", "next_last"),
)
"""In the order of the rows of a matrix of terms."""
TIRED_OF: Final = 4
FRESH_S: Final = 6 * 3600.0
LATELY: Final = 0.8
ALWAYS: Final = 0.98
AFTER: Final = 5
"""How many clips before one are what it follows."""
SHRINK: Final = 4.0
FEW: Final = 4096


class Learned(Protocol):
    """What terms are worked out from."""

    clips: ClipTable
    kinds: Kinds
    factors: Factors
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
    by_kinds, own = linear_worth(learned, person)
    found["kinds"] = summed(by_kinds, features)
    found["taste"] = summed(own, features)
    found["quality"] = clips.quality(some)
    found["tired"] = tired(clips, person.recent, features[SUBJECT])
    found["live"] = clips.on_air[some].astype(np.float32)
    age = np.maximum(0, now - clips.born[some])
    found["fresh"] = (0.5 ** (age / FRESH_S)).astype(np.float32)
    found |= _joined(learned, person, some)
    found["factor"] = learned.factors.out[some] @ learned.factors.taste_of(person.liked)
    known, newcomer = clips.likes[some], 1 / (1 + len(person.liked) / 5)
    found["known"] = np.log1p(known)
    found["met"] = np.log1p(clips.shown[some])
    found["young"] = np.log1p(age / 86400).astype(np.float32)
    found["rising"] = np.log1p(clips.risen(some, learned.events))
    novel = 1 / np.sqrt(1 + known / SHRINK)
    found["novel"] = novel
    for name in ("factor", "next", "together", "taste"):
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


def _joined(learned: Learned, person: PersonState, some: Numbers) -> dict[str, Floats]:
    """What goes with, and what follows, what somebody reacted to."""
    clips = learned.clips
    place = learned.place
    place[some] = np.arange(len(some))
    try:
        liked = list(reversed(person.liked))
        ages = np.arange(len(liked))
        scale = 1 / np.sqrt(clips.likes[liked] + SHRINK)
        pair = _sums(
            learned.together, liked, (scale * ALWAYS**ages, scale * LATELY**ages), place, len(some)
        )
        bad = list(reversed(person.disliked))
        scale = 1 / np.sqrt(clips.shown[bad] + SHRINK)
        (against,) = _sums(
            learned.together, bad, (scale * 0.9 ** np.arange(len(bad)),), place, len(some)
        )
        last = list(reversed(person.recent[-AFTER:]))
        total = np.array([learned.following.total.get(one, 0.0) for one in last])
        share = 0.6 ** np.arange(len(last)) / (total + SHRINK)
        newest = np.where(np.arange(len(last)) == 0, share, 0)
        after, directly = _sums(learned.following, last, (share, newest), place, len(some))
    finally:
        place[some] = -1
    norm = 1 / np.sqrt(clips.likes[some] + SHRINK)
    return {
        "together": np.log1p(20 * pair[0] * norm),
        "together_lately": np.log1p(20 * pair[1] * norm),
        "disliked": np.log1p(20 * against * norm),
        "next": np.log1p(200 * after),
        "next_last": np.log1p(200 * directly),
    }


def _sums(
    table: Neighbours,
    clips: list[int],
    shares: tuple[NDArray[np.float64], ...],
    place: NDArray[np.int32],
    count: int,
) -> list[Floats]:
    """For each of the placed clips the counts that join it to ``clips``, each of these by its
    share; once for each list of shares."""
    rows = [table.neighbours_of(one) for one in clips]
    lengths = [len(ids) for ids, _ in rows]
    if not sum(lengths):
        return [np.zeros(count, np.float32) for _ in shares]
    at = place[np.concatenate([ids for ids, _ in rows])]
    here = np.flatnonzero(at >= 0)
    at, counts = at[here], np.concatenate([counts for _, counts in rows])[here]
    found = []
    for one in shares:
        weight = np.repeat(one, lengths)[here] * counts
        found.append(np.bincount(at, weight, count).astype(np.float32))
    return found
