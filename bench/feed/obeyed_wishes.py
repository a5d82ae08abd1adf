"""Whether wishes are obeyed: people of made tastes wish for more of one thing and none of another,
among clips of three lists of the labelled ones, and their next ten are looked at; with the learner
and by the pure ranking."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from bench.feed.wished_clips import LABELS, load_labelled, shipped_traits
from phosphene.feed.learner_messages import AddClips, ClipsRanked, LearnReactions, RankClips
from phosphene.feed.rank import CandidateSet, Visit, rank
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.serve import FeedWork
from phosphene.feed.wishes.obeying import Obeyed
from phosphene.feed.wishes.traits import ClipTraits
from phosphene.model import Clip, FeedWish, Person, StoredReaction

PEOPLE: Final = 60
NEXT: Final = 10
LISTS: Final = 3
AUTHORS: Final = 40
SWIPES: Final = 30
NOW: Final = 1_790_000_000.0


class Share(Struct):
    """Places of what was wished for, of those that it could have; and of what was not wanted."""

    wished: int = 0
    possible: int = 0
    broken: int = 0
    places: int = 0


def obeyed_wishes() -> Iterator[str]:
    """Lines for each of the two rankings."""
    for name, one in obeyed_shares(PEOPLE).items():
        share = one.wished / one.possible
        yield f"  {name}: more of it in {one.wished} of {one.possible} places ({share:.1%}),"
        yield f"    none of it broken in {one.broken} of {one.places}"


def obeyed_shares(people: int, seed: int = 0) -> dict[str, Share]:
    """What so many people are shown, by each of the two rankings."""
    dice, traits, clips = np.random.default_rng(seed), shipped_traits(), _clips()
    work = FeedWork(Learner())
    work.carry_out(AddClips(tuple(clips), tuple(tuple(traits.traits_of(one)) for one in clips)))
    candidates = CandidateSet(clips)
    shares = {"learner": Share(), "pure ranking": Share()}
    for number in range(people):
        seen = _swipe(work, f"p{number}", clips, dice, number)
        more, none = dice.permutation(list(LABELS.values()))[:2].tolist()
        wishes = [FeedWish("m", "more", "", (more,), NOW), FeedWish("n", "none", "", (none,), NOW)]
        obeyed = Obeyed(wishes, NOW)
        learned = _learned(work, f"p{number}", obeyed)
        plain = _plain(candidates, clips, seen, obeyed, traits)
        for name, places in (("learner", learned), ("pure ranking", plain)):
            _count(shares[name], places, clips, seen, obeyed, traits)
    return shares


def _clips() -> list[Clip]:
    texts = [one.text for _ in range(LISTS) for one in load_labelled()]
    return [
        Clip(
            id=f"c{number:04}",
            author=Person(f"a{number % AUTHORS}", "x"),
            text=text,
            seconds=5,
            status="done",
            created_at=NOW - 60 * number,
        )
        for number, text in enumerate(texts)
    ]


def _swipe(
    work: FeedWork, person: str, clips: Sequence[Clip], dice: np.random.Generator, number: int
) -> list[str]:
    """What somebody saw, and liked as it came."""
    chosen = dice.permutation(len(clips))[:SWIPES].tolist()
    rows = [
        StoredReaction(
            number * SWIPES + at + 1,
            person,
            clips[one].id,
            "watch",
            20_000 if at % 2 else 800,
            True,
            NOW - 600 + at,
            True,
        )
        for at, one in enumerate(chosen)
    ]
    work.carry_out(LearnReactions(tuple(rows)))
    return [clips[one].id for one in chosen]


def _learned(work: FeedWork, person: str, obeyed: Obeyed) -> list[str]:
    order = RankClips(number=1, person=person, limit=NEXT, now=NOW, wishes=obeyed.wishes)
    answer = work.carry_out(order)
    assert isinstance(answer, ClipsRanked)
    return [one.clip for one in answer.places]


def _plain(
    candidates: CandidateSet,
    clips: Sequence[Clip],
    seen: Sequence[str],
    obeyed: Obeyed,
    traits: ClipTraits,
) -> list[str]:
    barred = frozenset(one.id for one in clips if obeyed.wants_none_of(traits.traits_of(one)))
    more = frozenset(one.id for one in clips if obeyed.wants_more_of(traits.traits_of(one)))
    visit = Visit(seen=tuple(seen), barred=barred, person="p", more=more)
    return [one.clip.id for one in rank(candidates, visit, NOW, NEXT)]


def _count(
    share: Share,
    places: Sequence[str],
    clips: Sequence[Clip],
    seen: Sequence[str],
    obeyed: Obeyed,
    traits: ClipTraits,
) -> None:
    by_id = {one.id: traits.traits_of(one) for one in clips}

    def fit(one: str) -> bool:
        return obeyed.wants_more_of(by_id[one]) and not obeyed.wants_none_of(by_id[one])

    left = [one for one in by_id if one not in seen and fit(one)]
    share.wished += sum(map(fit, places))
    share.possible += min(NEXT, len(left))
    share.broken += sum(obeyed.wants_none_of(by_id[one]) for one in places)
    share.places += len(places)
