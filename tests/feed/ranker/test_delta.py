import random
from pathlib import Path

import numpy as np
import pytest

from phosphene.feed.learner_messages import (
    AddClips,
    AdoptSnapshot,
    ApplyDelta,
    DeltaTold,
    FollowReactions,
    LearningFollowed,
    LearnReactions,
    SnapshotTaken,
    TakeSnapshot,
    TellDelta,
)
from phosphene.feed.ranker.delta import ChangeLog, DeltaReader
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.serve import FeedWork
from phosphene.feed.ranker.snapshot import restore_snapshot, take_snapshot
from phosphene.feed.ranker.terms import terms_of
from tests.feed.ranker.made import NOW, learner, reaction
from tests.feed.ranker.test_serve import LIKED_WHALES, clip, ranked, subjects

pytestmark = pytest.mark.slow


def live(made: Learner, events: int, log: ChangeLog, seed: int) -> None:
    """People who react to any clip."""
    dice = random.Random(seed)
    people = [PersonState() for _ in range(9)]
    for _ in range(events):
        by, which = dice.randrange(9), dice.randrange(len(made.clips))
        told = reaction(which, dice.gauss(0, 0.6), served=dice.random() < 0.5, by=by)
        made.apply_reaction(people[by], told)
        log.note_reaction(which)


def scores(made: Learner, person: PersonState) -> dict[str, list[float]]:
    some = np.arange(len(made.clips))
    found = made.weights[:, None] * terms_of(made, person, some, NOW)
    return {name: found[:, number].tolist() for name, number in made.clips.numbers.items()}


def test_who_follows_scores_as_who_learns() -> None:
    made = learner()
    live(made, 200, ChangeLog(made), 1)
    other = restore_snapshot(take_snapshot(made))
    log, reader = ChangeLog(made), DeltaReader(other)
    # A clip of its own first: the numbers of the two differ from here on.
    for one, extra in ((other, "here"), (made, "there"), (other, "later"), (made, "later")):
        one.add_clip(extra, [0] * 16, NOW)
        if one is made:
            live(made, 1300, log, 2)  # more than a fit of the kinds
            reader.apply_delta(log.take_delta())
    person = PersonState()
    for which in range(12):
        told = reaction(which, 0.9 if which % 4 == 1 else -0.6)
        other.apply_reaction(person, told, learn=False)
    mine, theirs = scores(other, person), scores(made, person)
    for name in {*theirs} - {"here"}:
        assert mine[name] == pytest.approx(theirs[name], abs=0.01), name
    assert not other.clips.live[other.clips.numbers["there"]]
    assert other.clips.live[other.clips.numbers["later"]]
    assert other.events == made.events


def test_nothing_is_told_where_nothing_was_learned() -> None:
    made = learner()
    log = ChangeLog(made)
    assert log.take_delta() == b""
    live(made, 1, log, 1)
    assert log.take_delta() != b""
    assert log.take_delta() == b""


def test_a_delta_that_does_not_follow_is_refused() -> None:
    made = learner()
    other = restore_snapshot(take_snapshot(made))
    log, reader = ChangeLog(made), DeltaReader(other)
    for name in ("x", "y"):
        made.add_clip(name, [0] * 16, NOW)
        delta = log.take_delta()
    with pytest.raises(ValueError, match="clips from 41 on, of which 40 are known"):
        reader.apply_delta(delta)


def test_a_process_ranks_by_what_another_one_learns(tmp_path: Path) -> None:
    clips = tuple(clip(number) for number in range(40))
    traits = tuple((f"t{number}",) for number in range(40))
    site, here = FeedWork(Learner(), path=tmp_path / "site"), FeedWork(Learner())
    site.carry_out(AddClips(clips))
    here.carry_out(AddClips(clips[::-1], traits))
    assert site.carry_out(TakeSnapshot(1)) == SnapshotTaken(1, 0)
    adopted = here.carry_out(AdoptSnapshot(2, str(tmp_path / "site")))
    assert adopted == LearningFollowed(2)
    site.carry_out(LearnReactions(LIKED_WHALES))
    told = site.carry_out(TellDelta(3))
    assert isinstance(told, DeltaTold)
    assert here.carry_out(ApplyDelta(4, told.body)) == LearningFollowed(4)
    assert here.learner.clips.quality(slice(0, 40)) == pytest.approx(
        site.learner.clips.quality(slice(0, 40))
    )
    # Who somebody is is made here, of what they did.
    assert len(subjects(ranked(here, 8))) > 1
    here.carry_out(FollowReactions(LIKED_WHALES))
    assert subjects(ranked(here)) == {1}
    assert here.learner.events == site.learner.events == len(LIKED_WHALES)
    for order in (AdoptSnapshot(5, str(tmp_path / "none")), ApplyDelta(5, b"\x01")):
        failed = here.carry_out(order)
        assert isinstance(failed, LearningFollowed)
        assert failed.failure
    assert subjects(ranked(here)) == {1}
