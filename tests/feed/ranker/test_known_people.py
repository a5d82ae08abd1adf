import numpy as np

from phosphene.feed.ranker.known_people import AWAKE, KnownPeople
from phosphene.feed.ranker.person import PersonState
from tests.feed.ranker.made import learner, lover_of


def test_who_came_last_is_as_they_were_and_all_others_nearly() -> None:
    made = learner()
    people, fan = KnownPeople(made), lover_of(made, 1)
    people.keep_person("fan", fan)
    assert people.find_person("fan") is fan
    for number in range(AWAKE):
        people.keep_person(f"p{number}", PersonState())
    unpacked = people.find_person("fan")
    assert unpacked is not fan
    assert unpacked.liked == fan.liked
    assert np.allclose(unpacked.own_values, fan.own_values, atol=2e-3)
    assert next(one for one, _ in people.list_last(AWAKE + 1)) == "fan"
    assert [one for one, _ in people.list_last(2)] == [f"p{AWAKE - 2}", f"p{AWAKE - 1}"]


def test_nobody_is_known_who_was_forgotten() -> None:
    made = learner()
    people = KnownPeople(made)
    for number in range(AWAKE + 1):
        people.keep_person(f"p{number}", lover_of(made, 1, turns=1))
    for one in ("p0", "p5"):
        assert people.find_person(one).turns == 1
        people.forget_person(one)
        assert people.find_person(one).turns == 0


def test_their_taste_is_worked_out_again_beside_other_kinds() -> None:
    made = learner()
    people, fan = KnownPeople(made), lover_of(made, 1)
    people.keep_person("fan", fan)
    before = fan.own_values.copy()
    made.kinds.known[fan.own_ids] = 1
    made.kinds.worth[:, 1] = 0.3
    assert people.find_person("fan").own_values.tolist() == before.tolist()
    made.kinds.fits += 1
    assert people.find_person("fan").own_values.tolist() != before.tolist()
