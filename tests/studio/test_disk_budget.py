from phosphene.store.store import Expiring
from phosphene.studio.disk_budget import EvictionPlan, plan_eviction

NOW = 1000.0


def going(*times: float) -> list[Expiring]:
    return [Expiring(f"c{number}", 10, at) for number, at in enumerate(times)]


def test_below_the_mark_everything_stays_whatever_was_said() -> None:
    assert plan_eviction(50, 100, going(900, 1100), NOW) == EvictionPlan((), ("c0", "c1"), 0)
    assert plan_eviction(50, float("inf"), going(900), NOW) == EvictionPlan((), ("c0",), 0)


def test_those_whose_time_came_go_until_there_is_room() -> None:
    assert plan_eviction(115, 100, going(800, 900, 950, 1100), NOW) == EvictionPlan(
        ("c0", "c1"), ("c2", "c3"), 0
    )


def test_nothing_goes_before_its_time_and_more_is_said_to_go() -> None:
    assert plan_eviction(200, 100, going(1001, 1002), NOW) == EvictionPlan((), (), 80)
    assert plan_eviction(200, 100, [], NOW) == EvictionPlan((), (), 100)
    assert plan_eviction(115, 100, going(1001, 1002), NOW) == EvictionPlan((), (), 0)
    assert plan_eviction(200, 100, going(1000, 1001), NOW) == EvictionPlan(("c0",), (), 80)
