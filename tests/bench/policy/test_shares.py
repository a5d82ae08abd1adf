"""Shares and what they may be in truth."""

from bench.policy.shares import Share


def test_of_nothing_there_is_no_share() -> None:
    assert str(Share(0, 0)) == "none tried"
    assert str(Share(1, 2)) == "1/2 = 50.0 % [9.5, 90.5]"
