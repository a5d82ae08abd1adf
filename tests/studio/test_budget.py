from server.store.store import Expiring
from server.studio.budget import Verdict, decide

NOW = 1000.0


def going(*times: float) -> list[Expiring]:
    return [Expiring(f"c{number}", 10, at) for number, at in enumerate(times)]


def test_below_the_mark_everything_stays_whatever_was_said() -> None:
    assert decide(50, 100, going(900, 1100), NOW) == Verdict((), ("c0", "c1"), 0)
    assert decide(50, float("inf"), going(900), NOW) == Verdict((), ("c0",), 0)


def test_those_whose_time_came_go_until_there_is_room() -> None:
    assert decide(115, 100, going(800, 900, 950, 1100), NOW) == Verdict(
        ("c0", "c1"), ("c2", "c3"), 0
    )


def test_nothing_goes_before_its_time_and_more_is_said_to_go() -> None:
    assert decide(200, 100, going(1001, 1002), NOW) == Verdict((), (), 80)
    assert decide(200, 100, [], NOW) == Verdict((), (), 100)
    assert decide(115, 100, going(1001, 1002), NOW) == Verdict((), (), 0)
    assert decide(200, 100, going(1000, 1001), NOW) == Verdict(("c0",), (), 80)
