"""The sliding allowance against its definition: never more than the limit in any window."""

import random

import pytest

from phosphene.sliding_window import Window


def test_grants_up_to_the_limit_then_says_how_long_to_wait() -> None:
    window = Window()
    assert [window.try_take(t, 3, 60.0) for t in (0.0, 10.0, 20.0)] == [0.0, 0.0, 0.0]
    assert window.try_take(30.0, 3, 60.0) == pytest.approx(30.0)


def test_who_waits_as_told_gets_in() -> None:
    window = Window()
    for now in (0.0, 1.0):
        window.try_take(now, 2, 10.0)
    wait = window.try_take(5.0, 2, 10.0)
    assert wait > 0
    assert window.try_take(5.0 + wait, 2, 10.0) == 0.0


def test_a_refused_try_costs_nothing() -> None:
    window = Window()
    window.try_take(0.0, 1, 10.0)
    for now in range(1, 10):
        assert window.try_take(float(now), 1, 10.0) == pytest.approx(10.0 - now)
    assert window.try_take(10.0, 1, 10.0) == 0.0


def test_no_window_ever_holds_more_than_the_limit() -> None:
    dice = random.Random(7)
    window, now, granted = Window(), 0.0, []
    for _ in range(2000):
        now += dice.expovariate(2.0)
        if window.try_take(now, 5, 7.0) == 0.0:
            granted.append(now)
    assert len(granted) > 500
    for first, sixth in zip(granted, granted[5:], strict=False):
        assert sixth - first >= 7.0


def test_a_limit_of_nothing_refuses_for_a_whole_window() -> None:
    assert Window().try_take(0.0, 0, 60.0) == 60.0


def test_a_lower_limit_counts_the_newest_grants() -> None:
    window = Window()
    for now in (0.0, 1.0, 2.0):
        window.try_take(now, 3, 10.0)
    assert window.try_take(3.0, 1, 10.0) == pytest.approx(9.0)


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    window = Window()
    window.try_take(100.0, 1, 10.0)
    assert window.try_take(50.0, 1, 10.0) == pytest.approx(10.0)


def test_idle_when_nothing_counts() -> None:
    window = Window()
    assert window.is_idle(0.0, 10.0)
    window.try_take(0.0, 1, 10.0)
    assert not window.is_idle(9.9, 10.0)
    assert window.is_idle(10.0, 10.0)
