import numpy as np
import pytest

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.content_vectors import AXES
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.one_clip_terms import terms_of_one
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.terms import terms_of
from tests.feed.ranker.made import NOW, learner, reaction

pytestmark = pytest.mark.slow


def practised(meaning: bool) -> tuple[Learner, list[PersonState]]:
    """A learner of 400 reactions of eight people, some served and some found."""
    made, dice = learner(), np.random.default_rng(4)
    if meaning:
        for clip, vector in enumerate(dice.normal(size=(40, AXES)).astype(np.float32)):
            made.content.set_vector(clip, vector)
    people = [PersonState() for _ in range(8)]
    for turn in range(400):
        by, clip = int(dice.integers(8)), int(dice.integers(40))
        told = reaction(clip, float(dice.normal()), bool(turn % 2), NOW + turn, by)
        made.apply_reaction(people[by], told)
    return made, people


@pytest.mark.parametrize("meaning", [False, True])
def test_one_clip_has_the_terms_that_it_has_among_others(meaning: bool) -> None:
    made, people = practised(meaning)
    made.clips.on_air[3] = True
    every, met = np.arange(40), np.zeros(len(TERMS), bool)
    for person in people:
        among = terms_of(made, person, every, NOW + 410)
        for clip in every.tolist():
            found = terms_of_one(made, person, clip, NOW + 410)
            assert np.allclose(found, among[:, clip], rtol=1e-5, atol=1e-6)
        met |= among.any(1)
    absent = {TERMS[at] for at in np.flatnonzero(~met)}
    assert absent <= ({"kinds"} if meaning else {"kinds"} | content())
    assert (made.place < 0).all()


def content() -> set[str]:
    return {"content", "content_near", "content_novel", "content_near_novel"}


def test_of_two_people_one_clip_has_nothing_either() -> None:
    made = learner()
    for by in (0, 1, 1, 0):
        person = PersonState()
        for clip in (5, 9, 4):
            made.apply_reaction(person, reaction(clip, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(5, served=False))
    found = dict(zip(TERMS, terms_of_one(made, newcomer, 9, NOW), strict=True))
    for name in ("together", "together_lately", "next", "next_last", "covisited", "covisited_now"):
        assert not found[name]


def test_a_stranger_has_none_that_were_made_up() -> None:
    made = learner()
    found = dict(zip(TERMS, terms_of_one(made, PersonState(), 3, NOW), strict=True))
    assert not any(found[name] for name in ("taste", "tired", "together", "next", "factor"))
