"""The calculation of what an audience needs."""

import pytest
from msgspec.structs import replace

from bench.scale.__main__ import figures_with
from bench.scale.needs import engines, flow, fullest, instances, learned, limits, mirrors

FIGURES = figures_with([])


def test_what_is_full_at_a_number_is_full_there_and_not_before() -> None:
    for name, viewers in limits(FIGURES).items():
        for factor, full in ((0.99, False), (1.01, True)):
            used = {one.name: one.used for one in engines(viewers * factor, FIGURES)}
            assert ((used[name] or 0) >= 1) is full


def test_twice_the_cost_is_half_the_audience() -> None:
    dearer = figures_with([f"like_us={2 * FIGURES[0].like_us}"])
    before, after = limits(FIGURES)["database writer"], limits(dearer)["database writer"]
    assert after == pytest.approx(before / 2, rel=0.01)


def test_of_one_instance_nothing_crosses_redis() -> None:
    few = flow(1000, FIGURES)
    assert instances(few, FIGURES) < 1
    assert mirrors(few, FIGURES) == 0


def test_viewers_who_are_routed_by_clip_need_no_mirrors() -> None:
    costs, audience, machines = FIGURES
    routed = (costs, audience, replace(machines, routed=1.0))
    many = flow(100_000, FIGURES)
    assert mirrors(many, FIGURES) > 100
    assert mirrors(many, routed) == 0
    assert limits(routed)["Redis, messages"] > limits(FIGURES)["Redis, messages"]


def test_one_learner_learns_from_all_or_from_as_many_as_it_can() -> None:
    few, many, more = (learned(flow(count, FIGURES), FIGURES) for count in (1e3, 1e5, 1e6))
    made = flow(1e3, FIGURES)
    assert few == made.swipes + made.likes + made.comments
    assert few < many == more


def test_the_fullest_is_the_one_that_is_full_first() -> None:
    first = min(limits(FIGURES).items(), key=lambda one: one[1])
    assert fullest(first[1] * 1.01, FIGURES).name == first[0]


def test_a_figure_that_is_none_is_said() -> None:
    with pytest.raises(ValueError, match="speed"):
        figures_with(["speed=3"])
