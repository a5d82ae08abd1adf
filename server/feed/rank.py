"""For You: which clips come next for one person in one visit, and why.

A score is a sum of named terms, and a page is filled one place at a time with the best clip left,
less what it repeats of the places before it (maximal marginal relevance, Carbonell and Goldstein,
SIGIR 1998). Pure: the same values give the same page, in whatever order the candidates come.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final

from msgspec import Struct

from phosphene.feed.clip_vectors import Vector, about
from phosphene.feed.similarity_index import Space, total
from phosphene.model import WATCHABLE, Clip


class Weights(Struct, frozen=True, kw_only=True):
    """What counts how much. Terms are about 1 at most before their weight."""

    live: float = 0.5
    fresh: float = 0.5
    half_life_s: float = 6 * 3600.0
    likes: float = 0.5
    remixes: float = 0.4
    wanted: float = 1.6
    unwanted: float = 1.2
    tired: float = 0.25
    variety: float = 0.7
    usual_likes: float = 0.08
    usual_remixes: float = 0.02
    prior_views: float = 20.0
    memory: float = 0.85
    """What a reaction still counts when one more of its kind has followed."""
    recent: int = 4
    """How many of the last clips seen make a person tired of more like them."""
    per_author: int = 2
    per_root: int = 2
    # Of a page of 8 that is the fifth place alone: one clip in eight.
    chance_every: int = 5
    """One place in so many is kept for a new clip that few people have seen."""
    chance_views: int = 10
    chance_age_s: float = 48 * 3600.0


class Visit(Struct, frozen=True, kw_only=True):
    """What one person did in this visit, each oldest first; ``seen`` holds ids. What is left to
    chance is settled by ``person``: the same person and clips, the same page. ``barred``: ids of
    clips that they are not shown; ``more``, ``less``: of which they wish to see more, and less."""

    seen: tuple[str, ...] = ()
    liked: tuple[Clip, ...] = ()
    skipped: tuple[Clip, ...] = ()
    person: str = ""
    barred: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()


class Ranked(Struct, frozen=True):
    """One place of a page; ``score`` is the sum of ``terms``, and they say why it is here."""

    clip: Clip
    score: float
    terms: Mapping[str, float]


DEFAULT: Final = Weights()
LESS: Final = 0.5
"""Of all that scores differ, what a clip loses of which somebody wishes to see less."""


class CandidateSet:
    """Clips made ready for ranking. Making one costs more than ranking it: make one every second
    or so and rank it for everybody. Clips that cannot be watched are left out, and so are
    repeats."""

    def __init__(self, clips: Iterable[Clip]) -> None:
        fit = {clip.id: clip for clip in clips if clip.status in WATCHABLE}
        # The time grows with the clips: 500 take 12.6 ms to make and 3.0 ms a page (p50), 10,000
        # take 174 and 151. So the newest are ranked and not all.
        # In an order of its own, so that the order of ``clips`` decides nothing.
        self.clips = tuple(fit[clip_id] for clip_id in sorted(fit, reverse=True))
        self.places = {clip.id: place for place, clip in enumerate(self.clips)}
        self.space = Space([about(clip) for clip in self.clips])


def rank(
    candidates: CandidateSet, visit: Visit, now: float, limit: int, weights: Weights = DEFAULT
) -> list[Ranked]:
    """The next ``limit`` clips (fewer when there are no more), best first.

    Never one that this visit has seen, or that is barred; what they wish more of before all else.
    One author and one family of remixes get two places each, more only when nothing else is left.
    """
    # A sum of named terms and no learned model: a page can be explained, a weight changed by
    # reading it, and a new server has nothing to learn from.
    terms = [own_terms(clip, now, weights) for clip in candidates.clips]
    for name, weight, taste in _tastes(candidates, visit, weights):
        for term, cosine in zip(terms, candidates.space.similarities(taste), strict=True):
            term[name] = weight * cosine
    _add_wishes(candidates, terms, visit)
    seen = {*visit.seen, *(clip.id for clip in (*visit.liked, *visit.skipped))}
    away = seen | visit.barred
    free = [place for place, clip in enumerate(candidates.clips) if clip.id not in away]
    chances = _chances(candidates, terms, free, visit.person, now, weights)
    asked = {candidates.places[one] for one in visit.more if one in candidates.places}
    return _Page(candidates, terms, free, weights, asked).fill(limit, chances)


def _add_wishes(candidates: CandidateSet, terms: Sequence[dict[str, float]], visit: Visit) -> None:
    """The term of what somebody wishes: more is above all else, less in the lower half."""
    wished = ((1.0, visit.more), (-LESS, visit.less))
    if not visit.more and not visit.less:
        return
    sums = [sum(term.values()) for term in terms]
    span = max(sums, default=0.0) - min(sums, default=0.0) + 1
    for share, ids in wished:
        for place in (candidates.places[one] for one in ids if one in candidates.places):
            terms[place]["wish"] = terms[place].get("wish", 0.0) + share * span


def own_terms(clip: Clip, now: float, weights: Weights = DEFAULT) -> dict[str, float]:
    """What of a score lies in the clip, and is the same for everybody."""
    age = max(0.0, now - clip.created_at)
    counts = clip.counts
    return {
        "live": weights.live if clip.status == "live" else 0.0,
        "fresh": weights.fresh * 0.5 ** (age / weights.half_life_s),
        "likes": weights.likes * _lift(counts.likes, counts.views, weights.usual_likes, weights),
        # Most clips are never remixed: that says nothing against them.
        "remixes": weights.remixes
        * max(0.0, _lift(counts.remixes, counts.views, weights.usual_remixes, weights)),
    }


def _lift(acts: int, views: int, usual: float, weights: Weights) -> float:
    """How much more often than usual people act on a clip: -1..1, 0 while nothing is known."""
    # A like of one viewer must not beat 80 of 100: unseen clips begin at the usual rate, as if 20
    # people had been usual about them.
    rate = (acts + usual * weights.prior_views) / (max(views, acts) + weights.prior_views)
    return (rate - usual) / (rate + usual)


def _tastes(
    candidates: CandidateSet, visit: Visit, weights: Weights
) -> list[tuple[str, float, Vector]]:
    """Each term that this visit decides: its name, its weight, and what it looks for."""
    space = candidates.space
    recent = [candidates.places[one] for one in visit.seen if one in candidates.places][
        -weights.recent :
    ]
    return [
        ("wanted", weights.wanted, space.mean_vector(_fading(visit.liked, weights.memory))),
        ("unwanted", -weights.unwanted, space.mean_vector(_fading(visit.skipped, weights.memory))),
        ("tired", -weights.tired, total((space.vectors[p], 1 / len(recent)) for p in recent)),
    ]


def _fading(clips: Sequence[Clip], memory: float) -> list[tuple[Vector, float]]:
    """Shares of a mean in which the newest counts most; the 1 keeps a single reaction from
    deciding everything."""
    shares = [memory**age for age in range(len(clips))]
    total = 1.0 + sum(shares)
    return [
        (about(clip), share / total) for clip, share in zip(reversed(clips), shares, strict=True)
    ]


def _chances(
    candidates: CandidateSet,
    terms: Sequence[Mapping[str, float]],
    free: Iterable[int],
    person: str,
    now: float,
    weights: Weights,
) -> list[int]:
    """New clips that few people have seen, in the order of this person's own draw."""

    def due(place: int) -> bool:
        clip, term = candidates.clips[place], terms[place]
        young = now - clip.created_at <= weights.chance_age_s
        unwelcome = term["wanted"] + term["unwanted"] < 0
        return clip.counts.views < weights.chance_views and young and not unwelcome

    def draw(place: int) -> bytes:
        # A draw by hash and not by a generator: the same request gives the same page on every
        # instance, so that a page asked for twice does not skip clips.
        return hashlib.blake2b(f"{person} {candidates.clips[place].id}".encode()).digest()

    return sorted(filter(due, free), key=draw)


