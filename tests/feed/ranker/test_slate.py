from collections import Counter

import numpy as np
import pytest

from phosphene.feed.promise import NEW_S, PASSED_BY, PROMISED
from phosphene.feed.ranker.columns import AUTHOR, SUBJECT
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.slate import (
    BY_THE_HOUSE,
    CHANCE_EVERY,
    PER_AUTHOR,
    SlatePlace,
    rank_slate,
)
from phosphene.feed.ranker.trait_index import WishedClips
from tests.feed.ranker.made import NOW, learner, lover_of


def column(made: Learner, places: list[SlatePlace], which: int) -> list[int]:
    return [int(made.clips.features[which, one.clip]) for one in places]


def test_a_place_says_what_its_score_is_made_of() -> None:
    made = learner()
    first = rank_slate(made, lover_of(made, 1), NOW, 1)[0]
    assert sum(first.terms.values()) == pytest.approx(first.score)
    assert first.terms["taste"] > 0


def test_no_clip_comes_twice_nor_one_that_is_listed_or_barred() -> None:
    made = learner()
    places = rank_slate(made, lover_of(made, 1), NOW, 40, besides=[20], listed=[21])
    clips = [one.clip for one in places]
    assert len(clips) == len(set(clips)) == 40 - 12 - 2
    assert not {20, 21} & set(clips)


def test_an_author_gets_two_places_while_there_are_others() -> None:
    made = learner()
    authors = column(made, rank_slate(made, PersonState(), NOW, 10), AUTHOR)
    assert max(Counter(authors).values()) <= PER_AUTHOR
    assert len(rank_slate(learner(40), PersonState(), NOW, 40)) == 40


def test_one_subject_does_not_fill_a_page() -> None:
    made = learner()
    made.enjoyed.values[3] = -1.0
    found = column(made, rank_slate(made, PersonState(), NOW, 4), SUBJECT)
    assert len(set(found)) == 4


def test_a_new_clip_gets_the_place_that_is_kept_for_it() -> None:
    made = learner()
    made.clips.watched[:40] = PROMISED
    made.clips.watched[33] = 0
    made.clips.gain[33] = -50
    made.clips.weight[33] = 50
    person = PersonState()
    shown = [one.clip for one in rank_slate(made, person, NOW, CHANCE_EVERY)]
    assert shown[-1] == 33


def kept_for(made: Learner) -> int:
    """The clip of the place that is kept for whom people are owed."""
    person = PersonState()
    person.turns = CHANCE_EVERY - 1
    return rank_slate(made, person, NOW, 1)[0].clip


def test_of_those_that_are_owed_who_lacks_fewest_comes_first_and_nobody_who_was_passed_by() -> None:
    made = learner()
    made.clips.watched[:40] = PROMISED
    made.clips.watched[[30, 31]] = 1, PROMISED - 1
    # Nobody would see either of them otherwise.
    made.clips.gain[[30, 31]] = -50
    made.clips.weight[[30, 31]] = 50
    assert kept_for(made) == 31
    made.clips.shown[31] = PASSED_BY
    assert kept_for(made) == 30
    author = int(made.clips.features[AUTHOR, 30])
    made.clips.features[AUTHOR, 30] = BY_THE_HOUSE
    assert kept_for(made) not in {30, 31}
    made.clips.features[AUTHOR, 30] = author
    made.clips.born[30] = NOW - NEW_S
    assert kept_for(made) not in {30, 31}


def test_of_two_alike_the_one_that_is_owed_people_comes_first() -> None:
    made = learner()
    made.clips.watched[:40] = PROMISED
    made.clips.watched[12] = PROMISED - 1
    for one in rank_slate(made, PersonState(), NOW, 8):
        assert ("owed" in one.terms) == (one.clip == 12)
    places = [rank_slate(made, PersonState(), NOW, 1)[0].clip for _ in range(20)]
    assert places.count(12) > 2 * max(places.count(one) for one in range(40) if one != 12)


@pytest.mark.slow
def test_what_is_wished_for_fills_the_next_places_whoever_made_it() -> None:
    made = learner(80)
    # All of one author, and skipped so far: what they ask for counts more.
    foxes = np.arange(20, 80, 10)
    for _ in range(30):
        places = rank_slate(made, lover_of(made, 1), NOW, 10, wished=WishedClips(more=foxes))
        assert {one.clip for one in places[:6]} == set(foxes.tolist())
        assert all(one.terms["wish"] > 0 for one in places[:6])


def test_of_what_is_wished_less_there_is_less() -> None:
    made = learner(80)
    whales = np.arange(1, 80, 4)
    person = lover_of(made, 1)
    without = [one.clip for one in rank_slate(made, person, NOW, 8)]
    places = [one.clip for one in rank_slate(made, person, NOW, 8, wished=WishedClips(less=whales))]
    assert len({*places} & {*whales.tolist()}) < len({*without} & {*whales.tolist()}) / 2


def test_what_is_wished_for_is_found_among_many() -> None:
    made = learner(3000)
    places = rank_slate(made, PersonState(), NOW, 4, wished=WishedClips(more=np.array([2900])))
    assert places[0].clip == 2900
