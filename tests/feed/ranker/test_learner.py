import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.neighbours import Neighbours
from phosphene.feed.ranker.person import PersonState
from tests.feed.ranker.made import NOW, learner, lover_of, reaction

NONE = np.zeros(0, np.int64)


def best(made: Learner, person: PersonState, limit: int = 6) -> list[int]:
    return list(map(int, made.rank_best(person, NOW, limit, NONE)))


def test_what_somebody_likes_comes_first_and_nothing_that_they_saw() -> None:
    made = learner()
    person = lover_of(made, 1)
    found = best(made, person, 4)
    assert {clip % 4 for clip in found} == {1}
    assert not set(best(made, person, 40)) & set(range(12))


def test_people_are_told_apart() -> None:
    made = learner()
    first, second = lover_of(made, 0), lover_of(made, 2)
    assert best(made, first)[0] % 4 == 0
    assert best(made, second)[0] % 4 == 2


def test_what_somebody_found_by_themselves_teaches_what_goes_with_what() -> None:
    made = learner()
    for by in range(12):
        person = PersonState()
        made.apply_reaction(person, reaction(4, served=False, by=by))
        made.apply_reaction(person, reaction(7, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(4, served=False))
    assert best(made, newcomer)[0] == 7


def test_who_takes_what_stands_far_before_all_else_teaches_no_term_more() -> None:
    quality = TERMS.index("quality")
    first, other = learner(8), learner(8)
    for made in (first, other):
        made.clips.gain[6], made.clips.weight[6] = 40.0, 10.0
    first.apply_reaction(PersonState(), reaction(6, served=False))
    assert abs(first.chosen.values[quality]) < 0.01
    other.apply_reaction(PersonState(), reaction(7, served=False))
    assert other.chosen.values[quality] < -0.05


def test_the_same_reactions_make_the_same_learner() -> None:
    one, other = learner(), learner()
    people = [lover_of(made, 3) for made in (one, other)]
    assert best(one, people[0], 20) == best(other, people[1], 20)
    assert one.factors.out.tobytes() == other.factors.out.tobytes()


def test_a_person_folded_again_teaches_nobody() -> None:
    made = learner()
    before = made.clips.weight.copy()
    person = PersonState()
    for number in range(6):
        made.apply_reaction(person, reaction(number), learn=False)
    assert made.clips.weight.tobytes() == before.tobytes()
    assert made.events == 0
    assert person.liked == list(range(6))


def test_a_guest_teaches_less() -> None:
    full, less = learner(), learner()
    full.apply_reaction(PersonState(), reaction(0))
    less.apply_reaction(PersonState(), replace(reaction(0), weight=0.3))
    assert less.clips.gain[0] == pytest.approx(0.3 * full.clips.gain[0])


@pytest.mark.slow
def test_with_many_clips_those_near_are_still_found_exactly() -> None:
    made = learner(3000)
    person = lover_of(made, 1, 24)
    every = np.flatnonzero(made.clips.live[:3000])
    assert len(made.list_candidates(person, NONE)) < 1000
    found = best(made, person, 10)
    assert {clip % 4 for clip in found} == {1}
    assert len(every) == 3000


def test_of_many_clips_those_looked_at_about_the_same_time_are_found() -> None:
    made = learner(3000)
    for by in range(3):
        person = PersonState()
        for clip in (2001, 1700):
            made.apply_reaction(person, reaction(clip, -0.9, served=False, by=by))
    newcomer = PersonState()
    made.apply_reaction(newcomer, reaction(3, 0.0), learn=False)
    # It is not new, and of its quality nobody thinks much.
    assert 1700 not in made.list_candidates(newcomer, NONE)
    # Nor does it only follow.
    made.following = Neighbours()
    made.apply_reaction(newcomer, reaction(2001, 0.0), learn=False)
    assert 1700 in made.list_candidates(newcomer, NONE)


def test_a_clip_that_is_gone_is_offered_to_nobody() -> None:
    made = learner(4)
    made.clips.live[2] = False
    assert sorted(best(made, PersonState())) == [0, 1, 3]


@pytest.mark.slow
def test_a_kind_that_everybody_has_at_first_is_split_by_reactions() -> None:
    made = learner(200)
    for turn in range(12):
        for subject in range(4):
            person = PersonState()
            for number in range(25):
                clip = (7 * number + turn) % 200
                made.apply_reaction(person, reaction(clip, 0.9 if clip % 4 == subject else -0.6))
    made.kinds.finish_fit()
    person = PersonState()
    for clip in (100, 101, 102):
        made.apply_reaction(person, reaction(clip, 0.9 if clip % 4 == 1 else -0.6))
    terms = made.kinds.worth_of(person.kinds)
    subject = made.clips.features[0]
    assert terms[subject[1]] > max(terms[subject[other]] for other in (0, 2, 3))


def test_every_term_has_a_weight_of_its_own() -> None:
    made = learner()
    assert len(made.chosen.values) == len(made.enjoyed.values) == len(TERMS)
