"""The terms of one clip, as ``terms_of`` has them. A reaction to a clip that the feed had put there
needs no others, and whatever numpy does costs 1 us a call: here are a quarter of the calls."""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.columns import SUBJECT
from phosphene.feed.ranker.neighbours import FEWEST, Neighbours
from phosphene.feed.ranker.person import LIKED, PersonState
from phosphene.feed.ranker.terms import (
    AFTER,
    ALWAYS,
    AROUND,
    AROUND_S,
    FRESH_S,
    LAST,
    LATELY,
    NOVEL,
    SHRINK,
    SLIGHT,
    STEPS,
    TIRED_OF,
    UNWANTED,
    Learned,
)

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]

COUNTING: Final = np.arange(LIKED, dtype=np.int32)


def terms_of_one(learned: Learned, person: PersonState, clip: int, now: float) -> Floats:
    """Its terms, in the order of TERMS."""
    clips, kinds = learned.clips, learned.kinds
    features, known = clips.features[:, clip], float(clips.likes[clip])
    age = max(0.0, now - float(clips.born[clip]))
    found = {
        "kinds": float(kinds.kind_shares(person.kinds) @ kinds.worth_by_kind(features)),
        "taste": person.own_worth(features),
        "quality": float(clips.quality(clip)),
        "tired": tired_of(clips, person.recent, int(features[SUBJECT])),
        "live": float(clips.on_air[clip]),
        "fresh": 0.5 ** (age / FRESH_S),
        "factor": learned.factors.score_clip(clip, learned.factors.taste_of(person.liked)),
        "known": math.log1p(known),
        "met": math.log1p(clips.shown[clip]),
        "young": math.log1p(age / 86400),
        "rising": math.log1p(clips.risen(clip, learned.events)),
        "novel": 1 / math.sqrt(1 + known / SHRINK),
    }
    found["content"], found["content_near"] = learned.content.likeness_of_one(clip, person.liked)
    found |= _joined_to_likes(learned, person, clip)
    found |= _joined_to_looks(learned, person, clip, now)
    found |= _following_the_last(learned, person, clip)
    found |= {f"{name}_novel": found[name] * found["novel"] for name in NOVEL}
    found["known_newcomer"] = found["known"] / (1 + len(person.liked) / 5)
    return np.array([found[name] for name in TERMS], np.float32)


def tired_of(clips: ClipTable, recent: list[int], subject: int) -> float:
    """How many of the last clips were of a subject."""
    last: list[int] = clips.features[SUBJECT, recent[-TIRED_OF:]].tolist()
    return float(last.count(subject)) if subject else 0.0


class _Hits(Struct, frozen=True):
    """Pairs of a clip with some others, by their places (``at``) in the order that was asked for,
    and these others."""

    at: NDArray[np.int32]
    clips: Numbers
    counts: Floats
    voices: NDArray[np.uint64]

    def total(self, shares: Shares, some: NDArray[np.bool_] | None = None) -> float:
        """The counts by their shares; nothing where fewer than FEWEST people are behind them."""
        voices = self.voices if some is None else self.voices[some]
        if int(np.bitwise_or.reduce(voices)).bit_count() < FEWEST:
            return 0.0
        by = shares * self.counts
        return float((by if some is None else by[some]).sum())


def _hits(learned: Learned, table: Neighbours, clip: int, newest_last: list[int]) -> _Hits | None:
    """What joins a clip to others, the newest of these first; None where nothing does. Each pair
    was counted both ways, so that its own row says the same as those of sixty clips."""
    row = table.neighbours_of(clip)
    if not newest_last or not len(row.ids):
        return None
    others = np.array(newest_last[::-1])
    learned.place[others] = COUNTING[: len(others)]
    at = learned.place[row.ids]
    learned.place[others] = -1
    here = (at >= 0).nonzero()[0]
    if not len(here):
        return None
    at = at[here]
    return _Hits(at, others[at], row.counts[here], row.voices[here])


def _joined_to_likes(learned: Learned, person: PersonState, clip: int) -> dict[str, float]:
    clips, table = learned.clips, learned.together
    norm = 20 / math.sqrt(clips.likes[clip] + SHRINK)
    found = {"together": 0.0, "together_lately": 0.0, "disliked": 0.0}
    if (hits := _hits(learned, table, clip, person.liked)) is not None:
        scale = norm / np.sqrt(clips.likes[hits.clips] + SHRINK).astype(np.float64)
        found["together"] = math.log1p(hits.total(scale * ALWAYS[hits.at]))
        found["together_lately"] = math.log1p(hits.total(scale * LATELY[hits.at]))
    if (hits := _hits(learned, table, clip, person.disliked)) is not None:
        scale = norm / np.sqrt(clips.shown[hits.clips] + SHRINK).astype(np.float64)
        found["disliked"] = math.log1p(hits.total(scale * UNWANTED[hits.at]))
    return found


def _joined_to_looks(
    learned: Learned, person: PersonState, clip: int, now: float
) -> dict[str, float]:
    table = learned.covisited
    hits = _hits(learned, table, clip, person.looked)
    if hits is None:
        return {"covisited": 0.0, "covisited_last": 0.0, "covisited_now": 0.0}
    scale = 1 / np.sqrt(table.totals_of(hits.clips) + SHRINK).astype(np.float64)
    scale *= 20 / math.sqrt(table.totals_of([clip])[0] + SHRINK)
    ago = np.maximum(0, now - np.array(person.looked_at[::-1])[hits.at])
    last, lately = LAST[hits.at], np.exp(-np.minimum(ago / AROUND_S, 50))
    return {
        "covisited": math.log1p(hits.total(scale * AROUND[hits.at])),
        "covisited_last": math.log1p(hits.total(scale * last, last > SLIGHT)),
        "covisited_now": math.log1p(hits.total(scale * lately, lately > SLIGHT)),
    }


def _following_the_last(learned: Learned, person: PersonState, clip: int) -> dict[str, float]:
    table, total, voices, last = learned.following, 0.0, 0, 0.0
    for age, before in enumerate(person.recent[-AFTER:][::-1]):
        row = table.neighbours_of(before)
        if not len(row.ids) or row.ids[at := int((row.ids == clip).argmax())] != clip:
            continue
        total += STEPS[age] / (table.totals_of([before])[0] + SHRINK) * row.counts[at]
        voices |= int(row.voices[at])
        if not age and voices.bit_count() >= FEWEST:
            last = total
    return {
        "next": math.log1p(200 * total) if voices.bit_count() >= FEWEST else 0.0,
        "next_last": math.log1p(200 * last),
    }
