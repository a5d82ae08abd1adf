"""How alike a face has to be before a clip is held for it."""

import pytest

from phosphene.likeness.find_threshold import (
    HELD,
    LOWEST,
    find_threshold,
    held_share,
    stranger_rate,
)


@pytest.mark.parametrize("enrolled", [0, 1, 10, 100, 1000, 10_000, 1_000_000])
def test_at_most_one_clip_in_a_hundred_is_held(enrolled: int) -> None:
    least = find_threshold(enrolled)
    assert LOWEST <= least <= 1.0
    assert held_share(least, enrolled) <= HELD * 1.000001
    # And no fewer than need be: where the lowest is not reached it is one in a hundred.
    if LOWEST < least < 1.0:
        assert held_share(least, enrolled) == pytest.approx(HELD)


def test_it_rises_with_the_number_enrolled() -> None:
    found = [find_threshold(10**n) for n in range(7)]
    assert found == sorted(found)
    assert found[0] == LOWEST < 0.6 < found[3] < 0.7 < found[5]


def test_the_rate_is_what_was_seen_of_strangers_at_least() -> None:
    assert stranger_rate(0.45) >= 16 / 15_600
    assert stranger_rate(0.50) >= 1 / 15_600
    assert stranger_rate(-1.0) == 1.0
