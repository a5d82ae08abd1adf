import numpy as np
import pytest

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.content_vectors import AXES, ContentVectors, Floats
from phosphene.feed.ranker.learner import ALL, Learner
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.snapshot import SnapshotError, restore_snapshot, take_snapshot
from phosphene.feed.ranker.terms import terms_of
from tests.feed.ranker.made import NOW, reaction


def axis(number: int) -> Floats:
    found: Floats = np.eye(AXES, dtype=np.float32)[number]
    return found


def learner(clips: int = 40) -> Learner:
    """Clip n means axis n mod 4; nothing else is known of it."""
    made = Learner()
    for number in range(clips):
        made.add_clip(f"c{number}", [0] * 16, NOW, content=axis(number % 4))
    return made


def test_what_means_what_somebody_liked_is_told_apart_before_anybody_has_seen_it() -> None:
    made, person = learner(), PersonState()
    made.apply_reaction(person, reaction(1))
    made.apply_reaction(person, reaction(5))
    found = terms_of(made, person, np.arange(8, 12), NOW)
    for name in ("content", "content_near", "content_novel"):
        assert found[TERMS.index(name)].argmax() == 1


@pytest.mark.slow
def test_how_much_that_counts_is_learned() -> None:
    made = learner(200)
    dice = np.random.default_rng(1)
    for by in range(30):
        person = PersonState()
        for clip in dice.permutation(50)[:8]:
            made.apply_reaction(person, reaction(int(4 * clip + by % 4), served=False, by=by))
    weights = dict(zip(TERMS, made.weights, strict=True))
    assert sum(weights[name] for name in weights if name.startswith("content")) > 0.5
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(2, served=False))
    best = made.rank_best(newcomer, NOW, 4, np.zeros(0, np.int64))
    assert {int(one) % 4 for one in best} == {2}


def test_among_more_than_are_scored_exactly_the_like_are_found() -> None:
    made = Learner()
    for number in range(2 * ALL):
        made.add_clip(f"c{number}", [0] * 16, NOW, content=axis(1 if number < 40 else 2))
    made.chosen.values[TERMS.index("content")] = 5
    person = PersonState()
    made.apply_reaction(person, reaction(0), learn=False)
    some = made.list_candidates(person, np.zeros(0, np.int64))
    assert set(range(1, 40)) <= set(some.tolist())


def test_who_liked_nothing_and_who_has_no_encoder_have_no_such_term() -> None:
    assert not ContentVectors().likeness_of(np.arange(3), [1])[0].any()
    made = learner()
    found = terms_of(made, PersonState(), np.arange(8), NOW)
    assert not any(found[TERMS.index(name)].any() for name in TERMS if name.startswith("content"))


def test_a_snapshot_is_read_only_by_who_compares_alike() -> None:
    body = take_snapshot(learner())
    back = restore_snapshot(body, meaning=True)
    assert (back.content.rows[:40] == learner().content.rows[:40]).all()
    with pytest.raises(SnapshotError, match="vectors"):
        restore_snapshot(body)