class _Page:
    """The places of one page while they are filled."""

    def __init__(
        self,
        candidates: CandidateSet,
        terms: Sequence[Mapping[str, float]],
        free: Sequence[int],
        weights: Weights,
        asked: Set[int],
    ) -> None:
        self._candidates = candidates
        self._terms = terms
        self._weights = weights
        self._values = [sum(term.values()) for term in terms]
        self._alike = [0.0] * len(terms)
        self._free = dict.fromkeys(free)
        self._asked = asked
        self._over: dict[int, None] = {}
        self._authors: Counter[str] = Counter()
        self._roots: Counter[str] = Counter()
        self._ranked: list[Ranked] = []

    def fill(self, limit: int, chances: Sequence[int]) -> list[Ranked]:
        """Take the best clip for each place; every so often the first of ``chances`` instead."""
        every = self._weights.chance_every
        while (self._free or self._over) and len(self._ranked) < limit:
            tier = self._tier()
            best = max(tier, key=self._values.__getitem__)
            due = every and len(self._ranked) % every == every - 1
            # Without it who is new is never shown, hence never liked: the first places go to what
            # was shown already.
            lucky = next((p for p in chances if p in tier), best) if due else best
            self._take(lucky, self._values[best])
        return self._ranked

    def _tier(self) -> Mapping[int, None]:
        """Whose turn it is: what is wished for, even of who has had their places; else whoever has
        not, else all."""
        for some in (self._free, self._over) if self._asked else ():
            asked = {place: None for place in some if place in self._asked}
            if asked:
                return asked
        return self._free or self._over

    def _take(self, place: int, best: float) -> None:
        clip, value = self._candidates.clips[place], self._values[place]
        variety = -self._weights.variety * self._alike[place]
        terms = {**self._terms[place], "variety": variety, "chance": best - value}
        told = {name: term for name, term in terms.items() if term}
        self._ranked.append(Ranked(clip, sum(told.values()), told))
        self._free.pop(place, None)
        self._over.pop(place, None)
        self._cap(clip)
        self._repeat(place)

    def _cap(self, taken: Clip) -> None:
        """Whoever has had enough places goes behind all others."""
        author, root = taken.author.id, taken.root or taken.id
        self._authors[author] += 1
        self._roots[root] += 1
        author_full = self._authors[author] >= self._weights.per_author
        root_full = self._roots[root] >= self._weights.per_root
        if not author_full and not root_full:
            return
        for place in list(self._free):
            clip = self._candidates.clips[place]
            same_author, same_root = clip.author.id == author, (clip.root or clip.id) == root
            if (author_full and same_author) or (root_full and same_root):
                # Behind the others and not left out: a feed of one author would end after two
                # clips.
                del self._free[place]
                self._over[place] = None

    def _repeat(self, place: int) -> None:
        """Every clip is worth less by how much it is like the nearest one taken."""
        alike = self._candidates.space.similarities(self._candidates.space.vectors[place])
        for other, new in enumerate(alike):
            if new > self._alike[other]:
                self._values[other] -= self._weights.variety * (new - self._alike[other])
                self._alike[other] = new
