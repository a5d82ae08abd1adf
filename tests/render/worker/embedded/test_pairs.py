from dataclasses import replace

import pytest

from phosphene.render.worker.embedded.nouns.measures import Measures
from phosphene.render.worker.embedded.pairs import stage_pair, stand_above, stand_behind
from phosphene.render.worker.embedded.score import GROUND
from phosphene.render.worker.embedded.stand import ACROSS, DOWN, Stand, height_standing

WHO = Measures(0.0, (0.0, -1.1), (0.0, -0.5), 1.2)
ONE = Stand(-0.42, 0.3, -0.2, 0.0, 0.4, 1.0)
TWO = replace(ONE, x=0.42)
FEET = (True, True)


def test_who_chases_and_is_chased_leans_the_way_that_both_go() -> None:
    for seconds in (0.0, 0.4, 0.9, 1.7):
        both = stage_pair((ONE, TWO), "chasing", FEET, seconds)
        assert all(who.tilt > 0.05 and who.facing == 1.0 for who in both)
        assert both[0].x < both[1].x


def test_who_watches_is_near_and_still_and_the_other_far_and_moves() -> None:
    other = replace(TWO, facing=-1.0)
    shown = [stage_pair((ONE, other), "watching", FEET, seconds) for seconds in (0.2, 0.7, 1.3)]
    assert len({(watcher.x, watcher.y) for watcher, _ in shown}) == 1
    assert len({watched.x for _, watched in shown}) == 3
    assert all(watched.size < watcher.size for watcher, watched in shown)


def test_side_by_side_nothing_is_changed() -> None:
    assert stage_pair((ONE, TWO), "beside", FEET, 1.0) == (ONE, TWO)


def test_who_is_behind_is_smaller_and_higher_and_partly_seen() -> None:
    house = replace(ONE, x=-0.25, size=0.3)
    first, other = stand_behind(ONE, house, WHO, True, 0.0)
    assert other == house
    assert first.size < house.size
    assert first.y + 1.2 * first.radius / DOWN < GROUND
    gap = abs(first.x - house.x) * ACROSS
    assert house.radius - first.radius < gap < house.radius + first.radius


@pytest.mark.parametrize("size", [-0.3, 0.2, 0.6])
def test_there_is_air_between_who_is_above_and_what_is_below(size: float) -> None:
    first, other = stand_above(replace(ONE, size=size), replace(TWO, size=size), WHO, 0.0)
    assert (other.y - first.y) * DOWN > 1.3 * (first.radius + other.radius) * 0.75
    assert other.y == pytest.approx(height_standing(other.size, WHO))
