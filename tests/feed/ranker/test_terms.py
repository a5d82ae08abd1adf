import numpy as np

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.terms import FEW, people_behind, summed, terms_of, tired
from tests.feed.ranker.made import NOW, learner, lover_of, reaction


def test_every_term_has_a_row_and_none_is_made_up_for_a_stranger() -> None:
    made = learner()
    found = terms_of(made, PersonState(), np.arange(40), NOW)
    assert found.shape == (len(TERMS), 40)
    nothing = ("taste", "tired", "together", "next", "factor", "disliked", "known")
    assert not any(found[TERMS.index(name)].any() for name in nothing)


def test_what_goes_together_and_what_follows_have_terms() -> None:
    made = learner()
    for by in range(3):
        person = PersonState()
        made.apply_reaction(person, reaction(5, served=False, by=by))
        made.apply_reaction(person, reaction(9, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(5, served=False))
    found = terms_of(made, newcomer, np.array([8, 9]), NOW)
    for name in ("together", "next", "covisited", "covisited_now"):
        assert found[TERMS.index(name)].argmax() == 1
    assert (made.place < 0).all()


def test_the_same_sum_for_few_clips_and_for_many() -> None:
    made = learner()
    worth = np.random.default_rng(1).normal(size=8192).astype(np.float32)
    many = np.repeat(made.clips.features[:, :40], FEW // 40 + 1, axis=1)
    few = summed(worth, made.clips.features[:, :40])
    assert np.allclose(summed(worth, many)[:: FEW // 40 + 1], few, atol=1e-4)


def test_a_subject_is_tiring_by_how_often_it_came_of_late() -> None:
    made = learner()
    assert tired(made.clips, [0, 4, 8, 1, 12], made.clips.features[0, :2]).tolist() == [3, 1]


def test_a_lover_of_something_is_seen_in_their_taste() -> None:
    made = learner()
    found = terms_of(made, lover_of(made, 1), np.arange(20, 24), NOW)
    assert found[TERMS.index("taste")].argmax() == 1


def test_what_two_people_did_is_in_no_term_and_of_three_it_is_said_how_many() -> None:
    made = learner()
    for by in (0, 1, 1, 0):
        person = PersonState()
        for clip in (5, 9, 4):
            made.apply_reaction(person, reaction(clip, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(5, served=False))
    some = np.array([8, 9])
    found = terms_of(made, newcomer, some, NOW)
    for name in ("together", "together_lately", "next", "next_last", "next_novel", "covisited"):
        assert not found[TERMS.index(name)].any()
    behind = people_behind(made, newcomer, some, NOW)
    assert behind["together"].tolist() == behind["next"].tolist() == [0, 2]


def test_what_was_looked_at_in_the_same_minute_counts_more_than_what_came_an_hour_later() -> None:
    made = learner()
    for by in range(3):
        person = PersonState()
        for clip, at in ((5, NOW), (9, NOW + 20), (8, NOW + 3600)):
            made.apply_reaction(person, reaction(clip, served=False, at=at, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(5, served=False))
    some = np.array([8, 9])
    early, late = (terms_of(made, newcomer, some, NOW + ago) for ago in (10, 3600))
    around = TERMS.index("covisited_now")
    assert early[around, 1] > 1.5 * early[around, 0] > 0
    assert not late[around].any()
    assert late[TERMS.index("covisited"), 1] == early[TERMS.index("covisited"), 1]


def test_who_looked_at_something_an_hour_ago_stands_behind_nothing_of_now() -> None:
    made = learner()
    for by in range(3):
        person = PersonState()
        for clip in (5, 9) if by else (4, 9):
            made.apply_reaction(person, reaction(clip, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(5, served=False, at=NOW - 3600))
    made.apply_reaction(newcomer, reaction(4, served=False))
    some = np.array([8, 9])
    assert people_behind(made, newcomer, some, NOW)["covisited"].tolist() == [0, 3]
    found = terms_of(made, newcomer, some, NOW)
    assert found[TERMS.index("covisited"), 1] > 0 == found[TERMS.index("covisited_now"), 1]
