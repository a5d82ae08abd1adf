import numpy as np
import pytest

from bench.feed.policies import POLICIES
from bench.feed.simulator import Course, Simulation, summary
from bench.feed.world import TURNS, World

pytestmark = pytest.mark.model
PEOPLE = 3


def course(name: str, *, shuffled: bool = False) -> Course:
    world = World(4, PEOPLE)
    return Simulation(world, POLICIES[name](world, 4), 4, shuffled).run()


@pytest.mark.breadth
def test_the_product_learns_what_people_like_and_only_from_what_they_did() -> None:
    chance, product = course("random").mean(0), course("product").mean(0)
    assert product > 1.25 * chance
    assert course("product", shuffled=True).mean(0) < 1.2 * chance
    assert product < course("oracle").mean(0)


def test_everybody_swipes_through_their_visits_and_nothing_repeats() -> None:
    world = World(4, PEOPLE)
    found = Simulation(world, POLICIES["hand"](world, 4), 4).run()
    assert found.shown.shape == (PEOPLE, TURNS)
    assert all(len(set(one)) == TURNS for one in found.shown.tolist())
    assert "% of the oracle" in "\n".join(summary("hand", world, found, [0.5]))


def test_a_world_is_the_same_for_every_policy_and_its_first_round_for_any_number() -> None:
    one, other = World(4, PEOPLE), World(4, PEOPLE, rounds=2)
    count = len(one.born)
    assert np.array_equal(one.born, other.born[:count])
    assert np.allclose(one.fit[0], other.fit[0][:, :count])
    assert len(other.starts) == 2
    assert other.starts[1].min() > 72 * 3600
