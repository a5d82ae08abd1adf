"""The learner: what everybody's reactions have taught, and scores for one person from it."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.feed_weights import AS_THEY_ARE, DRAWN, TERMS, FeedWeights
from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.columns import SUBJECT
from phosphene.feed.ranker.content_vectors import ContentVectors
from phosphene.feed.ranker.factors import Factors
from phosphene.feed.ranker.highest import highest_places
from phosphene.feed.ranker.kinds import STRETCH, Kinds
from phosphene.feed.ranker.neighbours import Neighbours
from phosphene.feed.ranker.one_clip_terms import terms_of_one, tired_of
from phosphene.feed.ranker.own_taste import NOISE, own_taste
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.term_weights import TermWeights
from phosphene.feed.ranker.terms import (
    AFTER,
    AROUND_S,
    linear_worth,
    summed,
    terms_of,
)

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

ALL: Final = 2048
"""Up to so many live clips all are scored exactly."""
BEST: Final = 400
NEWEST: Final = 100
STANDING: Final = 64
LAST_LOOKED: Final = 20
BESIDE: Final = 0.25
"""What a clip that was among the last so many looked at counts beside one of the same moment,
which is 1."""
HARDLY: Final = 0.05
"""Pairs that would count less are not counted."""
JOINED: Final = 20
"""Earlier likes that a like is joined with."""
SAMPLE: Final = 192
LATELY_LIKED: Final = 4096
FREE: Final = np.array(
    [name not in ("kinds", "taste", "quality", "tired") for name in TERMS], np.float32
)
"""Terms whose weight in what is enjoyed is learned from nothing; the others foretell interest as
they are."""
ENJOYED: Final = 3.0
"""What a unit of foretold interest counts beside a unit of log-odds of being chosen."""


class Reaction(Struct, frozen=True, kw_only=True):
    """What somebody made of a clip. ``value``: interest, 0 for the usual, about 1 for a like;
    ``served``: the feed had put it before them, they had not looked for it; ``chosen``: they had,
    and liked it; ``weight``: what it teaches, less for guests. ``viewed``: they had it before them;
    ``revises``: ``value`` is added to what was told of the clip before; ``met``: they know it now.
    ``voice``: a bit that stands for who they are (``outcomes.voice_of``)."""

    clip: int
    value: float
    liked: bool
    disliked: bool
    served: bool
    at: float
    weight: float = 1.0
    chosen: bool = False
    viewed: bool = True
    revises: bool = False
    met: bool = True
    voice: int = 0


class Learner:
    """Deterministic: the same clips and reactions in the same order make the same state, as far as
    an operator lets them (``set_by``)."""

    def __init__(self, seed: int = 0, set_by: FeedWeights = AS_THEY_ARE) -> None:
        self.set_by = set_by
        self.term_multipliers = np.array([set_by.multiplier_of(name) for name in TERMS], np.float32)
        self.drawn_multipliers = {name: set_by.multiplier_of(name) for name in DRAWN}
        self.dice = np.random.default_rng(seed)
        self.clips = ClipTable()
        self.kinds = Kinds()
        self.content = ContentVectors()
        self.factors = Factors(self.content)
        self.together = Neighbours()
        self.following = Neighbours()
        self.covisited = Neighbours()
        self.chosen = TermWeights(_first(), 0.15)
        self.enjoyed = TermWeights(
            _first(kinds=1, taste=1, quality=1, tired=-0.15, live=0.2, fresh=0.05), 0.002
        )
        self.usual = -0.1
        self.events = 0
        self.stretches = 0
        self.learned_until = 0
        self.begun = 0.0
        self.place = np.full(1024, -1, np.int32)
        self.lately = np.zeros(LATELY_LIKED, np.int64)
        self.lately_count = 0
        self.lately_of = np.zeros(1024, np.int32)
        self._standing_made = 0, 0
        self._stood: tuple[Floats, Floats] = _first()[:0], _first()[:0]

    def add_clip(
        self,
        clip_id: str,
        features: list[int],
        born: float,
        root: str | None = None,
        content: Floats | None = None,
    ) -> int:
        """Make a clip known and live; its number. ``content``: what it means."""
        number = self.clips.add_clip(clip_id, features, born, root)
        self.factors.make_room(number + 1)
        self.content.make_room(number + 1)
        if content is not None:
            self.content.set_vector(number, content)
        while number >= len(self.place):
            self.place = np.full(2 * len(self.place), -1, np.int32)
            self.lately_of = np.concatenate([self.lately_of, np.zeros_like(self.lately_of)])
        return number

    @property
    def weights(self) -> Floats:
        """Of the terms: log-odds of being chosen, and interest once a clip is shown, as far as the
        operator lets them count."""
        return self._learned() * self.term_multipliers

    def _learned(self) -> Floats:
        learned: Floats = self.chosen.values + np.float32(ENJOYED) * self.enjoyed.values
        return learned

    def list_candidates(
        self, person: PersonState, besides: Numbers, wished: Numbers | None = None
    ) -> Numbers:
        """Live clips that are worth an exact score, without those seen and those of ``besides``;
        of those that they wished for the best, too."""
        count = len(self.clips)
        live = self.clips.live[:count].copy()
        live[person.seen] = False
        live[besides] = False
        numbers = np.flatnonzero(live)
        if len(numbers) <= ALL:
            return numbers.astype(np.int64)
        coarse = self._coarse(person, count)
        coarse[~live] = -np.inf
        best = highest_places(coarse, BEST)
        near = [self.together.neighbours_of(one).ids for one in person.liked[-JOINED:]]
        near += [self.following.neighbours_of(one).ids for one in person.recent[-AFTER:]]
        near += [self.covisited.neighbours_of(one).ids for one in person.looked[-AFTER:]]
        if wished is not None and len(wished):
            best = np.append(best, wished[np.argsort(-coarse[wished], kind="stable")[:BEST]])
        some = np.unique(np.concatenate([best, numbers[-NEWEST:], *near])).astype(np.int64)
        found: Numbers = some[live[some]]
        return found

    def _coarse(self, person: PersonState, count: int) -> Floats:
        """The terms that every clip has, for all clips: 3 ms for 100,000."""
        clips, everybody = self.clips, slice(0, count)
        weight = dict(zip(TERMS, self.weights, strict=True))
        by_kinds, own = linear_worth(self, person)
        worth = weight["kinds"] * by_kinds + weight["taste"] * own
        coarse = summed(worth.astype(np.float32), clips.features[:, everybody])
        quality, known = self._standing(count)
        coarse += weight["quality"] * quality + weight["known"] * known
        towards = weight["factor"] * self.factors.taste_of(person.liked)
        coarse += self.factors.out[everybody] @ towards
        if self.content.used:
            meant = weight["content"] * self.content.taste_of(person.liked)
            meant += self.factors.content_taste(towards)
            coarse += self.content.rough_worth(meant, count)
        return coarse

    def _standing(self, count: int) -> tuple[Floats, Floats]:
        """Quality and known of all clips, up to STANDING reactions ago: it takes 2 ms of 100,000,
        and only says which clips are looked at exactly."""
        made = count, self.events // STANDING
        if self._standing_made != made:
            everybody = slice(0, count)
            known = np.log1p(self.clips.likes[everybody])
            self._stood, self._standing_made = (self.clips.quality(everybody), known), made
        return self._stood

    def rank_best(self, person: PersonState, now: float, limit: int, besides: Numbers) -> Numbers:
        """The ``limit`` clips of the highest scores, best first."""
        some = self.list_candidates(person, besides)
        scores = self.weights @ terms_of(self, person, some, now)
        return some[np.argsort(-scores, kind="stable")[:limit]]

    def apply_reaction(self, person: PersonState, reaction: Reaction, learn: bool = True) -> None:
        """Change ``person``, and with ``learn`` what everybody is told, by one reaction. Without
        it a person is folded again from their rows."""
        self.events += learn
        if learn and reaction.chosen:
            self._choose(person, reaction)
        change = self._revise if reaction.revises else self._enjoy
        left = change(person, reaction, learn)
        if learn:
            if reaction.served:
                self._explain(person, reaction, left)
            self._join(person, reaction)
            self.kinds.step_fit()
        if reaction.liked:
            person.note_liked(reaction.clip)
        if reaction.disliked:
            person.note_disliked(reaction.clip)
        if reaction.met:
            person.note_seen(reaction.clip)
        if reaction.viewed:
            person.note_viewed(reaction.clip, reaction.at)
        elif not reaction.revises:
            person.note_lone(reaction.clip)
        person.last_at = reaction.at

    def _choose(self, person: PersonState, reaction: Reaction) -> None:
        """Somebody found a clip by themselves: it should have stood before those not taken."""
        some, odds = self._sample(reaction.clip, person)
        terms = terms_of(self, person, some, reaction.at)
        # By all that ranks, so that what is learned here is right for the sum of both.
        weights = self._learned()
        logits = weights @ terms - odds
        likely = np.exp(logits - logits.max())
        pull = -(likely / likely.sum()).astype(np.float32)
        pull[np.flatnonzero(some == reaction.clip)[0]] += 1
        pull *= np.float32(reaction.weight)
        novel = TERMS.index("novel"), TERMS.index("factor"), TERMS.index("factor_novel")
        by_factor = weights[novel[1]] + weights[novel[2]] * terms[novel[0]]
        self.chosen.follow_gradient(terms @ pull)
        self.factors.move_vectors(person.liked, some, pull * np.maximum(0.3, by_factor))

    def _sample(self, clip: int, person: PersonState) -> tuple[Numbers, Floats]:
        """The clip and others, each once, and the logs of how often each is drawn: half from all
        live ones, half as often as they were liked of late."""
        half, count = SAMPLE // 2, len(self.clips)
        drawn = [np.array([clip]), self.dice.integers(count, size=half)]
        if self.lately_count:
            last = self.lately[: min(self.lately_count, LATELY_LIKED)]
            drawn.append(last[self.dice.integers(len(last), size=half)])
        some = np.unique(np.concatenate(drawn))
        self.place[person.seen] = 0
        some = some[((self.place[some] < 0) & self.clips.live[some]) | (some == clip)]
        self.place[person.seen] = -1
        held = max(1, min(self.lately_count, LATELY_LIKED))
        odds = half / count + half * self.lately_of[some] / held
        return some, np.log(np.minimum(1, odds)).astype(np.float32)

    def _explain(self, person: PersonState, reaction: Reaction, left: float) -> None:
        """What taste and quality did not foretell of an interest teaches the other terms."""
        terms = terms_of_one(self, person, reaction.clip, reaction.at) * FREE
        foretold = 0.0 if reaction.revises else float(self.enjoyed.values @ terms)
        miss = left - foretold
        self.enjoyed.follow_gradient(np.float32(reaction.weight * miss) * terms)
        factor = max(0.3, float(self.enjoyed.values[TERMS.index("factor")]))
        pull = np.array([reaction.weight * miss * factor], np.float32)
        self.factors.move_vectors(person.liked, np.array([reaction.clip]), pull)

    def _enjoy(self, person: PersonState, reaction: Reaction, learn: bool) -> float:
        """Their interest once it was shown: what it says of the clip, of their kind and of them.
        What of it nothing foretold."""
        clip, weight = reaction.clip, reaction.weight
        features = self.clips.features[:, clip]
        by_kind = self.kinds.worth_by_kind(features)
        taste = float(self.kinds.kind_shares(person.kinds) @ by_kind)
        taste += person.own_worth(features)
        quality = float(self.clips.quality(clip))
        weariness = tired_of(self.clips, person.recent, int(features[SUBJECT]))
        dull = float(self.enjoyed.values[TERMS.index("tired")])
        base = self.usual + dull * weariness
        rest = reaction.value - base - quality
        miss = rest - taste
        if learn:
            self.usual += 0.01 * weight * miss
            self.enjoyed.values[TERMS.index("tired")] += 0.01 * weight * miss * weariness
            self.clips.note_quality(clip, reaction.value - base - taste, weight)
            if person.turns % STRETCH == 0 or person.segment < 0:
                self.stretches += 1
                person.segment = self.stretches
            self.kinds.note_reaction(person.segment, features, rest, weight)
        person.turns += reaction.viewed
        person.kinds = self.kinds.updated_kinds(person.kinds, by_kind, rest)
        person.drift = max(0.0, 0.85 * person.drift + (miss * miss - rest * rest) / NOISE)
        if person.drift > 2.0 and len(person.held) > 10:
            person.forget_all_but(6)
        person.note_surplus(clip, rest)
        self.fit_own_taste(person)
        return miss

    def _revise(self, person: PersonState, reaction: Reaction, learn: bool) -> float:
        """Their interest in a clip that they reacted to before was so much more."""
        clip, weight, more = reaction.clip, reaction.weight, reaction.value
        features = self.clips.features[:, clip]
        at = len(person.held) - 1 - person.held[::-1].index(clip)
        before = person.surplus[at]
        if learn:
            self.usual += 0.01 * weight * more
            self.clips.note_quality(clip, more, weight, people=0.0)
            self.kinds.revise_reaction(person.segment, features, more)
        age = len(person.held) - 1 - at
        person.kinds = self.kinds.revised_kinds(person.kinds, features, before, more, age)
        person.surplus[at] = before + more
        person.turns += reaction.viewed
        self.fit_own_taste(person)
        return more

    def fit_own_taste(self, person: PersonState) -> None:
        """Work out their own taste beyond that of their kinds."""
        features = self.clips.features[:, person.held]
        by_kinds = self.kinds.worth_at(person.kinds, features)
        surplus = np.array(person.surplus, np.float32) - by_kinds
        person.own_ids, person.own_values = own_taste(features, surplus)
        person.fitted_to = self.kinds.fits

    def _join(self, person: PersonState, reaction: Reaction) -> None:
        """Count what it goes with and what it follows."""
        clip, weight = reaction.clip, reaction.weight
        self.clips.shown[clip] += reaction.viewed
        self.clips.watched[clip] += reaction.viewed and not reaction.disliked
        if reaction.viewed and not reaction.served:
            for age, before in enumerate(reversed(person.recent[-AFTER:])):
                self.following.count_pair(before, clip, weight * 0.7**age, reaction.voice)
            self._join_around(person, reaction)
        if not reaction.liked:
            return
        liked = [(before, weight) for before in person.liked[-JOINED:] if before != clip]
        self.together.join_clips(clip, liked, reaction.voice)
        self.clips.note_like(clip, weight, self.events)
        at = self.lately_count % LATELY_LIKED
        if self.lately_count >= LATELY_LIKED:
            self.lately_of[self.lately[at]] -= 1
        self.lately[at] = clip
        self.lately_of[clip] += 1
        self.lately_count += 1

    def _join_around(self, person: PersonState, reaction: Reaction) -> None:
        """Count it with all that they looked at about the same time."""
        ago = np.maximum(0, reaction.at - np.array(person.looked_at, np.float64))
        nearness = np.exp(-np.minimum(ago / AROUND_S, 50))
        nearness[-LAST_LOOKED:] += BESIDE
        others = [
            (before, reaction.weight * near)
            for before, near in zip(person.looked, nearness.tolist(), strict=True)
            if near > HARDLY and before != reaction.clip
        ]
        self.covisited.join_clips(reaction.clip, others, reaction.voice)


def _first(**values: float) -> Floats:
    return np.array([values.get(name, 0.0) for name in TERMS], np.float32)
